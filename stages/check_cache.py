"""Hash every file of the DVC cache and name the damaged ones, which DVC itself would deliver without a warning."""

import hashlib
import re
from pathlib import Path

from dvc.exceptions import NotDvcRepoError
from dvc.repo import Repo

from recon.core.errors import UserError, run

# DVC names its objects by their MD5, aa/bbbb... Other files there are its own: unpacked folders, and what it was
# writing when it was stopped.
_OBJECT = re.compile(r"[0-9a-f]{32}(\.dir)?")


def find_damaged(cache: Path) -> list[Path]:
    """Return the objects of `cache` whose content has another MD5 than their name, and those that are no file."""
    objects = [path for path in cache.glob("??/*") if _OBJECT.fullmatch(path.parent.name + path.name)]
    return sorted(p for p in objects if not p.is_file() or _compute_md5(p) != p.parent.name + p.stem)


def _compute_md5(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "md5").hexdigest()


def main() -> None:
    """Check the cache of the project in the current folder."""
    try:
        cache = Path(Repo().cache.local.path)
    except NotDvcRepoError:
        raise UserError(f"{Path.cwd()}: no DVC project; run this from the project's root") from None
    if paths := find_damaged(cache):
        names = ", ".join(map(str, paths))
        raise UserError(f"damaged: {names}; delete these and the outputs made of them, then run `dvc repro`")
    print(f"{cache}: every file is whole")


if __name__ == "__main__":
    run(main)
