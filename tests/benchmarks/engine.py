"""An engine as seen from outside: a process that trains one network, turn by turn, and says how long each took.

Two libraries' pools of threads in one process would slow each other down, and PyTorch may live in an environment
of its own. A process that is not asked waits for a line on its input, so only one of them works at a time.
"""

import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from recon.core.errors import UserError

HERE = Path(__file__).resolve().parent
KERAS, PYTORCH, PYTORCH_CHANNELS_LAST = "Keras", "PyTorch", "PyTorch channels_last"
SGEMM = "sgemm"
_COMMANDS = {
    KERAS: ["keras_side.py"],
    PYTORCH: ["torch_side.py", "contiguous_format"],
    PYTORCH_CHANNELS_LAST: ["torch_side.py", "channels_last"],
    SGEMM: ["sgemm_side.py"],
}


def torch_version(python: str) -> str | None:
    """Return the version of the PyTorch that this interpreter imports; None if it imports none."""
    code = "import numpy, torch; print(torch.__version__)"
    try:
        done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    except OSError as error:
        raise UserError(f"--torch-python {python}: cannot be run ({error.strerror}); name a Python") from None
    return done.stdout.strip() if done.returncode == 0 else None


class Engine:
    """A process that trains the network described in `folder`; use it in `with`, so that it ends."""

    def __init__(self, name: str, python: str, folder: Path) -> None:
        self.name = name
        script, *words = _COMMANDS[name]
        self._errors = (folder / f"{name}.log").open("w+", encoding="utf-8")
        self._process = subprocess.Popen(
            [python, str(HERE / script), str(folder), *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            text=True,
            env=os.environ | {"PYTHONPATH": str(HERE.parents[1] / "stages")},
        )
        self._answer()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def turn(self) -> float:
        """Return the seconds that a turn takes."""
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        return float(self._answer())

    def _answer(self) -> str:
        line = self._process.stdout.readline()
        if not line:
            self._process.wait()
            self._errors.seek(0)
            raise UserError(
                f"{self.name} has stopped: {(self._errors.read().strip() or 'no message').splitlines()[-1]}"
            )
        return line
