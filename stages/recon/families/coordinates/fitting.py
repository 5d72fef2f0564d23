"""Fitting one network to one image: its visible pixels, from their coordinates."""

from math import gcd
from pathlib import Path
from time import perf_counter

import keras
import numpy as np

from recon.core import files, images
from recon.data.manifest import pixels_sha256
from recon.data.masks import KNOWN
from recon.families.coordinates.mappings import coordinate_grid
from recon.families.coordinates.method import FieldCodec, NeuralField
from recon.families.coordinates.params import FAMILY, FieldRun
from recon.families.coordinates.visibility import reduce_pixels
from recon.settings.core import Runtime
from recon.training import checkpoints, fitting
from recon.training.batches import SampleBatches
from recon.training.towers import in_towers

_MAX_STEPS_PER_EXECUTION = 20


def fit_picture(
    run: FieldRun, pixels: np.ndarray, mask: np.ndarray | None, *, runtime: Runtime, entry: str, image: str
) -> tuple[FieldCodec, float]:
    """Fit a network to the visible pixels of an image; return its codec, and the seconds it took.

    models/coordinates/ENTRY/[RUN/]IMAGE.csv gets the curve: epoch, loss, mse, learning_rate. An interrupted run is
    resumed.

    Args:
        run: network, mapping and training; the image is reduced first if its visibility says so.
        pixels: uint8 (rows, columns, channels).
        mask: uint8 (rows, columns, 1), see `recon.data.masks`; None: all pixels are visible. Not with a reduction.
        runtime: seed and threads.
        entry: its name in params.yaml.
        image: its name.

    Raises:
        UserError: the network is too large to be sent, the loss is not finite, or the settings do not fit the
            number of steps.
    """
    keras.utils.clear_session()
    training = run.training
    seed = runtime.seed if training.seed is None else training.seed
    keras.utils.set_random_seed(seed)
    rows, columns, channels = pixels.shape
    seen = reduce_pixels(pixels, run.visibility.reduce)
    field = NeuralField.of(run, seed=seed, channels=channels)
    field.shapes(rows=rows, columns=columns)  # what can't be sent fails before it is fitted
    model = field.build()
    visible = np.full(seen.shape[:2], True) if mask is None else mask[..., 0] == KNOWN
    data = SampleBatches(
        field.features(coordinate_grid(*visible.shape)[visible.ravel()]),
        images.to_float(seen[visible], training.value_range),
        batch_size=training.batch_size,
        steps=training.steps_per_epoch,
        seed=seed,
    )
    decides = [run.net, run.network, run.mapping.model_dump(), training.model_dump(), runtime.model_dump()]
    decides += [pixels_sha256(seen), pixels_sha256(visible.astype(np.uint8))]
    checkpoint = checkpoints.Checkpoint(
        checkpoints.folder(family=FAMILY, entry=entry, variant=run.folder) / image,
        fingerprint=checkpoints.fingerprint(decides),
    )
    curve = run.curve_path(entry, image)
    start = perf_counter()
    fitting.fit(
        in_towers(model) if data.batch_size > 1 else model,
        data,
        settings=training,
        epochs=training.epochs,
        curves=curve,
        checkpoint=checkpoint,
        metrics=[keras.metrics.MeanSquaredError("mse")],
        steps_per_execution=1 if training.schedule == "plateau" else gcd(len(data), _MAX_STEPS_PER_EXECUTION),
    )
    seconds = checkpoint.spent_before + perf_counter() - start
    _warn_if_nothing_learned(curve, data.colors, ", ".join(filter(None, (entry, run.folder, image))))
    return FieldCodec(field, model, rows=rows, columns=columns), seconds


def _warn_if_nothing_learned(curve: Path, colors: np.ndarray, name: str) -> None:
    """Print a line where the last error is no smaller than that of the mean color: training has died."""
    if files.read_csv(curve)["mse"].iloc[-1] >= colors.var(axis=0).mean():
        print(f"{name}: no better than one color for the whole image; lower learning_rate, or train longer")
