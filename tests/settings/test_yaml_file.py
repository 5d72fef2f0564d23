"""A YAML file that cannot be read: one line, which names the file and where to look."""

from itertools import pairwise

import pytest

from recon.settings.yaml_file import MOST_DEPTH, read_yaml
from refusals import refusal

DIGITS = "9" * 5000
ALIASES = "".join(f"{name}: &{name} [{', '.join(['*' + last] * 9)}]\n" for last, name in pairwise("abcdefghi"))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "params.yaml"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: 1\nb:\n\tc: 2", "line 3, column 1: a tab, which YAML does not take for indentation; use spaces"),
        ("a:\n  b: 1\n  \tc: 2", "line 3, column 3: a tab"),
        ("a: 1\nb: 2\na: 3", 'line 3, column 1: a duplicate key "a"; keep one of them'),
        ("a: {b: 1, b: 1}", 'line 1, column 11: a duplicate key "b"'),
        ("a: {b: 1", "line 2, column 1: not valid YAML: did not find expected"),
        ("a: [1\nb:", "not valid YAML: "),
        (
            'a: "b\nc: 1\n',
            "not valid YAML: found unexpected end of stream (while scanning a quoted scalar from line 1)",
        ),
        ("a:\n  b: 1\n c: 2", "for `key: value`, here and in the line above"),
        ("a: 1\nb 2\nc: 3", "could not find expected ':' (while scanning a simple key from line 2)"),
        ("a: 1\n---\na: 2", "not valid YAML: but found another document"),
        ("a: !!python/object:os.system b", "line 1, column 4: not valid YAML: could not determine a constructor"),
        ("? {a: 1}\n: 2", "line 1, column 3: not valid YAML: found unhashable key"),
        ("a: 1\n# \a\n", "line 2: not valid YAML: control characters are not allowed"),
        ("a: 1\n\0", "line 2: not valid YAML: control characters"),
        (f"a: 1\nb: {DIGITS}", "line 2, column 4: a number of 5000 digits"),
        (f"a: -{DIGITS}", "a number of 5001 digits"),
        ("a: 0x" + "f" * 5000, "a number of 5002 digits"),
        ("a: 2024-13-45", "a value cannot be read (month must be in 1..12); put it in quotes if it is text"),
        ("a: !!bool xx", "a value cannot be read ('xx'); put it in quotes if it is text"),
        ("a: !!int ''", "a value cannot be read (string index out of range); put it in quotes if it is text"),
        ("a: &a [*a]", "line 1, column 8: `*a` repeats a value, which an override would change in both places"),
        ("a: &a [1]\n" + ALIASES, "line 2, column 8: `*a` repeats a value"),
        ("a: *b", "`*b` repeats a value"),
        (
            "a: " + "[" * 200 + "]" * 200,
            f"line 1, column 35: more than {MOST_DEPTH} lists and mappings inside one",
        ),
        ("a: " + "{a: " * 3000 + "}" * 3000, f"more than {MOST_DEPTH} lists"),
        ("[" * 100_000, f"more than {MOST_DEPTH} lists"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(path, text, words):
    path.write_text(text, encoding="utf-8")
    line = refusal(read_yaml, path)
    assert line.startswith(f"{path}: ")
    assert words in line


@pytest.mark.parametrize("content", [b"a: 1\nb: caf\xe9", "a: 1\nb: 2".encode("utf-16"), b"a: 1\nb: \xff\xfe"])
def test_another_encoding_is_named(path, content):
    path.write_bytes(content)
    number = 1 if content[:1] == b"\xff" else 2
    assert refusal(read_yaml, path) == f"{path}: line {number}: not UTF-8; save the file with this encoding"


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b"\xef\xbb\xbfa: 1", {"a": 1}),
        (b"a: 4:2:0\r\nb: no", {"a": "4:2:0", "b": "no"}),
        (b"a:\t1\t# a tab that indents nothing", {"a": 1}),
        (b"a: {b: [1, [2, {c: null}]]}", {"a": {"b": [1, [2, {"c": None}]]}}),
        (b"a: .inf", {"a": float("inf")}),
        (b"a: '" + DIGITS.encode() + b"'", {"a": DIGITS}),
        (b"", None),
    ],
)
def test_what_dvc_can_read_is_read_as_dvc_reads_it(path, content, value):
    path.write_bytes(content)
    assert read_yaml(path) == value


def test_a_folder_or_nothing_in_its_place_is_named(path):
    assert refusal(read_yaml, path) == f"{path}: not found; run the stage from the project's root"
    path.mkdir()
    assert refusal(read_yaml, path) == f"{path}: is a directory; it must be a file that you may read"
