"""Read all of params.yaml before anything runs or is deleted.

The output never changes, so that all other stages can wait for it and none runs again because of it.
"""

from recon import files
from recon.errors import run
from recon.params.core import read_params
from recon.params.schema import check


def main() -> None:
    """Name the first thing that is wrong, or write data/check.txt."""
    check(read_params())
    files.write_text("data/check.txt", "params.yaml was read and understood\n")


if __name__ == "__main__":
    run(main)
