"""What sweeps share: lists of values that can be told apart by their names, which are folders too."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from recon.settings.core import unique


def text_of(value: Any) -> str:
    """Return a value of params.yaml as it stands in a variant, which is also a folder: `0.003`, `true`."""
    if isinstance(value, list):
        return "-".join(map(text_of, value))
    return str(value).lower() if isinstance(value, bool) or value is None else f"{value}"


def told_apart(values: list[Any]) -> list[Any]:
    """Return `values`; ValueError where two have one name. For `AfterValidator`."""
    unique([text_of(value) for value in values])
    return values


Values = Annotated[list[Any], Field(min_length=1), AfterValidator(told_apart)]
