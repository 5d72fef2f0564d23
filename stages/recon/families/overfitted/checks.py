"""Checks of the overfitted codecs against the rest of params.yaml."""

from recon.core.errors import UserError
from recon.data.params import Subject
from recon.families.overfitted import starts, training_images
from recon.families.overfitted.params import FAMILY, TRAINED, FitEntry, Networks, Overfitted
from recon.families.shared import zoo
from recon.families.shared.project import Project
from recon.settings.sweeps import locate_errors


def check(project: Project) -> None:
    """Raise UserError for the first entry that could not work, or whose start has seen what it is scored on."""
    group: Overfitted = project.families[FAMILY]
    for entry in group.entries():
        subject = project.subject(entry.experiment.subject, entry.key)
        if entry.experiment.shared_start is not None:
            _check_networks(entry, group.networks)
        if entry.experiment.zoo_start:
            _check_zoo(entry, subject)
        if entry.experiment.shared_start == TRAINED:
            _check_unseen(entry, subject, project)


def _check_networks(entry: FitEntry, networks: Networks) -> None:
    """Refuse settings of networks that a shared start has already; which grids a picture has is no part of it."""
    for run in entry.runs:
        with locate_errors(run, entry.key):
            for name, value in networks:
                if name != "leave_out_from" and getattr(run.networks, name) != value:
                    raise UserError(
                        f"params.yaml: {entry.key}.settings.{name}: the networks of a shared start are its own; "
                        f"remove it, or leave `shared_start` empty (now `{entry.experiment.shared_start}`)"
                    )


def _check_zoo(entry: FitEntry, subject: Subject) -> None:
    """Refuse a start that is not in the zoo, or is of another color or from the dataset that the entry shows."""
    key, name = f"params.yaml: {entry.key}.shared_start", entry.experiment.zoo_start
    try:
        start = starts.open_start(name)
        network = zoo.find_network(name, family=FAMILY)
    except UserError as error:
        raise UserError(f"{key}: {error}") from None
    if subject.source == network.data:
        raise UserError(
            f"{key}: {name} was trained on images of {network.data}, on which the entry is scored; score it on "
            "another dataset, or name another start"
        )
    if (color := "gray" if start.parameters.architecture.channels == 1 else "rgb") != subject.color:
        raise UserError(
            f"{key}: {name} is for `color: {color}`, but subjects.{entry.experiment.subject} has `color: "
            f"{subject.color}`; leave it empty, or name another start"
        )


def _check_unseen(entry: FitEntry, subject: Subject, project: Project) -> None:
    """Refuse an entry on photographs that its start is trained on, all but the plane's, or without any."""
    training = [name for name, split in _list_splits(project).items() if split == "train"]
    left = training_images.choose(training, project.subjects["plane"], project.data.source)
    if not left:
        raise UserError(
            f"params.yaml: {entry.key}.shared_start: the plane shows all training images of "
            f"{project.data.source}, so none is left for the start; leave it empty, or show fewer images"
        )
    shown = left if subject.images == "all" else subject.images
    if subject.source == project.data.source and (seen := [name for name in left if name in shown]):
        raise UserError(
            f"params.yaml: subjects.{entry.experiment.subject}.images: the shared start of {entry.key} is trained "
            f"on `{seen[0]}`; take images from another source, or leave its `shared_start` empty"
        )


def _list_splits(project: Project) -> dict[str, str]:
    """Return the split of each image of `data.source`; with a `test_source` its test images are trained on too."""
    splits = project.splits()
    if not project.data.test_source:
        return splits
    return {name: "train" if split == "test" else split for name, split in splits.items()}
