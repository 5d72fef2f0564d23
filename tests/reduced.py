"""The settings in reduced.txt as options of `dvc exp run`; as a command, prints them for a shell."""

import shlex
from pathlib import Path


def options() -> list[str]:
    """Return `-S` and a setting, for each line that is not empty; `#` starts a comment."""
    lines = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").splitlines()
    settings = [line.partition("#")[0].strip() for line in lines]
    return [word for setting in settings if setting for word in ("-S", setting)]


if __name__ == "__main__":
    print(shlex.join(options()))
