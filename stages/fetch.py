"""Bring every dataset that params.yaml names to data/fetched/NAME/, all of them or, on an error, none."""

import shutil
import tempfile
from pathlib import Path

from recon.core.errors import run
from recon.data.datasets import FETCHED, save_fetched
from recon.data.manifest import Manifest
from recon.data.params import Data, dataset_names, read_subjects
from recon.settings.core import section


def main() -> None:
    """Build the new folder beside the old one and exchange them when it is complete."""
    manifests = [Manifest.load(name) for name in dataset_names(section(Data, "data"), read_subjects().values())]
    with tempfile.TemporaryDirectory(dir=FETCHED.parent, prefix=".fetched-") as scratch:
        complete = Path(scratch) / FETCHED.name
        for manifest in manifests:
            save_fetched(manifest, complete / manifest.name)
        if FETCHED.is_symlink():
            FETCHED.unlink()
        elif FETCHED.exists():
            shutil.rmtree(FETCHED)
        complete.rename(FETCHED)
    print("fetched", ", ".join(f"{manifest.name} ({len(manifest.images)} images)" for manifest in manifests))


if __name__ == "__main__":
    run(main)
