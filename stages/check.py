"""Read all of params.yaml before anything runs or is deleted, and change nothing of what other stages wrote.

The first data stages depend on data/check.txt, whose constant content never makes them run again.
"""

from recon.check.schema import check, describe_enlargements
from recon.core import files
from recon.core.errors import run
from recon.settings.core import read_params


def main() -> None:
    """Report the first fault, or write data/check.txt and print what is allowed but may surprise."""
    project = check(read_params())
    for line in describe_enlargements(project):
        print(line)
    files.write_text("data/check.txt", "params.yaml was read and understood\n")


if __name__ == "__main__":
    run(main)
