"""Pixels give the same file, and a file the same pixels, whatever computes them."""

import hashlib

import pytest

import machines
from drawn_codec import draw_content
from pictures import picture
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


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("machines")
    (folder / "weights").write_bytes(draw_content())
    (folder / "pixels").write_bytes(PIXELS.tobytes())
    return folder


@machines.every_machine
def test_another_process_gives_the_same_bytes_and_pixels_without_tensorflow(folder, changes):
    codec = TransformCodec(read_weights(draw_content()), PIXELS)
    payload = codec.encode(0.003)
    found = machines.run(PROGRAM, folder / "weights", folder / "pixels", changes=changes)
    assert found["bytes"] == hashlib.sha256(payload).hexdigest()
    assert found["pixels"] == hashlib.sha256(codec.decode(payload).tobytes()).hexdigest()
    assert not {"tensorflow", "keras", "h5py"} & set(found["modules"])
