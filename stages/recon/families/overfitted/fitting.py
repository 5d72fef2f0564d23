"""Fitting one image: its latents and networks by gradient descent, then the steps of the weights."""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import keras
import numpy as np
import tensorflow as tf
from keras import ops
from tqdm import tqdm

from recon.families.overfitted.architecture import Architecture, Parameters
from recon.families.overfitted.codestream import CodedImage
from recon.families.overfitted.image_model import ImageModel, Schedule
from recon.families.overfitted.params import FitSettings
from recon.families.overfitted.refinement import ImageCost, refine_symbols, search_steps
from recon.families.overfitted.starts import Start
from recon.training.callbacks import BestWeights, Measure, Progress
from recon.training.checkpoints import Checkpoint
from recon.training.soap import Soap


class ImageOptimizer(Soap):
    """Adam for the latents, which are the first variable, and SOAP for the networks."""

    def __init__(
        self,
        learning_rate: Any,
        *,
        network_rate: float,
        network_clip: float,
        betas: tuple[float, float] = (0.8, 0.97),
    ) -> None:
        """Take the settings of the same names of a fit, and Adam's `betas`."""
        super().__init__(learning_rate)
        self._network_rate, self._network_clip, self._betas = network_rate, network_clip, betas

    def build(self, var_list: Sequence[keras.Variable]) -> None:
        """Make the state."""
        super().build(var_list)
        self._first = [variable.numpy() for variable in self.variables]

    def restart(self) -> None:
        """Begin with the first step again."""
        for variable, value in zip(self.variables, self._first, strict=True):
            variable.assign(value)

    def apply(self, grads: list[tf.Tensor], trainable_variables: list[keras.Variable] | None = None) -> None:
        """Move all variables; the gradients of the networks are cut to the longest together."""
        latents, *networks = grads
        networks, _ = tf.clip_by_global_norm(networks, self._network_clip)
        super().apply([latents, *networks], trainable_variables)

    def update_step(self, gradient: tf.Tensor, variable: keras.Variable, learning_rate: tf.Tensor) -> None:
        """Move one variable."""
        if self._get_variable_index(variable):
            super().update_step(gradient, variable, self._network_rate * learning_rate)
            return
        momentum, velocity, (beta_1, beta_2) = self._momentums[0], self._velocities[0], self._betas
        step = ops.cast(self.iterations + 1, "float32")
        rate = learning_rate * ops.sqrt(1 - beta_2**step) / (1 - beta_1**step)
        self.assign_add(momentum, (gradient - momentum) * (1 - beta_1))
        self.assign_add(velocity, (ops.square(gradient) - velocity) * (1 - beta_2))
        self.assign_sub(variable, rate * momentum / (ops.sqrt(velocity) + self.epsilon))


class Evaluation(keras.callbacks.Callback):
    """Adds the cost of rounded latents, its bits per pixel and its PSNR to `logs`; ends training that diverges."""

    def __init__(self, lmbda: float) -> None:
        super().__init__()
        self._lmbda = lmbda

    def measure(self, model: ImageModel) -> dict[str, float]:
        """Return cost, bpp and psnr_db of a model."""
        error, distortion, bpp = map(float, model.measure_rounded())
        psnr_db = -10 * math.log10(error) if 0 < error < math.inf else 100.0
        return {"cost": distortion + self._lmbda * bpp, "bpp": bpp, "psnr_db": psnr_db}

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        """Measure; the best state so far is put back where the cost is no number any more."""
        measured = self.measure(self.model)
        logs.clear()
        logs.update(measured)
        self.model.stop_training = not math.isfinite(measured["cost"])


def draw_parameters(architecture: Architecture, seed: int) -> Parameters:
    """Return weights to begin with where there is no shared start: residual layers are 0, outputs random."""
    rng = np.random.default_rng(seed)
    start = Parameters.zeros(architecture)
    for name in ("context_out", "context_linear"):
        start[name][:] = rng.normal(0, 0.25, start[name].shape)
    for name in ("pixel_hidden", "pixel_out", "pixel_linear"):
        outputs, inputs = start[name].shape
        start[name][:] = rng.uniform(-1, 1, (outputs, inputs)) / (outputs**2 * math.sqrt(inputs))
    return start


def fit_image(
    pixels: np.ndarray,
    *,
    fit: FitSettings,
    architecture: Architecture,
    lmbda: float,
    seed: int,
    start: Start | None = None,
    checkpoint: Checkpoint | None = None,
) -> CodedImage:
    """Return an image as it can be encoded, with `start` if one is given.

    Args:
        pixels: uint8 (rows, columns, channels).
        fit: how it is fitted.
        architecture: of the networks; that of the start.
        lmbda: the price of a bit per pixel, in squared error of colors in [0, 1].
        seed: of the noise, and of the weights to begin with.
        start: a shared start: weights, and a regression for the latents, to begin with.
        checkpoint: the state from which an interrupted run is resumed, with equal results.

    Raises:
        UncodableError: the fit has ended in weights that no decoder takes.
    """
    model = open_model(*pixels.shape[:2], architecture, fit)
    model.begin(
        pixels,
        lmbda=lmbda,
        seed=seed,
        start=start.parameters if start else draw_parameters(architecture, seed),
        latents=start.regression.predict(pixels, lmbda) if start and start.regression else None,
    )
    train_model(model, fit, lmbda, checkpoint)
    latents, parameters = model.get_latents(), model.get_parameters()
    cost = ImageCost(pixels, latents, lmbda)
    origin = start and start.parameters
    weights = search_steps(parameters, cost, origin)
    if fit.refine:
        weights = refine_symbols(weights, cost, origin)
    return CodedImage(*pixels.shape[:2], weights, latents)


@lru_cache(maxsize=2)
def open_model(rows: int, columns: int, architecture: Architecture, fit: FitSettings) -> ImageModel:
    """Return the model of all images of a size that are fitted in one way, with its optimizer."""
    rate = keras.optimizers.schedules.CosineDecay(
        fit.learning_rate, fit.steps, alpha=fit.last_learning_rate / fit.learning_rate
    )
    optimizer = ImageOptimizer(rate, network_rate=fit.network_rate, network_clip=fit.network_clip)
    model = ImageModel(rows, columns, architecture, schedule=Schedule(fit.steps), ms_ssim=fit.ms_ssim)
    # XLA is slower for all but the fused operations, which it compiles on their own.
    model.compile(optimizer=optimizer, steps_per_execution=fit.evaluate_every, jit_compile=False)
    optimizer.build(model.trainable_variables)
    return model


def train_model(model: ImageModel, fit: FitSettings, lmbda: float, checkpoint: Checkpoint | None) -> None:
    """Train a model, which ends in the best state that was measured."""
    every, epochs = fit.evaluate_every, fit.steps // fit.evaluate_every
    model.optimizer.restart()
    evaluation, best = Evaluation(lmbda), BestWeights(Measure("cost", "min"))
    best.value, best.weights = evaluation.measure(model)["cost"], model.get_weights()
    watch = [evaluation, best]
    done = checkpoint.open(watch) if checkpoint else 0
    note = f"resumed at step {done * every + 1}" if done else None
    counts = {"steps_per_epoch": every, "epochs": epochs, "initial_epoch": done}
    with tqdm(total=epochs, initial=done, desc=note, unit=f"{every} steps", mininterval=1, ascii=True) as bar:
        watch += [Progress(bar), *([checkpoint] if checkpoint else [])]
        nothing = tf.data.Dataset.from_tensors(0).repeat()
        model.fit(nothing, **counts, shuffle=False, verbose=0, callbacks=watch)
