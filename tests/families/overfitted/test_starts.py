import numpy as np
import pytest

import overfitted_images
from recon.coding.payload import pack
from recon.families.overfitted.architecture import Architecture
from recon.families.overfitted.initial_latents import LatentRegression, count_features
from recon.families.overfitted.starts import Start, file_name, find_start, format_start, read_start
from refusals import refusal

PARAMETERS = overfitted_images.draw_parameters(Architecture())
CONTENT = format_start(PARAMETERS)


def payload_for(model_id):
    return pack(family="overfitted", rows=8, columns=8, channels=3, body=b"", model_id=model_id)


def find(data, *folders):
    return find_start(data, family="overfitted", folders=folders)


def test_a_file_holds_the_weights_in_float32():
    start = read_start(CONTENT)
    assert start.parameters.architecture == Architecture()
    np.testing.assert_array_equal(start.parameters.flat(), PARAMETERS.flat().astype(np.float32))
    assert len(CONTENT) == 9 + 4 * 840


def test_it_may_hold_the_weights_of_initial_latents():
    weights = np.random.default_rng(0).normal(size=(7, count_features(3))).astype(np.float32)
    regression = LatentRegression(Architecture().levels, weights)
    start = Start.of(PARAMETERS, regression)
    np.testing.assert_array_equal(start.regression.weights, weights)
    assert start.model_id != Start.of(PARAMETERS).model_id
    assert Start.of(PARAMETERS).regression is None


def test_a_payload_finds_its_start_by_the_name_of_the_file(tmp_path):
    start = Start.of(PARAMETERS)
    (tmp_path / file_name(start.model_id)).write_bytes(CONTENT)
    found = find(payload_for(start.model_id), tmp_path / "missing", tmp_path)
    assert found.model_id == start.model_id


def test_a_payload_without_one_needs_none(tmp_path):
    assert find(payload_for(b""), tmp_path) is None


def test_a_missing_start_is_named(tmp_path):
    complaint = refusal(lambda: find(payload_for(bytes(range(8))), tmp_path))
    assert "needs the shared start overfitted-0001020304050607.start" in complaint


@pytest.mark.parametrize(
    "content",
    [b"", b"RCS\x01", b"RCS\x01\x03", CONTENT[:-1], CONTENT + b"\0", b"\x89PNG" + CONTENT[4:]],
)
def test_a_damaged_file_is_named(tmp_path, content):
    start = Start.of(PARAMETERS)
    path = tmp_path / file_name(start.model_id)
    path.write_bytes(content)
    assert f"{path}: damaged" in refusal(lambda: find(payload_for(start.model_id), tmp_path))
    with pytest.raises(ValueError, match=r"."):
        read_start(content)
