"""A YAML file that people write: what cannot be read is named with its line, whatever it is."""

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.constructor import DuplicateKeyError
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.events import AliasEvent, CollectionEndEvent, CollectionStartEvent, ScalarEvent

from recon.core.errors import UserError

MOST_DEPTH = 32  # lists and mappings inside one another
_LONG_NUMBER = re.compile(r"[-+]?(0x[0-9a-fA-F_]{32,}|(0o)?[0-9][0-9_]{32,})")


def read_yaml(path: str | Path) -> Any:
    """Return the content of a YAML file; UserError names the line and column of what cannot be read.

    Read as DVC reads and writes it, in UTF-8 and by YAML 1.2: for YAML 1.1 the 4:2:0 that DVC writes without
    quotes is the number 14520.
    """
    text = ""
    try:
        text = Path(path).read_bytes().decode()
        _check_events(text, path)
        return YAML(typ="safe").load(text)
    except FileNotFoundError:
        raise UserError(f"{path}: not found; run the stage from the project's root") from None
    except OSError as error:
        raise UserError(f"{path}: {error.strerror.lower()}; it must be a file that you may read") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise UserError(f"{path}: line {line}: not UTF-8; save the file with this encoding") from None
    except YAMLError as error:
        raise UserError(f"{path}: {_describe(error, text)}") from None
    except (ValueError, OverflowError, LookupError) as error:  # such as 2024-13-45, or `!!bool xx`
        raise UserError(f"{path}: a value cannot be read ({error}); put it in quotes if it is text") from None


def _check_events(text: str, path: str | Path) -> None:
    """Raise UserError, before anything is built, for what would take long to build or overflow a stack."""
    depth = 0
    for event in YAML(typ="safe").parse(text):
        depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if isinstance(event, AliasEvent):
            fault = (
                f"`*{event.anchor}` repeats a value, which an override would change in both places; write it out"
            )
        elif depth > MOST_DEPTH:
            fault = f"more than {MOST_DEPTH} lists and mappings inside one another"
        elif isinstance(event, ScalarEvent) and event.implicit[0] and _LONG_NUMBER.fullmatch(event.value):
            fault = f"a number of {len(event.value)} digits"
        else:
            continue
        raise UserError(f"{path}: {_format_mark(event.start_mark)}: {fault}")


def _describe(error: YAMLError, text: str) -> str:
    """Return the fault in a line, after the line and column where it is noticed."""
    if not isinstance(error, MarkedYAMLError):  # of a character, by its position
        return f"line {text.count(chr(10), 0, error.position) + 1}: not valid YAML: {error.reason}"
    mark, context = error.problem_mark, error.context_mark
    before = [*text.splitlines(), ""][mark.line][: mark.column + 1]
    if "\t" in before:
        problem = "a tab, which YAML does not take for indentation; use spaces"
    elif isinstance(error, DuplicateKeyError):
        problem = f"a {error.problem.partition(' with value')[0].removeprefix('found ')}; keep one of them"
    else:
        began = f" ({error.context} from line {context.line + 1})" if context and context.line < mark.line else ""
        problem = f"not valid YAML: {error.problem}{began}"
        if "expected key" in problem:
            problem += "; look at the indentation, and for `key: value`, here and in the line above"
    return f"{_format_mark(mark)}: {problem}"


def _format_mark(mark: Any) -> str:
    return f"line {mark.line + 1}, column {mark.column + 1}"
