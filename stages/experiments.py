"""Write each family's experiments to data/params/FAMILY.json, and remove what is left of those that are gone.

Stages that read all experiments of a family, or a folder of all of them, depend on these files: so they find
nothing there that a new clone would not have. data/params/weights/FAMILY/ENTRY.txt says which network of the zoo
an entry has: so a change of the zoo runs again what uses it, and trains nothing.
"""

from recon.check.schema import read_project
from recon.core import files
from recon.core.errors import run
from recon.core.reconstruction import remove_leftovers
from recon.families.shared import zoo
from recon.settings import groups
from recon.settings.core import read_params


def main() -> None:
    """Write the groups of params.yaml that have experiments, and print what is removed."""
    params = read_params()
    read_project(params)  # again, since a mistake in params.yaml must not look like experiments that are gone
    families = dict(groups.families(params))
    files.write_json(groups.NAMES, list(families))
    for family, group in families.items():
        files.write_text(f"{groups.FOLDER}/{family}.json", groups.text(group))
        for name, experiment in group["experiments"].items():
            used = zoo.identify_weights(zoo.find_name(experiment))
            files.write_text(f"{groups.FOLDER}/weights/{family}/{name}.txt", used)
    for path in remove_leftovers({family: list(group["experiments"]) for family, group in families.items()}):
        print(f"removed {path}: params.yaml has no such entry any more")


if __name__ == "__main__":
    run(main)
