"""Checks of the autoencoders against the rest of params.yaml."""

from recon.core import rooms
from recon.core.errors import UserError
from recon.families.autoencoder.params import FAMILY, PATCHES
from recon.families.shared.project import Project
from recon.settings.network_checks import check_network
from recon.settings.sweeps import locate_errors


def check(project: Project) -> None:
    """Raise UserError for the first entry that could not work, or if the figures have no entry to show."""
    group = project.families[FAMILY]
    for name in group.experiments:
        _check_entry(project, name)
    if not any(e.is_kept_at_epochs and e.subject == FAMILY for e in group.experiments.values()):
        raise UserError(
            f"params.yaml: {FAMILY}.experiments: none has `points.epoch` on the subject `{FAMILY}`, which the "
            "figures over epochs need; keep at least one"
        )


def _check_entry(project: Project, name: str) -> None:
    """Refuse a network without a latent, unknown images, and training that may end before its snapshots."""
    entry = project.families[FAMILY].entry(name, epochs=project.epochs)
    experiment, key = entry.experiment, f"params.yaml: {entry.key}"
    if not rooms.is_codec(experiment.net):
        codecs = ", ".join(filter(rooms.is_codec, rooms.names("networks")))
        raise UserError(f"{key}.net: `{experiment.net}` has no latent code to send; known: {codecs}")
    sources = [PATCHES, *(f"subjects/{subject}" for subject in project.subjects)]
    if experiment.trained_on not in sources:
        raise UserError(f"{key}.trained_on: unknown `{experiment.trained_on}`; known: {', '.join(sources)}")
    for run in entry.runs:
        with locate_errors(run, entry.key):
            check_network(run.network, run.training, entry.key)
        if run.training.early_stopping and experiment.is_kept_at_epochs:
            raise UserError(f"{key}.training.early_stopping: `points.epoch` needs all epochs; use null")
