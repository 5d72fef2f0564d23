"""Run a recipe, metrics/benchmarks/NAME.txt, and keep its results with their provenance in NAME.json beside it.

The network of a recipe with a line `zoo: NAME` is put into models/zoo/. Some families draw a figure, NAME.png. A
recipe with a line `pieces: NUMBER` is recorded piece by piece, and goes on with the pieces that NAME.json lacks.
"""

import argparse

from recon.core.errors import run
from recon.records import recipes, recording


def main(*words: str) -> None:
    """Run the recipe as a DVC experiment, or take a finished experiment, and print the path of its record."""
    parser = argparse.ArgumentParser(prog="python stages/record.py", description=__doc__)
    parser.add_argument("name", help="the name of the recipe: FAMILY-WHAT, such as classical-kodak")
    parser.add_argument(
        "--exp", metavar="REV", help="a finished experiment of the recipe, to record without running it"
    )
    parser.add_argument("--redraw", action="store_true", help="only draw the figure of the record again")
    arguments = parser.parse_args(words)
    recipe = recipes.read(arguments.name)
    if arguments.redraw:
        recording.redraw(recipe)
    else:
        recording.record_run(recipe, arguments.exp)


if __name__ == "__main__":
    run(main)
