"""Cut, turn and compress the training patches: data/patches/*.npy and index.json."""

from pathlib import Path

from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.data.augmentation import write_patches
from recon.data.params import Augment
from recon.settings.core import Runtime, section


def main() -> None:
    """Draw the patches of the training images in data/normalized/."""
    settings, seed = section(Augment, "augment"), section(Runtime, "runtime").seed
    write_patches(Path("data/patches"), ImageSet.open("data/normalized"), settings=settings, seed=seed)


if __name__ == "__main__":
    run(main)
