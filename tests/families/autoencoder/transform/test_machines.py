"""Pixels give the same file, and a file the same pixels, whatever computes them."""

import hashlib

import numpy as np
import pytest

import machines
from drawn_codec import draw_content
from pictures import picture
from recon.core.sources import ROOT
from recon.families.autoencoder.transform.method import TransformCodec
from recon.families.autoencoder.transform.weights import read_weights

PIXELS = picture(150, 230, 3)
PROGRAM = """
import hashlib, json, sys
import numpy as np
from recon.families.autoencoder.transform.method import TransformCodec
from recon.families.autoencoder.transform.weights import read_weights
weights, pixels = (open(path, "rb").read() for path in sys.argv[1:])
codec = TransformCodec(read_weights(weights), np.frombuffer(pixels, np.uint8).reshape(150, 230, 3))
payload = codec.encode(0.003)
print(json.dumps({
    "bytes": hashlib.sha256(payload).hexdigest(),
    "pixels": hashlib.sha256(codec.decode(payload).tobytes()).hexdigest(),
    "modules": sorted({name.partition(".")[0] for name in sys.modules}),
}))
"""


[ZOO] = ROOT.glob("models/zoo/transform_codec-*.codec")
WEIGHTS = {"drawn": draw_content(), "of the zoo": ZOO.read_bytes()}
# Of a picture by the zoo's weights, noted on an Intel processor with AVX-512.
BYTES, COLORS = "05bc526308a41b38", "1eba9afe24faf971"


@pytest.fixture(scope="module", params=WEIGHTS.values(), ids=WEIGHTS)
def folder(tmp_path_factory, request):
    folder = tmp_path_factory.mktemp("machines")
    (folder / "weights").write_bytes(request.param)
    (folder / "pixels").write_bytes(PIXELS.tobytes())
    return folder


@machines.every_machine
def test_another_process_gives_the_same_bytes_and_pixels_without_tensorflow(folder, changes):
    codec = TransformCodec(read_weights((folder / "weights").read_bytes()), PIXELS)
    payload = codec.encode(0.003)
    found = machines.run(PROGRAM, folder / "weights", folder / "pixels", changes=changes)
    assert found["bytes"] == hashlib.sha256(payload).hexdigest()
    assert found["pixels"] == hashlib.sha256(codec.decode(payload).tobytes()).hexdigest()
    assert not {"tensorflow", "keras", "h5py"} & set(found["modules"])


def test_the_codec_of_the_zoo_gives_the_bytes_and_pixels_that_it_gave_on_another_machine():
    """Of a picture made in whole numbers, which is the same everywhere."""
    rows, columns, colors = np.ogrid[:150, :230, :3]
    noise = np.random.default_rng(0).integers(0, 16, (150, 230, 3))
    pixels = ((3 * rows + rows * columns // 50 + 40 * colors + noise) % 256).astype(np.uint8)
    codec = TransformCodec(read_weights(WEIGHTS["of the zoo"]), pixels)
    payload = codec.encode(0.003)
    assert hashlib.sha256(payload).hexdigest()[:16] == BYTES
    assert hashlib.sha256(codec.decode(payload).tobytes()).hexdigest()[:16] == COLORS
