"""A file gives the same pixels whatever computes them: threads, kernels of libraries, instructions."""

from hashlib import sha256
from pathlib import Path

import pytest

import machines
import overfitted_images
from recon.families.overfitted.codestream import decode, read

SIDES = (150, 230)
# A file that was written when the format was made, on an x86 processor with AVX2, and the SHA-256 of its pixels.
FILE = Path(__file__).with_name("picture.rcn")
PIXELS = "aec90bd9b2f862d0c61c55699a2567781df7e4b26f19fdee7754be40cae3a4ef"
PROGRAM = """
import hashlib, importlib, json, pathlib, sys
for name in sys.argv[2:]:
    importlib.import_module(name)
from recon.families.overfitted.codestream import decode, encode, read
data = pathlib.Path(sys.argv[1]).read_bytes()
print(json.dumps({
    "pixels": hashlib.sha256(decode(data).tobytes()).hexdigest(),
    "bytes": hashlib.sha256(encode(read(data), *decode(data).shape[:2])).hexdigest(),
    "modules": sorted(sys.modules),
}))
"""


@pytest.fixture(scope="module")
def payload():
    return overfitted_images.encode(overfitted_images.draw_image(*SIDES))


def run(payload: bytes, folder: Path, changes: dict[str, str], *loaded: str) -> dict:
    """Return what a fresh process, which imports the modules in `loaded` first, says of a payload."""
    (folder / "payload").write_bytes(payload)
    return machines.run(PROGRAM, folder / "payload", *loaded, changes=changes)


def check(found: dict, payload: bytes) -> None:
    assert found["pixels"] == sha256(decode(payload).tobytes()).hexdigest()
    assert found["bytes"] == sha256(payload).hexdigest()


@machines.every_machine
def test_another_process_gives_the_same_pixels_and_bytes(payload, changes, tmp_path):
    check(run(payload, tmp_path, changes), payload)


@pytest.mark.parametrize("one_dnn", ["0", "1"])
def test_the_process_of_an_encoder_gives_the_same_pixels_and_bytes(payload, one_dnn, tmp_path):
    """TensorFlow, with which it has fitted the image, sets how its threads treat the smallest numbers."""
    check(run(payload, tmp_path, {"TF_ENABLE_ONEDNN_OPTS": one_dnn}, "tensorflow"), payload)


def test_a_file_of_another_day_and_machine_gives_its_pixels():
    assert sha256(decode(FILE.read_bytes()).tobytes()).hexdigest() == PIXELS


def test_encoding_what_it_holds_gives_its_bytes():
    [image] = read(FILE.read_bytes())
    assert overfitted_images.encode(image) == FILE.read_bytes()


def test_decoding_loads_neither_tensorflow_nor_keras(payload, tmp_path):
    modules = {name.partition(".")[0] for name in run(payload, tmp_path, {})["modules"]}
    assert {"numpy", "constriction"} <= modules
    assert not modules & {"tensorflow", "keras", "h5py", "scipy", "pandas"}
