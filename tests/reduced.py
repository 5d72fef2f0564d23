"""The settings in reduced.txt as options of `dvc exp run`; as a command, prints them for a shell."""

import shlex
from pathlib import Path


def settings() -> list[str]:
    """Return the lines that are not empty; `#` starts a comment."""
    lines = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    return [setting for line in lines if (setting := line.partition("#")[0].strip())]


def options() -> list[str]:
    """Return `-S` and a setting, for each setting."""
    return [word for setting in settings() for word in ("-S", setting)]


if __name__ == "__main__":
    print(shlex.join(options()))
