"""The README's table of where the time of `dvc repro` goes: header and rows."""

from collections import defaultdict
from typing import Any

CHANGE = "metrics/benchmarks/repro-seconds-change.json"
_SHOWN = 0.01  # of the whole run: stages with less are one row


def stages(run: dict[str, Any], change: dict[str, Any]) -> tuple[list[str], list[list[str]]]:
    """Return the seconds of each stage, those of a `foreach` together, the longest first; DVC's own, and all.

    Args:
        run: the record of a whole run.
        change: that of the run after a change of one entry, for a column of its own.
    """
    whole, after = _by_name(run), _by_name(change)
    shown = sorted(
        (name for name in whole if sum(whole[name]) >= _SHOWN * run["seconds"]), key=lambda name: -sum(whole[name])
    )
    rest = [name for name in whole | after if name not in shown]
    rows = [_row(f"`{name}`", whole[name], after[name], run) for name in shown]
    few = [[second for name in rest for second in found[name]] for found in (whole, after)]
    rows.append(_row(f"{len(rest)} others", *few, run))
    rows.append(_row("DVC itself", [run["dvc_seconds"]], [change["dvc_seconds"]], run, count=False))
    rows.append(_row("all", [run["seconds"]], [change["seconds"]], run, count=False))
    return ["stage", "runs", "seconds", "share (%)", "runs after the change", "seconds after it"], rows


def _by_name(record: dict[str, Any]) -> dict[str, list[float]]:
    found = defaultdict(list)
    for stage in record["results"]:
        found[stage["stage"].partition("@")[0]].append(stage["seconds"])
    return found


def _row(
    name: str, whole: list[float], after: list[float], run: dict[str, Any], *, count: bool = True
) -> list[str]:
    share = f"{100 * sum(whole) / run['seconds']:.0f}"
    counts = [str(len(seconds) or "") if count else "" for seconds in (whole, after)]
    return [name, counts[0], f"{sum(whole):.0f}", share, counts[1], f"{sum(after):.0f}" if after else ""]
