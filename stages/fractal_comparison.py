"""Follow the decoding of fractals from noise: metrics/comparisons/fractal/ and plots/families/fractal/."""

from pathlib import Path

from recon.core import files
from recon.core.errors import run
from recon.core.reconstruction import SCORES
from recon.families.fractal import comparison, figures, findings
from recon.families.fractal.params import FAMILY, Fractal
from recon.referee.scoring import round_floats
from recon.settings import groups
from recon.settings.core import parse


def main() -> None:
    """Read the saved payloads and the referee's scores; no result contains a time."""
    entries = parse(Fractal, groups.read(FAMILY), FAMILY).entries()
    passes = comparison.measure_passes(entries)
    files.write_csv(comparison.PASSES, round_floats(passes))
    files.write_text(comparison.COMPARISON / "findings.md", findings.report())
    entry = next(entry for entry in entries if entry.experiment.subject == FAMILY)
    scores = files.read_csv(SCORES / f"{FAMILY}.csv")
    figures.draw_figures(Path("plots/families") / FAMILY, entry, passes, scores)


if __name__ == "__main__":
    run(main)
