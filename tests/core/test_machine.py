from pathlib import Path

import numpy as np
import pytest

from recon.core import machine

CPUINFO = Path("/proc/cpuinfo")
FEATURES = {"baseline": ["X86_V2"], "found": ["X86_V3"], "not found": ["X86_V4"]}


@pytest.mark.parametrize(
    ("features", "said"),
    [(FEATURES, "X86_V3"), (FEATURES | {"found": ["X86_V3", "X86_V4"]}, "X86_V4"), ({"baseline": ["VX"]}, "VX")],
)
def test_the_widest_instructions_found_are_named(monkeypatch, features, said):
    monkeypatch.setattr(np, "show_config", lambda mode: {"SIMD Extensions": features})
    assert machine.describe()["instructions"] == said


def test_they_are_those_that_linux_tells_of():
    flags = CPUINFO.read_text(encoding="utf-8") if CPUINFO.exists() else ""
    wide = machine.describe()["instructions"].startswith(("X86_V4", "AVX512"))
    assert wide == (" avx512f " in flags)
