"""How fast the networks of params.yaml train, and the same networks in PyTorch, side by side.

    python tests/benchmarks/throughput.py --torch-python PATH --out FILE

What is measured, and how to read the table: tests/benchmarks/README.md.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "stages"))

from engine import KERAS, PYTORCH, PYTORCH_CHANNELS_LAST, SGEMM, Engine, torch_version
from recon.core import machine, rooms
from recon.core.errors import UserError
from recon.data.params import Augment, Data, Degrade
from recon.families.coordinates.params import ROOM, Coordinates, FieldRun
from recon.families.restoration.params import Restoration
from recon.settings.core import Runtime, section

BUSY = 0.5  # running processes, a minute's mean, beside which times are not worth keeping


@dataclass(frozen=True)
class Case:
    """One network and what it is trained on: batches of square patches of `patch` pixels a side.

    A coordinate network has no patches. It has `features`, the number of inputs for each place, and `macs`, the
    multiply-adds of a step: forward, and back to all weights and to all layers but the first.
    """

    net: str
    settings: dict[str, Any]
    channels: int
    batch: int
    patch: int = 0
    features: int = 0
    macs: int = 0

    def __str__(self) -> str:
        """Return the network's name, and the settings that are not its defaults."""
        room = ROOM if self.features else "networks"
        defaults = {name: default for name, (_, default) in rooms.build_settings(self.net, room=room).items()}
        changes = [f"{name}={value}" for name, value in self.settings.items() if value != defaults[name]]
        inputs = [f"features={self.features}"] if self.features else []
        return " ".join([self.net, *inputs, *changes])


def list_restorers(group: Restoration, *, channels: int, degrade: Degrade, augment: Augment) -> list[Case]:
    """Return the networks of `restoration.experiments`, each once, in the order in which they appear."""
    return _unique(
        Case(entry.experiment.net, run.network, channels, run.training.batch_size, augment.patch_size)
        for entry in group.entries(degrade=degrade, augment=augment)
        for run in entry.runs
    )


def list_mlps(group: Coordinates) -> list[Case]:
    """Return the MLPs of `coordinates.experiments`, each once, in the order in which they appear."""
    runs = [run for name in group.experiments for run in group.entry(name).runs if not run.method]
    return _unique(_mlp_case(run) for run in runs if run.net == "mlp" and run.training.batch_size)


def read_restorers() -> list[Case]:
    """Return the restorers of params.yaml."""
    channels = 3 if section(Data, "data").color == "rgb" else 1
    degrade, augment = section(Degrade, "degrade"), section(Augment, "augment")
    return list_restorers(section(Restoration, "restoration"), channels=channels, degrade=degrade, augment=augment)


def read_mlps() -> list[Case]:
    """Return the MLPs of params.yaml."""
    return list_mlps(section(Coordinates, "coordinates"))


def _unique(cases: Iterable[Case]) -> list[Case]:
    return list({json.dumps(asdict(case)): case for case in cases}.values())


def _mlp_case(run: FieldRun) -> Case:
    features = {"none": 2, "basic": 4}.get(run.mapping.kind, 2 * run.mapping.num_frequencies)
    width, depth = run.network["width"], run.network["depth"]
    first, others = features * width, (depth - 1) * width**2 + 3 * width
    batch = run.training.batch_size
    return Case(run.net, run.network, 3, batch, features=features, macs=batch * (2 * first + 3 * others))


def step_times(
    case: Case, *, torch_python: str | None, turns: int, steps: int, runtime: Runtime
) -> dict[str, list[float]]:
    """Return each engine's milliseconds per step, turn by turn; turns of one number are neighbors in time.

    Args:
        case: what to train.
        torch_python: the interpreter that has PyTorch; None to measure Keras only.
        turns: how often each engine is measured, after a turn to warm up.
        steps: of a turn.
        runtime: seed and threads, of both.
    """
    with TemporaryDirectory() as folder, ExitStack() as stack:
        spec = asdict(case) | {"steps": steps, "turns": 1 + turns} | runtime.model_dump()
        Path(folder, "spec.json").write_text(json.dumps(spec), encoding="utf-8")
        start = [(KERAS, sys.executable)]
        if torch_python:  # after Keras, which writes down the network and what it answers
            start += [(PYTORCH, torch_python)]
            start += [(PYTORCH_CHANNELS_LAST, torch_python)] * (not case.features)
        start += [(SGEMM, sys.executable)] * bool(case.macs)
        engines = [stack.enter_context(Engine(name, python, Path(folder))) for name, python in start]
        rounds = list(_rounds(engines, turns))
    return {engine.name: [1000 / steps * seconds[engine.name] for seconds in rounds] for engine in engines}


def _rounds(engines: Sequence[Engine], turns: int) -> Iterator[dict[str, float]]:
    """Yield {engine: seconds} of each round after the first; another engine begins each time."""
    for number in range(1 + turns):
        first = number % len(engines)
        seconds = {engine.name: engine.turn() for engine in (*engines[first:], *engines[:first])}
        if number:
            yield seconds


def row(case: Case, times: dict[str, list[float]]) -> dict[str, str]:
    """Return one line of the table.

    The ratio is taken turn by turn and then its median: what slows the machine for a while slows both sides of it.
    """
    keras = times[KERAS]
    batch = f"{case.batch} x {case.features}" if case.features else f"{case.batch} x {case.patch} x {case.patch}"
    cells = {"network": str(case), "batch": batch if case.features else f"{batch} x {case.channels}"}
    cells |= {f"{name}, ms": f"{median(found):.1f}" for name, found in times.items()}
    pixels = case.batch * (case.patch**2 or 1)
    cells["Keras, Mpx/s"] = f"{pixels / median(keras) / 1000:.2f}"
    others = [found for name, found in times.items() if name not in (KERAS, SGEMM)]
    if others:
        cells["PyTorch / Keras"] = _ratio(min(others, key=median), keras)
    if SGEMM in times:
        cells["sgemm / Keras"] = _ratio(times[SGEMM], keras)
    return cells


def _ratio(times: list[float], keras: list[float]) -> str:
    ratios = [theirs / ours for theirs, ours in zip(times, keras, strict=True)]
    return f"{median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})"


def table(rows: Sequence[dict[str, str]]) -> str:
    """Return the rows as a table in Markdown."""
    head = list(rows[0])
    lines = [head, ["---"] + ["---:"] * (len(head) - 1), *(list(cells.values()) for cells in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def conditions(torch: str | None, runtime: Runtime, arguments: argparse.Namespace) -> str:
    """Return one line on the machine, the libraries and the turns that the times come from."""
    this = machine.describe()
    libraries = [f"{name} {this['libraries'][name]}" for name in ("tensorflow", "keras")]
    libraries += [f"PyTorch {torch}"] if torch else []
    return (
        f"{this['processor']}, {this['cores']} cores; {', '.join(libraries)}; {runtime.threads} threads; "
        f"medians of {arguments.turns} turns of {arguments.steps} steps"
    )


def main() -> None:
    """Measure what the command line asks for; print the table, and write it if a file is named."""
    arguments = _arguments()
    cases = read_mlps() if arguments.coordinates else read_restorers()
    chosen = [case for case in cases if all(text in str(case) for text in arguments.only)]
    if not chosen:
        raise UserError(f"--only {' '.join(arguments.only)}: no network of params.yaml has that name; try without")
    if arguments.out and not arguments.out.parent.is_dir():
        raise UserError(f"--out {arguments.out}: there is no folder {arguments.out.parent}; make it first")
    torch, runtime = torch_version(arguments.torch_python), section(Runtime, "runtime")
    if torch is None:
        _note(
            f"{arguments.torch_python} has no PyTorch, so only Keras is measured; install `torch` and `numpy` "
            "into an environment of their own (a build for CPUs will do) and name its Python: --torch-python PATH"
        )
    if os.getloadavg()[0] > BUSY:
        _note(f"the machine is busy (load {os.getloadavg()[0]:.1f}): do not keep these times")
    rows = []
    for number, case in enumerate(chosen, start=1):
        _note(f"{number} of {len(chosen)}: {case}")
        times = step_times(
            case,
            torch_python=arguments.torch_python if torch else None,
            turns=arguments.turns,
            steps=arguments.steps,
            runtime=runtime,
        )
        rows.append(row(case, times))
        _note(", ".join(f"{name}: {cell}" for name, cell in list(rows[-1].items())[1:]))
    text = f"{conditions(torch, runtime, arguments)}\n\n{table(rows)}\n"
    print(text, end="")
    if arguments.out:
        arguments.out.write_text(text, encoding="utf-8")


def _note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--torch-python", default=sys.executable, help="a Python that has PyTorch; default: this one"
    )
    parser.add_argument(
        "--only", nargs="+", default=[], metavar="TEXT", help="networks whose name has all of these"
    )
    parser.add_argument("--coordinates", action="store_true", help="those of `coordinates`, not of `restoration`")
    parser.add_argument("--turns", type=_count, default=9, help="measurements of each engine; default: 9")
    parser.add_argument("--steps", type=_count, default=10, help="training steps of a turn; default: 10")
    parser.add_argument("--out", type=Path, help="a Markdown file for the table")
    return parser.parse_args()


def _count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text}: give a number from 1 on")
    return int(text)


if __name__ == "__main__":
    try:
        main()
    except UserError as error:
        sys.exit(f"error: {error}")
