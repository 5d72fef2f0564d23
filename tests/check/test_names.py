"""Names in params.yaml that DVC cannot live with."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from recon.settings.core import read_params

ROOT = Path(__file__).resolve().parents[2]
PARAMS = read_params(ROOT / "params.yaml")


def keys(value: Any) -> Iterator[str]:
    """Yield every key at every depth."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from keys(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from keys(inner)


@pytest.mark.parametrize("banned", ["size", "nfiles"])
def test_no_parameter_has_a_name_that_dvc_leaves_out_of_its_comparisons(banned):
    # iterative/dvc#10296: a change of such a parameter restores the outputs of the old value.
    assert banned not in keys(PARAMS)


def test_no_key_holds_a_dot():
    assert not [key for key in keys(PARAMS) if "." in key]
