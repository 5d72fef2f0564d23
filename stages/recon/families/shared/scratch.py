"""A place for what fitting writes beside its result: curves and checkpoints, below the working directory."""

import logging
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def scratch() -> Iterator[Path]:
    """Let the block run in a folder that is removed afterwards, so that it changes nothing of the pipeline's.

    A search fits again and again, of which TensorFlow warns: it would rather keep one graph.
    """
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    with TemporaryDirectory(prefix="rebuild-") as folder, chdir(folder):
        yield Path(folder)
