"""What README.md and stages/README.md say is true: paths, commands, tables, fields, variables, datasets."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd
import pytest
import yaml
from dvc.cli.parser import get_main_parser
from dvc.repo import Repo

from recon.core.files import read_json
from recon.readme import tables
from recon.referee.exchange import FIELDS
from recon.referee.leaderboard import ORDER
from recon.referee.scoring import COLUMNS
from recon.settings.core import lookup

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "stages" / "README.md"]
README = PAGES[0].read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PARAMS = yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))
PIPELINE = Repo(ROOT, config={"core": {"no_scm": True}}).index
STAGES = {stage.name for stage in PIPELINE.stages}

# A word in backticks is a path if it begins with one of the project's folders, or is a file of this kind.
PATH = re.compile(r"(stages|recon|tests|data|models|metrics|plots|\.dvc)/[\w./-]*|[\w-]+\.(yaml|lock|txt|toml|md)")
MADE_BY_THE_READER = ("data/sets/garden.json",)


def listed_by_git() -> set[str]:
    """Return the files that git has or would add: those of a clone."""
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    return set(subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines())


FILES = listed_by_git()
FOLDERS = {parent.as_posix() for file in FILES for parent in PurePosixPath(file).parents}
OUTPUTS = {Path(out.fs_path).relative_to(ROOT).as_posix() for out in PIPELINE.outs}
ABOVE_OUTPUTS = {parent.as_posix() for output in OUTPUTS for parent in PurePosixPath(output).parents}


def is_there(path: str) -> bool:
    """Tell whether `path`, from the root, is in git, or an output of the pipeline, or lies in one."""
    return not OUTPUTS.isdisjoint([path, *map(str, PurePosixPath(path).parents)]) or path in (
        FILES | FOLDERS | ABOVE_OUTPUTS
    )


def label(value: Path | list[str]) -> str:
    return shlex.join(value) if isinstance(value, list) else value.relative_to(ROOT).as_posix()


def links(page: Path) -> set[str]:
    """Return the targets of a page's links and pictures that are files, as paths from the root."""
    targets = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    return {(page.parent / target).resolve().relative_to(ROOT).as_posix() for target in targets}


def paths_in_prose(page: Path) -> set[str]:
    """Return the paths among the words in backticks, those with a placeholder (NAME) left out."""
    prose = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    words = " ".join(re.findall(r"`([^`]+)`", prose)).split()
    return {word.rstrip("/") for word in words if PATH.fullmatch(word) and not re.search(r"\b[A-Z]{3}", word)}


def commands() -> Iterator[list[str]]:
    """Yield the commands of all ```bash blocks as words, without comments and variables set before them."""
    for page in PAGES:
        for block in re.findall(r"```bash\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            for line in block.splitlines():
                yield [word for word in shlex.split(line, comments=True) if not re.match("[A-Z_]+=", word)]


def keys_of_values(value: dict[str, Any]) -> Iterator[str]:
    """Yield the keys, at any depth, that hold a value; the versions of `libraries` are one value."""
    for key, inner in value.items():
        if isinstance(inner, dict) and key != "libraries":
            yield from keys_of_values(inner)
        elif key == "machines":
            yield from chain.from_iterable(map(keys_of_values, inner))
        else:
            yield key


def fields_of(path: Path) -> set[str]:
    """Return the columns of a CSV, or the keys of a JSON file that hold a value."""
    return set(pd.read_csv(path, nrows=0)) if path.suffix == ".csv" else set(keys_of_values(read_json(path)))


def section(heading: str) -> str:
    return README.split(f"\n## {heading}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_every_link_and_picture_is_there(page):
    assert [path for path in sorted(links(page)) if not is_there(path)] == []


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_every_path_in_the_text_is_there(page):
    named = sorted(paths_in_prose(page).difference(MADE_BY_THE_READER))
    assert [path for path in named if not is_there(path) and not is_there(f"stages/{path}")] == []


@pytest.mark.parametrize("words", list(commands()), ids=label)
def test_a_command_can_be_typed_as_it_stands(words):
    program, *rest = words
    if program == "make":
        assert set(rest) <= set(re.findall(r"^([\w-]+):", MAKEFILE, re.MULTILINE))
    elif program == "python":
        assert rest[0] in FILES
    elif program == "dvc":
        check_dvc(rest)
    else:
        assert program in ("git", "pip", ".")


def check_dvc(words: list[str]) -> None:
    """Have DVC's own parser read the words, and look up the parameters and stages that they name."""
    given = vars(get_main_parser().parse_args(words))
    for change in given.get("set_param") or ():
        if not change.startswith("+"):  # which adds a key
            lookup(PARAMS, change.removeprefix("~").partition("=")[0])
    if words[0] in ("repro", "exp"):
        assert set(given.get("targets") or ()) <= STAGES | {stage.partition("@")[0] for stage in STAGES}


def test_the_tables_are_those_of_the_metrics(monkeypatch):
    monkeypatch.chdir(ROOT)
    assert tables.outdated(README) == []


def test_every_table_that_can_be_made_is_shown_once():
    assert sorted(block["name"] for block in tables.BLOCK.finditer(README)) == sorted(tables.TABLES)


def test_every_field_is_defined_once_and_no_other():
    files = [ROOT / path for path in FILES if re.fullmatch(r"metrics/(timings/)?\w+\.(csv|json)", path)]
    noted = {"what", "seconds"}  # by the stages that fit, in files that are not in git
    written = noted.union(COLUMNS, ORDER, *map(fields_of, files))
    assert sorted(re.findall(r"^\| `(\w+)`", section("Fields"), re.MULTILINE)) == sorted(written)


def test_the_keys_of_compressai_s_form_are_explained():
    assert all(f"`{key}`" in section("One leaderboard") for key in FIELDS)


def test_every_environment_variable_is_explained():
    sources = [(ROOT / path).read_text(encoding="utf-8") for path in FILES if re.fullmatch(r"stages/.*\.py", path)]
    read = set(re.findall(r'"(RECON_[A-Z]+)"', "\n".join(sources)))
    assert set(re.findall(r"^\| `(RECON_[A-Z]+)`", section("Data"), re.MULTILINE)) == read


def test_the_datasets_and_their_numbers_of_images_are_those_of_the_manifests():
    manifests = [read_json(ROOT / path) for path in FILES if re.fullmatch(r"data/sets/\w+\.json", path)]
    shown = dict(re.findall(r"^\| `(\w+)` +\| +(\d+) \|", section("Data"), re.MULTILINE))
    assert shown == {manifest["name"]: str(len(manifest["images"])) for manifest in manifests}
