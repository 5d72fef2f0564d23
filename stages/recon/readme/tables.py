"""The tables of the pages: the text between `<!-- table: NAME -->` and `<!-- /table -->` is made from metrics/.

Each family, the data, the referee and the recorded runs define TABLES: name -> a function that returns a header,
rows, and any sentences, or records that the numbers come from, to be printed below. No table shows seconds of the
last run, which differ from run to run; minutes come from metrics/benchmarks/.
"""

import re
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from recon.core import rooms
from recon.core.errors import UserError
from recon.core.machine import format_machines
from recon.data import tables as data_tables
from recon.families.shared.captions import list_figures
from recon.readme import record_tables, zoo_table
from recon.referee import tables as referee_tables

BLOCK = re.compile(r"(?<=<!-- table: )(?P<name>[\w-]+) -->\n(?P<content>.*?)(?=<!-- /table -->)", re.DOTALL)


def find_tables() -> dict[str, Callable[[], Any]]:
    """Return every table by name; a family's figures are `FAMILY-gallery`."""
    tables = data_tables.TABLES | referee_tables.TABLES | record_tables.TABLES | zoo_table.TABLES
    for family in rooms.families("tables"):
        tables |= rooms.load_part(family, "tables").TABLES
    return tables | {f"{family}-gallery": partial(show_gallery, family) for family in rooms.families("findings")}


def update(page: str) -> str:
    """Return a page's text with its tables updated; a table whose family is gone is left unchanged.

    Raises:
        UserError: a file that a table is made from is missing.
    """
    tables = find_tables()
    return BLOCK.sub(lambda block: _update_block(block, tables), page)


def name_outdated(page: str) -> list[str]:
    """Return the names of the tables in a page's text that differ from the files under metrics/."""
    tables = find_tables()
    return [block["name"] for block in BLOCK.finditer(page) if block[0] != _update_block(block, tables)]


def render(table: str | Sequence[Any]) -> str:
    """Return a table as Markdown, with its notes as paragraphs below."""
    if isinstance(table, str):
        return f"{table.rstrip()}\n"
    header, rows, *notes = table
    paragraphs = [note if isinstance(note, str) else _format_provenance(note) for note in notes]
    return "\n\n".join([referee_tables.format_table(header, rows), *map(str.rstrip, paragraphs)]) + "\n"


def _format_provenance(record: dict[str, Any]) -> str:
    """Return where a record was taken and the command that repeats it; older records lack some of it."""
    commit = f" at commit {record['commit'][:7]}" if "commit" in record else ""
    minutes = f": {record['minutes']:.1f} minutes ({record['minutes_of']})" if "minutes" in record else ""
    recorded = f"Recorded{commit} on {format_machines(record['machines'])}{minutes}."
    return f"{recorded} Repeat it with:\n`{record['command']}`"


def show_gallery(family: str) -> str:
    """Return a family's figures with their captions, and a link to its findings in words."""
    figures = list_figures(family, rooms.load_part(family, "findings").FIGURES)
    shown = {path.relative_to("plots").as_posix(): caption for path, caption in figures.items()}
    images = [f"![{caption}]({path})\n\n*{caption}*" for path, caption in shown.items()]
    return "\n\n".join([*images, f"In words: [findings.md](../metrics/comparisons/{family}/findings.md)."])


def _update_block(block: re.Match[str], tables: dict[str, Callable[[], Any]]) -> str:
    if (name := block["name"]) not in tables:
        return block[0]
    try:
        return f"{name} -->\n{render(tables[name]())}"
    except FileNotFoundError as error:
        raise UserError(
            f"{error.filename}: not found, but the table `{name}` is made from it; run `dvc repro`, or restore a "
            "record with `git checkout -- metrics/benchmarks`"
        ) from None
