"""The page itself: templates filled in, everything inside, equal bytes for equal inputs."""

import hashlib
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from recon.core import files
from recon.report import columns

TEMPLATES = Path(__file__).with_name("templates")
SOURCES = Path("data/sources")


def render(**content: Any) -> str:
    """Return the page; an absent name in a template is an error, and what is no template is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"title": columns.title, "cell": columns.cell, "columns": columns.of}
    environment.tests["numeric_in"] = columns.is_numeric
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


def _raw(name: str) -> Markup:
    """Return a style sheet or script from beside the templates, as it is."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8"))
