"""Name -> module: `net: unet` in params.yaml is `recon/networks/unet.py`; there is no list to keep."""

import ast
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any, Literal

from recon.errors import UserError

_HERE = Path(__file__).parent


def names(room: str) -> list[str]:
    """Return the modules of `room` (`methods`, `networks` or `fields`) by name."""
    return sorted(path.stem for path in (_HERE / room).glob("*.py") if path.stem != "__init__")


def check_name(room: str, name: str) -> None:
    """Raise UserError, listing the known names, where `room` has no module `name`."""
    if name not in names(room):
        raise UserError(f"unknown {room.removesuffix('s')} `{name}`; known: {', '.join(names(room))}")


def is_codec(net: str) -> bool:
    """Return whether a network is `synthesis(analysis(image))`, and so has a latent that can be sent."""
    check_name("networks", net)
    source = (_HERE / "networks" / f"{net}.py").read_text(encoding="utf-8")
    return all(f'name="{part}"' in source for part in ("analysis", "synthesis"))


def load(room: str, name: str) -> ModuleType:
    """Import the module `name` of `room`; UserError lists the known names."""
    check_name(room, name)
    return import_module(f"recon.{room}.{name}")


def constant(room: str, name: str, what: str) -> Any:
    """Return a constant of a module, read from its source; None where it has none."""
    tree = ast.parse((_HERE / room / f"{name}.py").read_text(encoding="utf-8"))
    assigned = [node for node in tree.body if isinstance(node, ast.Assign)]
    values = [node.value for node in assigned if ast.unparse(node.targets[0]) == what]
    return ast.literal_eval(values[0]) if values else None


def build_settings(net: str, *, room: str = "networks") -> dict[str, tuple[Any, Any]]:
    """Return the settings of a network's `build(*, ...)` that params.yaml may give: name -> (type, default).

    Read from the source, since importing it would import TensorFlow, which takes seconds. So an annotation is
    made of built-in types, and `Literal[...]` where only some values will do.
    """
    check_name(room, net)
    tree = ast.parse((_HERE / room / f"{net}.py").read_text(encoding="utf-8"))
    build = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "build")
    return {
        argument.arg: (eval(ast.unparse(argument.annotation), {"Literal": Literal}), ast.literal_eval(default))
        for argument, default in zip(build.args.kwonlyargs, build.args.kw_defaults, strict=True)
        if default is not None  # `image_shape` has no default, say: the pipeline gives it
    }
