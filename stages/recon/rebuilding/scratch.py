"""A place for what fitting writes beside its result: curves and checkpoints, below the working directory."""

from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def scratch() -> Iterator[Path]:
    """Let the block run in a folder that is removed afterwards, so that it changes nothing of the pipeline's."""
    with TemporaryDirectory(prefix="rebuild-") as folder, chdir(folder):
        yield Path(folder)
