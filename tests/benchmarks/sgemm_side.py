"""The processor's turns: `sgemm_side.py FOLDER`, a process that `engine.Engine` starts.

A turn is as many multiply-adds as a turn of the network takes, as products of two large float32 matrices by
NumPy's BLAS: what the machine can do at best.
"""

import json
import os
import sys
from pathlib import Path
from time import perf_counter

SIDE = 2048


def main(folder: Path) -> None:
    """Multiply, turn by turn, and answer with the seconds that a turn's multiply-adds would take."""
    spec = json.loads((folder / "spec.json").read_text(encoding="utf-8"))
    os.environ["OPENBLAS_NUM_THREADS"] = str(spec["threads"])  # read when NumPy is imported
    import numpy as np

    left, right = np.random.default_rng(spec["seed"]).random((2, SIDE, SIDE), np.float32)
    products = max(1, round(spec["macs"] * spec["steps"] / SIDE**3))
    np.matmul(left, right)
    print("ready", flush=True)
    for _ in range(spec["turns"]):
        sys.stdin.readline()
        start = perf_counter()
        for _ in range(products):
            np.matmul(left, right)
        seconds = perf_counter() - start
        print(seconds * spec["macs"] * spec["steps"] / (products * SIDE**3), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
