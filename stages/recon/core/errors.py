"""One line for a user's mistake, a traceback for ours."""

import errno
import inspect
import os
import sys
from collections.abc import Callable
from pathlib import Path

# What a disk or its owner refuses, and the remedy.
_REFUSALS = {
    errno.EACCES: "no permission; change that of the file or of its folder",
    errno.EPERM: "not permitted; change the owner or the attributes of the file or of its folder",
    errno.EROFS: "the disk is read-only; work in a folder on another, or mount it writable",
    errno.ENOSPC: "no space left on the disk; free some and run again",
    errno.EDQUOT: "your quota of the disk is used up; free some and run again",
    errno.EFBIG: "larger than this disk allows a file to be; work in a folder on another",
    errno.ENAMETOOLONG: "the name is too long for this disk; shorten it",
    errno.EISDIR: "a folder is in the place of the file; move it elsewhere",
    errno.EEXIST: "a file is in the place of a folder; move it elsewhere",
    errno.ENOTDIR: "a file is in the place of a folder; move it elsewhere",
}
_ROOM = (errno.ENOSPC, errno.EDQUOT)


class UserError(Exception):
    """A mistake the user can mend: one line that names the file, key or value, and the remedy."""


def explain(
    error: OSError, path: str | os.PathLike[str] | None = None, needed_bytes: int | None = None
) -> UserError | None:
    """Return what a disk refused as a user's mistake; None where the error is of another kind.

    Args:
        error: what the system raised.
        path: the file that was to be written (default: the one that the error names).
        needed_bytes: the room that the file needs, if that is known.
    """
    if error.errno not in _REFUSALS:
        return None
    room = f" ({needed_bytes:,} bytes are needed)" if needed_bytes and error.errno in _ROOM else ""
    fault, remedy = _REFUSALS[error.errno].split("; ")
    return UserError(f"{path or error.filename or 'the output'}: {fault}{room}; {remedy}")


def run(main: Callable[..., None]) -> None:
    """Call `main` with the command line's words; end with exit code 1 and one line on a user's mistake.

    What a disk refuses is treated as one too, since the remedy is the user's.
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
        if (mistake := explain(error)) is None:
            raise
        sys.exit(f"error: {mistake}")
