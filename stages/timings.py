"""Sum up the seconds of all families, and compare quality and time; all results are below timings/."""

from recon.core import files
from recon.core.errors import run
from recon.drawing import looks
from recon.referee import costs, leaderboard, plane_figures
from recon.settings import groups

FOLDER = "metrics/timings"


def main() -> None:
    """Write metrics/timings/FAMILY.json and leaderboard.csv, and plots/timings/quality.png."""
    summaries = {}
    for family in groups.family_names():
        entries = list(groups.read(family)["experiments"])
        summaries[family] = {entry: costs.summarize(family, entry) for entry in entries}
        content = {"machines": costs.list_machines(family, entries), "entries": summaries[family]}
        files.write_json(f"{FOLDER}/families/{family}.json", content)
    points = leaderboard.read()
    table = costs.gather(points, summaries)
    files.write_csv(f"{FOLDER}/leaderboard.csv", table)
    rows, note = leaderboard.split_off_chart(table)
    styles = looks.choose_looks(leaderboard.split_off_chart(points)[0])
    plane_figures.draw_times("plots/timings/quality.png", rows, styles, note=note)


if __name__ == "__main__":
    run(main)
