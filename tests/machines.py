"""Processes that compute as on other machines: other threads, kernels of libraries, instructions."""

import json
import os
import platform
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from recon.core.sources import STAGES

ENVIRONMENTS = {
    "as it is": {},
    "one thread": {"OPENBLAS_NUM_THREADS": "1"},
    "three threads": {"OPENBLAS_NUM_THREADS": "3"},
    "kernels for Haswell": {"OPENBLAS_CORETYPE": "Haswell"},
    "kernels for Nehalem": {"OPENBLAS_CORETYPE": "Nehalem"},
    "kernels for Prescott": {"OPENBLAS_CORETYPE": "Prescott"},
    "NumPy without AVX2": {"NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR"},
}
_X86 = platform.machine() in ("x86_64", "AMD64")
every_machine = pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            changes,
            id=name,
            marks=pytest.mark.skipif(
                bool(changes) and not _X86, reason="OpenBLAS calls these kernels by the names of x86 processors"
            ),
        )
        for name, changes in ENVIRONMENTS.items()
    ],
)


def run(program: str, *words: str | Path, changes: dict[str, str]) -> Any:
    """Return the JSON that a fresh Python process prints, whose environment is changed.

    NumPy comes first: it reads the environment when it is imported, before `recon` sets it for all machines.
    """
    environment = os.environ | {"PYTHONPATH": str(STAGES)} | changes
    command = [sys.executable, "-c", f"import numpy\n{program}", *words]
    return json.loads(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)
