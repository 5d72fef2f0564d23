"""Deblocking, for the tests of all families: see tests/contracts/case.py."""

from functools import partial

from case import Case
from recon.data.params import Degrade
from recon.families.deblocking.method import FILTERS, DeblockingCodec, decode
from recon.jpeg.files import PLAIN, JpegFile

_DEGRADE = Degrade(qualities=[30], subsampling="4:2:0", progressive=True)


def _case(filter: str, file: JpegFile = PLAIN) -> Case:
    return Case(
        lambda folder, pixels: DeblockingCodec(filter, pixels, _DEGRADE, file),
        30,
        lambda folder, channels: partial(decode, filter=filter),
        has_checksum=False,
    )


CASES = {
    **{f"deblocking_{filter}": _case(filter) for filter in FILTERS},
    "deblocking_jxl": _case("shift_average_clipped", JpegFile(encoder="mozjpeg", tables="flat", container="jxl")),
}
GROUP = {"experiments": {"shift_average_clipped": {"filter": "shift_average_clipped", "subject": "plane"}}}
USUAL = {"deblocking": ("quality", "40")}
