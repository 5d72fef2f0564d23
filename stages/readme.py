"""Update the tables of all pages from metrics/; `readme.py --check` only names those that are out of date."""

from pathlib import Path

from recon.core import files
from recon.core.errors import UserError, run
from recon.readme import tables

PAGES = (
    "README.md",
    "metrics/README.md",
    "metrics/benchmarks/README.md",
    "plots/README.md",
    "data/README.md",
    "models/README.md",
    "models/zoo/README.md",
    "stages/README.md",
    "tests/README.md",
    "tests/benchmarks/README.md",
)


def main(*words: str) -> None:
    """Rewrite the text between the tables' marks, or fail with `--check` where it would change."""
    if words not in ((), ("--check",)):
        raise UserError("expected nothing, or --check: python stages/readme.py --check")
    for page in map(Path, PAGES):
        text = page.read_text(encoding="utf-8")
        if not words:
            files.write_text(page, tables.update(text))
        elif names := tables.name_outdated(text):
            raise UserError(f"{page}: out of date: the table `{'`, `'.join(names)}`; run: make readme")


if __name__ == "__main__":
    run(main)
