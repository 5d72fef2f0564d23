"""Score a family's pictures: metrics/scores/FAMILY.csv and metrics/FAMILY.json: `evaluate.py FAMILY`."""

from recon.core import instructions  # before pandas

# isort: split
import pandas as pd

from recon.core import files
from recon.core.errors import UserError, run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import SCORES, is_current
from recon.core.words import join_words
from recon.referee import scoring
from recon.settings.core import lookup, read_params


def main(family: str) -> None:
    """Read pictures and payloads from files only, so that a changed metric never triggers training.

    Entries whose pictures were not made with the settings of params.yaml are left out, by which one entry can be
    scored before the others are trained: `dvc repro --single-item ...`.
    """
    experiments = lookup(read_params(), f"{family}.experiments")
    left_out = [entry for entry in experiments if not is_current(family=family, entry=entry)]
    if left_out:
        print(f"{family}: left out until rebuilt with the settings of params.yaml: {join_words(left_out)}")
    if len(left_out) == len(experiments):
        raise UserError(f"{family}: no entry is rebuilt with the settings of params.yaml; run: dvc repro {family}")
    subjects = {name: scoring.find_subject(e) for name, e in experiments.items() if name not in left_out}
    rows = scoring.gather([_score(family, *item) for item in subjects.items()])
    files.write_csv(SCORES / f"{family}.csv", scoring.round_floats(rows))
    files.write_json(f"metrics/{family}.json", scoring.nest_points(scoring.average(rows)))


def _score(family: str, entry: str, subject: str) -> pd.DataFrame:
    references = ImageSet.open(f"data/subjects/{subject}")
    return scoring.score_entry(family=family, entry=entry, subject=subject, references=references)


if __name__ == "__main__":
    run(main)
