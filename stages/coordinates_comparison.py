"""Compare the coordinate networks: a figure for each entry, curves and findings in plots/coordinates/."""

from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd

from recon.core import files, processes
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.families.coordinates import comparison, figures
from recon.families.coordinates.findings import report
from recon.families.coordinates.params import experiment_of
from recon.families.coordinates.sheets import sheet
from recon.settings.core import lookup, read_params

PLOTS = Path("plots/coordinates")


def main() -> None:
    """Read the referee's rows, the saved pictures and the curves of training; nothing here is a time."""
    params = read_params()
    entries = list(lookup(params, "coordinates.experiments"))
    rows = comparison.read_scores(params)
    images = {
        entry: ImageSet.open(f"data/subjects/{experiment_of(params, entry).subject}").names() for entry in entries
    }
    curves = comparison.curves(params, images)
    files.write_csv(PLOTS / "curves.csv", comparison.of_bases(curves, params))
    files.write_text(PLOTS / "findings.md", report(params, rows))
    processes.at_once(partial(_draw, params, entry, rows, curves) for entry in entries)


def _draw(params: dict[str, Any], entry: str, rows: pd.DataFrame, curves: pd.DataFrame) -> None:
    figures.draw_sheet(PLOTS / f"sheets/{entry}.png", sheet(params, entry, rows, curves))


if __name__ == "__main__":
    run(main)
