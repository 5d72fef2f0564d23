"""Pack all images that families rebuild and are scored on, a set for each subject: data/subjects/NAME/."""

from pathlib import Path

from recon.core.errors import UserError, run
from recon.core.images import read_image
from recon.core.imageset import ImageSet, write_set
from recon.data import datasets, patterns
from recon.data.params import Data, Degrade, Subject, read_subjects
from recon.families.shared.project import JPEG, PATTERNS, TEST
from recon.jpeg.degradation import degraded_name, degraded_path, jpeg_decode
from recon.settings.core import section

SUBJECTS = Path("data/subjects")


def main() -> None:
    """Pack the `subjects` of params.yaml, the test images, the same as JPEG, and the patterns."""
    for name, subject in read_subjects().items():
        _pack_subject(name, subject)
    _pack_test(ImageSet.open("data/normalized"), section(Data, "data"))
    drawn = ((name, "subject", read_image(Path(f"data/synthetic/{name}.pgm"))) for name in patterns.NAMES)
    write_set(SUBJECTS / PATTERNS, drawn, source="synthetic", color="gray")


def _pack_subject(name: str, subject: Subject) -> None:
    paths = {image: path for image, _, path in datasets.fetched_images(subject.source)}
    wanted = subject.model_dump(include={"color", "fit", "rows", "columns"})
    images = (
        (image, "unseen" if image in subject.unseen else "subject", datasets.prepare_image(paths[image], **wanted))
        for image in _chosen(subject, paths)
    )
    write_set(SUBJECTS / name, images, source=subject.source, color=subject.color)


def _chosen(subject: Subject, paths: dict[str, Path]) -> list[str]:
    names = list(paths) if subject.images == "all" else subject.images
    for image in names:
        if image not in paths:
            raise UserError(f"{subject.source}: no image `{image}`; known: {', '.join(paths)}")
    return names


def _pack_test(images: ImageSet, data: Data) -> None:
    """Pack the test images, and the same decoded from the JPEG files of `degrade`, as NAME_q010."""
    names = images.names("test")
    test = ((name, TEST, images.pixels(name)) for name in names)
    write_set(SUBJECTS / TEST, test, source=data.scored_source, color=images.color)
    jpegs = (
        (degraded_name(name, quality), TEST, jpeg_decode(degraded_path(name, quality).read_bytes()))
        for quality in section(Degrade, "degrade").qualities
        for name in names
    )
    write_set(SUBJECTS / JPEG, jpegs, source=images.source, color=images.color)


if __name__ == "__main__":
    run(main)
