"""The cases of all families, each from its tests/families/FAMILY/contract_case.py."""

from dataclasses import replace
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from case import Case
from recon.core import rooms

FOLDER = Path(__file__).resolve().parents[1] / "families"


def load_case(family: str) -> ModuleType:
    """Return the family's contract_case.py; see `case` for what is in it."""
    spec = spec_from_file_location(f"contract_case_{family}", FOLDER / family / "contract_case.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


MODULES = {
    path.parent.name: load_case(path.parent.name)
    for path in sorted(FOLDER.glob("*/contract_case.py"))
    if (rooms.FAMILIES / path.parent.name).is_dir()
}
CASES: dict[str, Case] = {
    name: replace(case, family=family) for family, module in MODULES.items() for name, case in module.CASES.items()
}
