"""A temporary working directory for fits of `rebuild.py`, which write curves and checkpoints as a stage's do."""

import logging
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Run the block in a folder that is removed afterwards, so that it leaves the pipeline's files as they are.

    A search fits again and again; TensorFlow's warnings of repeated tracing are silenced.
    """
    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    with TemporaryDirectory(prefix="rebuild-") as folder, chdir(folder):
        yield Path(folder)
