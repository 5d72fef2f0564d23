import ast
import hashlib
import sys

import pytest

from recon.core import sources
from recon.core.errors import UserError
from recon.core.sources import ROOT, STAGES, closure, digest, imported_names, listing

DUMP = (  # as Python 3.11 writes it
    "Module(body=[FunctionDef(name='call', args=arguments(posonlyargs=[], args=[], kwonlyargs=[arg(arg='k"
    "ey')], kw_defaults=[Constant(value=None)], defaults=[]), body=[Return(value=JoinedStr(values=[Format"
    "tedValue(value=Name(id='key', ctx=Load()), conversion=-1, format_spec=JoinedStr(values=[Constant(val"
    "ue='>3')]))]))], decorator_list=[])], type_ignores=[])"
)
SOURCE = '''"""What it does."""

SIZE = 3  # of something


def twice(value):
    """Return it twice."""
    return 2 * value
'''


@pytest.fixture
def told(tmp_path):
    """Return the digest of a source."""

    def told(source):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.py"
        path.write_text(source, encoding="utf-8")
        return digest(path)

    return told


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  # of something", ""),
        ("What it does.", "What it is for."),
        ("Return it", "Give it"),
        ("SIZE", "\n\n\nSIZE"),
    ],
)
def test_comments_docstrings_and_blank_lines_are_no_code(told, before, after):
    assert told(SOURCE.replace(before, after)) == told(SOURCE)


@pytest.mark.parametrize(("before", "after"), [("3", "4"), ("2 *", "2 +"), ("twice", "double")])
def test_all_else_is(told, before, after):
    assert told(SOURCE.replace(before, after)) != told(SOURCE)


def test_a_text_that_is_used_is_no_docstring(told):
    assert told('SAID = "one"\n') != told('SAID = "two"\n')


def test_a_digest_is_the_same_by_all_versions_of_python(told):
    """Python 3.12 adds `type_params` to functions and classes, 3.13 leaves empty lists out of `ast.dump`."""
    source = "def call(*, key=None):\n    return f'{key:>3}'\n"
    tree = ast.parse(source)
    assert sources._dump(tree) == DUMP
    if sys.version_info < (3, 12):
        assert ast.dump(tree) == DUMP
    assert told(source) == hashlib.sha256(DUMP.encode()).hexdigest()


def test_what_is_imported_in_turn_is_run():
    reached = closure([STAGES / "restoration.py"])
    direct = imported_names(STAGES / "restoration.py")
    assert STAGES / "recon" / "core" / "errors.py" in reached
    assert STAGES / "recon" / "jpeg" / "quantization.py" in reached
    assert not any(name.startswith("recon.jpeg.quantization") for name in direct)


def test_every_line_of_a_listing_is_a_digest_and_a_file_of_the_project():
    lines = [line.split("  ") for line in listing([STAGES / "check.py"]).splitlines()]
    assert [name for _, name in lines if name == "stages/check.py"] == ["stages/check.py"]
    assert all(sum_ == digest(ROOT / name) for sum_, name in lines)


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("def broken(:\n", "broken.py:1: no valid Python"),
        ("from . import files\n", "broken.py:1: relative import"),
    ],
)
def test_what_is_not_understood_is_named(tmp_path, source, complaint):
    path = tmp_path / "broken.py"
    path.write_text(source, encoding="utf-8")
    with pytest.raises(UserError, match=complaint):
        sources.imported_files(path)
