"""Where the time of `dvc repro` goes: the seconds of each stage that it runs, and its own between them.

    python tests/benchmarks/repro_seconds.py [--change KEY=VALUE] [WORDS OF dvc repro ...]

With --change, params.yaml is changed first, and back at the end.

What is measured: tests/benchmarks/README.md.
"""

import argparse
import re
import shlex
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from time import perf_counter
from typing import Any

from dvc.utils.hydra import apply_overrides

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "stages"))

from recon.core import files, machine
from recon.core.errors import UserError, run

SCRIPT = "python tests/benchmarks/repro_seconds.py"
RECORDS = Path("metrics/benchmarks")
PARAMS = Path("params.yaml")
STARTED = re.compile(r"Running stage '(?P<stage>[^']+)'")
ENDED = re.compile(r"(Updating|Generating) lock file|Data and pipelines are up to date")


def stage_seconds(lines: Iterable[tuple[float, str]], end: float) -> list[dict[str, Any]]:
    """Return the stages that ran, in order, each with its seconds.

    Args:
        lines: what `dvc repro` printed, each with the second it came; a stage ends where DVC goes on to write
            dvc.lock, and has its outputs in the cache by then, or to the next stage, if dvc.lock stays as it is.
        end: the second that all was over.
    """
    found: list[dict[str, Any]] = []
    running: tuple[str, float] | None = None
    for second, line in [*lines, (end, "Updating lock file")]:
        if running and (ENDED.search(line) or STARTED.search(line)):
            found.append({"stage": running[0], "seconds": round(second - running[1], 2)})
            running = None
        if started := STARTED.search(line):
            running = started["stage"], second
    return found


def timed(words: list[str]) -> Iterator[tuple[float, str]]:
    """Run `dvc repro` with these words; yield what it prints, line by line, each with the seconds since its start.

    UserError where it fails.
    """
    start = perf_counter()
    command = [sys.executable, "-m", "dvc", "repro", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for line in process.stdout:
            print(line, end="", flush=True)
            yield perf_counter() - start, line
    if process.returncode:
        raise UserError(f"dvc repro ended with {process.returncode}; nothing is recorded")
    yield perf_counter() - start, ""


def main(*words: str) -> None:
    """Run the pipeline, and write the record: repro-seconds.json, or of a change repro-seconds-change.json."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, help=f"file for the record; default: in {RECORDS}/")
    parser.add_argument("--change", metavar="KEY=VALUE", help="of params.yaml, as `dvc exp run -S` takes it")
    arguments, rest = parser.parse_known_args(words)
    before = PARAMS.read_bytes()
    try:
        if arguments.change:
            apply_overrides(PARAMS, [arguments.change])
        lines = list(timed(rest))
    finally:
        PARAMS.write_bytes(before)
    total = lines[-1][0]
    stages = stage_seconds(lines, total)
    of_stages = sum(stage["seconds"] for stage in stages)
    name = "repro-seconds-change" if arguments.change else "repro-seconds"
    record = {"name": name, "command": shlex.join([*SCRIPT.split(), *words])}
    record |= {"change": arguments.change} if arguments.change else {}
    record |= {"machines": [machine.describe()], "results": stages}
    record |= {
        "stage_seconds": round(of_stages, 1),
        "dvc_seconds": round(total - of_stages, 1),
        "seconds": round(total, 1),
    }
    print(f"{len(stages)} stages: {of_stages:.0f} s, and {total - of_stages:.0f} s of DVC's own")
    files.write_json(arguments.out or RECORDS / f"{name}.json", record)


if __name__ == "__main__":
    run(main)
