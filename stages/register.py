"""Register a folder of images as a dataset: python stages/register.py FOLDER NAME."""

from pathlib import Path

from recon.core.errors import UserError, run
from recon.data.registration import check_name, list_folder


def main(*words: str) -> None:
    """Write data/sets/NAME.json, and print a summary and the next commands."""
    if len(words) != 2:
        raise UserError("expected a folder and a name: python stages/register.py FOLDER NAME")
    folder, name = Path(words[0]).expanduser().resolve(), words[1]
    check_name(name)
    manifest = list_folder(folder, name)
    path = manifest.save()
    by_area = sorted(manifest.images, key=lambda image: image.rows * image.columns)
    smallest, largest = (f"{image.columns}x{image.rows}" for image in (by_area[0], by_area[-1]))
    print(f"{path}: {len(by_area)} images, {smallest} to {largest} pixels")
    print(f"next: git add {path} && git commit -m {name} {path}  # runs see only committed files")
    print(f"      dvc exp run -S data.source={name}")


if __name__ == "__main__":
    run(main)
