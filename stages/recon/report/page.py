"""The page itself: templates rendered with all their content into one file; equal inputs give equal bytes."""

import hashlib
import re
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup, escape

from recon.core import files
from recon.referee import fields
from recon.report.plane import title

TEMPLATES = Path(__file__).with_name("templates")
SOURCES = Path("data/sources")
ELSEWHERE = ["family", "entry", "images"]  # `method` implies the first two; a sentence states the third


def render(**content: Any) -> str:
    """Return the page; an undefined name in a template is an error, and all content is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"title": title, "fields": _list_fields, "prose": _format_prose}
    environment.globals["raw"] = _read_raw
    return environment.get_template("page.html").render(content) + "\n"


def write(path: str | Path, **content: Any) -> None:
    """Write the page to `path`."""
    files.write_text(path, render(**content))


def sources_digest() -> str:
    """Return one SHA-256 for all Python code: that of the lists of sources, concatenated by path.

    `find data/sources -type f | LC_ALL=C sort | xargs cat | sha256sum` gives the same.
    """
    paths = sorted(path.as_posix() for path in SOURCES.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(Path(path).read_bytes() for path in paths)).hexdigest()


def _list_fields(table: pd.DataFrame) -> list[fields.Field]:
    """Return the fields of the columns that the page shows: those that are not empty, without ELSEWHERE."""
    return fields.list_filled(table.drop(columns=ELSEWHERE, errors="ignore"))


def _format_prose(text: str) -> Markup:
    """Return escaped text, with backticks turned into code elements."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _read_raw(name: str) -> Markup:
    """Return an unescaped style sheet or script from the folder of the templates."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))
