"""Rebuild a picture of your own by any method, or decode what was compressed: `rebuild.py --help`."""

# isort: split
from recon.core.errors import UserError, run
from recon.rebuilding import words, work


def main(*typed: str) -> None:
    """Do what was typed, and say what came of it."""
    given = words.parse(typed)
    try:
        print(work.decode(given) if given.decode else work.compress(given))
    except KeyboardInterrupt:
        raise UserError("stopped; nothing was written") from None


if __name__ == "__main__":
    run(main)
