import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_committed_results_belong_to_this_code_and_these_parameters():
    # Needs no data: what a bare clone lacks counts as unchanged. If this fails: `dvc repro`, commit dvc.lock.
    words = [sys.executable, "-m", "dvc", "repro", "--dry", "--allow-missing"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Running stage" not in done.stdout
