"""The summary in a record of autoencoders with curves, and the transform codec of such a run."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from recon.core.errors import UserError
from recon.families.autoencoder import bridge, ladder
from recon.families.autoencoder.params import FAMILY, MODELS, AutoencoderEntry
from recon.families.autoencoder.transform.params import NET, WEIGHTS, TransformExperiment
from recon.families.shared import curve_records
from recon.families.shared.project import Project
from recon.families.shared.record_input import RecordInput
from recon.families.shared.recorded_curves import RecordedCurves

SECONDS = "encode_seconds"
SCORES = ("bd_rate_percent", "points", SECONDS, "decode_seconds", *curve_records.COSTS)  # in the zoo's index
KODAK = RecordedCurves("autoencoder-kodak", FAMILY, SECONDS)


def summarize(record_input: RecordInput) -> dict[str, Any]:
    """Return what `curve_records.summarize` does, and the bridge of a run that has one.

    Of a run without a curve over lambda there is no summary.
    """
    if "lmbda" not in record_input.scores:
        return {}
    summary = curve_records.summarize(record_input, family=FAMILY, encode=SECONDS)
    fitted = record_input.others.get(bridge.FITTED)
    if fitted is None or not bridge.has_steps(record_input.scores, fitted):
        return summary
    group = record_input.project.families[bridge.FITTED]
    steps = {name: group.entry(name).runs[0].fit.steps for name in group.experiments}
    return summary | {"bridge": bridge.summarize(record_input.scores, fitted, steps=steps)}


def draw(path: str | Path, record: dict[str, Any]) -> None:
    """Draw the curves of a record, if it has any: over the number of steps, by rungs, or those of codecs."""
    if "bridge" in record:
        bridge.draw(path, record["bridge"])
    elif record["name"] == ladder.NAME:
        ladder.draw(path, record)
    elif record.get("points"):
        KODAK.draw(path, record)


def find_weights(project: Project) -> Path:
    """Return the file of the transform codec that a run has trained; UserError where there is none, or several."""
    return MODELS / _find_entry(project).name / WEIGHTS


def describe_network(project: Project, summary: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the zoo's index says of a run's transform codec, by the fields of `ZooNetwork`.

    `summary` is that of the run.
    """
    entry = _find_entry(project)
    run = entry.runs[0]
    return {
        "net": NET,
        "settings": run.networks.model_dump() | {"lambdas": list(run.training.lambdas)},
        "channels": 3,
        "scores": {
            "images": project.subjects[entry.experiment.subject].source,
            **{name: summary[name] for name in SCORES if name in summary},
        },
    }


def _find_entry(project: Project) -> AutoencoderEntry:
    """Return the only entry that trains a transform codec."""
    group = project.families[FAMILY]
    names = [
        name
        for name, experiment in group.experiments.items()
        if isinstance(experiment, TransformExperiment) and not experiment.weights
    ]
    if len(names) != 1:
        raise UserError(
            f"{FAMILY}.experiments: {', '.join(names) or 'no entry'}; a run whose network goes into the zoo "
            f"trains one with `net: {NET}`: change the recipe, or omit its `zoo:`"
        )
    return group.entry(names[0], epochs=project.epochs)
