"""Whole files or none: outputs are written beside their place and moved there when complete."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recon.core.errors import explain

if TYPE_CHECKING:  # it costs 0.4 s to import, which `check` and who only reads JSON need not pay
    import pandas as pd

# Columns that hold names, which may look like numbers ("0801") or like nothing ("null").
_NAMES = ("family", "entry", "subject", "variant", "image", "method", "model", "factor", "value", "axis", "across")


@contextmanager
def atomic_path(path: str | Path, *, needed_bytes: int | None = None) -> Iterator[Path]:
    """Yield a temporary sibling of `path` (same suffixes) that replaces it when the block ends without error.

    Parent folders are made; on error the temporary file is removed and `path` is left as it was.

    Raises:
        UserError: the disk or its owner refuses the file; with the room needed where `needed_bytes` says it.
    """
    path = Path(path)
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=f"-{path.name}")
        os.close(handle)
        temporary = Path(name)
        yield temporary
        temporary.chmod(0o644)  # mkstemp gives 0600; outputs are as readable as other files
        temporary.replace(path)
    except OSError as error:
        ours = temporary is None or error.filename in (None, name)  # the block may read other files
        if ours and (mistake := explain(error, path, needed_bytes)):
            raise mistake from error
        raise
    finally:
        if temporary:
            temporary.unlink(missing_ok=True)


def write_bytes(path: str | Path, content: bytes) -> None:
    """Write `content` to `path`, whole or not at all; UserError where the disk refuses it."""
    with atomic_path(path, needed_bytes=len(content)) as temporary:
        temporary.write_bytes(content)


def write_text(path: str | Path, text: str) -> None:
    """Write `text` (UTF-8, LF) to `path`, whole or not at all."""
    write_bytes(path, text.encode())


def write_json(path: str | Path, value: Any) -> None:
    """Write `value` as indented JSON; NaN and infinity, which JSON has not, raise ValueError."""
    write_text(path, json.dumps(value, indent=2, allow_nan=False) + "\n")


def read_json(path: str | Path) -> Any:
    """Read one JSON file."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def write_csv(path: str | Path, rows: "pd.DataFrame | list[dict[str, Any]]") -> None:
    """Write `rows` as CSV with a header, LF line ends and no index column; absent values are empty cells."""
    import pandas as pd

    write_text(path, pd.DataFrame(rows).to_csv(index=False, lineterminator="\n"))


def read_csv(path: str | Path) -> "pd.DataFrame":
    """Read one CSV file; columns of names are text, empty cells become NaN."""
    import pandas as pd

    return pd.read_csv(path, dtype=dict.fromkeys(_NAMES, str), keep_default_na=False, na_values=[""])
