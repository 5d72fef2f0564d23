"""Check that each pin of requirements.txt can be installed on all machines: `python tests/house/wheels.py`.

pip resolves them for machines that are not this one, and installs nothing. It takes some minutes and the network,
so it is a step of its own in the workflow, not a test.
"""

import subprocess
import sys
from pathlib import Path

REQUIREMENTS = Path(__file__).resolve().parents[2] / "requirements.txt"
PYTHONS = ("3.11", "3.12", "3.13")
GLIBC = (28, 27, 26, 17, 12, 5)  # of the manylinux tags, newest first
PLATFORMS = {
    "Linux x86-64": [
        *(f"manylinux_2_{minor}_x86_64" for minor in GLIBC),
        "manylinux2014_x86_64",
        "manylinux2010_x86_64",
    ],
    "Linux aarch64": [*(f"manylinux_2_{minor}_aarch64" for minor in (31, *GLIBC)), "manylinux2014_aarch64"],
    "macOS arm64": [
        *(f"macosx_{major}_0_arm64" for major in (14, 13, 12, 11)),
        "macosx_11_0_universal2",
        "macosx_10_13_universal2",
    ],
}
# Published as source: of pure Python everywhere; with C code, which pip compiles, on that platform.
PURE = "antlr4-python3-runtime"
COMPILED = {"Linux aarch64": ("jpeglib",)}


def main() -> None:
    """Print a line for each platform and Python; exit with 1 if a pin is missing on one."""
    failed = False
    for platform, tags in PLATFORMS.items():
        for python in PYTHONS:
            complaint = _resolve(python, tags, left_out=COMPILED.get(platform, ()))
            print(f"{platform}, Python {python}: {complaint or 'every pin'}", flush=True)
            failed |= bool(complaint)
    sys.exit(failed)


def _resolve(python: str, tags: list[str], left_out: tuple[str, ...]) -> str:
    """Return pip's complaint, empty where it finds every pin but those left out."""
    pins = [line.split()[0] for line in REQUIREMENTS.read_text(encoding="utf-8").splitlines() if "==" in line]
    chosen = [pin for pin in pins if pin.partition("==")[0] not in left_out]
    words = ["install", "--dry-run", "--no-deps", "--only-binary=:all:", f"--no-binary={PURE}", "--target=unused"]
    machine = [f"--python-version={python}", *(f"--platform={tag}" for tag in tags)]
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *words, *machine, *chosen]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else next(line for line in done.stderr.splitlines() if "ERROR" in line)


if __name__ == "__main__":
    main()
