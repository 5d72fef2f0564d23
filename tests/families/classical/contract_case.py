"""Classical codecs, for the tests of all families: see tests/contracts/case.py."""

from functools import partial

from case import Case
from recon.families.classical.method import CODECS, ClassicalCodec, decode

_POINTS = {"quality": [10, 30, 50], "target_bpp": [1, 2]}
_MIDDLES = {"quality": "30", "target_bpp": "2"}
_SETTINGS = {"quality": 50, "target_bpp": 2.0}

CASES = {
    name: Case(
        lambda folder, pixels, name=name: ClassicalCodec(pixels, name),
        _SETTINGS[codec.setting],
        lambda folder, channels: partial(decode, channels=channels),
        has_checksum=False,
    )
    for name, codec in CODECS.items()
}
GROUP = {
    "experiments": {
        name: {"codec": name, "subject": "plane", "points": {codec.setting: _POINTS[codec.setting]}}
        for name, codec in CODECS.items()
    }
}
USUAL = {name: (codec.setting, _MIDDLES[codec.setting]) for name, codec in CODECS.items()}
