"""Write down the code that each script, network, field and decoder runs, for the other stages to depend on."""

from pathlib import Path

from recon import files
from recon.errors import run
from recon.sources import ROOMS, STAGES, listing

SOURCES = Path("data/sources")


def main() -> None:
    """Write SCRIPT.txt for each script, ROOM/NAME.txt for what is loaded by name, ROOM.txt for all of a room."""
    for script in sorted(STAGES.glob("*.py")):
        files.write_text(SOURCES / f"{script.stem}.txt", listing([script]))
    for room in ("networks", "fields", "decoders"):
        modules = sorted(path for path in ROOMS[room].glob("*.py") if path.stem != "__init__")
        files.write_text(SOURCES / f"{room}.txt", listing(modules))
        for module in modules:
            files.write_text(SOURCES / room / f"{module.stem}.txt", listing([module]))


if __name__ == "__main__":
    run(main)
