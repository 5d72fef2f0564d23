"""Bring the fetched images to one color and size, split them, and pack them: data/normalized/."""

from recon.core.errors import run
from recon.core.imageset import write_set
from recon.data import datasets
from recon.data.params import Data
from recon.data.splits import assign_splits, keep_apart
from recon.settings.core import section


def main() -> None:
    """Pack the datasets that `data` in params.yaml names."""
    settings = section(Data, "data")
    fetched = list(datasets.fetched_images(settings.source))
    splits = assign_splits(
        [(name, split) for name, split, _ in fetched],
        validation_fraction=settings.validation_fraction,
        test_fraction=settings.test_fraction,
    )
    if settings.test_source:
        splits = {name: "train" if split == "test" else split for name, split in splits.items()}
        others = list(datasets.fetched_images(settings.test_source))
        splits |= {name: "test" for name, _, _ in others}
        fetched += others
    wanted = settings.model_dump(include={"color", "fit", "rows", "columns"})
    images = ((name, splits[name], datasets.prepare_image(path, **wanted)) for name, _, path in fetched)
    write_set("data/normalized", keep_apart(images), source=settings.source, color=settings.color)


if __name__ == "__main__":
    run(main)
