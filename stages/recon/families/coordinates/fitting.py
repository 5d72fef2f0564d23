"""Fitting one network to one image: what is known of it, place by place."""

from math import gcd
from pathlib import Path
from time import perf_counter

import keras
import numpy as np

from recon.core import files, images
from recon.data.manifest import pixels_sha256
from recon.data.masks import KNOWN
from recon.families.coordinates.mappings import coordinates
from recon.families.coordinates.method import FAMILY, Field
from recon.families.coordinates.runs import Run
from recon.families.coordinates.shown import reduced
from recon.settings.core import Runtime
from recon.training import checkpoints, fitting
from recon.training.batches import Places
from recon.training.towers import in_towers

MODELS = Path("models/coordinates")
_STEPS_AT_ONCE = 20


def fitted(
    how: Run, pixels: np.ndarray, mask: np.ndarray | None, *, runtime: Runtime, entry: str, image: str
) -> tuple[Field, keras.Model, float]:
    """Fit a network to what is known of an image; return what it is, itself, and the seconds it took.

    models/coordinates/ENTRY/[VARIANT/]IMAGE.csv gets the curve: epoch, loss, mse, learning_rate. A run that was
    cut goes on where it was.

    Args:
        how: network, mapping, training; the image is reduced first if it says so.
        pixels: uint8 (rows, columns, channels).
        mask: uint8 (rows, columns, 1), see `recon.data.masks`; None: all is known. Not with a reduction.
        runtime: seed and threads.
        entry: its name in params.yaml.
        image: its name.

    Raises:
        UserError: the network is too large to be sent, the loss is no longer a number, or the settings do not fit
            the number of steps.
    """
    keras.utils.clear_session()
    seed = runtime.seed if how.training.seed is None else how.training.seed
    keras.utils.set_random_seed(seed)
    small = reduced(pixels, how.shown.reduce)
    field = Field(
        how.net, how.settings, how.mapping, seed, pixels.shape[-1], how.training.value_range, how.training.math
    )
    field.shapes(rows=pixels.shape[0], columns=pixels.shape[1])  # what can't be sent fails before it is fitted
    model = field.build()
    known = np.full(small.shape[:2], True) if mask is None else mask[..., 0] == KNOWN
    places = coordinates(*small.shape[:2])[known.ravel()]
    data = Places(
        field.features(places),
        images.to_float(small[known], how.training.value_range),
        batch_size=how.training.batch_size,
        steps=how.training.steps_per_epoch,
        seed=seed,
    )
    decides = [how.described, runtime.model_dump(), pixels_sha256(small), pixels_sha256(known.astype(np.uint8))]
    checkpoint = checkpoints.Checkpoint(
        checkpoints.folder(family=FAMILY, entry=entry, variant=how.variant) / image,
        fingerprint=checkpoints.fingerprint(decides),
    )
    curve = MODELS / entry / how.variant / f"{image}.csv"
    start = perf_counter()
    fitting.fit(
        in_towers(model) if data.batch_size > 1 else model,
        data,
        settings=how.training,
        epochs=how.training.epochs,
        curves=curve,
        checkpoint=checkpoint,
        metrics=[keras.metrics.MeanSquaredError("mse")],
        steps_per_execution=1 if how.training.schedule == "plateau" else gcd(len(data), _STEPS_AT_ONCE),
    )
    seconds = checkpoint.spent_before + perf_counter() - start
    _tell_if_nothing_learned(curve, data.colors, ", ".join(filter(None, (entry, how.variant, image))))
    return field, model, seconds


def _tell_if_nothing_learned(curve: Path, colors: np.ndarray, name: str) -> None:
    """Print a line where the last errors are no smaller than those of the mean color: training has died."""
    if files.read_csv(curve)["mse"].iloc[-1] >= colors.var(axis=0).mean():
        print(f"{name}: no better than one color for all of the image; lower learning_rate, or train longer")
