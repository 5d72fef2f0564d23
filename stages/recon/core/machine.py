"""What a measurement ran on: the processor and the versions of the libraries that the numbers come from."""

import os
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from recon.core.words import join_words

LIBRARIES = (
    "constriction",
    "dvc",
    "jpeglib",
    "keras",
    "numpy",
    "pillow",
    "scikit-image",
    "scipy",
    "tensorflow",
)


def describe() -> dict[str, str | int | dict[str, str]]:
    """Return processor, its instructions, cores, Python and library versions."""
    return {
        "processor": _processor(),
        "instructions": _instructions(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "system": platform.system(),
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in LIBRARIES},
    }


def _processor() -> str:
    """Return the processor's own name where Linux tells it, else what Python knows."""
    cpuinfo = Path("/proc/cpuinfo")
    lines = cpuinfo.read_text(encoding="utf-8").splitlines() if cpuinfo.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _instructions() -> str:
    """Return the widest vector instructions that NumPy finds, such as AVX512_ICL: bits may depend on them."""
    simd = np.show_config(mode="dicts")["SIMD Extensions"]
    return [*simd["baseline"], *simd.get("found", ())][-1]


def format_machines(machines: Iterable[Mapping[str, Any]]) -> str:
    """Return the machines of a record: `2 cores of AMD EPYC (AVX512_ICL)`; older records lack the instructions."""
    return join_words(
        f"{machine['cores']} cores of {machine['processor']}"
        + (f" ({machine['instructions']})" if "instructions" in machine else "")
        for machine in machines
    )
