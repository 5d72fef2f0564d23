"""Show what is restored: plots/restoration/pictures/IMAGE.png, for the first few test photographs by name."""

import pandas as pd

from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import read_pixels
from recon.families.restoration import comparison
from recon.families.restoration.pictures import Picture, draw_pictures
from recon.settings.core import read_params

MOST_PHOTOGRAPHS = 4
MOST_NETWORKS = 5  # that fit side by side; of more, the best, the worst, and those evenly between


def main() -> None:
    """Read the referee's rows and the saved pictures."""
    rows = comparison.read_scores()
    methods = comparison.table(rows, comparison.nets(read_params()), seen={})
    quality = comparison.common_quality(methods)
    shown = comparison.side_by_side(methods, most_networks=MOST_NETWORKS)
    photographs = ImageSet.open("data/subjects/test")
    for image in sorted(photographs.names())[:MOST_PHOTOGRAPHS]:
        own = rows[(rows["image"] == image) & (rows["variant"] == f"quality={quality}")]
        pictures = [_picture(own[own["entry"] == method].iloc[0]) for method in shown]
        draw_pictures(
            f"plots/restoration/pictures/{image}.png",
            photographs.pixels(image),
            pictures,
            heading=f"{image}, JPEG of quality {quality}\nbelow: where JPEG errs most, and the errors there",
        )


def _picture(row: pd.Series) -> Picture:
    pixels = read_pixels(family=row["family"], entry=row["entry"], variant=row["variant"], image=row["image"])
    return Picture(row["entry"], pixels, row["psnr_db"], row["ssim"])


if __name__ == "__main__":
    run(main)
