"""Score a family's pictures: metrics/scores/FAMILY.csv and metrics/FAMILY.json: `evaluate.py FAMILY`."""

from functools import partial

import pandas as pd

from recon.core import files, processes
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import SCORES
from recon.referee import scoring
from recon.settings import groups


def main(family: str) -> None:
    """Read pictures and payloads from files only, so that a changed metric never triggers training."""
    experiments = groups.read(family)["experiments"]
    subjects = {entry: scoring.find_subject(experiment) for entry, experiment in experiments.items()}
    calls = [partial(_score, family, entry, subject) for entry, subject in subjects.items()]
    rows = scoring.gather(processes.at_once(calls))
    files.write_csv(SCORES / f"{family}.csv", scoring.round_floats(rows))
    files.write_json(f"metrics/{family}.json", scoring.nest_points(scoring.average(rows)))


def _score(family: str, entry: str, subject: str) -> pd.DataFrame:
    references = ImageSet.open(f"data/subjects/{subject}")
    return scoring.score_entry(family=family, entry=entry, subject=subject, references=references)


if __name__ == "__main__":
    run(main)
