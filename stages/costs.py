"""Set quality against time for all methods of the plane, of the families named on the command line."""

from recon.core import files
from recon.core.errors import run
from recon.drawing import looks
from recon.referee import cost_figures, costs, leaderboard


def main(*families: str) -> None:
    """Write metrics/timings/leaderboard.csv and plots/timings/quality.png."""
    points = leaderboard.read()
    table = costs.gather(points, families)
    files.write_csv("metrics/timings/leaderboard.csv", table)
    shown, note = leaderboard.drawn(table)
    known = looks.looks(leaderboard.drawn(points)[0])
    cost_figures.draw("plots/timings/quality.png", shown, known, note=note)


if __name__ == "__main__":
    run(main)
