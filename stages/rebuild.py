"""Compress a picture of your own by any method, or decode a compressed file: `rebuild.py --help`."""

from recon.training import blas

# isort: split
from recon.core.errors import UserError, run
from recon.rebuilding import actions, command_line


def main(*words: str) -> None:
    """Carry out a command line, and print the line that sums it up."""
    options = command_line.parse(words)
    try:
        print(actions.decode(options) if options.decode else actions.compress(options))
    except KeyboardInterrupt:
        raise UserError("stopped; nothing was written") from None


if __name__ == "__main__":
    run(main)
