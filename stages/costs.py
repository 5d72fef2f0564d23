"""Set quality against time for all methods of the plane, of the families named on the command line."""

from recon import costs, figures_costs, files, leaderboard
from recon.errors import run


def main(*families: str) -> None:
    """Write metrics/timings/leaderboard.csv and plots/timings/quality.png."""
    table = costs.gather(leaderboard.read(), families)
    files.write_csv("metrics/timings/leaderboard.csv", table)
    shown, note = leaderboard.drawn(table)
    figures_costs.draw("plots/timings/quality.png", shown, note=note)


if __name__ == "__main__":
    run(main)
