"""What products of matrices in bfloat16 cost a memorized photograph in PSNR.

    python tests/benchmarks/bfloat16.py --out metrics/benchmarks/coordinates-bfloat16.json

What is measured, and why it needs no processor that has bfloat16: tests/benchmarks/README.md.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "stages"))

from recon.training import runtime

# isort: split
import keras
import tensorflow as tf

from recon.core import files, machine
from recon.core.imageset import ImageSet
from recon.families.coordinates import fitting
from recon.families.coordinates.method import FAMILY
from recon.families.coordinates.params import experiment_of
from recon.families.coordinates.runs import Run, runs_of
from recon.referee import distortion
from recon.settings.core import Runtime, read_params, section
from recon.training import checkpoints

ENTRY = "photograph"
SCRIPT = "bfloat16"
COMMAND = "python tests/benchmarks/bfloat16.py --out metrics/benchmarks/coordinates-bfloat16.json"


def rounded(values: tf.Tensor) -> tf.Tensor:
    """Return float32 values at the nearest that bfloat16 has, which keeps 8 bits of the mantissa."""
    return tf.cast(tf.cast(values, tf.bfloat16), tf.float32)


@tf.custom_gradient
def product(x: tf.Tensor, kernel: tf.Tensor) -> tuple[tf.Tensor, Callable]:
    """Return `x @ kernel` of rounded factors, summed in float32; so are the products of its gradient."""
    x, kernel = rounded(x), rounded(kernel)

    def gradient(upstream: tf.Tensor) -> tuple[tf.Tensor, tf.Tensor]:
        upstream = rounded(upstream)
        return tf.matmul(upstream, kernel, transpose_b=True), tf.matmul(x, upstream, transpose_a=True)

    return tf.matmul(x, kernel), gradient


@contextmanager
def in_bfloat16() -> Iterator[None]:
    """Let all dense layers multiply by `product`."""

    def call(layer: keras.layers.Dense, inputs: tf.Tensor) -> tf.Tensor:
        return layer.activation(product(inputs, layer.kernel.value) + layer.bias)

    exact, keras.layers.Dense.call = keras.layers.Dense.call, call
    try:
        yield
    finally:
        keras.layers.Dense.call = exact


def reached(how: Run, pixels: np.ndarray, *, seeded: Runtime, math: str) -> float:
    """Return the PSNR in dB of a photograph that a network has learned, before its weights are quantized."""
    name = {"entry": SCRIPT, "image": f"{math}-{seeded.seed}"}
    field, model, _ = fitting.fitted(how, pixels, None, runtime=seeded, **name)
    shown = field.render(model, rows=pixels.shape[0], columns=pixels.shape[1])
    return round(distortion.psnr_db(reference=pixels, reconstruction=shown), 2)


def measure(params: dict[str, Any], seeds: int) -> dict[str, list[float]]:
    """Return the PSNR for each seed, exact and in bfloat16."""
    how = runs_of(params, ENTRY)[0]
    _, pixels = next(iter(ImageSet.open(f"data/subjects/{experiment_of(params, ENTRY).subject}")))
    kinds = {"float32": nullcontext, "bfloat16": in_bfloat16}
    found: dict[str, list[float]] = {math: [] for math in kinds}
    with TemporaryDirectory() as folder:
        fitting.MODELS = Path(folder)
        for seed in range(1, seeds + 1):
            seeded = section(Runtime, "runtime").model_copy(update={"seed": seed})
            for math, multiplying in kinds.items():
                with multiplying():
                    found[math].append(reached(how, pixels, seeded=seeded, math=math))
            print({math: psnr_db[-1] for math, psnr_db in found.items()}, flush=True)
    checkpoints.remove(family=FAMILY, entry=SCRIPT)
    return found


def main() -> None:
    """Measure, print and, if a file is named, write the record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, help="a JSON file for the record")
    parser.add_argument("--seeds", type=int, default=3, help="fits of each kind; default: 3")
    given = parser.parse_args()
    params = read_params()
    runtime.prepare(section(Runtime, "runtime"))
    found = measure(params, given.seeds)
    means = {math: float(np.mean(psnr_db)) for math, psnr_db in found.items()}
    record = {
        "name": "coordinates-bfloat16",
        "command": COMMAND,
        "machines": [machine.describe()],
        "psnr_db": found,
    }
    record |= {"mean_db": {math: round(mean, 2) for math, mean in means.items()}}
    record |= {"cost_db": round(means["float32"] - means["bfloat16"], 2)}
    print(f"bfloat16 costs {record['cost_db']} dB")
    if given.out:
        files.write_json(given.out, record)


if __name__ == "__main__":
    main()
