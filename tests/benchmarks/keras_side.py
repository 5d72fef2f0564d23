"""Keras' turns: `keras_side.py FOLDER`, a process that `engine.Engine` starts.

Reads spec.json in FOLDER, and writes there for the other side the network, its weights, a batch and its answer.
Trains by `recon.training.fitting.fit` and in towers, as the pipeline does; a turn is an epoch of it.
"""

import json
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

from recon.training import runtime

# isort: split
import keras

from recon.core import rooms
from recon.families.restoration import method
from recon.settings.core import Runtime
from recon.settings.training import Training
from recon.training import fitting
from recon.training.batches import Batches
from recon.training.towers import in_towers

SETTINGS = Training(optimizer="adam", learning_rate=0.0001, loss="mae", value_range="unit")


class OneBatch(Batches):
    """The same batch at each of `steps`."""

    def __init__(self, inputs: list[np.ndarray], target: np.ndarray, steps: int) -> None:
        super().__init__()
        self._batch, self._steps = (tuple(inputs) if len(inputs) > 1 else inputs[0], target), steps

    def __len__(self) -> int:
        return self._steps

    def __getitem__(self, index: int) -> tuple[Any, np.ndarray]:
        return self._batch


class Turns(keras.callbacks.Callback):
    """Begins an epoch when a line is read, and answers with the seconds of its steps.

    What `fit` does before the first and after the last one, some ten milliseconds, is left out: the pipeline's
    epochs are of hundreds of steps.
    """

    def on_epoch_begin(self, epoch: int, logs: dict | None = None) -> None:
        sys.stdin.readline()

    def on_train_batch_begin(self, batch: int, logs: dict | None = None) -> None:
        if batch == 0:
            self._start = perf_counter()

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        self._end = perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict | None = None) -> None:
        print(self._end - self._start, flush=True)


def build(spec: dict[str, Any]) -> keras.Model:
    """Return the network, with noise on all weights: a last layer of zeros would hide the others."""
    if spec["features"]:
        field = rooms.load("families/coordinates/networks", spec["net"])
        model = field.build(features=spec["features"], channels=spec["channels"], **spec["settings"])
    else:
        model = method.build(spec["net"], spec["settings"], channels=spec["channels"])
    for weights in model.weights:
        weights.assign_add(keras.random.normal(weights.shape, stddev=0.05))
    return model


def inputs_for(model: keras.Model, spec: dict[str, Any]) -> list[np.ndarray]:
    """Return a batch of each of the network's inputs: uniform noise in [0, 1]."""
    shapes = [entry.shape[1:] for entry in model.inputs]
    if not spec["features"]:
        shapes[0] = (spec["patch"], spec["patch"], spec["channels"])
    return [_noise(spec, shape) for shape in shapes]


def _noise(spec: dict[str, Any], shape: tuple[int, ...]) -> np.ndarray:
    return np.random.default_rng(spec["seed"]).random((spec["batch"], *shape), np.float32)


def export(model: keras.Model, inputs: list[np.ndarray], target: np.ndarray, folder: Path) -> None:
    """Write what another library needs to build the network and to see whether it gives the same."""
    (folder / "model.json").write_text(model.to_json(), encoding="utf-8")
    named = {"/".join(weights.path.split("/")[-2:]): np.asarray(weights) for weights in model.weights}
    np.savez(folder / "weights.npz", **named)
    np.savez(folder / "inputs.npz", *inputs)
    output = model(inputs if len(inputs) > 1 else inputs[0], training=False)
    np.savez(folder / "outputs.npz", target=target, output=np.asarray(output))


def main(folder: Path) -> None:
    """Export the network and train it, turn by turn."""
    spec = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
    runtime.prepare(Runtime(seed=spec["seed"], threads=spec["threads"]))
    model = build(spec)
    inputs = inputs_for(model, spec)
    target = _noise(spec, (spec["channels"],)) if spec["features"] else inputs[0][::-1]
    export(model, inputs, target, folder)
    print("ready", flush=True)
    data = OneBatch(inputs, target, spec["steps"])
    trained = in_towers(model) if spec["batch"] > 1 else model
    fitting.fit(
        trained,
        data,
        settings=SETTINGS,
        epochs=spec["turns"],
        callbacks=[Turns()],
        steps_per_execution=spec["steps"] if spec["features"] else 1,
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
