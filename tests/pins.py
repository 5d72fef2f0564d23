"""Write the hashes of all pinned packages: `python tests/pins.py`; they stand in .requirements*.lock.

It asks the package index for the files of each pin, and takes those that a machine of `PLATFORMS` with a Python of
`PYTHONS` would install: a wheel, or the source where there is none. Exit code 1: there is neither.
"""

import json
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.request import Request, urlopen

from packaging.tags import Tag, compatible_tags, cpython_tags
from packaging.utils import canonicalize_name, parse_wheel_filename

ROOT = Path(__file__).resolve().parents[1]
LOCKS = {"requirements.txt": ".requirements.lock", "requirements-dev.txt": ".requirements-dev.lock"}
INDEX = "https://pypi.org/simple"
PYTHONS = ((3, 11), (3, 12), (3, 13))
_GLIBC = range(5, 29)  # the oldest that manylinux tags name, to Debian 10's
_LINUX = ("1", "2010", "2014", *(f"_2_{minor}" for minor in _GLIBC))
PLATFORMS = {  # constriction has neither a wheel nor its source for Linux on aarch64
    "Linux x86-64": [f"manylinux{version}_x86_64" for version in _LINUX],
    "macOS arm64": [f"macosx_{major}_0_{kind}" for major in (11, 12) for kind in ("arm64", "universal2")]
    + [f"macosx_10_{minor}_universal2" for minor in range(9, 17)],
}
_HEADER = """\
# Made by `python tests/pins.py`: the pins of {name} with the SHA-256 of each file that pip may install.
"""


def read_pins(path: Path) -> dict[str, str]:
    """Return the pinned version of each package that a requirements file names, in its order."""
    lines = (line.partition("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return dict(line.split("==") for line in lines if "==" in line)


def read_lock(path: Path) -> dict[str, tuple[str, list[str]]]:
    """Return the version and the hashes of each package that a lock file names."""
    entries = path.read_text(encoding="utf-8").replace("\\\n", "").splitlines()
    found = {}
    for words in (line.split() for line in entries if line and not line.startswith("#")):
        name, version = words[0].split("==")
        found[name] = version, [word.removeprefix("--hash=sha256:") for word in words[1:]]
    return found


def main() -> None:
    """Write both locks."""
    for source, lock in LOCKS.items():
        entries = [_lock(name, version) for name, version in read_pins(ROOT / source).items()]
        (ROOT / lock).write_text(_HEADER.format(name=source) + "".join(entries), encoding="utf-8")


def _lock(name: str, version: str) -> str:
    wheels, sources = _list_files(name, version)
    chosen: dict[str, str] = {}
    for (platform, tags), python in product(PLATFORMS.items(), PYTHONS):
        matching = {file: sum_ for file, (sum_, wheel) in wheels.items() if wheel & set(_tags(python, tags))}
        if not matching and not sources:
            sys.exit(f"error: {name}=={version}: the index has nothing for {platform}, Python 3.{python[1]}")
        chosen |= matching or sources
    lines = [f"{name}=={version}", *sorted(f"    --hash=sha256:{sum_}" for sum_ in chosen.values())]
    return " \\\n".join(lines) + "\n"


def _list_files(name: str, version: str) -> tuple[dict[str, tuple[str, frozenset[Tag]]], dict[str, str]]:
    """Return the wheels of a version, each with its hash and its tags, and the sources with their hash."""
    address = f"{INDEX}/{canonicalize_name(name)}/"
    with urlopen(Request(address, headers={"Accept": "application/vnd.pypi.simple.v1+json"})) as answer:
        files = {file["filename"]: file["hashes"]["sha256"] for file in json.load(answer)["files"]}
    wheels = {
        file: (sum_, parse_wheel_filename(file)[3])
        for file, sum_ in files.items()
        if file.endswith(".whl") and f"-{version}-" in file
    }
    return wheels, {file: sum_ for file, sum_ in files.items() if file.endswith(f"-{version}.tar.gz")}


def _tags(python: tuple[int, int], platforms: list[str]) -> Iterator[Tag]:
    yield from cpython_tags(python, platforms=platforms)
    yield from compatible_tags(python, platforms=platforms)


if __name__ == "__main__":
    main()
