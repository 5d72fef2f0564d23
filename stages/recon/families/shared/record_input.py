"""What a family's `records.summarize` gets of a recorded run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from recon.families.shared.project import Project
from recon.settings.entries import Group

if TYPE_CHECKING:  # see recon.core.files
    import pandas as pd


@dataclass(frozen=True)
class RecordInput:
    """The results of a run of one family.

    Attributes:
        project: params.yaml of the run.
        group: the family's group of it.
        scores: metrics/scores/FAMILY.csv.
        seconds: entry -> what `recon.referee.costs.summarize` returns.
        leaderboard: metrics/leaderboard.csv, None unless the leaderboard was a target of the run.
        others: the scores of the other families that are recorded with it, by family.
    """

    project: Project
    group: Group
    scores: "pd.DataFrame"
    seconds: Mapping[str, Mapping[str, float]]
    leaderboard: "pd.DataFrame | None" = None
    others: Mapping[str, "pd.DataFrame"] = field(default_factory=dict)
