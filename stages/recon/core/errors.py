"""One line for a user's mistake, a traceback for ours."""

import errno
import inspect
import sys
from collections.abc import Callable
from pathlib import Path


class UserError(Exception):
    """A mistake the user can mend: one line that names the file, key or value, and the remedy."""


def run(main: Callable[..., None]) -> None:
    """Call `main` with the command line's words; end with exit code 1 and one line on a user's mistake.

    A full disk is treated as one too, since the remedy is the user's.
    """
    try:
        inspect.signature(main).bind(*sys.argv[1:])
    except TypeError as error:
        sys.exit(f"error: {Path(sys.argv[0]).name}: {error}; its first lines say what it takes")
    try:
        main(*sys.argv[1:])
    except UserError as error:
        sys.exit(f"error: {error}")
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        sys.exit(f"error: {error.filename or 'the output'}: no space left on the disk; free some and run again")
