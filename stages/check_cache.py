"""Hash every file of the DVC cache and name the damaged ones: DVC itself delivers them as up to date."""

import hashlib
from pathlib import Path

from dvc.repo import Repo

from recon.core.errors import UserError, run


def damaged(cache: Path) -> list[Path]:
    """Return the files of `cache` (named aa/bbbb... by the MD5 of their content) whose content is another."""
    return sorted(path for path in cache.glob("??/*") if _md5(path) != path.parent.name + path.stem)


def _md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def main() -> None:
    """Check the cache of the project in the current folder."""
    cache = Path(Repo().cache.local.path)
    if found := damaged(cache):
        names = ", ".join(str(path) for path in found)
        raise UserError(f"damaged: {names}; delete these and the outputs made of them, then run `dvc repro`")
    print(f"{cache}: every file is whole")


if __name__ == "__main__":
    run(main)
