import numpy as np
import pytest

import overfitted_images
from recon.coding.payload import pack
from recon.core import files
from recon.families.overfitted.architecture import Architecture
from recon.families.overfitted.initial_latents import LatentRegression, count_features
from recon.families.overfitted.params import STARTS
from recon.families.overfitted.starts import (
    USUAL,
    Start,
    file_name,
    find_start,
    format_start,
    open_start,
    read_start,
)
from recon.families.shared import zoo
from refusals import refusal

PARAMETERS = overfitted_images.draw_parameters(Architecture())
CONTENT = format_start(PARAMETERS)
START = read_start(CONTENT)
BROKEN = [b"", b"RCS\x02", b"RCS\x02\x03", CONTENT[:-1], CONTENT + b"\0", b"\x89PNG" + CONTENT[4:]]


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    files.write_json(zoo.INDEX, [])


def payload_for(model_id):
    return pack(family="overfitted", rows=8, columns=8, channels=3, body=b"", model_id=model_id)


def save_trained(seed=0, content=None):
    """Write a start as the stage does, or something else in its place; return its id."""
    made = format_start(overfitted_images.draw_parameters(Architecture(), seed=seed))
    model_id = read_start(made).model_id
    files.write_bytes(STARTS / file_name(model_id), made if content is None else content)
    return model_id


def add_to_zoo(name="overfitted_start", content=CONTENT):
    return overfitted_images.add_to_zoo(content, name)


def test_a_file_holds_the_weights_in_float32():
    start = read_start(CONTENT)
    assert start.parameters.architecture == Architecture()
    np.testing.assert_array_equal(start.parameters.flat(), PARAMETERS.flat().astype(np.float32))
    assert len(CONTENT) == 9 + 4 * 840


def test_it_may_hold_the_weights_of_initial_latents():
    weights = np.random.default_rng(0).normal(size=(7, count_features(3))).astype(np.float32)
    regression = LatentRegression(Architecture().levels, weights, lmbda=0.002)
    start = Start.of(PARAMETERS, regression)
    np.testing.assert_array_equal(start.regression.weights, weights)
    assert start.regression.lmbda == np.float32(0.002)
    assert start.model_id != Start.of(PARAMETERS).model_id
    assert Start.of(PARAMETERS).regression is None


def test_a_payload_finds_its_start_by_its_id():
    ids = [save_trained(seed=1), START.model_id, save_trained(seed=2)]
    add_to_zoo("first", format_start(overfitted_images.draw_parameters(Architecture(), seed=3)))
    add_to_zoo("second")
    assert [find_start(payload_for(model_id)).model_id for model_id in ids] == ids


def test_a_payload_without_one_needs_none():
    assert find_start(payload_for(b"")) is None


def test_a_missing_start_is_named_with_what_makes_one():
    complaint = refusal(find_start, payload_for(bytes(range(8))))
    assert "needs the shared start models/overfitted_start/overfitted-0001020304050607.start" in complaint
    assert complaint.endswith(": dvc repro overfitted_start")


def test_an_entry_s_start_is_the_trained_one_or_one_of_the_zoo_or_none():
    trained = save_trained(seed=1)
    add_to_zoo("other")
    assert open_start("trained").model_id == trained
    assert open_start("other").model_id == START.model_id
    assert open_start(None) is None
    complaint = refusal(open_start, "third")
    assert complaint == "models/zoo/index.json: no network `third` of overfitted; known: other"


def test_the_usual_start_is_that_of_the_zoo():
    save_trained(seed=1)
    add_to_zoo("other")
    complaint = refusal(open_start, USUAL)
    assert complaint == "models/zoo/index.json: no network `overfitted_start` of overfitted; known: other"
    add_to_zoo()
    assert open_start(USUAL).model_id == START.model_id


@pytest.mark.parametrize("content", BROKEN)
def test_what_is_no_start_is_refused(content):
    with pytest.raises(ValueError, match=r"."):
        read_start(content)


@pytest.mark.parametrize("content", BROKEN)
def test_a_damaged_file_is_named(content):
    model_id = save_trained(content=content)
    for read in (lambda: open_start("trained"), lambda: find_start(payload_for(model_id))):
        complaint = refusal(read)
        assert complaint.startswith(f"{STARTS / file_name(model_id)}: damaged")
        assert complaint.endswith(": dvc repro overfitted_start")


def test_a_damaged_file_of_the_zoo_is_named_with_what_restores_it():
    path = add_to_zoo().path
    path.write_bytes(BROKEN[-1])
    for read in (lambda: open_start(USUAL), lambda: find_start(payload_for(START.model_id))):
        assert refusal(read).endswith("in index.json; this restores it: git checkout -- models/zoo")


def test_a_file_of_the_zoo_that_is_no_start_is_named():
    network = add_to_zoo(content=BROKEN[-1])
    assert refusal(open_start, USUAL).startswith(f"{network.path}: damaged (not the file of a shared start); ")
