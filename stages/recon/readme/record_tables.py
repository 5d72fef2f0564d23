"""The tables of recorded runs: the purpose of each, and the seconds of `dvc repro` by stage."""

from collections import defaultdict
from typing import Any

from recon.core import files
from recon.core.machine import format_machines
from recon.records import recipes

Table = tuple[list[str], list[list[str]], str]

SECONDS = "metrics/benchmarks/repro-seconds.json"
SECONDS_OF_CHANGE = "metrics/benchmarks/repro-seconds-change.json"
_MIN_SHARE = 0.01  # of the whole run; shorter stages share one row


def tabulate_runs() -> tuple[list[str], list[list[str]]]:
    """Return each recipe's command, purpose, expected result, minutes and record."""
    rows = []
    for recipe in map(recipes.read, recipes.list_names()):
        path = recipes.FOLDER / f"{recipe.name}.json"
        record = files.read_json(path) if path.is_file() else None  # not run yet
        cost = [f"{record['minutes']:.0f}", f"[{_name_commit(record)}]({path.name})"] if record else ["", ""]
        rows.append([f"`{recipe.command}`", recipe.comments[0], recipe.read_comment("Expected"), *cost])
    return ["command", "what it shows", "expected", "minutes", "commit and record"], rows


def _name_commit(record: dict[str, Any]) -> str:
    """Return the first digits of the commit; the pieces of a record have commits of their own."""
    return record["commit"][:7] if "commit" in record else "in pieces"


def tabulate_seconds() -> Table:
    """Return the seconds of each stage in a new clone and after a change to one entry, longest first."""
    run, change = files.read_json(SECONDS), files.read_json(SECONDS_OF_CHANGE)
    note = f"`{run['command']}` in a new clone on {format_machines(run['machines'])}, then\n`{change['command']}`."
    return *tabulate_stages(run, change), note


def tabulate_stages(run: dict[str, Any], change: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the seconds by stage, with one row for each `foreach`, then DVC's overhead and the total.

    Args:
        run: the record of a whole run.
        change: the record of the run after a change to one entry.
    """
    whole, after = _seconds_by_name(run), _seconds_by_name(change)
    names = sorted(whole, key=lambda name: -sum(whole[name]))
    longest = [name for name in names if sum(whole[name]) >= _MIN_SHARE * run["seconds"]]
    rest = [name for name in whole | after if name not in longest]
    rows = [_row(f"`{name}`", whole[name], after[name], run) for name in longest]
    others = [[second for name in rest for second in seconds[name]] for seconds in (whole, after)]
    rows.append(_row(f"{len(rest)} others", *others, run))
    rows.append(_row("DVC itself", [run["dvc_seconds"]], [change["dvc_seconds"]], run, count=False))
    rows.append(_row("all", [run["seconds"]], [change["seconds"]], run, count=False))
    return ["stage", "runs", "seconds", "share (%)", "runs after the change", "seconds after it"], rows


def _seconds_by_name(record: dict[str, Any]) -> dict[str, list[float]]:
    seconds = defaultdict(list)
    for stage in record["results"]:
        seconds[stage["stage"].partition("@")[0]].append(stage["seconds"])
    return seconds


def _row(
    name: str, whole: list[float], after: list[float], run: dict[str, Any], *, count: bool = True
) -> list[str]:
    share = f"{100 * sum(whole) / run['seconds']:.0f}"
    counts = [str(len(seconds) or "") if count else "" for seconds in (whole, after)]
    return [name, counts[0], f"{sum(whole):.0f}", share, counts[1], f"{sum(after):.0f}" if after else ""]


TABLES = {"recorded-runs": tabulate_runs, "repro-seconds": tabulate_seconds}
