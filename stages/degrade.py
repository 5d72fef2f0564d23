"""Write the validation and test images as JPEG files at every quality, and a table of what they cost."""

import pandas as pd

from recon.degradation import jpeg_encode
from recon.errors import run
from recon.files import write_bytes, write_csv
from recon.imageset import ImageSet
from recon.params.core import section
from recon.params.data import Degrade
from recon.rate import bpp

SPLITS = ("validation", "test")


def main() -> None:
    """Write data/degraded/qQUALITY/IMAGE.jpg and data/degraded/index.csv."""
    settings = section(Degrade, "degrade")
    images = ImageSet.open("data/normalized")
    names = [name for split in SPLITS for name in images.names(split)]
    table = []
    for quality in settings.qualities:
        for name in names:
            pixels = images.pixels(name)
            content = jpeg_encode(pixels, quality=quality, subsampling=settings.subsampling)
            write_bytes(f"data/degraded/q{quality:03}/{name}.jpg", content)
            rate = bpp(payload_bytes=len(content), rows=pixels.shape[0], columns=pixels.shape[1])
            table.append((name, images.split(name), quality, len(content), round(rate, 5)))
    columns = ["image", "split", "quality", "payload_bytes", "bpp"]
    write_csv("data/degraded/index.csv", pd.DataFrame(table, columns=columns))


if __name__ == "__main__":
    run(main)
