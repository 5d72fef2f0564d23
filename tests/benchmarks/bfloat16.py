"""What products of matrices in bfloat16 cost a memorized photograph in PSNR.

    python tests/benchmarks/bfloat16.py

What is measured, and why it needs no processor that has bfloat16: tests/benchmarks/README.md.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "stages"))

from recon.training import runtime

# isort: split
import keras
import tensorflow as tf

from recon.core import files, machine
from recon.core.imageset import ImageSet
from recon.families.coordinates.fitting import fit_picture
from recon.families.coordinates.params import FAMILY, Coordinates, FieldRun
from recon.families.shared.scratch import scratch_folder
from recon.referee import distortion
from recon.settings.core import Runtime, section

ENTRY = "photograph"
COMMAND = "python tests/benchmarks/bfloat16.py"
RECORD = Path("metrics/benchmarks/coordinates-bfloat16.json")


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


def fit_psnr_db(run: FieldRun, pixels: np.ndarray, *, seeded: Runtime, math: str) -> float:
    """Return the PSNR in dB of a photograph that a network has memorized, before its weights are quantized."""
    fit = fit_picture(run, pixels, None, runtime=seeded, entry="bfloat16", image=f"{math}-{seeded.seed}")
    return round(distortion.psnr_db(reference=pixels, reconstruction=fit.codec.render()), 2)


def measure(seeds: int) -> dict[str, list[float]]:
    """Return the PSNR for each seed, exact and in bfloat16."""
    entry, seeded = section(Coordinates, FAMILY).entry(ENTRY), section(Runtime, "runtime")
    _, pixels = next(iter(ImageSet.open(f"data/subjects/{entry.experiment.subject}")))
    kinds = {"float32": nullcontext, "bfloat16": in_bfloat16}
    psnr_db: dict[str, list[float]] = {math: [] for math in kinds}
    with scratch_folder():
        for seed in range(1, seeds + 1):
            for math, multiplying in kinds.items():
                with multiplying():
                    run_seed = seeded.model_copy(update={"seed": seed})
                    psnr_db[math].append(fit_psnr_db(entry.runs[0], pixels, seeded=run_seed, math=math))
            print({math: values[-1] for math, values in psnr_db.items()}, flush=True)
    return psnr_db


def main() -> None:
    """Measure, print, and write the record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=RECORD, help=f"file for the record; default: {RECORD}")
    parser.add_argument("--seeds", type=int, default=3, help="fits of each kind; default: 3")
    arguments = parser.parse_args()
    runtime.prepare(section(Runtime, "runtime"))
    psnr_db = measure(arguments.seeds)
    means = {math: float(np.mean(values)) for math, values in psnr_db.items()}
    record = {
        "name": "coordinates-bfloat16",
        "command": COMMAND,
        "machines": [machine.describe()],
        "psnr_db": psnr_db,
    }
    record |= {"mean_db": {math: round(mean, 2) for math, mean in means.items()}}
    record |= {"cost_db": round(means["float32"] - means["bfloat16"], 2)}
    print(f"bfloat16 costs {record['cost_db']} dB")
    files.write_json(arguments.out, record)


if __name__ == "__main__":
    main()
