"""Bring the fetched images to one color and size, split them, and pack them into data/normalized/."""

from recon import datasets
from recon.errors import run
from recon.imageset import write_set
from recon.params.core import section
from recon.params.data import Data
from recon.preparation import prepare_image
from recon.splits import assign_splits


def main() -> None:
    """Pack the dataset that `data` in params.yaml names."""
    settings = section(Data, "data")
    fetched = list(datasets.fetched_images(settings.source))
    splits = assign_splits(
        [(name, split) for name, split, _ in fetched],
        validation_fraction=settings.validation_fraction,
        test_fraction=settings.test_fraction,
    )
    wanted = settings.model_dump(include={"color", "fit", "rows", "columns"})
    images = ((name, splits[name], prepare_image(path, **wanted)) for name, _, path in fetched)
    write_set("data/normalized", images, source=settings.source, color=settings.color)


if __name__ == "__main__":
    run(main)
