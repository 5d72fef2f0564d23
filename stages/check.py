"""Read all of params.yaml before anything runs or is deleted.

Those with which the data begins wait for data/check.txt, which never changes: none runs again because of it.
What looks at all experiments of a family depends on data/params/FAMILY.json.
"""

import shutil
from pathlib import Path

from recon.check.schema import check
from recon.core import files
from recon.core.errors import run
from recon.core.reconstruction import remove_leftovers
from recon.families.coordinates.checks import TAKEN
from recon.settings import groups
from recon.settings.core import read_params

SUBJECTS = Path("data/subjects")


def main() -> None:
    """Name the first thing that is wrong, or write data/check.txt and each family's group of params.yaml."""
    params = read_params()
    check(params)
    for family, group in groups.families(params):
        files.write_text(f"{groups.FOLDER}/{family}.json", groups.text(group))
        for path in remove_leftovers(family, group["experiments"]):
            print(f"removed {path}: params.yaml has no such entry any more")
    for path in sorted(SUBJECTS.glob("*")):
        if path.name not in (*TAKEN, *params["coordinates"]["subjects"]):
            shutil.rmtree(path)
            print(f"removed {path}: params.yaml has no such subject any more")
    files.write_text("data/check.txt", "params.yaml was read and understood\n")


if __name__ == "__main__":
    run(main)
