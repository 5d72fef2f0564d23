"""Compare the restorers' gain and seconds, in a table and a figure; both are below timings/."""

from recon.core import instructions  # before pandas

# isort: split
from typing import Any

import pandas as pd

from recon.core import files
from recon.core.errors import run
from recon.families.restoration import comparison, figures
from recon.families.restoration.comparison import METHODS
from recon.referee import costs

SECONDS = ["train_seconds", "decode_seconds_per_megapixel"]
COLUMNS = ["method", "family", "quality", "gain_db", *SECONDS, "num_params", "macs_per_pixel", "beats_baselines"]


def main() -> None:
    """Read the comparison and the entries' seconds."""
    methods = comparison.select_common_quality(files.read_csv(METHODS))
    seconds = [costs.summarize(row.family, row.method) for row in methods.itertuples()]
    timed = methods.join(pd.DataFrame(seconds).reindex(columns=SECONDS))
    files.write_csv("metrics/timings/restoration_comparison.csv", timed[COLUMNS])
    figures.draw_front(
        "plots/timings/restoration.png",
        timed,
        cost="decode_seconds_per_megapixel",
        label="restoring time (seconds per megapixel)",
        describe=_describe_training,
    )


def _describe_training(row: Any) -> str:
    return "not trained here" if pd.isna(row.train_seconds) else f"trained for {row.train_seconds:.0f} s"


if __name__ == "__main__":
    run(main)
