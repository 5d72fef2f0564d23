"""Compare the restorers: two tables in metrics/; curves, charts and findings in plots/restoration/."""

from pathlib import Path

from recon.core import files
from recon.core.errors import run
from recon.families.restoration import comparison, factor_figures, factors, figures
from recon.families.restoration.findings import report
from recon.settings.core import read_params

PLOTS = Path("plots/restoration")


def main() -> None:
    """Read the referee's rows and the curves of training; nothing here is a time."""
    params, rows = read_params(), comparison.read_scores()
    methods = comparison.table(rows, comparison.nets(params), comparison.patches_seen(params))
    changes = factors.table(rows, params)
    effects, curves = factors.effects(changes), comparison.curves(params)
    files.write_csv("metrics/restoration_comparison.csv", methods)
    files.write_csv("metrics/restoration_factors.csv", changes)
    files.write_csv(PLOTS / "curves.csv", curves)
    files.write_text(PLOTS / "findings.md", report(methods, effects, comparison.imitations()))
    figures.draw_fronts(PLOTS / "pareto.png", methods, costs=comparison.COSTS)
    figures.draw_qualities(PLOTS / "qualities.png", methods)
    figures.draw_training(PLOTS / "training.png", curves)
    factor_figures.draw(PLOTS / "factors.png", effects)


if __name__ == "__main__":
    run(main)
