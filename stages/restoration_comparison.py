"""Compare the restorers: tables in metrics/comparisons/restoration/, figures in plots/families/restoration/."""

from functools import partial

from recon.core import files
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.data.params import Augment, Degrade
from recon.families.restoration import (
    comparison,
    factor_figures,
    factors,
    failure_figures,
    figures,
    findings,
    pictures,
)
from recon.families.restoration.comparison import FACTORS, FAILURES, METHODS, PLOTS, TABLES
from recon.families.restoration.failures import find_failures
from recon.families.restoration.params import FAMILY, Restoration
from recon.settings.core import Runtime, section


def main() -> None:
    """Read the referee's scores, the training curves and the saved pictures; no result contains a time."""
    data = {"degrade": section(Degrade, "degrade"), "augment": section(Augment, "augment")}
    entries, photographs = section(Restoration, FAMILY).entries(**data), ImageSet.open("data/subjects/test")
    rows = comparison.read_gains()
    scored = comparison.index_scores(rows)
    read = partial(comparison.read_picture, scored)
    methods = comparison.tabulate_methods(rows, entries)
    changes = factors.tabulate_factors(rows, entries, seed=section(Runtime, "runtime").seed)
    curves = comparison.read_curves(entries)
    failures = find_failures(methods, photographs, read)
    files.write_csv(METHODS, methods)
    files.write_csv(FACTORS, changes)
    files.write_csv(TABLES / "curves.csv", curves)
    files.write_csv(FAILURES, failures)
    files.write_text(TABLES / "findings.md", findings.report())
    figures.draw_work(PLOTS / "pareto.png", methods)
    figures.draw_qualities(PLOTS / "qualities.png", methods)
    figures.draw_training(PLOTS / "training.png", curves)
    factor_figures.draw(PLOTS / "factors.png", factors.effects(changes))
    failure_figures.draw(PLOTS / "failures.png", failures, photographs, read)
    pictures.draw_all(PLOTS / "pictures", scored, methods, photographs)


if __name__ == "__main__":
    run(main)
