"""Say whether two folders of metrics agree: `compare_metrics.py OLD NEW [TOLERANCE]`.

The tolerance is relative for numbers above 1 and absolute for others, 0.01 unless given. Exit code 1: something
differs by more.
"""

import sys
from collections import Counter
from pathlib import Path

from recon.check import agreement
from recon.check.agreement import DIFFERENT, SAME, WITHIN
from recon.core.errors import UserError, run


def main(old: str, new: str, tolerance: str = "0.01") -> None:
    """Print a line for each file that is not the same, and how many are."""
    try:
        limit = float(tolerance)
    except ValueError:
        raise UserError(f"{tolerance}: the tolerance must be a number, such as 0.01 for one percent") from None
    for folder in (old, new):
        if not Path(folder).is_dir():
            raise UserError(f"{folder}: no such folder; name two folders of metrics, such as metrics")
    compared = agreement.compare_folders(Path(old), Path(new), tolerance=limit)
    if not compared:
        raise UserError(
            f"{old}, {new}: no JSON or CSV file in either; name two folders of metrics, such as metrics"
        )
    for file in compared:
        if file.verdict != SAME:
            print(f"{file.path}: {file.verdict}: {file.place}")
    counts = Counter(file.verdict for file in compared)
    print(
        f"{len(compared)} files: "
        + ", ".join(f"{counts[verdict]} {verdict}" for verdict in (SAME, WITHIN, DIFFERENT))
    )
    sys.exit(int(counts[DIFFERENT] > 0))


if __name__ == "__main__":
    run(main)
