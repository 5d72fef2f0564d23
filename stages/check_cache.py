"""Hash every file of the DVC cache and name the damaged ones, which DVC itself would deliver without a warning."""

import hashlib
from pathlib import Path

from dvc.repo import Repo

from recon.core.errors import UserError, run


def find_damaged(cache: Path) -> list[Path]:
    """Return the files of `cache` (named aa/bbbb... by their MD5) whose content has another MD5."""
    return sorted(path for path in cache.glob("??/*") if _compute_md5(path) != path.parent.name + path.stem)


def _compute_md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def main() -> None:
    """Check the cache of the project in the current folder."""
    cache = Path(Repo().cache.local.path)
    if paths := find_damaged(cache):
        names = ", ".join(map(str, paths))
        raise UserError(f"damaged: {names}; delete these and the outputs made of them, then run `dvc repro`")
    print(f"{cache}: every file is whole")


if __name__ == "__main__":
    run(main)
