"""Follow the optimization of pixels from noise: metrics/comparisons/pixels/ and plots/families/pixels/."""

from pathlib import Path

from recon.core import files
from recon.core.errors import run
from recon.families.pixels import comparison, figures, findings
from recon.families.pixels.params import FAMILY, Pixels
from recon.settings import groups
from recon.settings.core import parse


def main() -> None:
    """Read the fits' curves and pictures; no result contains a time."""
    entries = parse(Pixels, groups.read(FAMILY), FAMILY).entries()
    curves = comparison.read_curves(entries)
    files.write_csv(comparison.CURVES, curves.round(8))  # fine enough to show the rounding of float32
    files.write_text(comparison.COMPARISON / "findings.md", findings.report())
    entry = next(entry for entry in entries if entry.experiment.subject == FAMILY)
    figures.draw_figures(Path("plots/families") / FAMILY, entry, curves)


if __name__ == "__main__":
    run(main)
