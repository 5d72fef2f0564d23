"""Classical codecs, for the tests of all families: see tests/contracts/case.py."""

from functools import partial

from case import Case
from recon.families.classical.method import CODECS, ClassicalCodec, decode
from recon.jpeg.files import PLAIN, JpegFile

_POINTS = {"quality": [10, 30, 50], "target_bpp": [1, 2]}
_MIDDLES = {"quality": "30", "target_bpp": "2"}
_SETTINGS = {"quality": 50, "target_bpp": 2.0}


def _case(codec: str, file: JpegFile = PLAIN) -> Case:
    return Case(
        lambda folder, pixels: ClassicalCodec(pixels, codec, file),
        _SETTINGS[CODECS[codec].setting],
        lambda folder, channels: partial(decode, channels=channels),
        has_checksum=False,
    )


CASES = {
    **{name: _case(name) for name in CODECS},
    "jpeg_mozjpeg": _case("jpeg", JpegFile(encoder="mozjpeg")),
    "jpeg_psnr_jxl": _case("jpeg", JpegFile(encoder="mozjpeg", tables="psnr", container="jxl")),
    "jpeg_flat_jxl": _case("jpeg", JpegFile(encoder="mozjpeg", tables="flat", container="jxl")),
}
GROUP = {
    "experiments": {
        name: {"codec": name, "subject": "plane", "points": {codec.setting: _POINTS[codec.setting]}}
        for name, codec in CODECS.items()
    }
}
USUAL = {name: (codec.setting, _MIDDLES[codec.setting]) for name, codec in CODECS.items()}
