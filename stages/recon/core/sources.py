"""What code a file runs: itself and all that it imports, in turn, read from the source without running it.

DVC reruns a stage where a file that it depends on has changed. Thirty files of code in each of eighty stages would
fill dvc.yaml, and dvc.lock, which DVC reads and writes anew after each stage. So a stage depends on one file that
lists its code, with a digest each. The digest is of what the source says to Python: a changed comment, docstring
or blank line trains nothing again.
"""

import ast
import hashlib
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from recon.core import rooms
from recon.core.errors import UserError

ROOT = Path(__file__).resolve().parents[3]
STAGES = ROOT / "stages"
_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def imported_names(path: Path) -> set[str]:
    """Return the dotted names that `path` imports anywhere in it; `from a import b` gives `a` and `a.b`."""
    found = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise UserError(f"{path}:{node.lineno}: relative import; write it from `recon`")
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def packages(path: Path) -> set[str]:
    """Return the top-level packages that `path` imports: `keras`, `recon`, `pathlib`."""
    return {name.partition(".")[0] for name in imported_names(path)}


@cache
def imported_files(path: Path) -> frozenset[Path]:
    """Return the project's files that `path` itself imports, by name or as a part of every family.

    An `__init__.py` of a docstring only is none of them.
    """
    found = set()
    for name in imported_names(path):
        parts = name.split(".")
        inits = (STAGES.joinpath(*parts[:n], "__init__.py") for n in range(1, len(parts) + 1))
        found |= {init for init in inits if init.is_file() and _without_docstrings(init).body}
        module = STAGES.joinpath(*parts).with_suffix(".py")
        found |= {module} if module.is_file() else set()
    for part in parts_loaded(path):
        found |= {rooms.part_file(family, part) for family in rooms.families(part)}
    return frozenset(found)


def closure(paths: Iterable[Path]) -> set[Path]:
    """Return `paths` and every file of the project that importing them reads."""
    reached, todo = set(), set(paths)
    while todo:
        path = todo.pop()
        reached.add(path)
        todo |= imported_files(path) - reached
    return reached


def parts_loaded(path: Path) -> set[str]:
    """Return which part of every family `path` loads by name: calls of `rooms.load_part(family, "params")`."""
    return _constant_arguments(path, 1, "rooms.load_part")


def rooms_entered(path: Path) -> set[str]:
    """Return the rooms from which `path` loads modules by name: calls of `rooms.load("networks", ...)`."""
    return _constant_arguments(path, 0, "rooms.load", "load")


def _constant_arguments(path: Path, position: int, *functions: str) -> set[str]:
    """Return what `path` passes at this position to calls of these functions, where it is a constant."""
    calls = (node for node in ast.walk(_tree(path)) if isinstance(node, ast.Call) and len(node.args) > position)
    passed = (call.args[position] for call in calls if ast.unparse(call.func) in functions)
    return {argument.value for argument in passed if isinstance(argument, ast.Constant)}


def listing(paths: Iterable[Path]) -> str:
    """Return a line for each file that `paths` run: its digest and its path from the project's root."""
    named = sorted((path.relative_to(ROOT).as_posix(), path) for path in closure(paths))
    return "".join(f"{digest(path)}  {name}\n" for name, path in named)


@cache
def digest(path: Path) -> str:
    """Return the SHA-256 of what a file says to Python: of its syntax tree without positions and docstrings."""
    return hashlib.sha256(_dump(_without_docstrings(path)).encode()).hexdigest()


def _dump(node: Any) -> str:
    """Return what `ast.dump` of Python 3.11 does: later versions add fields and leave others out."""
    if isinstance(node, list):
        return f"[{', '.join(map(_dump, node))}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    fields = ", ".join(
        f"{name}={_dump(value)}"
        for name, value in ast.iter_fields(node)
        if (value is not None or getattr(type(node), name, ...) is not None)  # an optional field that is absent
        and (value or name != "type_params")  # from Python 3.12 on
    )
    return f"{type(node).__name__}({fields})"


def _without_docstrings(path: Path) -> ast.Module:
    tree = _tree(path)
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            del node.body[0]
    return tree


def _tree(path: Path) -> ast.Module:
    try:
        return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
    except SyntaxError as error:
        raise UserError(f"{path}:{error.lineno}: no valid Python: {error.msg}") from None
