"""The summary in a record of overfitted codecs, and the shared start of such a run for the zoo."""

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from recon.core.errors import UserError
from recon.families.overfitted.params import FAMILY, STARTS, TRAINED
from recon.families.shared import curve_records
from recon.families.shared.project import Project
from recon.families.shared.recorded_curves import RecordedCurves

SECONDS = "encode_cpu_seconds"
SCORES = ("bd_rate_percent", "points", SECONDS, "decode_seconds", *curve_records.COSTS)  # in the zoo's index
START_SETTINGS = ("lmbda", "mosaics", "tiles", "tile")
KODAK = RecordedCurves("overfitted-kodak", FAMILY, SECONDS)
draw = KODAK.draw  # the figure of a record
summarize = partial(curve_records.summarize, family=FAMILY, encode=SECONDS)
join = partial(curve_records.join, encode=SECONDS)  # of pieces of a run


def find_weights(project: Project) -> Path:
    """Return the folder with the shared start that a run has trained; UserError where it trains none."""
    experiments = project.families[FAMILY].experiments
    if all(experiment.shared_start != TRAINED for experiment in experiments.values()):
        raise UserError(
            f"{FAMILY}.experiments: no entry has `shared_start: {TRAINED}`; a run whose shared start goes into "
            "the zoo has one: change the recipe, or omit its `zoo:`"
        )
    return STARTS


def describe_network(project: Project, summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the zoo's index says of a run's shared start, by the fields of `ZooNetwork`.

    `summary` is that of the run.
    """
    group = project.families[FAMILY]
    subjects = {experiment.subject for experiment in group.experiments.values()}
    images = ", ".join(sorted(project.subjects[name].source for name in subjects))
    return {
        "settings": group.networks.model_dump() | group.start.model_dump(include=set(START_SETTINGS)),
        "channels": 3 if project.data.color == "rgb" else 1,
        "scores": {"images": images, **{name: summary[name] for name in SCORES if name in summary}},
    }
