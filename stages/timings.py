"""Sum up a family's seconds: `timings.py FAMILY` writes metrics/timings/FAMILY.json, with what it ran on."""

from recon.core import files
from recon.core.errors import run
from recon.referee import costs
from recon.settings.core import lookup, read_params


def main(family: str) -> None:
    """Read the seconds that the fit stages noted."""
    entries = list(lookup(read_params(), f"{family}.experiments"))
    summary = {entry: costs.summarize(family, entry) for entry in entries}
    content = {"machines": costs.machines(family, entries), "entries": summary}
    files.write_json(f"metrics/timings/{family}.json", content)


if __name__ == "__main__":
    run(main)
