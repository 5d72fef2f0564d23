"""Take overfitted files apart: metrics/comparisons/overfitted/ and plots/families/overfitted/."""

from pathlib import Path

from recon.core import files
from recon.core.errors import run
from recon.families.overfitted import comparison, findings, sheets
from recon.families.overfitted.params import FAMILY, Overfitted
from recon.referee.scoring import round_floats
from recon.settings import groups
from recon.settings.core import parse

PLOTS = Path("plots/families") / FAMILY


def main() -> None:
    """Read the saved payloads and the referee's scores; no result contains a time."""
    entries = parse(Overfitted, groups.read(FAMILY), FAMILY).entries()
    scores, points = comparison.read_scores(), comparison.read_plane()
    payloads, levels = comparison.measure_files(scores)
    files.write_csv(comparison.FILES, round_floats(payloads))
    files.write_csv(comparison.LEVELS, round_floats(levels))
    files.write_csv(comparison.CURVES, round_floats(comparison.compare_curves(points, entries)))
    files.write_text(comparison.TABLES / "findings.md", findings.report())
    sheets.draw_figures(PLOTS, scores, points, payloads, levels)


if __name__ == "__main__":
    run(main)
