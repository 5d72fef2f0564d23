"""Names -> modules: `net: unet` in params.yaml is `recon/networks/unet.py`; there is no list to keep.

A room is a folder below recon/ whose modules are loaded by name: `networks`, or a family's own networks such as
`families/coordinates/networks`. A family is a folder of `recon/families/`, and its parts are modules of fixed
names (see PARTS), by which they are loaded; a small family may have all of them in `method.py`.
"""

import ast
import re
from functools import cache
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from recon.core.errors import UserError

RECON = Path(__file__).resolve().parents[1]
FAMILIES = RECON / "families"
# What reads all families looks for these modules, and for this name in each.
PARTS = {
    "params": "GROUP",  # the type of its group of params.yaml
    "checks": "check",  # what the group must have in common with the rest of params.yaml
    "rebuilder": "Rebuilder",  # a picture of your own from the shell
    "tables": "TABLES",  # tables of the pages
    "findings": "FIGURES",  # what the page says and shows
    "records": "summarize",  # what stands on top of a recorded run
}
_TYPES = {"bool": bool, "int": int, "float": float, "str": str}


def families(part: str = "params") -> list[str]:
    """Return the families that have a part, one of PARTS, by name."""
    return sorted(path.name for path in FAMILIES.iterdir() if part_file(path.name, part))


def load_part(family: str, part: str) -> ModuleType:
    """Import a family's module for a part; UserError lists the families that have it."""
    if (path := part_file(family, part)) is None:
        raise UserError(f"unknown family `{family}`; known: {', '.join(families(part))}")
    return import_module(f"recon.families.{family}.{path.stem}")


def part_constant(family: str, part: str, name: str) -> Any:
    """Return a constant of a family's part, read from its source; None where it has none."""
    path = part_file(family, part)
    return constant(f"families/{family}", path.stem, name) if path else None


def part_file(family: str, part: str) -> Path | None:
    """Return the file of a family's part: PART.py, or the method.py of a family that has nothing else."""
    folder = FAMILIES / family
    if (folder / f"{part}.py").is_file():
        return folder / f"{part}.py" if family != "shared" else None
    modules = {path.name for path in folder.glob("*.py")} - {"__init__.py"}
    one_file = modules == {"method.py"} and _defines(f"families/{family}", "method", PARTS.get(part, part))
    return folder / "method.py" if one_file else None


def _defines(room: str, name: str, symbol: str) -> bool:
    """Return whether a module assigns or defines `symbol` at its top level."""
    defined = {getattr(node, "name", None) for node in _tree(room, name).body}
    assigned = {ast.unparse(node.targets[0]) for node in _tree(room, name).body if isinstance(node, ast.Assign)}
    return symbol in defined | assigned


def network_rooms() -> list[str]:
    """Return the rooms of networks: the shared one, and those of families that have their own."""
    return ["networks", *sorted(path.relative_to(RECON).as_posix() for path in FAMILIES.glob("*/networks"))]


def network_packages() -> list[Path]:
    """Return the networks of families that are a package each, by their folders."""
    packages = (path.parent for path in FAMILIES.glob("*/*/__init__.py"))
    return sorted(path for path in packages if path.name != "networks")


def names(room: str) -> list[str]:
    """Return the modules of `room` by name."""
    return sorted(path.stem for path in (RECON / room).glob("*.py") if path.stem != "__init__")


def check_name(room: str, name: str) -> None:
    """Raise UserError, listing the known names, where `room` has no module `name`."""
    if name not in names(room):
        raise UserError(f"unknown network `{name}`; known: {', '.join(names(room))}")


def load(room: str, name: str) -> ModuleType:
    """Import the module `name` of `room`; UserError lists the known names."""
    check_name(room, name)
    return import_module(f"recon.{room.replace('/', '.')}.{name}")


def constant(room: str, name: str, constant_name: str) -> Any:
    """Return a constant of a module, read from its source; None where it has none."""
    assigned = [node for node in _tree(room, name).body if isinstance(node, ast.Assign)]
    values = [node.value for node in assigned if ast.unparse(node.targets[0]) == constant_name]
    return ast.literal_eval(values[0]) if values else None


def docstring(room: str, name: str) -> str:
    """Return a module's docstring, read from its source."""
    return ast.get_docstring(_tree(room, name)) or ""


def is_codec(net: str) -> bool:
    """Return whether a network declares `CODEC = True`: it is `synthesis(analysis(image))`, a latent to send."""
    check_name("networks", net)
    return constant("networks", net, "CODEC") is True


def has_convolutions(net: str, *, room: str = "networks") -> bool:
    """Return whether a network's source names a convolution: a layer of Keras, or a function of our own."""
    check_name(room, net)
    named = (getattr(node, "id", getattr(node, "attr", "")) for node in ast.walk(_tree(room, net)))
    return any(re.search("conv2d|convolution", name, re.IGNORECASE) for name in named)


def build_settings(net: str, *, room: str = "networks") -> dict[str, tuple[Any, Any]]:
    """Return the settings of a network's `build(*, ...)` that params.yaml may give: name -> (type, default).

    Read from the source, since importing it would import TensorFlow, which takes seconds. So an annotation is
    `bool`, `int`, `float`, `str`, a tuple of one of these, or `Literal[...]` where only some values will do.
    """
    check_name(room, net)
    build = next(node for node in _tree(room, net).body if getattr(node, "name", None) == "build")
    return {
        argument.arg: (_annotated_type(argument.annotation), ast.literal_eval(default))
        for argument, default in zip(build.args.kwonlyargs, build.args.kw_defaults, strict=True)
        if default is not None  # `image_shape` has no default, say: the pipeline gives it
    }


def _annotated_type(annotation: ast.expr) -> Any:
    """Return the type that an annotation of the forms above names."""
    if isinstance(annotation, ast.Name):
        return _TYPES[annotation.id]
    values = annotation.slice.elts if isinstance(annotation.slice, ast.Tuple) else [annotation.slice]
    if ast.unparse(annotation.value) == "Literal":
        return Literal[tuple(ast.literal_eval(value) for value in values)]
    return tuple[_TYPES[ast.unparse(values[0])], ...]


@cache
def _tree(room: str, name: str) -> ast.Module:
    return ast.parse((RECON / room / f"{name}.py").read_text(encoding="utf-8"))
