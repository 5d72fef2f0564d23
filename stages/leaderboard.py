"""Gather the plane's points of the families named on the command line to metrics/leaderboard.csv and .json."""

from recon import files, leaderboard, scoring
from recon.errors import run


def main(*families: str) -> None:
    """Write one row for each point, best known as a curve in the rate-distortion plane."""
    points = leaderboard.gather(families)
    files.write_csv("metrics/leaderboard.csv", scoring.rounded(points))
    named = points.drop(columns=["family", "entry"]).rename(columns={"method": "entry"})
    files.write_json("metrics/leaderboard.json", scoring.nested(named.assign(family="", subject="")))


if __name__ == "__main__":
    run(main)
