"""Show what the data is: numbers per split, a sheet of photographs beside their JPEG, value histograms.

(Named so because a script `inspect.py` would hide Python's own module of that name.)
"""

from itertools import zip_longest

from recon.coding.rate import bpp
from recon.core.errors import run
from recon.core.files import write_json
from recon.core.imageset import ImageSet
from recon.data.figures import JpegSample, draw_histograms, draw_sheet
from recon.data.params import Inspect
from recon.data.splits import SPLITS
from recon.data.statistics import summarize, value_counts
from recon.jpeg.degradation import jpeg_decode, jpeg_encode
from recon.referee.distortion import psnr_db
from recon.settings.core import section


def main() -> None:
    """Write metrics/data.json and the figures in plots/data/."""
    settings = section(Inspect, "inspect")
    images = ImageSet.open("data/normalized")
    by_split = {split: [images.pixels(name) for name in images.names(split)] for split in SPLITS}
    write_json("metrics/data.json", {split: summarize(pixels) for split, pixels in by_split.items()})
    draw_histograms("plots/data/histograms.png", {s: value_counts(pixels) for s, pixels in by_split.items()})
    turns = zip_longest(*(images.names(split) for split in SPLITS))  # each split in turn
    chosen = [name for turn in turns for name in turn if name is not None][: settings.images]
    samples = [_jpeg_sample(images, name, settings.quality) for name in chosen]
    draw_sheet("plots/data/sheet.png", samples, quality=settings.quality)


def _jpeg_sample(images: ImageSet, name: str, quality: int) -> JpegSample:
    original = images.pixels(name)
    content = jpeg_encode(original, quality=quality)
    degraded = jpeg_decode(content)
    return JpegSample(
        name=name,
        split=images.split(name),
        original=original,
        degraded=degraded,
        jpeg_bytes=len(content),
        bpp=bpp(payload_bytes=len(content), rows=original.shape[0], columns=original.shape[1]),
        psnr_db=psnr_db(reference=original, reconstruction=degraded),
    )


if __name__ == "__main__":
    run(main)
