"""How long the search for matching blocks takes, by the side of the image.

    python tests/benchmarks/fractal_search.py

What is measured: tests/benchmarks/README.md.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "stages"))

from recon.core import files, machine
from recon.core.images import fit_to, read_image, to_color
from recon.families.fractal.blocks import count_domains
from recon.families.fractal.params import BlockFit, Coding
from recon.families.fractal.search import BlockSearch
from recon.settings.core import lookup, read_params

RECORD = Path("metrics/benchmarks/fractal-search.json")
PHOTOGRAPH = Path("data/fetched/embedded/astronaut.png")
SIDES = (64, 128, 256, 512)
BLOCK = 4  # pixels a side, all blocks


def coding_of(params: dict[str, Any]) -> Coding:
    """Return the coding of params.yaml with blocks of one side."""
    return BlockFit(**lookup(params, "fractal.coding") | {"largest": BLOCK, "smallest": BLOCK}).coding


def pairs(side: int, coding: Coding) -> int:
    """Return how many pairs of range block, domain block and turn an image of this side has."""
    rows, columns = count_domains((side, side), BLOCK, coding.domain_step)
    return (side // BLOCK) ** 2 * rows * columns * 8


def exponent(sides: Sequence[int], seconds: Sequence[float]) -> float:
    """Return p of seconds ~ side^p, by least squares between their logarithms."""
    return float(np.polyfit(np.log(sides), np.log(seconds), 1)[0])


def measure(pixels: np.ndarray, side: int, coding: Coding, turns: int) -> float:
    """Return the least seconds of `turns` searches through gray `pixels` scaled to side x side."""
    plane = fit_to(pixels, side, side, "resize")[..., 0].astype(np.float32)
    times = []
    for _ in range(turns):
        start = perf_counter()
        BlockSearch(plane, BLOCK, coding).run()
        times.append(perf_counter() - start)
    return min(times)


def main() -> None:
    """Measure, print, and write the record."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=RECORD, help=f"file for the record; default: {RECORD}")
    parser.add_argument("--turns", type=int, default=3, help="searches of which the fastest counts; default: 3")
    arguments = parser.parse_args()
    coding, pixels = coding_of(read_params()), to_color(read_image(PHOTOGRAPH), "gray")
    results = []
    for side in SIDES:
        seconds = measure(pixels, side, coding, arguments.turns)
        results.append({"side": side, "pairs": pairs(side, coding), "seconds": round(seconds, 4)})
        print(json.dumps(results[-1]), flush=True)
    record = {
        "name": "fractal-search",
        "command": "python tests/benchmarks/fractal_search.py",
        "machines": [machine.describe()],
        "coding": coding.model_dump(),
        "turns": arguments.turns,
        "results": results,
        "exponent": round(exponent(SIDES, [row["seconds"] for row in results]), 2),
        "last_exponent": round(exponent(SIDES[-2:], [row["seconds"] for row in results[-2:]]), 2),
    }
    print(f"seconds grow as side^{record['exponent']}, at the end as side^{record['last_exponent']}")
    files.write_json(arguments.out, record)


if __name__ == "__main__":
    main()
