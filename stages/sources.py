"""List the code that each script and each network runs, for the other stages to depend on."""

from pathlib import Path

from recon.core import files, rooms
from recon.core.errors import run
from recon.core.sources import STAGES, listing

SOURCES = Path("data/sources")


def main() -> None:
    """Write SCRIPT.txt for each script; for each room of networks ROOM.txt, and ROOM/NAME.txt for each of them.

    A package in a family's room is a network too, `net: PACKAGE`: networks/PACKAGE.txt.
    """
    for script in sorted(STAGES.glob("*.py")):
        files.write_text(SOURCES / f"{script.stem}.txt", listing([script]))
    for room in rooms.network_rooms():
        modules = [rooms.RECON / room / f"{name}.py" for name in rooms.names(room)]
        folder = SOURCES / room.removeprefix("families/")
        files.write_text(folder.with_suffix(".txt"), listing(modules))
        for module in modules:
            files.write_text(folder / f"{module.stem}.txt", listing([module]))
    for package in rooms.network_packages():
        files.write_text(SOURCES / "networks" / f"{package.name}.txt", listing(sorted(package.glob("*.py"))))


if __name__ == "__main__":
    run(main)
