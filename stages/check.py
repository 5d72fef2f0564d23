"""Read all of params.yaml before anything runs or is deleted.

The first data stages depend on data/check.txt, whose constant content never makes them run again. Stages that read
all experiments of a family depend on data/params/FAMILY.json.
"""

from recon.check.schema import check
from recon.core import files
from recon.core.errors import run
from recon.core.reconstruction import remove_leftovers
from recon.settings import groups
from recon.settings.core import read_params


def main() -> None:
    """Report the first fault, or write data/check.txt and each family's group of params.yaml."""
    params = read_params()
    check(params)
    experiments = {family: list(group["experiments"]) for family, group in groups.families(params)}
    files.write_json(groups.NAMES, list(experiments))
    for family, group in groups.families(params):
        files.write_text(f"{groups.FOLDER}/{family}.json", groups.text(group))
    for path in remove_leftovers(experiments):
        print(f"removed {path}: params.yaml has no such entry any more")
    files.write_text("data/check.txt", "params.yaml was read and understood\n")


if __name__ == "__main__":
    run(main)
