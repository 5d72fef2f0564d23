"""Gather the plane's points of all families, and compare the methods."""

from recon.core import files
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.referee import curves, exchange, leaderboard, scoring
from recon.settings import groups


def main() -> None:
    """Write leaderboard.csv and .json, by point; methods.csv and .json; compressai/METHOD.json: below metrics/."""
    points = curves.compared(leaderboard.gather(groups.family_names()))[leaderboard.ORDER]
    files.write_csv("metrics/leaderboard.csv", scoring.rounded(points))
    named = points.drop(columns=["family", "entry"]).rename(columns={"method": "entry"})
    files.write_json("metrics/leaderboard.json", scoring.nested(named.assign(family="", subject="")))
    methods = scoring.rounded(curves.summarize(points))
    files.write_csv("metrics/methods.csv", methods)
    files.write_json("metrics/methods.json", scoring.by_name(methods.drop(columns="family"), "method"))
    photographs = ImageSet.open("data/subjects/plane")
    images = f"{len(photographs)} photographs of {photographs.source}"
    exchange.write("metrics/compressai", points, images=images)


if __name__ == "__main__":
    run(main)
