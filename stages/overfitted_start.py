"""Train the shared start of the overfitted codecs on the training images of data/normalized."""

from recon.training import runtime

# isort: split
import shutil

from recon.core import files
from recon.core.errors import run
from recon.core.imageset import ImageSet
from recon.families.overfitted import fitting, starts
from recon.families.overfitted.params import FAMILY, STARTS, Overfitted
from recon.settings.core import Runtime, section


def main() -> None:
    """Write models/overfitted_start/overfitted-ID.start."""
    group, settings = section(Overfitted, FAMILY), section(Runtime, "runtime")
    runtime.prepare(settings)
    photographs, training = ImageSet.open("data/normalized"), group.start.training
    start = fitting.train_start(
        [photographs.pixels(name) for name in photographs.names("train")],
        fit=training,
        architecture=group.networks.architecture(3 if photographs.color == "rgb" else 1),
        lmbda=group.start.lmbda,
        seed=settings.seed if training.seed is None else training.seed,
        tiles=group.start.tiles,
        tile=group.start.tile,
    )
    shutil.rmtree(STARTS, ignore_errors=True)
    content = starts.format_start(start.parameters, start.regression)
    files.write_bytes(STARTS / starts.file_name(start.model_id), content)


if __name__ == "__main__":
    run(main)
