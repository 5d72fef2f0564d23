"""Compare the restorers' gain and seconds, in a table and a figure; both are below timings/."""

import pandas as pd

from recon.core import files
from recon.core.errors import run
from recon.families.restoration import comparison, figures
from recon.families.restoration.comparison import METHODS
from recon.referee import costs

SECONDS = {
    "train_seconds": "training time (seconds)",
    "decode_seconds_per_megapixel": "restoring time (seconds per megapixel)",
}
COLUMNS = ["method", "family", "quality", "gain_db", *SECONDS, "num_params", "macs_per_pixel", "beats_baselines"]


def main() -> None:
    """Read the comparison and the entries' seconds."""
    methods = comparison.select_common_quality(files.read_csv(METHODS))
    seconds = [costs.summarize(row.family, row.method) for row in methods.itertuples()]
    timed = methods.join(pd.DataFrame(seconds).reindex(columns=list(SECONDS)))
    files.write_csv("metrics/timings/restoration_comparison.csv", timed[COLUMNS])
    figures.draw_fronts("plots/timings/restoration.png", timed, costs=SECONDS)


if __name__ == "__main__":
    run(main)
