"""Compare the coordinate networks: verdicts, curves and findings as tables, and a sheet for each entry."""

from recon.core import instructions  # before pandas

# isort: split
from functools import partial
from pathlib import Path

import pandas as pd

from recon.core import files, parallel
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.families.coordinates import comparison, figures, findings
from recon.families.coordinates.params import FAMILY, Coordinates, FieldEntry
from recon.families.coordinates.sheets import build_sheet
from recon.settings.core import section

TABLES = Path("metrics/comparisons") / FAMILY
PLOTS = Path("plots/families") / FAMILY


def main() -> None:
    """Read scores, saved pictures and training curves; no result contains a time."""
    entries = section(Coordinates, FAMILY).entries()
    images = {entry.name: ImageSet.open(f"data/subjects/{entry.experiment.subject}").names() for entry in entries}
    scores, curves = comparison.read_scores(), comparison.read_curves(entries, images)
    files.write_csv(TABLES / "curves.csv", comparison.select_base_curves(curves))
    files.write_csv(TABLES / "verdicts.csv", comparison.compare_fits(scores))
    files.write_text(TABLES / "findings.md", findings.report())
    drawings = (partial(_draw, entry, scores, curves) for entry in entries)
    list(parallel.run_all(drawings, by="processes"))


def _draw(entry: FieldEntry, scores: pd.DataFrame, curves: pd.DataFrame) -> None:
    figures.draw_sheet(PLOTS / f"sheets/{entry.name}.png", build_sheet(entry, scores, curves))


if __name__ == "__main__":
    run(main)
