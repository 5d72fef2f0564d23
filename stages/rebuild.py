"""Compress pictures of your own by any method, or decode compressed files: `rebuild.py --help`."""

from recon.rebuilding import interrupts


def main(*words: str) -> None:
    """Carry out a command line, and print a line for each picture."""
    from recon.rebuilding import actions, command_line

    options = command_line.parse(words)
    with interrupts.raised():
        actions.rebuild(options)


if __name__ == "__main__":
    with interrupts.ending_at_once():  # imports take a second or more
        from recon.core.errors import run

        run(main)
