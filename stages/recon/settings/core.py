"""Reading params.yaml: frozen, closed sections whose errors name the key and what would be right."""

import re
import types
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    Tag,
    ValidationError,
    ValidationInfo,
    field_validator,
)

from recon.core.errors import UserError
from recon.settings.yaml_file import read_yaml

PATH = "params.yaml"
MOST_COMPLAINTS = 3  # in one error


def check_entry_name(name: str) -> str:
    """Return `name`, which is also a folder's and a stage's; a dot would break DVC's addressing of params.

    Raises:
        ValueError: no such name; the message says what it may be.
    """
    if not re.fullmatch("[a-z0-9_]{1,64}", name):
        raise ValueError("a name has 1 to 64 characters: lower-case letters a to z, digits and underscores")
    if name in ("size", "nfiles"):  # iterative/dvc#10296
        raise ValueError("DVC would not notice changes below this name; choose another")
    return name


EntryName = Annotated[str, AfterValidator(check_entry_name)]


class Section(BaseModel):
    """A part of params.yaml: frozen, and closed against unknown keys. Text becomes a number where one is due."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _truth_is_no_number(cls, value: Any, info: ValidationInfo) -> Any:
        """Refuse `true`, which would count as 1, where no truth value is due."""
        found = any(isinstance(item, bool) for item in (value if isinstance(value, list) else [value]))
        if found and cls.model_fields[info.field_name].annotation is not bool:
            raise ValueError("true and false have no meaning here")
        return value


class Runtime(Section):
    """What makes a run repeatable to the bit."""

    seed: int = Field(ge=0, le=2**31 - 1)
    threads: int = Field(ge=1, le=256)
    instructions: Literal["avx2", "native"] = "avx2"
    device: Literal["cpu", "gpu"] = "cpu"


AnySection = TypeVar("AnySection", bound=Section)


def unique(values: list) -> list:
    """Return `values`; ValueError where one comes twice. For `AfterValidator`."""
    if len(set(values)) < len(values):
        raise ValueError("name each value once")
    return values


def read_params(path: str | Path = PATH) -> dict[str, Any]:
    """Return the whole of params.yaml as plain dicts and lists; UserError where it is no YAML mapping."""
    params = read_yaml(path)
    if not isinstance(params, dict):
        raise UserError(f"{path}: expected a mapping of groups such as `data:` and `plot:`")
    return params


def lookup(params: dict[str, Any], key: str) -> Any:
    """Return the value at a dotted `key`; UserError names the first part that is missing and the known ones."""
    value: Any = params
    path: list[str] = []
    for part in key.split("."):
        if not isinstance(value, dict) or part not in value:
            known = ", ".join(map(str, value)) if isinstance(value, dict) else "none"
            where = ".".join(path) or "the top level"
            raise UserError(f"params.yaml: {key}: `{part}` is missing in {where}; known keys: {known}")
        value = value[part]
        path.append(part)
    return value


def section(model: type[AnySection], key: str) -> AnySection:
    """Read the part of params.yaml at the dotted `key` as a `model`."""
    return parse(model, lookup(read_params(), key), key)


def parse(model: type[AnySection], value: Any, key: str) -> AnySection:
    """Return `value` as a `model`; UserError names each wrong key below `key` and what would be right."""
    try:
        return model.model_validate(value)
    except ValidationError as error:
        complaints = [_complaint(model, key, e) for e in error.errors()]
    more = len(complaints) - MOST_COMPLAINTS
    rest = [f"and {more} more"] if more > 0 else []
    raise UserError("params.yaml: " + "; ".join(complaints[:MOST_COMPLAINTS] + rest))


def _complaint(model: type[Section], key: str, error: Any) -> str:
    location = [str(part) for part in error["loc"]]
    names = [part if part.isprintable() else repr(part) for part in [key, *location]]
    where = ".".join(name for name in names if name and not name.startswith("["))  # "[key]" and tags of unions
    if error["type"] == "extra_forbidden":
        return f"{where}: unknown key; known keys: {', '.join(_fields_at(model, location[:-1]))}"
    if error["type"] == "missing":
        return f"{where}: missing"
    if error["type"] == "invalid_key" or (error["type"] == "string_type" and location[-1:] == ["[key]"]):
        return f"{where}: a key must be text; put it in quotes"
    if error["type"] in ("model_type", "dict_type"):
        return f"{where}: must hold settings, each as `key: value` (got {_shorten(error['input'])})"
    text = error["msg"].removeprefix("Value error, ").replace(" after validation", "")
    got = "" if isinstance(error["input"], dict) else f" (got {_shorten(error['input'])})"
    return f"{where}: {text if text[:2].isupper() else text[0].lower() + text[1:]}{got}"


def _shorten(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def _fields_at(model: Any, location: list[str]) -> list[str]:
    """Return the field names of the section that `location` (fields, keys, indices) reaches from `model`."""
    while get_origin(model) in (Union, types.UnionType, Annotated):
        parts = [part for part in get_args(model) if part is not type(None)]
        if tagged := [part for part in parts if location and Tag(location[0]) in get_args(part)]:
            return _fields_at(tagged[0], location[1:])
        model = parts[0]
    if location and get_origin(model) in (dict, list, tuple):
        return _fields_at([a for a in get_args(model) if a is not Ellipsis][-1], location[1:])
    if not location:
        return sorted(model.model_fields)
    return _fields_at(model.model_fields[location[0]].annotation, location[1:])
