import os
from functools import cache
from pathlib import Path

import pytest

from recon.core.images import read_image


@pytest.fixture(scope="session")
def dataset():
    """Return a function: a set's name -> its images (uint8 arrays), from the roots in RECON_DATASETS."""

    @cache
    def load(name):
        roots = [Path(root) for root in os.environ.get("RECON_DATASETS", "").split(os.pathsep) if root]
        for root in roots:
            if files := sorted((root / name).glob("*.png")) or sorted((root / name).glob("*.bmp")):
                return [read_image(file) for file in files]
        return pytest.skip(reason=f"not downloaded by tests: put {name}/ in a root named by RECON_DATASETS")

    return load
