"""Checks of the autoencoders against the rest of params.yaml."""

from collections.abc import Sequence

from recon.core import rooms
from recon.core.errors import UserError
from recon.families.autoencoder.params import FAMILY, PATCHES
from recon.families.autoencoder.transform.params import NET, TransformExperiment
from recon.families.autoencoder.transform.weights import find_place
from recon.families.shared import zoo
from recon.families.shared.project import Project
from recon.settings.network_checks import check_network
from recon.settings.sweeps import locate_errors


def check(project: Project) -> None:
    """Raise UserError for the first entry that could not work, or if the figures have no entry to show."""
    group = project.families[FAMILY]
    for name, experiment in group.experiments.items():
        if isinstance(experiment, TransformExperiment):
            _check_transform(project, name)
        else:
            _check_network(project, name)
    if not any(e.is_kept_at_epochs and e.subject == FAMILY for e in group.networks.values()):
        raise UserError(
            f"params.yaml: {FAMILY}.experiments: none has `points.epoch` on the subject `{FAMILY}`, which the "
            "figures over epochs need; keep at least one"
        )


def _check_network(project: Project, name: str) -> None:
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


def _check_transform(project: Project, name: str) -> None:
    """Refuse weights that the zoo has not, training on gray patches, and rates that the weights are not for."""
    entry = project.families[FAMILY].entry(name, epochs=project.epochs)
    key = f"params.yaml: {entry.key}"
    if weights := entry.experiment.weights:
        try:
            network = zoo.find_network(weights, family=FAMILY)
        except UserError as error:
            raise UserError(f"{key}.weights: {error}") from None
        if network.net != NET:
            raise UserError(f"{key}.weights: `{weights}` is not of the network `{NET}`")
        lambdas = network.settings["lambdas"]
    else:
        if project.data.color != "rgb":
            raise UserError(f"{key}: it is for color, but `data.color` is {project.data.color}; use rgb")
        lambdas = entry.runs[0].training.lambdas
    _check_lambdas(entry.experiment.points.lmbda, lambdas, f"{key}.points.lmbda")


def _check_lambdas(wanted: Sequence[float], lambdas: Sequence[float], key: str) -> None:
    """Refuse a lambda beyond those that the weights are for, and two that give the same files."""
    places: dict[int, float] = {}
    for lmbda in wanted:
        if not lambdas[0] <= lmbda <= lambdas[-1]:
            raise UserError(f"{key}: {lmbda:g} is not from {lambdas[0]:g} to {lambdas[-1]:g}, as its weights are")
        other = places.setdefault(find_place(lambdas, lmbda), lmbda)
        if other != lmbda:
            raise UserError(f"{key}: {other:g} and {lmbda:g} give the same files; omit one")
