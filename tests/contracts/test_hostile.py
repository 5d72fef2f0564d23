"""No bytes break a decoder: mutated payloads give a picture or one clear error, in limited memory."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from recon.core import rooms
from recon.core.sources import STAGES

HERE = Path(__file__).parent
SECONDS, MEMORY = 10, 2**30  # that decoding one payload may take: of all cores, and beside what is loaded

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is limited in Linux's way")


def fuzz(count: int, seed: int, folder: Path) -> dict[str, dict]:
    """Return the outcomes of `count` mutated payloads, by case; after a crash, name the last payload."""
    paths = os.pathsep.join([str(STAGES), str(HERE), str(HERE.parent)])
    # Each thread would reserve addresses for memory of its own.
    environment = os.environ | {"PYTHONPATH": paths, "MALLOC_ARENA_MAX": "2"}
    command = [sys.executable, HERE / "fuzz.py", str(count), str(seed), folder]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, f"decoding {folder / 'payload'}: {ended.stderr[-2000:]}"
    return json.loads((folder / "report.json").read_text())


def check(report: dict[str, dict], count: int) -> None:
    assert not {name: case["failures"] for name, case in report.items() if case["failures"]}
    assert sum(case["decoded"] + case["refused"] for case in report.values()) == count
    for cost, bound in (("seconds", SECONDS), ("memory", MEMORY)):
        most = max(report, key=lambda name: report[name][cost])
        print(f"most {cost} of a payload: {report[most][cost]:.3g}, {most}")
        assert report[most][cost] < bound, most
    # Otherwise nothing behind the first checks would be tested.
    for family in rooms.families():
        assert sum(case["decoded"] for case in report.values() if case["family"] == family) > 0


def test_no_bytes_break_a_decoder(tmp_path):
    check(fuzz(2000, 0, tmp_path), 2000)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_nor_do_ever_so_many(seed, tmp_path):
    check(fuzz(50_000, seed, tmp_path), 50_000)
