"""The summary in the record of a run of coordinate networks: PSNR by entry and by the compared values."""

from collections import defaultdict
from math import prod
from typing import Any

import pandas as pd

from recon.data.masks import KNOWN
from recon.families.coordinates.comparison import complete_scores, select_finest
from recon.families.coordinates.params import FieldRun
from recon.families.shared.record_input import RecordInput
from recon.settings.sweeps import BASE


def summarize(record_input: RecordInput) -> dict[str, Any]:
    """Return the scores of each entry at its most bits per weight, and their cost.

    Returns:
        source (entry -> dataset), images (entry -> number), psnr_db and std_db (entry -> mapping or other compared
        value -> mean and standard deviation over the images, of the hidden pixels if there are any), passes (entry
        -> the same -> passes of a fit over the visible pixels), fit_minutes (entry -> minutes of all its fitting,
        encoding and decoding).
    """
    points = select_finest(complete_scores(record_input.scores))
    points["name"] = [_format_name(row) for row in points.itertuples()]
    project = record_input.project
    summary: dict[str, dict[str, Any]] = defaultdict(dict)
    for name in record_input.group.experiments:
        entry, rows = record_input.group.entry(name), points[points["entry"] == name]
        scores = rows.groupby("name", sort=False)["score_db"]
        shape = max(rows[["rows", "columns"]].itertuples(index=False, name=None), key=prod)
        fits = [run for run in entry.runs if run.method is None]
        summary["source"][name] = project.subject(entry.experiment.subject, entry.key).source
        summary["images"][name] = int(rows["image"].nunique())
        summary["psnr_db"][name] = scores.mean().round(3).to_dict()
        summary["std_db"][name] = scores.std(ddof=0).round(3).to_dict()
        passes = {_format_name(run): _count_passes(run, shape, project.runtime.seed) for run in fits}
        summary["passes"][name] = passes
        summary["fit_minutes"][name] = round(record_input.seconds[name]["total_seconds"] / 60, 2)
    return dict(summary)


def _format_name(run: Any) -> str:
    """Return `gaussian`, `loss mae, gaussian`, `bicubic` or BASE for a run, or for a row of scores."""
    change = f"{run.factor} {run.value}" if pd.notna(run.factor) and run.factor != BASE else None
    return ", ".join(part for part in (run.method, change, run.across) if pd.notna(part)) or BASE


def _count_passes(run: FieldRun, shape: tuple[int, int], seed: int) -> float:
    """Return the number of passes of a fit over the visible pixels of an image of this shape."""
    mask = run.draw_mask(shape, seed=seed)
    visible = prod(shape) / run.visibility.reduce**2 if mask is None else int((mask == KNOWN).sum())
    training = run.training
    batch = min(training.batch_size or visible, visible)
    return round(training.epochs * training.steps_per_epoch * batch / visible, 2)
