"""Pack the photographs that a family fits and is scored on into data/subjects/NAME/.

`subject.py NAME KEY`: what they are stands in params.yaml at KEY, such as `plane` or `autoencoder.subject`.
"""

from pathlib import Path

from recon.core.errors import UserError, run
from recon.core.imageset import write_set
from recon.data import datasets
from recon.data.preparation import prepare_image
from recon.data.subjects import PartlySeen
from recon.settings.core import section


def main(name: str, key: str) -> None:
    """Pack the subject `name`."""
    settings = section(PartlySeen, key)
    paths = {image: path for image, _, path in datasets.fetched_images(settings.source)}
    wanted = settings.model_dump(include={"color", "fit", "rows", "columns"})
    images = (
        (image, "unseen" if image in settings.unseen else "subject", prepare_image(path, **wanted))
        for image, path in _chosen(settings, paths).items()
    )
    write_set(f"data/subjects/{name}", images, source=settings.source, color=settings.color)


def _chosen(settings: PartlySeen, paths: dict[str, Path]) -> dict[str, Path]:
    if settings.images == "all":
        return paths
    for image in settings.images:
        if image not in paths:
            raise UserError(f"{settings.source}: no image `{image}`; known: {', '.join(paths)}")
    return {image: paths[image] for image in settings.images}


if __name__ == "__main__":
    run(main)
