"""Train the shared start of the overfitted codecs on data/normalized, the plane's photographs left out."""

from recon.training import blas, runtime

# isort: split
import shutil
from collections.abc import Sequence

import numpy as np

from recon.core import files
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.core.reconstruction import CHECKPOINTS
from recon.data.manifest import pixels_sha256
from recon.data.params import Data, Subject
from recon.families.overfitted import fitting, starts, training_images
from recon.families.overfitted.params import FAMILY, STARTS, Overfitted
from recon.families.overfitted.starts import Start
from recon.settings.core import Runtime, section
from recon.training import checkpoints
from recon.training.checkpoints import Checkpoint

CHECKPOINT = "overfitted_start"  # its state, until it is done


def main() -> None:
    """Write models/overfitted_start/overfitted-ID.start, or none where the plane shows all training images."""
    images, subject = ImageSet.open("data/normalized"), section(Subject, "subjects.plane")
    names = training_images.choose(images.names("train"), subject, section(Data, "data").source)
    start = _train([images.pixels(name) for name in names], 3 if images.color == "rgb" else 1) if names else None
    shutil.rmtree(STARTS, ignore_errors=True)
    STARTS.mkdir(parents=True)  # an output of the stage, even if it is empty
    if start is None:
        print("the plane shows all training images: there is no shared start, and every entry has to do without")
    else:
        content = starts.format_start(start.parameters, start.regression)
        files.write_bytes(STARTS / starts.file_name(start.model_id), content)
    shutil.rmtree(CHECKPOINTS / CHECKPOINT, ignore_errors=True)


def _train(photographs: Sequence[np.ndarray], channels: int) -> Start:
    """Return a start trained on uint8 photographs (rows, columns, channels), resuming an interrupted run."""
    group, settings = section(Overfitted, FAMILY), section(Runtime, "runtime")
    runtime.prepare(settings)
    training = group.start
    seed = settings.seed if training.training.seed is None else training.training.seed
    decides = [training.model_dump(), group.networks.model_dump(), seed, *map(pixels_sha256, photographs)]
    fingerprint = checkpoints.fingerprint(decides)

    def open_checkpoint(mosaic: int) -> Checkpoint:
        folder = checkpoints.folder(family=CHECKPOINT, entry=f"{mosaic}")
        return Checkpoint(folder, fingerprint=fingerprint)

    return fitting.train_start(
        photographs,
        training=training,
        architecture=group.networks.architecture(channels),
        seed=seed,
        open_checkpoint=open_checkpoint,
    )


if __name__ == "__main__":
    run(main)
