"""Keep a run's results with their provenance: `record.py NAME --exp REV` writes metrics/benchmarks/NAME.json."""

import argparse
import re

from recon.core import files
from recon.core.errors import UserError, run
from recon.records import records


def main(*words: str) -> None:
    """Read the run through git, and say where its record is."""
    parser = argparse.ArgumentParser(prog="python stages/record.py", description=__doc__)
    parser.add_argument("name", help="of the record: FAMILY-WHAT, such as classical-kodak")
    parser.add_argument("--exp", required=True, metavar="REV", help="an experiment, or any revision of git")
    parser.add_argument("--family", help="default: NAME up to its first `-`")
    parser.add_argument("--targets", help="that the run was given; default: evaluate@FAMILY timings@FAMILY")
    given = parser.parse_args(words)
    if not re.fullmatch("[a-z0-9_-]+", given.name):
        raise UserError(f"the name `{given.name}` must consist of a-z, 0-9, _ and -, such as classical-kodak")
    family = given.family or given.name.partition("-")[0]
    targets = f"evaluate@{family} timings@{family}" if given.targets is None else given.targets
    found = records.find(given.exp)
    record = records.describe(found, name=given.name, family=family, targets=targets)
    if family == "restoration":
        record = records.restoration_summary(found) | record
    if family == "coordinates":
        record = records.coordinates_summary(found) | record
    path = f"metrics/benchmarks/{given.name}.json"
    files.write_json(path, record)
    print(f"{path}: {record['command']}")


if __name__ == "__main__":
    run(main)
