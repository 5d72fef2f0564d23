"""Make the tables of README.md anew from metrics/; `readme.py --check` only says which are out of date."""

from pathlib import Path

from recon.core import files
from recon.core.errors import UserError, run
from recon.readme import tables

PAGE = Path("README.md")


def main(*words: str) -> None:
    """Rewrite what stands between the tables' marks, or fail with `--check` where it would change."""
    if words not in ((), ("--check",)):
        raise UserError("expected nothing, or --check: python stages/readme.py --check")
    page = PAGE.read_text(encoding="utf-8")
    if not words:
        files.write_text(PAGE, tables.rewritten(page))
    elif names := tables.outdated(page):
        raise UserError(f"README.md: out of date: the table `{'`, `'.join(names)}`; run: make readme")


if __name__ == "__main__":
    run(main)
