"""The page itself: templates and all that they show in one file; equal inputs give equal bytes."""

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
ELSEWHERE = ["family", "entry", "images"]  # `method` names the first two, a sentence the number of photographs


def render(**content: Any) -> str:
    """Return the page; a name that a template lacks is an error, and all content is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"title": title, "fields": _fields, "prose": _prose}
    environment.globals["raw"] = _raw
    return environment.get_template("page.html").render(content) + "\n"


def write(path: str | Path, **content: Any) -> None:
    """Write the page to `path`."""
    files.write_text(path, render(**content))


def sources_digest() -> str:
    """Return one SHA-256 for all Python code: of the lists of sources, one after the other by their paths.

    `find data/sources -type f | LC_ALL=C sort | xargs cat | sha256sum` gives the same.
    """
    paths = sorted(path.as_posix() for path in SOURCES.rglob("*") if path.is_file())
    return hashlib.sha256(b"".join(Path(path).read_bytes() for path in paths)).hexdigest()


def _fields(table: pd.DataFrame) -> list[fields.Field]:
    """Return the columns that the page shows of a table: all that are not empty, except for ELSEWHERE."""
    return fields.filled(table.drop(columns=ELSEWHERE, errors="ignore"))


def _prose(text: str) -> Markup:
    """Return text, escaped, with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _raw(name: str) -> Markup:
    """Return a style sheet or script from beside the templates, as it is."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))
