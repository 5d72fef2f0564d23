"""Gather the points of all families in the plane, and compare the methods."""

from recon.core import files
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.referee import curves, exchange, fields, leaderboard, scoring
from recon.settings import groups


def main() -> None:
    """Write leaderboard.csv and .json, by point; methods.csv and .json; compressai/METHOD.json: below metrics/."""
    points = curves.compare(leaderboard.gather(groups.family_names()))[fields.columns(fields.BOARD)]
    files.write_csv("metrics/leaderboard.csv", scoring.round_floats(points))
    files.write_json("metrics/leaderboard.json", scoring.nest_points(points, by="method"))
    methods = scoring.round_floats(curves.summarize(points))
    files.write_csv("metrics/methods.csv", methods)
    files.write_json("metrics/methods.json", scoring.index_by_name(methods.drop(columns="family"), "method"))
    photographs = ImageSet.open("data/subjects/plane")
    images = f"{len(photographs)} photographs of {photographs.source}"
    exchange.write("metrics/compressai", points, images=images)


if __name__ == "__main__":
    run(main)
