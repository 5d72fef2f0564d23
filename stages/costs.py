"""Set quality against time for all methods of the plane, of the families named on the command line."""

from recon import costs, figures_costs, files, leaderboard, looks
from recon.errors import run


def main(*families: str) -> None:
    """Write metrics/timings/leaderboard.csv and plots/timings/quality.png."""
    points = leaderboard.read()
    table = costs.gather(points, families)
    files.write_csv("metrics/timings/leaderboard.csv", table)
    shown, note = leaderboard.drawn(table)
    known = looks.looks(leaderboard.drawn(points)[0])
    figures_costs.draw("plots/timings/quality.png", shown, known, note=note)


if __name__ == "__main__":
    run(main)
