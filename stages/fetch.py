"""Bring every dataset that params.yaml names to data/fetched/NAME/, all of them or, on an error, none."""

import shutil
import tempfile
from pathlib import Path

from recon.core.errors import run
from recon.data.datasets import FETCHED, save_fetched
from recon.data.manifest import Manifest, sources
from recon.settings.core import read_params


def main() -> None:
    """Build the new folder beside the old one and exchange them when it is complete."""
    manifests = [Manifest.load(name) for name in sources(read_params())]
    with tempfile.TemporaryDirectory(dir=FETCHED.parent, prefix=".fetched-") as scratch:
        complete = Path(scratch) / FETCHED.name
        for manifest in manifests:
            save_fetched(manifest, complete / manifest.name)
        if FETCHED.exists():
            shutil.rmtree(FETCHED)
        complete.rename(FETCHED)
    print("fetched", ", ".join(f"{manifest.name} ({len(manifest.images)} images)" for manifest in manifests))


if __name__ == "__main__":
    run(main)
