"""Checks of the group `pixels` beyond the types of its values."""

from recon.core.errors import UserError
from recon.families.pixels.params import FAMILY
from recon.families.shared.project import Project


def check(project: Project) -> None:
    """Raise UserError where a setting is invalid, or the figures have no entry to show."""
    if all(entry.experiment.subject != FAMILY for entry in project.families[FAMILY].entries()):
        raise UserError(
            f"params.yaml: {FAMILY}.experiments: none has the subject `{FAMILY}`, which the figures need; keep one"
        )
