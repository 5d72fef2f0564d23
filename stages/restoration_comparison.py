"""Compare the restorers: tables in metrics/comparisons/restoration/, figures in plots/families/restoration/."""

from functools import partial

import numpy as np
import pandas as pd

from recon.core import files
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import read_pixels
from recon.data.params import Augment, Degrade
from recon.families.restoration import comparison, factor_figures, factors, failure_figures, figures, findings
from recon.families.restoration.comparison import FACTORS, FAILURES, METHODS, PLOTS, TABLES
from recon.families.restoration.failures import find_failures
from recon.families.restoration.params import FAMILY, Restoration
from recon.families.restoration.pictures import ScoredPicture, draw_pictures
from recon.settings.core import Runtime, section

MOST_PHOTOGRAPHS = 4  # the first by name


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
    scored = rows[rows["factor"].isna()].set_index(["entry", "quality", "image"])
    photographs = ImageSet.open("data/subjects/test")
    read = partial(_read_pixels, scored)
    failures = find_failures(methods, photographs, read)
    files.write_csv(FAILURES, failures)
    files.write_text(TABLES / "findings.md", findings.report())
    figures.draw_front(
        *(PLOTS / "pareto.png", methods),
        **{"cost": "macs_per_pixel", "label": "multiply-adds per pixel"},
        describe=lambda row: f"{figures.format_compact(row.num_params)} parameters",
    )
    figures.draw_qualities(PLOTS / "qualities.png", methods)
    figures.draw_training(PLOTS / "training.png", curves)
    factor_figures.draw(PLOTS / "factors.png", factors.effects(changes))
    failure_figures.draw(PLOTS / "failures.png", failures, photographs, read)
    _draw_pictures(scored, methods, photographs)


def _draw_pictures(scored: pd.DataFrame, methods: pd.DataFrame, photographs: ImageSet) -> None:
    """Draw the first photographs as the original, as JPEG and restored by the best methods."""
    points = comparison.select_common_quality(methods)
    quality = int(points["quality"].iloc[0])
    shown_methods = comparison.choose_shown(points)
    for image in sorted(photographs.names())[:MOST_PHOTOGRAPHS]:
        draw_pictures(
            PLOTS / "pictures" / f"{image}.png",
            photographs.pixels(image),
            [_read_picture(scored, method, quality, image) for method in shown_methods],
            heading=f"{image}, JPEG of quality {quality}, whole and at its strongest edge",
        )


def _read_picture(scored: pd.DataFrame, method: str, quality: int, image: str) -> ScoredPicture:
    row = scored.loc[(method, quality, image)]
    return ScoredPicture(method, _read_pixels(scored, method, quality, image), row["psnr_db"], row["ssim"])


def _read_pixels(scored: pd.DataFrame, method: str, quality: int, image: str) -> np.ndarray:
    """Return the picture that a method of the comparison saved; `scored` has its family and variant."""
    row = scored.loc[(method, quality, image)]
    return read_pixels(family=row["family"], entry=method, variant=row["variant"], image=image)


if __name__ == "__main__":
    run(main)
