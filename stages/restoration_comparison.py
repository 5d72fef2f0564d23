"""Compare the restorers: tables in metrics/comparisons/restoration/, figures in plots/families/restoration/."""

import pandas as pd

from recon.core import files
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import read_pixels
from recon.data.params import Augment, Degrade
from recon.families.restoration import comparison, factor_figures, factors, figures, findings
from recon.families.restoration.comparison import FACTORS, METHODS, PLOTS, TABLES
from recon.families.restoration.params import FAMILY, Restoration
from recon.families.restoration.pictures import Picture, draw_pictures
from recon.settings.core import Runtime, section

MOST_PHOTOGRAPHS = 4  # the first by name
MOST_NETWORKS = 5  # side by side in a figure


def main() -> None:
    """Read the referee's scores, the training curves and the saved pictures; no result contains a time."""
    data = {"degrade": section(Degrade, "degrade"), "augment": section(Augment, "augment")}
    entries = section(Restoration, FAMILY).entries(**data)
    rows = comparison.read_gains()
    methods = comparison.tabulate_methods(rows, entries)
    changes = factors.tabulate_factors(rows, entries, seed=section(Runtime, "runtime").seed)
    curves = comparison.read_curves(entries)
    files.write_csv(METHODS, methods)
    files.write_csv(FACTORS, changes)
    files.write_csv(TABLES / "curves.csv", curves)
    files.write_text(TABLES / "findings.md", findings.report())
    figures.draw_fronts(PLOTS / "pareto.png", methods, costs=comparison.COSTS)
    figures.draw_qualities(PLOTS / "qualities.png", methods)
    figures.draw_training(PLOTS / "training.png", curves)
    factor_figures.draw(PLOTS / "factors.png", factors.effects(changes))
    _draw_pictures(rows, methods)


def _draw_pictures(rows: pd.DataFrame, methods: pd.DataFrame) -> None:
    """Draw the first photographs as the original, as JPEG and restored by the methods that fit side by side."""
    quality = comparison.find_common_quality(methods)
    shown_methods = comparison.choose_shown(methods, most_networks=MOST_NETWORKS)
    scored = rows[(rows["quality"] == quality) & rows["factor"].isna()].set_index(["image", "entry"])
    photographs = ImageSet.open("data/subjects/test")
    for image in sorted(photographs.names())[:MOST_PHOTOGRAPHS]:
        draw_pictures(
            PLOTS / "pictures" / f"{image}.png",
            photographs.pixels(image),
            [_read_picture(image, method, scored.loc[image, method]) for method in shown_methods],
            heading=f"{image}, JPEG of quality {quality}\nbelow: where JPEG errs most, and the errors there",
        )


def _read_picture(image: str, method: str, row: pd.Series) -> Picture:
    pixels = read_pixels(family=row["family"], entry=method, variant=row["variant"], image=image)
    return Picture(method, pixels, row["psnr_db"], row["ssim"])


if __name__ == "__main__":
    run(main)
