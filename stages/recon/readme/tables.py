"""The pages' tables: what stands between `<!-- table: NAME -->` and `<!-- /table -->` is made from metrics/.

Each family, the data, the referee and the recorded runs bring theirs as TABLES: name -> a function that returns
header, rows, and what stands below: sentences, or the records that the numbers come from. None shows seconds of
the last run, which differ from run to run; minutes come from metrics/benchmarks/.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from itertools import chain
from typing import Any

from tabulate import tabulate

from recon.core import rooms
from recon.core.errors import UserError
from recon.data import tables as data_tables
from recon.readme import record_tables
from recon.readme.provenance import format_provenance
from recon.referee import tables as referee_tables

BLOCK = re.compile(r"(?<=<!-- table: )(?P<name>[\w-]+) -->\n(?P<content>.*?)(?=<!-- /table -->)", re.DOTALL)
_WIDEST = 200
_NUMERIC = re.compile(r"[-+]?[\d.,]+( / [\d.,]+|: [\d.,]+)?|")


def find_tables() -> dict[str, Callable[[], Any]]:
    """Return every table by name; a family's figures are `FAMILY-gallery`."""
    tables = data_tables.TABLES | referee_tables.TABLES | record_tables.TABLES
    for family in rooms.families("tables"):
        tables |= rooms.load_part(family, "tables").TABLES
    return tables | {f"{family}-gallery": partial(show_gallery, family) for family in rooms.families("findings")}


def update(page: str) -> str:
    """Return a page's text with its tables made anew; a table whose family is gone stays as it is.

    Raises:
        UserError: a file that a table is made from is missing.
    """
    tables = find_tables()
    return BLOCK.sub(lambda block: _update_block(block, tables), page)


def name_outdated(page: str) -> list[str]:
    """Return the names of the tables in a page's text that are not what the files under metrics/ give."""
    tables = find_tables()
    return [block["name"] for block in BLOCK.finditer(page) if block[0] != _update_block(block, tables)]


def render(table: str | Sequence[Any]) -> str:
    """Return a table as Markdown: numbers to the right, words to the left, what stands below as paragraphs."""
    if isinstance(table, str):
        return f"{table.rstrip()}\n"
    header, rows, *below = table
    numeric = [all(map(_NUMERIC.fullmatch, column)) for column in zip(*rows, strict=True)]
    align = ["right" if right else "left" for right in numeric] or None
    markdown = tabulate(rows, header, tablefmt="pipe", disable_numparse=True, colalign=align)
    if markdown.index("\n") > _WIDEST:  # not to be read as text: padding only makes the file large
        markdown = re.sub("-{3,}", "---", re.sub(" {2,}", " ", markdown))
    paragraphs = [text if isinstance(text, str) else format_provenance(text) for text in below]
    return "\n\n".join([markdown, *(text.rstrip() for text in paragraphs)]) + "\n"


def show_gallery(family: str) -> str:
    """Return a family's figures, each with its caption, and where its findings are in words."""
    figures = rooms.load_part(family, "findings").FIGURES
    shown = [f"![{caption}](families/{family}/{name})\n\n*{caption}*" for name, caption in figures.items()]
    words = f"In words: [findings.md](../metrics/comparisons/{family}/findings.md)."
    return "\n\n".join(chain(shown, [words]))


def _update_block(block: re.Match[str], tables: dict[str, Callable[[], Any]]) -> str:
    if (name := block["name"]) not in tables:
        return block[0]
    try:
        return f"{name} -->\n{render(tables[name]())}"
    except FileNotFoundError as error:
        raise UserError(
            f"{error.filename}: not found, and the table `{name}` is made from it; run `dvc repro`, or restore a "
            "record with `git checkout -- metrics/benchmarks`"
        ) from None
