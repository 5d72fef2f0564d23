"""Train the shared start of the overfitted codecs on data/normalized, the plane's photographs left out."""

from recon.training import runtime

# isort: split
import shutil

from recon.core import files
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.data.manifest import pixels_sha256
from recon.data.params import Data, Subject
from recon.families.overfitted import fitting, starts, training_images
from recon.families.overfitted.params import FAMILY, STARTS, Overfitted
from recon.settings.core import Runtime, section
from recon.training import checkpoints
from recon.training.checkpoints import Checkpoint

CHECKPOINT = "overfitted_start"  # its state, until it is done


def main() -> None:
    """Write models/overfitted_start/overfitted-ID.start."""
    group, settings = section(Overfitted, FAMILY), section(Runtime, "runtime")
    runtime.prepare(settings)
    images, training = ImageSet.open("data/normalized"), group.start
    names = training_images.choose(
        images.names("train"), section(Subject, "subjects.plane"), section(Data, "data").source
    )
    photographs = [images.pixels(name) for name in names]
    architecture = group.networks.architecture(3 if images.color == "rgb" else 1)
    seed = settings.seed if training.training.seed is None else training.training.seed
    decides = [training.model_dump(), group.networks.model_dump(), seed, *map(pixels_sha256, photographs)]
    fingerprint = checkpoints.fingerprint(decides)

    def open_checkpoint(mosaic: int) -> Checkpoint:
        folder = checkpoints.folder(family=CHECKPOINT, entry=f"{mosaic}")
        return Checkpoint(folder, fingerprint=fingerprint)

    start = fitting.train_start(
        photographs, training=training, architecture=architecture, seed=seed, open_checkpoint=open_checkpoint
    )
    shutil.rmtree(STARTS, ignore_errors=True)
    content = starts.format_start(start.parameters, start.regression)
    files.write_bytes(STARTS / starts.file_name(start.model_id), content)
    for mosaic in range(training.mosaics):
        checkpoints.remove(family=CHECKPOINT, entry=f"{mosaic}")


if __name__ == "__main__":
    run(main)
