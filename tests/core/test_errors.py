import errno
import re
import sys

import pytest

from recon.core.errors import UserError, run


def outcome(main, capsys) -> tuple[int, str]:
    """Return the exit code and what is on stderr, as the interpreter would leave them."""
    with pytest.raises(SystemExit) as caught:
        run(main)
    if isinstance(caught.value.code, str):  # which the interpreter prints, and exits with 1
        return 1, caught.value.code + "\n"
    return caught.value.code, capsys.readouterr().err


def raising(error):
    def main():
        raise error

    return main


@pytest.fixture(autouse=True)
def no_words(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["stage.py"])


def test_a_user_s_mistake_is_one_line_and_exit_code_1(capsys):
    assert outcome(raising(UserError("params.yaml: no `data`")), capsys) == (1, "error: params.yaml: no `data`\n")


@pytest.mark.parametrize(("file", "named"), [("data/out.bin", "data/out.bin"), (None, "the output")])
def test_a_full_disk_is_one_line_too(capsys, file, named):
    code, text = outcome(raising(OSError(errno.ENOSPC, "No space left on device", file)), capsys)
    assert (code, text) == (1, f"error: {named}: no space left on the disk; free some and run again\n")


@pytest.mark.parametrize("kind", ["EACCES", "EPERM", "EROFS", "ENOSPC", "EDQUOT", "EFBIG", "ENAMETOOLONG"])
def test_what_a_disk_refuses_is_one_line_with_the_file_and_a_remedy(capsys, kind):
    code, text = outcome(raising(OSError(getattr(errno, kind), "refused", "data/out.bin")), capsys)
    assert code == 1
    assert re.fullmatch("error: data/out.bin: [^;\n]+; [^;\n]+\n", text)


@pytest.mark.parametrize("fault", [ValueError("a bug"), FileNotFoundError(errno.ENOENT), KeyboardInterrupt()])
def test_other_faults_keep_their_traceback(fault):
    with pytest.raises(type(fault)):
        run(raising(fault))


def test_main_gets_the_words_of_the_command_line(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["stage.py", "one", "two"])
    got = []
    run(lambda *words: got.extend(words))
    assert got == ["one", "two"]
