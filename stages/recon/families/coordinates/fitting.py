"""Fitting one network to one image: its visible pixels, from their coordinates."""

import sys
from dataclasses import replace
from math import gcd
from time import perf_counter
from typing import NamedTuple

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

PLAIN = "no better than one color for the whole image"  # a fit that has learned nothing
_MAX_STEPS_PER_EXECUTION = 20
# With less variance than one level of gray squared, there is nothing to learn beyond the mean color.
_ONE_COLOR = {"unit": (1 / 255) ** 2, "symmetric": (2 / 255) ** 2}
_MOST_FITS = 3  # of one width
_RATE_DECAY = 0.25  # from one of them to the next


class Fit(NamedTuple):
    """A fitted network, the seconds it took, and whether it is better than one color for the whole image."""

    codec: FieldCodec
    seconds: float
    has_learned: bool


def fit_width(run: FieldRun, width: int, pixels: np.ndarray, *, usual: int, runtime: Runtime) -> FieldCodec:
    """Fit the network of `run`, but of another width, to all pixels of an image.

    Adam moves every weight by about the learning rate, and a wider layer sums more of them. So beyond `usual` the
    learning rate is divided by `width` / `usual`. A fit that learns nothing is repeated at a quarter of its rate,
    which is printed; the last one is taken as it is.

    Args:
        run: the network, mapping and training; it has no mask, and no reduction.
        width: units of each layer.
        pixels: uint8 (rows, columns, channels).
        usual: the width that the run's learning rate is meant for.
        runtime: seed and threads.
    """
    rate = run.training.learning_rate * min(1, usual / width)
    for remaining in reversed(range(_MOST_FITS)):
        training = run.training.model_copy(update={"learning_rate": rate})
        changed = replace(run, network=run.network | {"width": width}, training=training)
        names = {"entry": f"width {width}, learning rate {rate:g}", "image": "the picture"}
        fit = fit_picture(changed, pixels, None, runtime=runtime, **names)
        if fit.has_learned:
            break
        rate *= _RATE_DECAY
        following = f"fitting it again at learning rate {rate:g}" if remaining else "try another width or --entry"
        print(f"{names['entry']}: {PLAIN}; {following}", file=sys.stderr)
    return fit.codec


def fit_picture(
    run: FieldRun, pixels: np.ndarray, mask: np.ndarray | None, *, runtime: Runtime, entry: str, image: str
) -> Fit:
    """Fit a network to the visible pixels of an image.

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
    variance = data.colors.var(axis=0, dtype=np.float64).mean()  # the error of the mean color
    has_learned = variance < _ONE_COLOR[training.value_range] or files.read_csv(curve)["mse"].iloc[-1] < variance
    return Fit(FieldCodec(field, model, rows=rows, columns=columns), seconds, bool(has_learned))
