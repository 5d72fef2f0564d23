"""Checks of the group `fractal` beyond the types of its values."""

from recon.core.errors import UserError
from recon.families.fractal.params import FAMILY, check_sides
from recon.families.shared.project import TEST, Project


def check(project: Project) -> None:
    """Raise UserError where a coding could not work, or the figures have no entry to show.

    Photographs whose sides params.yaml states must be at least as large as a block.
    """
    entries = project.families[FAMILY].entries()
    if all(entry.experiment.subject != FAMILY for entry in entries):
        raise UserError(
            f"params.yaml: {FAMILY}.experiments: none has the subject `{FAMILY}`, which the figures need; keep one"
        )
    for entry in entries:
        subject = {TEST: project.data, **project.subjects}.get(entry.experiment.subject)
        for run in entry.runs if subject and subject.rows else ():
            check_sides(run.fit, subject.rows, subject.columns, f"params.yaml: {entry.key}: an image")
