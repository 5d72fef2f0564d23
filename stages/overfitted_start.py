"""Train the shared start of the overfitted codecs on data/normalized, the plane's photographs left out."""

from recon.training import runtime

# isort: split
import shutil

from recon.core import files
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.data.params import Data, Subject
from recon.families.overfitted import start_training, starts, training_images
from recon.families.overfitted.params import FAMILY, STARTS, Overfitted
from recon.settings.core import Runtime, section


def main() -> None:
    """Write models/overfitted_start/overfitted-ID.start, or none where the plane shows all training images."""
    images, group = ImageSet.open("data/normalized"), section(Overfitted, FAMILY)
    names = training_images.choose(
        images.names("train"), section(Subject, "subjects.plane"), section(Data, "data").source
    )
    settings = section(Runtime, "runtime")
    shutil.rmtree(STARTS, ignore_errors=True)
    STARTS.mkdir(parents=True)  # an output of the stage, even if it is empty
    if not names:
        print("the plane shows all training images: there is no shared start, and every entry has to do without")
        start_training.forget()
        return
    runtime.prepare(settings)
    start = start_training.train_start(
        [images.pixels(name) for name in names],
        training=group.start,
        architecture=group.networks.architecture(3 if images.color == "rgb" else 1),
        seed=settings.seed,
    )
    content = starts.format_start(start.parameters, start.regression)
    files.write_bytes(STARTS / starts.file_name(start.model_id), content)
    start_training.forget()


if __name__ == "__main__":
    run(main)
