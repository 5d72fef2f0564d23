"""Write the validation and test images as JPEG files at every quality, and a table of what they cost."""

from recon.coding.rate import bpp
from recon.core.errors import run
from recon.core.files import write_bytes, write_csv
from recon.core.imageset import ImageSet
from recon.data.params import Degrade
from recon.jpeg.degradation import degraded_path, jpeg_encode
from recon.settings.core import section

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
            content = jpeg_encode(pixels, quality=quality, **settings.options)
            write_bytes(degraded_path(name, quality), content)
            rate = bpp(payload_bytes=len(content), rows=pixels.shape[0], columns=pixels.shape[1])
            row = {"image": name, "split": images.split(name), "quality": quality}
            table.append(row | {"payload_bytes": len(content), "bpp": round(rate, 5)})
    write_csv("data/degraded/index.csv", table)


if __name__ == "__main__":
    run(main)
