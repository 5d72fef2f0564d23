"""What the pages say is true: links, anchors, paths, commands, tables, fields, variables, datasets."""

import re
import shlex
import subprocess
from collections.abc import Iterator
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd
import pytest
from distributed.cli import dask_scheduler, dask_worker
from dvc.cli.parser import get_main_parser
from dvc.repo import Repo

import readme
from recon.core import rooms
from recon.core.files import read_json
from recon.core.sources import ROOT, STAGES
from recon.readme import tables
from recon.records import recipes
from recon.referee.exchange import FIELDS as COMPRESSAI_FIELDS
from recon.settings.core import lookup, read_params

PAGES = [ROOT / page for page in readme.PAGES]
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
README, METRICS, DATA, ARCHITECTURE = (
    ROOT / page for page in ("README.md", "metrics/README.md", "data/README.md", "stages/README.md")
)
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
PARAMS = read_params(ROOT / "params.yaml")
PIPELINE = Repo(ROOT, config={"core": {"no_scm": True}}).index
PIPELINE_STAGES = {stage.name for stage in PIPELINE.stages}
MOST_BYTES = 12_000  # of README.md
LONGEST_COMMAND = 100

# A word in backticks is a path if it begins with one of the project's folders, or is a file of this kind.
PATH = re.compile(r"(stages|recon|tests|data|models|metrics|plots|\.dvc)/[\w./-]*|[\w-]+\.(yaml|lock|txt|toml|md)")
MADE_BY_THE_READER = ("data/sets/garden.json",)
COMMAND = re.compile(r"(make|dvc|git|python|pip) ")


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


def label(value: Any) -> str:
    return shlex.join(value) if isinstance(value, list) else str(value.relative_to(ROOT))


def link_targets(page: Path) -> Iterator[tuple[Path, str]]:
    """Yield the files, and the anchors in them, that a page's links and pictures name."""
    inline = re.findall(r"\]\(([^)\s]+)\)", TEXTS[page])
    for target in [*inline, *re.findall(r"^\[[\w-]+\]: (\S+)$", TEXTS[page], re.MULTILINE)]:
        if not target.startswith("http"):
            path, _, anchor = target.partition("#")
            yield (page.parent / path).resolve() if path else page, anchor


def anchors(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", TEXTS[page], re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def paths_in_prose(page: Path) -> set[str]:
    """Return the paths among the words in backticks, those with a placeholder (NAME) left out."""
    prose = re.sub(r"```.*?```", "", TEXTS[page], flags=re.DOTALL)
    words = " ".join(re.findall(r"`([^`]+)`", prose)).split()
    return {word.rstrip("/") for word in words if PATH.fullmatch(word) and not re.search(r"\b[A-Z]{3}", word)}


def command_lines() -> Iterator[str]:
    """Yield the commands of all pages: the lines of ```bash blocks, and those that stand in backticks."""
    for text in TEXTS.values():
        blocks = re.findall(r"```bash\n(.*?)```", text, re.DOTALL)
        yield from chain.from_iterable(block.splitlines() for block in blocks)
        prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
        spans = (" ".join(span.split()) for span in re.findall(r"`([^`]+)`", prose))
        yield from (
            span for span in spans if COMMAND.match(span) and not re.search(r"\b[A-Z]{3}[A-Z_]*\b(?!=)", span)
        )


def commands() -> list[list[str]]:
    """Return all commands as words, without comments, and without variables set before them."""
    lines = (shlex.split(line, comments=True) for line in command_lines())
    words = [words[1:] if words and re.match("[A-Z_]+=", words[0]) else words for words in lines]
    return sorted(map(list, {tuple(line) for line in words if line}))


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


def section(page: Path, heading: str) -> str:
    return TEXTS[page].split(f"\n## {heading}\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_every_link_and_picture_is_there(page):
    paths = {path.relative_to(ROOT).as_posix() for path, _ in link_targets(page)}
    assert [path for path in sorted(paths) if not is_there(path)] == []


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_every_anchor_is_a_heading(page):
    assert [anchor for path, anchor in link_targets(page) if anchor and anchor not in anchors(path)] == []


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_every_path_in_the_text_is_there(page):
    named = sorted(paths_in_prose(page).difference(MADE_BY_THE_READER))
    assert [path for path in named if not is_there(path) and not is_there(f"stages/{path}")] == []


def test_every_page_is_linked_from_the_first_or_from_one_that_is():
    reached, waiting = set(), [README]
    while waiting:
        page = waiting.pop()
        reached.add(page)
        waiting += [path for path, _ in link_targets(page) if path in TEXTS and path not in reached]
    assert reached == set(PAGES)


def test_the_first_page_is_short_and_its_leaderboard_narrow():
    assert len(README.read_bytes()) <= MOST_BYTES
    (board,) = [block["content"] for block in tables.BLOCK.finditer(TEXTS[README])]
    assert board.splitlines()[0].count("|") - 1 <= 8


def test_what_is_no_codec_and_beats_webp_and_jpeg_2000_is_what_the_first_page_names():
    """JPEG 2000 by both curves' BD-rates against WebP."""
    methods = pd.read_csv(ROOT / "metrics" / "methods.csv").set_index("method")
    (named,) = re.findall(r"^(.*) beats? WebP and JPEG 2000\s+on average", TEXTS[README], re.MULTILINE)
    others = methods[methods["family"] != "classical"]["bd_rate_webp_percent"]
    better = others[others < min(0, methods.loc["jpeg2000", "bd_rate_webp_percent"])]
    assert set(re.findall(r"`(\w+)`", named)) == set(better.index)


def test_no_command_is_longer_than_a_line():
    assert [line for line in command_lines() if len(line) > LONGEST_COMMAND] == []


@pytest.mark.parametrize("words", commands(), ids=label)
def test_a_command_can_be_typed_as_it_stands(words):
    program, *rest = words
    if program == "make":
        named = {word.removeprefix("NAME=") for word in rest if word.startswith("NAME=")}
        assert all((ROOT / recipes.FOLDER / f"{name}.txt").is_file() for name in named)
        targets = {word for word in rest if "=" not in word}
        assert targets <= set(re.findall(r"^([\w-]+):", MAKEFILE, re.MULTILINE))
    elif program == "python":
        script = rest[0] if rest[0] != "-m" else "pyproject.toml"
        assert script in FILES
        assert [word for word in rest if word.startswith("tests/") and not is_there(word)] == []
    elif program == "dvc":
        check_dvc(rest)
    elif program == "dask":
        check_dask(*rest)
    else:
        assert program in ("git", "pip", ".")


def check_dask(name: str, *words: str) -> None:
    """Check the options of a command of Dask."""
    {"scheduler": dask_scheduler, "worker": dask_worker}[name].main.make_context(name, list(words))


def check_dvc(words: list[str]) -> None:
    """Have DVC's own parser read the words, and look up the parameters and stages that they name."""
    given = vars(get_main_parser().parse_args(words))
    for change in given.get("set_param") or ():
        if not change.startswith("+"):  # which adds a key
            lookup(PARAMS, change.removeprefix("~").partition("=")[0])
    if words[0] == "repro" or words[:2] == ["exp", "run"]:
        known = PIPELINE_STAGES | {stage.partition("@")[0] for stage in PIPELINE_STAGES}
        assert set(given.get("targets") or ()) <= known


@pytest.mark.parametrize("page", PAGES, ids=label)
def test_the_tables_are_those_of_the_metrics(page, monkeypatch):
    monkeypatch.chdir(ROOT)
    assert tables.name_outdated(TEXTS[page]) == []


def test_every_table_that_can_be_made_is_shown_once():
    shown = [block["name"] for text in TEXTS.values() for block in tables.BLOCK.finditer(text)]
    assert sorted(shown) == sorted(tables.find_tables())


def test_every_field_is_defined_once_and_no_other():
    folders = r"metrics/(scores/|timings/(families/)?|comparisons/\w+/)?\w+\.(csv|json)"
    written = set(chain.from_iterable(fields_of(ROOT / path) for path in FILES if re.fullmatch(folders, path)))
    defined = re.findall(r"^\| `(\w+)`", section(METRICS, "Fields"), re.MULTILINE)
    assert sorted(defined) == sorted(written)


def test_the_keys_of_compressai_s_form_are_explained():
    assert all(f"`{key}`" in section(METRICS, "Published comparisons") for key in COMPRESSAI_FIELDS)


def test_every_environment_variable_is_explained():
    sources = [(ROOT / path).read_text(encoding="utf-8") for path in FILES if re.fullmatch(r"stages/.*\.py", path)]
    read = set(re.findall(r'"(RECON_[A-Z]+)"', "\n".join(sources)))
    assert set(re.findall(r"^\| `(RECON_[A-Z]+)`", section(DATA, "Environment variables"), re.MULTILINE)) == read


def test_the_datasets_and_their_numbers_of_images_are_those_of_the_manifests():
    manifests = [read_json(ROOT / path) for path in FILES if re.fullmatch(r"data/sets/\w+\.json", path)]
    shown = dict(re.findall(r"^\| `(\w+)` +\| +(\d+) \|", section(DATA, "Data sets"), re.MULTILINE))
    assert shown == {manifest["name"]: str(len(manifest["images"])) for manifest in manifests}


def test_the_rooms_and_the_parts_of_a_family_are_those_of_the_tree():
    (listing,) = re.findall(r"```text\n(.*?)```", TEXTS[ARCHITECTURE], re.DOTALL)
    folders = {path.parent.name for path in (STAGES / "recon").glob("*/__init__.py")}
    assert set(re.findall(r"^(\w+)", listing, re.MULTILINE)) == folders
    parts = re.findall(r"^\| `(\w+)\.py`", section(ARCHITECTURE, "Rooms and arrows"), re.MULTILINE)
    assert set(parts) == {*rooms.PARTS, "method"}


def test_every_family_is_described_on_the_first_page_and_among_the_figures():
    headings = anchors(ROOT / "plots" / "README.md")
    linked = {anchor for path, anchor in link_targets(README) if path == ROOT / "plots" / "README.md" and anchor}
    assert len(linked) == len(rooms.families())
    assert linked <= headings
