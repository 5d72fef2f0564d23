"""The checks of params.yaml: a setting that would make a later stage fail is refused here.

Each folder of stages/recon/families/ is a family (`recon.core.rooms`): its params.py declares the type of its
group, and its checks.py, if it has one, checks what types cannot express.
"""

from typing import Any, Literal

from recon.core import rooms
from recon.core.errors import UserError
from recon.core.reconstruction import method_name
from recon.data import datasets
from recon.data.manifest import Manifest
from recon.data.params import dataset_names
from recon.families.shared.project import JPEG, PATTERNS, TEST, Project
from recon.settings.core import parse
from recon.settings.groups import families

PLANE = "plane"


def read_project(params: dict[str, Any]) -> Project:
    """Return `params` as one object; UserError names the faulty key and the remedy."""
    groups = dict(families(params))
    names = rooms.families("params")
    for name in groups:
        if name not in names:
            raise UserError(f"params.yaml: {name}: unknown key; families are {', '.join(names)}")
    if missing := [name for name in names if name not in groups]:
        raise UserError(f"params.yaml: {missing[0]}: missing, or it has no `experiments`")
    shared = parse(Project, {name: group for name, group in params.items() if name not in groups}, "")
    parsed = {name: parse(rooms.load_part(name, "params").GROUP, group, name) for name, group in groups.items()}
    return shared.model_copy(update={"families": parsed})


def check(params: dict[str, Any]) -> Project:
    """Return `params` as one object; UserError where the pipeline could not run with it."""
    project = read_project(params)
    _check_subjects(project)
    _check_data(project)
    for family in project.families:
        if family in rooms.families("checks"):
            rooms.load_part(family, "checks").check(project)
    _check_methods(project)
    return project


def describe_enlargements(project: Project) -> list[str]:
    """Return a line for each of `data`, its `test_source` and `subjects` whose `fit` enlarges photographs."""
    lines, data = [], project.data
    fitted = {"data": data} | {f"subjects.{name}": subject for name, subject in project.subjects.items()}
    if data.test_source:
        fitted["data.test_source"] = data.model_copy(update={"source": data.test_source})
    for key, wanted in fitted.items():
        chosen = getattr(wanted, "images", "all")
        images = [i for i in Manifest.load(wanted.source).images if chosen == "all" or i.name in chosen]
        resized = [i for i in images if i.rows and wanted.rows and wanted.fit == "resize"]
        scales = {i.name: max(wanted.rows / i.rows, wanted.columns / i.columns) for i in resized}
        if enlarged := [name for name, scale in scales.items() if scale > 1]:
            most = max(enlarged, key=scales.get)
            line = f"{key}: `fit: resize` enlarges {len(enlarged)} of {len(images)} photographs"
            lines.append(f"{line}, `{most}` the most, by {scales[most]:.2f}")
    return lines


def _check_subjects(project: Project) -> None:
    """Refuse reserved names, missing images, and experiments on missing subjects."""
    for name, subject in project.subjects.items():
        key = f"subjects.{name}"
        if name in (TEST, JPEG, PATTERNS):
            raise UserError(f"params.yaml: {key}: the name is reserved; choose another")
        manifest = _load_manifest(subject.source, f"{key}.source")
        _check_images(subject.images, manifest, f"{key}.images")
        _check_images(subject.unseen, manifest, f"{key}.unseen")
        if len(subject.unseen) == len(manifest.images):
            raise UserError(f"params.yaml: {key}.unseen: lists every image of the dataset; leave one to train on")
    if PLANE not in project.subjects:
        raise UserError(f"params.yaml: subjects.{PLANE}: missing; all families are compared on these photographs")
    for family, group in project.families.items():
        for entry, experiment in group.experiments.items():
            if experiment.subject not in (TEST, PATTERNS):
                project.subject(experiment.subject, f"{family}.experiments.{entry}")


def _check_data(project: Project) -> None:
    """Refuse a dataset that cannot be split or has changed, and patches larger than the images."""
    data, size = project.data, project.augment.patch_size
    source = _load_manifest(data.source, "data.source")
    if data.test_source:
        _check_apart(source, _load_manifest(data.test_source, "data.test_source"))
    project.splits()
    if data.rows and min(data.rows, data.columns) < size:
        raise UserError(
            f"params.yaml: augment.patch_size: {size} is more than data.rows or data.columns "
            f"({data.rows} x {data.columns}); choose a smaller one"
        )
    for name in dataset_names(data, project.subjects.values()):
        datasets.check_unchanged(Manifest.load(name))


def _check_apart(source: Manifest, test: Manifest) -> None:
    """Refuse test images with the name or the pixels of a training image."""
    for field in ("name", "pixels_sha256"):
        names = {getattr(image, field): image.name for image in source.images}
        for image in test.images:
            if (twin := names.get(getattr(image, field))) is not None:
                raise UserError(
                    f"params.yaml: data.test_source: its image `{image.name}` has the name or the pixels of "
                    f"`{twin}` in {source.name}; register the test images without it, or under another name"
                )


def _check_methods(project: Project) -> None:
    """Refuse a plane without a curve, and two curves with the same name."""
    keys: dict[str, str] = {}
    for family, group in project.families.items():
        for entry in [name for name, experiment in group.experiments.items() if experiment.subject == PLANE]:
            key, name = f"{family}.experiments.{entry}", method_name(family=family, entry=entry)
            if keys.setdefault(name, key) != key:
                raise UserError(
                    f"params.yaml: {key}: its curve would be named `{name}`, like that of {keys[name]}; rename it"
                )
    if not keys:
        raise UserError(f"params.yaml: no experiment has the subject `{PLANE}`; the plane needs at least one")


def _load_manifest(name: str, key: str) -> Manifest:
    try:
        return Manifest.load(name)
    except UserError as error:
        raise UserError(f"params.yaml: {key}: {error}") from None


def _check_images(names: list[str] | Literal["all"], manifest: Manifest, key: str) -> None:
    choices = [image.name for image in manifest.images]
    for name in () if names == "all" else names:
        if name not in choices:
            raise UserError(
                f"params.yaml: {key}: `{name}` is not in the dataset `{manifest.name}`; "
                f"known: {', '.join(choices)}"
            )
