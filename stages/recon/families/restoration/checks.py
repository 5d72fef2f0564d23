"""Checks of the restorers against the rest of params.yaml."""

from recon.core.errors import UserError
from recon.data.params import Augment
from recon.families.restoration.params import BASELINES, FAMILY, PLAIN, Restoration, RestorerEntry, RestorerRun
from recon.families.restoration.zoo_settings import read_settings
from recon.families.shared import zoo
from recon.families.shared.project import TEST, Project
from recon.settings.network_checks import check_network
from recon.settings.sweeps import locate_errors

BLOCK = 8  # whole images are padded to multiples of JPEG's blocks


def check(project: Project) -> None:
    """Raise UserError for the first network that could not work or be compared."""
    group: Restoration = project.families[FAMILY]
    plain_qualities = _read_plain_qualities(project)
    entries = group.entries(degrade=project.degrade, augment=project.augment)
    for entry in entries:
        if entry.name in project.families[BASELINES].experiments:
            raise UserError(
                f"params.yaml: {entry.key}: {BASELINES} has an entry of the same name; rename one of them"
            )
        if entry.experiment.weights:
            _check_weights(entry, project)
        for run in entry.runs:
            with locate_errors(run, entry.key):
                _check_run(entry, run, project.augment)
            missing = [quality for quality in run.qualities if quality not in plain_qualities]
            if entry.experiment.is_compared and missing:
                raise UserError(
                    f"params.yaml: {entry.key}.points.quality: {BASELINES}.experiments.{PLAIN} is not scored at "
                    f"{missing[0]}; add it there, or to degrade.qualities"
                )
    single = [entry.name for entry in entries if [run.folder for run in entry.runs] == [""]]
    if group.export not in single:
        raise UserError(
            f"params.yaml: {FAMILY}.export: `{group.export}` is not an experiment with a single network; "
            f"known: {', '.join(single) or 'none'}"
        )
    _check_unseen(project)


def _check_weights(entry: RestorerEntry, project: Project) -> None:
    """Raise UserError where an entry's weights are not in the zoo, or another network's, or saw what is scored."""
    key, experiment = entry.key, entry.experiment
    try:
        network = zoo.find_network(experiment.weights, family=FAMILY)
        network.read_weights()
        needed = read_settings(network).network
    except UserError as error:
        raise UserError(f"params.yaml: {key}.weights: {error}") from None
    if experiment.net != network.net:
        raise UserError(f"params.yaml: {key}.net: the weights of {network.name} are of {network.net}; write that")
    for run in entry.runs:
        for name, value in needed.items():
            if run.network[name] != value:
                raise UserError(
                    f"params.yaml: {key}.settings.{name}: the weights of {network.name} need {value!r} "
                    f"(got {run.network[name]!r})"
                )
        if run.training != entry.runs[0].training:
            raise UserError(f"params.yaml: {key}.sweep: with `weights` nothing is trained; vary `inference` only")
    if (source := project.scored_source(experiment.subject)) == network.data:
        setting = "data.test_source" if experiment.subject == TEST else f"subjects.{experiment.subject}.source"
        raise UserError(
            f"params.yaml: {key}.weights: {network.name} was trained on images of {source}, on which the entry is "
            f"scored; set {setting} to another dataset, or remove the entry"
        )


def _check_unseen(project: Project) -> None:
    """Raise UserError where a restorer would be trained on the plane's photographs.

    With a `test_source`, training includes the test images of `data.source`.
    """
    group, plane = project.families[FAMILY], project.subjects["plane"]
    trained = {name: given for name, given in group.experiments.items() if not given.weights}
    in_plane = [name for name, experiment in trained.items() if experiment.subject == "plane"]
    if not in_plane or plane.source != project.data.source:
        return
    splits = project.splits()
    held_out = () if project.data.test_source else ("test",)
    names = splits if plane.images == "all" else plane.images
    if overlap := [name for name in names if splits.get(name, "test") not in held_out]:
        raise UserError(
            f"params.yaml: subjects.plane.images: `{overlap[0]}` is a training photograph of {FAMILY}.experiments."
            f"{in_plane[0]}; take the plane's images from another source, or remove the entry"
        )


def _read_plain_qualities(project: Project) -> list[int]:
    """Return the qualities of the baseline of all restorers; UserError where it is missing."""
    group = project.families.get(BASELINES)
    plain = group and group.experiments.get(PLAIN)
    if plain is None or (plain.filter, plain.subject) != ("none", "test"):
        raise UserError(
            f"params.yaml: {BASELINES}.experiments.{PLAIN}: must exist with `filter: none` and "
            "`subject: test`, because restorers are compared with it"
        )
    return group.entry(PLAIN, degrade=project.degrade).runs[0].qualities


def _check_run(entry: RestorerEntry, run: RestorerRun, augment: Augment) -> None:
    key, patch_size = entry.key, augment.patch_size
    check_network(run.network, run.training, key)
    side = run.network.get("patch_size")
    if side not in (None, patch_size):
        raise UserError(
            f"params.yaml: {key}.settings.patch_size: {entry.experiment.net} takes patches of a single size, "
            f"which must be augment.patch_size, {patch_size} (got {side})"
        )
    if run.network.get("block_bias") and augment.aligned_fraction < 1 and not entry.experiment.weights:
        raise UserError(
            f"params.yaml: {key}.settings.block_bias: is learned from patches that begin with a block, as files "
            f"do; set augment.aligned_fraction to 1 (got {augment.aligned_fraction:g})"
        )
    halvings = len(run.network.get("filters", ()))
    if (side or BLOCK) % 2**halvings:
        raise UserError(
            f"params.yaml: {key}.settings.filters: each filter halves the sides, which are multiples "
            f"of {side or BLOCK}; use fewer (got {halvings})"
        )
    steps = run.training.steps_per_epoch
    if steps and run.training.warmup_steps >= run.training.epochs * steps:
        raise UserError(
            f"params.yaml: {key}.training.warmup_steps: must be less than the run's {run.training.epochs} x "
            f"{steps} steps (got {run.training.warmup_steps})"
        )
