"""What `dvc exp run -S` must be given to turn one params.yaml into another, in the grammar of Hydra."""

import re
from collections.abc import Iterator
from typing import Any

from hydra.core.override_parser.types import Quote, QuotedString

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OTHER_TYPES = ("null", "true", "false", "nan", "inf")  # in any case


def overrides(old: dict[str, Any], new: dict[str, Any], *, below: str = "") -> Iterator[str]:
    """Yield `key=value` for what is another in `new`, `+key=value` for what `old` lacks, `~key` for what is gone.

    `below` is the dotted key of both, with a dot at its end; lists are changed as a whole.
    """
    for key, value in new.items():
        before = old.get(key)
        if key not in old:
            yield f"+{below}{key}={rendered(value)}"
        elif isinstance(before, dict) and isinstance(value, dict):
            yield from overrides(before, value, below=f"{below}{key}.")
        elif rendered(before) != rendered(value):
            yield f"{below}{key}={rendered(value)}"
    yield from (f"~{below}{key}" for key in old if key not in new)


def rendered(value: Any) -> str:
    """Return a value of params.yaml as `-S` takes it: `null`, `[a,b]`, `"4:2:0"`."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{key}:{rendered(inner)}" for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(rendered, value)) + "]"
    if isinstance(value, str):
        plain = _PLAIN.fullmatch(value) and value.lower() not in _OTHER_TYPES
        return value if plain else QuotedString(value, Quote.double).with_quotes()
    return "null" if value is None else str(value).lower()  # numbers, true, false
