"""What a run's restorer makes of its photographs, at each JPEG quality."""

from collections.abc import Iterator
from typing import Any

from recon.core.errors import UserError
from recon.core.imageset import ImageSet
from recon.core.reconstruction import Reconstruction, variant_name
from recon.data.params import Degrade
from recon.families.restoration.method import RestorationCodec, Restorer
from recon.families.restoration.params import RestorerEntry, RestorerRun
from recon.jpeg.degradation import degraded_name


def rebuild(
    entry: RestorerEntry, run: RestorerRun, restorer: Restorer, subject: ImageSet, degrade: Degrade
) -> Iterator[tuple[dict[str, Any], str, Reconstruction]]:
    """Yield the columns, the name of the image that it is scored against, and the reconstruction.

    The image is the photograph, or its JPEG where the network imitates that.

    Raises:
        UserError: the network's answer holds no numbers, as after a training that has diverged.
    """
    for quality in run.qualities:
        columns = run.at(quality)
        for image, pixels in subject:
            codec = RestorationCodec(restorer, pixels, degrade, entry.experiment.file)
            try:
                if entry.experiment.direction == "degrade":
                    yield columns, degraded_name(image, quality), codec.imitate(quality)
                else:
                    yield columns, image, codec.rebuild(quality)
            except FloatingPointError as error:
                raise UserError(
                    f"{entry.name}, {variant_name(columns)}, {image}: {error}; its training has diverged: lower "
                    "learning_rate"
                ) from None
