"""All of params.yaml, and what its parts must have in common: what can be known to fail fails here."""

from typing import Any

from recon import datasets
from recon.errors import UserError
from recon.manifest import Manifest
from recon.params.autoencoder import Autoencoder, Epochs, settings_of, training_of
from recon.params.classical import Classical
from recon.params.core import Runtime, parse
from recon.params.data import Augment, Data, Degrade, Fitted, Inspect, Subject, Synthesize
from recon.params.plot import Plot
from recon.params.training import Training
from recon.reconstruction import method_name
from recon.splits import assign_splits

# The activations that a network may be given, by their names in Keras; no value below 0 leaves the first ones,
# so the symmetric value range is out of their reach.
NEVER_NEGATIVE = ("relu", "relu6", "sigmoid", "softplus")
ACTIVATIONS = (*NEVER_NEGATIVE, "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "tanh", "softsign", "linear")
MOST_LEVELS = 6  # a network that halves the sides at each has latents of 64 x 64 pixels


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
    plot: Plot


def check(params: dict[str, Any]) -> None:
    """Raise UserError, naming the key and what would be right, if `params` cannot be run."""
    known = parse(Params, params, "")
    for entry in known.autoencoder.experiments:
        _check_network(settings_of(params, entry), training_of(params, entry), f"autoencoder.experiments.{entry}")
    if not any(e.subject == "autoencoder" and e.sweep.epoch for e in known.autoencoder.experiments.values()):
        raise UserError(
            "params.yaml: autoencoder.experiments: none sweeps `epoch` on the subject `autoencoder`, "
            "which the figures over epochs need; keep one"
        )
    subjects = {"plane": known.plane, "autoencoder.subject": known.autoencoder.subject}
    manifests = {key: _manifest(part, key) for key, part in {"data": known.data, **subjects}.items()}
    for key, subject in subjects.items():
        _check_images(subject, manifests[key], f"{key}.images")
    _check_data(known, manifests["data"])
    _check_methods({"classical": known.classical, "autoencoder": known.autoencoder})
    for manifest in {manifest.name: manifest for manifest in manifests.values()}.values():
        datasets.check_unchanged(manifest)


def _check_data(params: Params, manifest: Manifest) -> None:
    """Refuse a dataset that cannot be split, and patches larger than the images they are cut from."""
    data = params.data
    assign_splits(
        [(image.name, image.split) for image in manifest.images],
        validation_fraction=data.validation_fraction,
        test_fraction=data.test_fraction,
    )
    if data.rows and min(data.rows, data.columns) < params.augment.patch_size:
        raise UserError(
            f"params.yaml: augment.patch_size: {params.augment.patch_size} is more than data.rows or data.columns "
            f"({data.rows} x {data.columns}); choose a smaller one"
        )


def _check_methods(families: dict[str, Classical | Autoencoder]) -> None:
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


def _manifest(part: Fitted, key: str) -> Manifest:
    try:
        return Manifest.load(part.source)
    except UserError as error:
        raise UserError(f"params.yaml: {key}.source: {error}") from None


def _check_network(settings: dict[str, Any], training: Training, key: str) -> None:
    for name, value in settings.items():
        _check_setting(value, f"{key}.settings.{name}")
    activation = settings.get("output_activation")
    if training.value_range == "symmetric" and activation in NEVER_NEGATIVE:
        raise UserError(
            f"params.yaml: {key}: value_range `symmetric` is [-1, 1], which output_activation `{activation}` "
            "cannot reach; choose `tanh` or `linear`, or value_range `unit`"
        )


def _check_setting(value: Any, key: str) -> None:
    if key.endswith("activation") and value not in ACTIVATIONS:
        raise UserError(f"params.yaml: {key}: unknown activation `{value}`; known: {', '.join(ACTIVATIONS)}")
    counts = value if isinstance(value, tuple) else (value,)
    if not counts or any(isinstance(count, int) and count < 1 for count in counts):
        raise UserError(f"params.yaml: {key}: counts start at 1 (got {value!r})")
    if len(counts) > MOST_LEVELS:
        raise UserError(f"params.yaml: {key}: at most {MOST_LEVELS} of them (got {value!r})")


def _check_images(subject: Subject, manifest: Manifest, key: str) -> None:
    known = [image.name for image in manifest.images]
    missing = [] if subject.images == "all" else [name for name in subject.images if name not in known]
    if missing:
        raise UserError(
            f"params.yaml: {key}: `{missing[0]}` is not in the dataset `{manifest.name}`; "
            f"known: {', '.join(known)}"
        )
