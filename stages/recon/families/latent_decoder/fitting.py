"""Codes and their decoder, optimized together; or codes alone, for images that the decoder has not seen."""

from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import keras
import numpy as np

from recon.core import files, images
from recon.data.manifest import pixels_sha256
from recon.families.latent_decoder.method import FAMILY, WEIGHTS, build
from recon.families.latent_decoder.params import CodeTraining, Run
from recon.families.latent_decoder.pca import principal_components
from recon.settings.core import Runtime
from recon.training import checkpoints, fitting
from recon.training.batches import Places

MODELS = Path("models/latent_decoder")
CODES = "codes"  # the name of the layer
_STRAIGHT = "linear"  # of the layer, where a decoder has one, that principal components can be put into


class Elapsed(keras.callbacks.Callback):
    """Keeps the seconds since training began, at the end of each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Look at the clock."""
        self._start = perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Look again."""
        self.seconds.append(perf_counter() - self._start)


class Fitted(NamedTuple):
    """A decoder, the codes of its images, float32 (images, latents), and (epoch, seconds so far) along the way."""

    decoder: keras.Model
    codes: np.ndarray
    elapsed: list[tuple[int, float]]


def fitted(how: Run, pixels: np.ndarray, *, runtime: Runtime, entry: str) -> Fitted:
    """Train a decoder and the codes of its images together.

    models/latent_decoder/ENTRY/[VARIANT/] gets curve.csv (epoch, loss, mse, learning_rate: means since the row
    before) and the decoder's weights. A run that was cut goes on where it was.

    Args:
        how: decoder, latents, start, training.
        pixels: uint8 (images, rows, columns, channels).
        runtime: seed and threads.
        entry: its name in params.yaml.

    Raises:
        UserError: the loss is no longer a number, or the settings do not fit the number of steps.
    """
    keras.utils.clear_session()
    seed = runtime.seed if how.training.seed is None else how.training.seed
    keras.utils.set_random_seed(seed)
    targets = images.to_float(pixels, how.training.value_range)
    decoder = build(how.net, how.settings, latents=how.latents, image_shape=targets.shape[1:])
    codes = _start(how, targets, decoder, seed)
    folder, every = MODELS / entry / how.variant, how.training.report_every
    decides = [how.described, runtime.model_dump(), pixels_sha256(pixels.reshape(-1, *pixels.shape[2:]))]
    checkpoint = checkpoints.Checkpoint(
        checkpoints.folder(family=FAMILY, entry=entry, variant=how.variant),
        fingerprint=checkpoints.fingerprint(decides),
    )
    model = _in_table(decoder, codes)
    _fit(
        model,
        targets,
        how.training,
        epochs=how.training.epochs,
        seed=seed,
        curves=folder / "curve.csv",
        checkpoint=checkpoint,
        callbacks=[elapsed := Elapsed()],
    )
    _count_epochs(folder / "curve.csv", every)
    fitting.save_weights(decoder, folder / WEIGHTS)
    last = how.training.epochs // every
    first = last - len(elapsed.seconds)  # of a run that was cut, what came before is one sum
    points = [
        (every * (first + number), checkpoint.spent_before + seconds)
        for number, seconds in enumerate(elapsed.seconds, start=1)
    ]
    return Fitted(decoder, _codes(model), points or [(how.training.epochs, checkpoint.spent_before)])


def codes_of_unseen(
    decoder: keras.Model, pixels: np.ndarray, start: np.ndarray, *, settings: CodeTraining, seed: int
) -> tuple[np.ndarray, float]:
    """Find the codes of images that the decoder was not trained on; its weights stay as they are.

    Args:
        decoder: trained.
        pixels: uint8 (images, rows, columns, channels).
        start: the code that all begin with, float32 (latents,): the mean of the codes that are known, say.
        settings: how; `fit_epochs` passes.
        seed: of the order of the images.

    Returns:
        float32 codes (images, latents), and the seconds it took.
    """
    begin = perf_counter()
    targets = images.to_float(pixels, settings.value_range)
    decoder.trainable = False
    model = _in_table(decoder, np.tile(start, (len(pixels), 1)))
    own = settings.model_copy(update={"batch_size": None, "learning_rate": settings.fit_learning_rate})
    _fit(model, targets, own, epochs=own.fit_epochs, seed=seed)
    decoder.trainable = True
    return _codes(model), perf_counter() - begin


def _start(how: Run, targets: np.ndarray, decoder: keras.Model, seed: int) -> np.ndarray:
    """Return the codes to begin with (images, latents); principal components go into the decoder too.

    random: normal, of variance 1; orthogonal: columns at right angles, of the same size; pca: the scores, in units
    that keep the directions' length 1.
    """
    shape = (len(targets), how.latents)
    if how.start == "random":
        return np.asarray(keras.initializers.RandomNormal(stddev=1.0, seed=seed)(shape))
    if how.start == "orthogonal":
        return np.asarray(keras.initializers.Orthogonal(gain=max(shape) ** 0.5, seed=seed)(shape))
    found = principal_components(targets, how.latents)
    if any(layer.name == _STRAIGHT for layer in decoder.layers):
        decoder.get_layer(_STRAIGHT).set_weights([found.directions, found.mean])
    return found.scores.astype(np.float32)


def _in_table(decoder: keras.Model, codes: np.ndarray) -> keras.Model:
    """Return the decoder behind a table of codes: from (batch, 1), the images' numbers, to the images."""
    number = keras.Input((1,), dtype="int32")
    table = keras.layers.Embedding(*codes.shape, name=CODES, embeddings_initializer=keras.initializers.Constant(0))
    code = keras.layers.Reshape((codes.shape[1],))(table(number))
    model = keras.Model(number, decoder(code))
    table.set_weights([codes])
    return model


def _codes(model: keras.Model) -> np.ndarray:
    return model.get_layer(CODES).get_weights()[0]


def _fit(
    model: keras.Model, targets: np.ndarray, settings: CodeTraining, *, epochs: int, seed: int, **options: object
) -> None:
    """Fit; what Keras calls an epoch are `report_every` passes, so that little is done between steps."""
    numbers = np.arange(len(targets), dtype=np.int32)[:, np.newaxis]
    batch = min(settings.batch_size or len(targets), len(targets))
    steps = settings.report_every * -(-len(targets) // batch)
    data = Places(numbers, targets, batch_size=batch, steps=steps, seed=seed)
    fitting.fit(
        model,
        data,
        settings=settings,
        epochs=epochs // settings.report_every,
        metrics=[keras.metrics.MeanSquaredError("mse")],
        steps_per_execution=1 if settings.schedule == "plateau" else steps,
        **options,
    )


def _count_epochs(path: Path, report_every: int) -> None:
    """Count epochs in a curve as passes over the images."""
    curve = files.read_csv(path)
    files.write_csv(path, curve.assign(epoch=curve["epoch"] * report_every))
