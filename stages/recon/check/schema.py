"""All of params.yaml, and what its parts must have in common: what can be known to fail fails here."""

from collections.abc import Callable
from typing import Any, Literal

from recon.core import rooms
from recon.core.errors import UserError
from recon.core.reconstruction import method_name
from recon.data import datasets
from recon.data.manifest import Manifest
from recon.data.params import Augment, Data, Degrade, Inspect, Subject, Synthesize
from recon.data.splits import assign_splits
from recon.families.autoencoder.params import Autoencoder, Epochs, experiment_of, runs_of, settings_of
from recon.families.classical.params import Classical
from recon.families.coordinates.checks import check_coordinates
from recon.families.coordinates.params import Coordinates
from recon.families.deblocking.params import Deblocking
from recon.families.fractal import params as fractal
from recon.families.fractal.params import Fractal
from recon.families.latent_decoder.checks import check_latent_decoder
from recon.families.latent_decoder.params import LatentDecoder
from recon.families.pixels import params as pixels
from recon.families.pixels.params import Pixels
from recon.families.restoration.checks import check_restoration, check_unseen
from recon.families.restoration.params import Restoration
from recon.referee.params import Plot
from recon.settings.core import Runtime, parse
from recon.settings.network_checks import check_network
from recon.settings.training import Training

FAMILIES = (
    *("classical", "autoencoder", "deblocking", "restoration", "coordinates"),
    *("latent_decoder", "pixels", "fractal"),
)


class AutoencoderGroup(Autoencoder):
    """The whole group: its photograph, its training and its experiments."""

    subject: Subject
    training: Training


class Params(Epochs):
    """All groups of params.yaml."""

    runtime: Runtime
    data: Data
    inspect: Inspect
    degrade: Degrade
    augment: Augment
    synthesize: Synthesize
    plane: Subject
    classical: Classical
    autoencoder: AutoencoderGroup
    deblocking: Deblocking
    restoration: Restoration
    coordinates: Coordinates
    latent_decoder: LatentDecoder
    pixels: Pixels
    fractal: Fractal
    plot: Plot


def check(params: dict[str, Any]) -> None:
    """Raise UserError, naming the key and what would be right, if `params` cannot be run."""
    known = parse(Params, params, "")
    for entry in known.autoencoder.experiments:
        _check_autoencoder(params, entry)
    check_restoration(params, known)
    check_coordinates(params, known)
    check_latent_decoder(params, known)
    for family, points_of in {"pixels": pixels.points_of, "fractal": fractal.points_of}.items():
        _check_from_noise(params, family, points_of)
    _check_blocks(params, known)
    if not any(e.subject == "autoencoder" and e.sweep.epoch for e in known.autoencoder.experiments.values()):
        raise UserError(
            "params.yaml: autoencoder.experiments: none sweeps `epoch` on the subject `autoencoder`, "
            "which the figures over epochs need; keep one"
        )
    subjects = {"plane": known.plane}
    own = ("autoencoder", "latent_decoder", "pixels", "fractal")
    subjects |= {f"{name}.subject": getattr(known, name).subject for name in own}
    subjects |= {f"coordinates.subjects.{name}": part for name, part in known.coordinates.subjects.items()}
    manifests = {key: _manifest(part.source, key) for key, part in {"data": known.data, **subjects}.items()}
    tests = [_manifest(known.data.test_source, "data", "test_source")] if known.data.test_source else []
    for key, subject in subjects.items():
        _check_images(subject.images, manifests[key], f"{key}.images")
    _check_unseen(known.latent_decoder.subject.unseen, manifests["latent_decoder.subject"])
    _check_data(known, manifests["data"])
    for test in tests:
        _check_apart(manifests["data"], test)
    _check_methods({family: getattr(known, family) for family in FAMILIES})
    for manifest in {manifest.name: manifest for manifest in [*manifests.values(), *tests]}.values():
        datasets.check_unchanged(manifest)


def _check_autoencoder(params: dict[str, Any], entry: str) -> None:
    """Refuse a network that is no codec, and an end of training that its snapshots would not live to see."""
    key, experiment = f"autoencoder.experiments.{entry}", experiment_of(params, entry)
    training = runs_of(params, entry)[0].training
    check_network(settings_of(params, entry), training, key)
    if not rooms.is_codec(experiment.net):
        raise UserError(
            f"params.yaml: {key}.net: `{experiment.net}` has no latent to be sent; known: "
            f"{', '.join(filter(rooms.is_codec, rooms.names('networks')))}"
        )
    if training.early_stopping and experiment.sweep.epoch:
        raise UserError(f"params.yaml: {key}.training.early_stopping: `sweep.epoch` needs all epochs; use null")


def _check_from_noise(params: dict[str, Any], family: str, points_of: Callable) -> None:
    """Refuse a point that cannot be run, and a family without an entry for its figures."""
    experiments = params[family]["experiments"]
    for entry in experiments:
        points_of(params, entry)
    if all(experiment["subject"] != family for experiment in experiments.values()):
        raise UserError(
            f"params.yaml: {family}.experiments: none has the subject `{family}`, which the figures need; keep one"
        )


def _check_blocks(params: dict[str, Any], known: Params) -> None:
    """Refuse fractals whose photographs, where their sides are known, are smaller than a block."""
    subjects = {"plane": known.plane, "fractal": known.fractal.subject}
    for entry, experiment in known.fractal.experiments.items():
        subject = subjects[experiment.subject]
        what = f"params.yaml: fractal.experiments.{entry}: an image"
        for point in fractal.points_of(params, entry) if subject.rows else ():
            fractal.check_sides(point.settings, subject.rows, subject.columns, what)


def _check_data(params: Params, manifest: Manifest) -> None:
    """Refuse a dataset that cannot be split, and patches larger than the images they are cut from."""
    data = params.data
    splits = assign_splits(
        [(image.name, image.split) for image in manifest.images],
        validation_fraction=data.validation_fraction,
        test_fraction=data.test_fraction,
    )
    check_unseen(params, splits)
    if data.rows and min(data.rows, data.columns) < params.augment.patch_size:
        raise UserError(
            f"params.yaml: augment.patch_size: {params.augment.patch_size} is more than data.rows or data.columns "
            f"({data.rows} x {data.columns}); choose a smaller one"
        )


def _check_apart(source: Manifest, test: Manifest) -> None:
    """Refuse test images that are trained on, and those whose name is taken."""
    for what in ("name", "pixels_sha256"):
        known = {getattr(image, what): image.name for image in source.images}
        for image in test.images:
            if (twin := known.get(getattr(image, what))) is not None:
                raise UserError(
                    f"params.yaml: data.test_source: its image `{image.name}` is `{twin}` of {source.name}, by "
                    "name or by pixels; register the test images without it, or under another name"
                )


def _check_methods(families: dict[str, Any]) -> None:
    """Refuse a plane without a curve, and two curves of one name."""
    keys: dict[str, str] = {}
    for family, group in families.items():
        for entry in [name for name, experiment in group.experiments.items() if experiment.subject == "plane"]:
            key, name = f"{family}.experiments.{entry}", method_name(family=family, entry=entry)
            if keys.setdefault(name, key) != key:
                raise UserError(
                    f"params.yaml: {key}: its curve would be called `{name}`, as that of {keys[name]}; rename it"
                )
    if not keys:
        raise UserError("params.yaml: no experiment has the subject `plane`; the plane needs one at least")


def _manifest(name: str, group: str, key: str = "source") -> Manifest:
    try:
        return Manifest.load(name)
    except UserError as error:
        raise UserError(f"params.yaml: {group}.{key}: {error}") from None


def _check_images(names: list[str] | Literal["all"], manifest: Manifest, key: str) -> None:
    known = [image.name for image in manifest.images]
    missing = [] if names == "all" else [name for name in names if name not in known]
    if missing:
        raise UserError(
            f"params.yaml: {key}: `{missing[0]}` is not in the dataset `{manifest.name}`; "
            f"known: {', '.join(known)}"
        )


def _check_unseen(names: list[str], manifest: Manifest) -> None:
    """Refuse names that "all" images do not have, and a decoder without any image to be trained on."""
    key = "latent_decoder.subject.unseen"
    _check_images(names, manifest, key)
    if len(names) == len(manifest.images):
        raise UserError(f"params.yaml: {key}: these are all images there are; leave one at least to train on")
