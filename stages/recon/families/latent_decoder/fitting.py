"""Codes and their decoder, optimized together; or codes alone, for images that the decoder was not trained on."""

from collections.abc import Mapping
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

import keras
import numpy as np

from recon.core import files, images
from recon.data.manifest import pixels_sha256
from recon.families.latent_decoder.method import WEIGHTS, build
from recon.families.latent_decoder.params import FAMILY, SEARCH, CodeTraining, DecoderRun
from recon.families.latent_decoder.pca import principal_components
from recon.settings.core import Runtime
from recon.training import checkpoints, fitting
from recon.training.batches import SampleBatches
from recon.training.weights import save_weights

MODELS = Path("models/latent_decoder")
CODES = "codes"  # the name of the layer
_LINEAR = "linear"  # the name of the layer, where a decoder has one, that principal components can be put into


class Elapsed(keras.callbacks.Callback):
    """Keeps the seconds since training began, at the end of each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Start the clock."""
        self._start = perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Read it."""
        self.seconds.append(perf_counter() - self._start)


class Trained(NamedTuple):
    """A decoder, the codes of its images, float32 (images, latents), and (epoch, seconds so far) along the way."""

    network: keras.Model
    codes: np.ndarray
    elapsed: list[tuple[int, float]]


def train(run: DecoderRun, pixels: np.ndarray, *, runtime: Runtime, entry: str) -> Trained:
    """Train a decoder and the codes of its images together.

    models/latent_decoder/ENTRY/[RUN/] gets curve.csv (epoch, loss, mse, learning_rate: means since the row
    before) and the decoder's weights. An interrupted run is resumed.

    Args:
        run: decoder, latents, start, training.
        pixels: uint8 (images, rows, columns, channels).
        runtime: seed and threads.
        entry: its name in params.yaml.

    Raises:
        UserError: the loss is no longer a number, or the settings do not fit the number of steps.
    """
    keras.utils.clear_session()
    seed = runtime.seed if run.training.seed is None else run.training.seed
    keras.utils.set_random_seed(seed)
    targets = images.to_float(pixels, run.training.value_range)
    network = build(run.net, run.net_settings, latents=run.latents, image_shape=targets.shape[1:])
    codes = _start_codes(run, targets, network, seed)
    folder, every = MODELS / entry / run.folder, run.training.report_every
    digest = pixels_sha256(pixels.reshape(-1, *pixels.shape[2:]))
    checkpoint = checkpoints.Checkpoint(
        checkpoints.folder(family=FAMILY, entry=entry, variant=run.folder),
        fingerprint=checkpoints.fingerprint([run.description, runtime.model_dump(), digest]),
    )
    model = _add_table(network, codes)
    _fit(
        model,
        targets,
        run.training,
        epochs=run.training.epochs,
        seed=seed,
        curves=folder / "curve.csv",
        checkpoint=checkpoint,
        callbacks=[elapsed := Elapsed()],
    )
    _count_epochs(folder / "curve.csv", every)
    save_weights(network, folder / WEIGHTS)
    last = run.training.epochs // every
    first = last - len(elapsed.seconds)  # of a resumed run: the seconds before are one sum
    points = [
        (every * (first + number), checkpoint.spent_before + seconds)
        for number, seconds in enumerate(elapsed.seconds, start=1)
    ]
    return Trained(network, _read_codes(model), points or [(run.training.epochs, checkpoint.spent_before)])


class Found(NamedTuple):
    """Codes of images, float32 (images, latents), seconds, and the mean squared error before each step."""

    codes: np.ndarray
    seconds: float
    errors: list[float]


class Errors(keras.callbacks.Callback):
    """Keeps the mean squared error of each epoch."""

    def __init__(self) -> None:
        super().__init__()
        self.values: list[float] = []

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Keep it."""
        self.values.append(float(logs["mse"]))


def find_codes(
    network: keras.Model, pixels: np.ndarray, start: np.ndarray, *, training: CodeTraining, seed: int
) -> Found:
    """Find the codes of images that a decoder was not trained on; its weights stay as they are.

    Args:
        network: the trained decoder.
        pixels: uint8 (images, rows, columns, channels).
        start: the codes to begin with, float32 (images, latents), or one for all, (latents,).
        training: its settings, but for `fit_learning_rate` and `fit_epochs`, the number of steps.
        seed: of the order of the images.
    """
    begin = perf_counter()
    targets = images.to_float(pixels, training.value_range)
    network.trainable = False
    model = _add_table(network, np.broadcast_to(start, (len(pixels), start.shape[-1])))
    rates = {"learning_rate": training.fit_learning_rate}
    changed = training.model_copy(update={"batch_size": None, "report_every": 1} | rates)
    _fit(model, targets, changed, epochs=changed.fit_epochs, seed=seed, callbacks=[errors := Errors()])
    network.trainable = True
    return Found(_read_codes(model), perf_counter() - begin, errors.values)


def write_searches(folder: Path, image: str, searches: Mapping[str, Found]) -> None:
    """Write the errors of searches for an unseen image's codes, by what they began with: see SEARCH."""
    rows = [
        {"image": image, "start": start, "step": step, "mse": float(f"{error:.6g}")}
        for start, found in searches.items()
        for step, error in enumerate(found.errors)
    ]
    files.write_csv(folder / SEARCH.format(image=image), rows)


def _start_codes(run: DecoderRun, targets: np.ndarray, network: keras.Model, seed: int) -> np.ndarray:
    """Return the codes to begin with (images, latents); principal components go into the decoder too.

    random: normal, of variance 1; orthogonal: columns at right angles, of the same size; pca: the scores, in units
    that keep the directions' length 1.
    """
    shape = (len(targets), run.latents)
    if run.start == "random":
        return np.asarray(keras.initializers.RandomNormal(stddev=1.0, seed=seed)(shape))
    if run.start == "orthogonal":
        return np.asarray(keras.initializers.Orthogonal(gain=max(shape) ** 0.5, seed=seed)(shape))
    components = principal_components(targets, run.latents)
    if any(layer.name == _LINEAR for layer in network.layers):
        network.get_layer(_LINEAR).set_weights([components.directions, components.mean])
    return components.scores.astype(np.float32)


def _add_table(network: keras.Model, codes: np.ndarray) -> keras.Model:
    """Return a decoder behind a table of codes: from (batch, 1), the images' numbers, to the images."""
    number = keras.Input((1,), dtype="int32")
    table = keras.layers.Embedding(*codes.shape, name=CODES, embeddings_initializer=keras.initializers.Constant(0))
    code = keras.layers.Reshape((codes.shape[1],))(table(number))
    model = keras.Model(number, network(code))
    table.set_weights([codes])
    return model


def _read_codes(model: keras.Model) -> np.ndarray:
    return model.get_layer(CODES).get_weights()[0]


def _fit(
    model: keras.Model, targets: np.ndarray, training: CodeTraining, *, epochs: int, seed: int, **options: object
) -> None:
    """Fit; an epoch of Keras is `report_every` passes, so that little is done between steps."""
    numbers = np.arange(len(targets), dtype=np.int32)[:, np.newaxis]
    batch = min(training.batch_size or len(targets), len(targets))
    steps = training.report_every * -(-len(targets) // batch)
    data = SampleBatches(numbers, targets, batch_size=batch, steps=steps, seed=seed)
    fitting.fit(
        model,
        data,
        settings=training,
        epochs=epochs // training.report_every,
        metrics=[keras.metrics.MeanSquaredError("mse")],
        steps_per_execution=1 if training.schedule == "plateau" else steps,
        **options,
    )


def _count_epochs(path: Path, report_every: int) -> None:
    """Count epochs in a curve as passes over the images."""
    curve = files.read_csv(path)
    files.write_csv(path, curve.assign(epoch=curve["epoch"] * report_every))
