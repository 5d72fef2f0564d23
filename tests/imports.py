"""What a file under stages/ imports, directly and in turn, read from the source without running it.

    python tests/imports.py stages/fetch.py

prints the code that a stage running this script depends on, ready to be pasted under `deps:` in dvc.yaml.
"""

import ast
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STAGES = ROOT / "stages"
ROOMS = {room: STAGES / "recon" / room for room in ("methods", "networks", "fields", "decoders")}


def imported_names(path: Path) -> set[str]:
    """Return the dotted names that `path` imports anywhere in it; `from a import b` gives `a` and `a.b`."""
    found = set()
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            if node.level:
                raise ValueError(f"{path}:{node.lineno}: relative import; write it from `recon`")
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def packages(path: Path) -> set[str]:
    """Return the top-level packages that `path` imports: `keras`, `recon`, `pathlib`."""
    return {name.partition(".")[0] for name in imported_names(path)}


def imported_files(path: Path) -> set[Path]:
    """Return the project's files that `path` itself imports, but no `__init__.py` of a docstring only."""
    found = set()
    for name in imported_names(path):
        parts = name.split(".")
        inits = (STAGES.joinpath(*parts[:n], "__init__.py") for n in range(1, len(parts) + 1))
        found |= {init for init in inits if init.is_file() and _has_code(init)}
        module = STAGES.joinpath(*parts).with_suffix(".py")
        found |= {module} if module.is_file() else set()
    return found


def closure(paths: Iterable[Path]) -> set[Path]:
    """Return `paths` and every file of the project that importing them reads."""
    reached, todo = set(), set(paths)
    while todo:
        path = todo.pop()
        reached.add(path)
        todo |= imported_files(path) - reached
    return reached


def rooms_entered(path: Path) -> set[str]:
    """Return the rooms from which `path` loads modules by name: calls of `rooms.load("networks", ...)`."""
    calls = (node for node in ast.walk(_tree(path)) if isinstance(node, ast.Call) and node.args)
    loads = (call for call in calls if ast.unparse(call.func) in ("rooms.load", "load"))
    return {call.args[0].value for call in loads if isinstance(call.args[0], ast.Constant)}


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def _has_code(path: Path) -> bool:
    body = _tree(path).body
    return len(body) > 1 or (len(body) == 1 and not isinstance(body[0], ast.Expr))


def main() -> None:
    """Print the code that each script named on the command line runs."""
    for path in sorted(closure(Path(word).resolve() for word in sys.argv[1:])):
        print("-", path.relative_to(ROOT).as_posix())


if __name__ == "__main__":
    main()
