"""`rebuild.py --method autoencoder`, beyond what holds for every method."""

import numpy as np
import pytest

from rebuild_project import entered, run_rebuild
from recon.coding import payload
from recon.core.images import read_image
from refusals import refusal


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    with entered(tmp_path_factory.mktemp("project")) as folder:
        yield folder


def test_the_weights_of_another_entry_are_found_from_the_file(tmp_path):
    run_rebuild("photo.png", "-m", "autoencoder", "--entry", "other", "-o", tmp_path / "x.rcn")
    run_rebuild("photo.png", "-m", "autoencoder", "--entry", "other", "-o", tmp_path / "at_once.png")
    run_rebuild(tmp_path / "x.rcn", "--decode", "-o", tmp_path / "decoded.png")
    np.testing.assert_array_equal(read_image(tmp_path / "decoded.png"), read_image(tmp_path / "at_once.png"))


def test_refining_gives_another_file_that_decodes_without_being_told(tmp_path):
    usual = ("photo.png", "-m", "autoencoder", "--lmbda", "0.003", "--longest", "48")
    run_rebuild(*usual, "-o", tmp_path / "x.rcn")
    run_rebuild(*usual, "--refine", "40", "-o", tmp_path / "y.rcn")
    assert (tmp_path / "x.rcn").read_bytes() != (tmp_path / "y.rcn").read_bytes()
    run_rebuild(tmp_path / "y.rcn", "--decode", "-o", tmp_path / "decoded.png")
    assert read_image(tmp_path / "decoded.png").shape == (34, 48, 3)


@pytest.mark.parametrize("lmbda", ["0.001", "0.01"])
def test_the_ends_that_a_refusal_names_are_accepted(tmp_path, lmbda):
    """They are single-precision numbers in the file of the weights, and not these."""
    usual = ("photo.png", "-m", "autoencoder", "-o", tmp_path / "x.rcn")
    run_rebuild(*usual, "--lmbda", lmbda)
    assert "--lmbda 0.5: expected from 0.001 to 0.01" in refusal(run_rebuild, *usual, "--lmbda", "0.5")


def test_a_payload_without_the_id_of_weights_is_one_line(tmp_path):
    data = payload.pack(family="autoencoder", rows=8, columns=8, channels=3, body=bytes(5))
    (tmp_path / "x.rcn").write_bytes(data)
    complaint = refusal(run_rebuild, tmp_path / "x.rcn", "--decode", "-o", tmp_path / "x.png")
    assert "payload is of autoencoder, but names no model; encode it again" in complaint


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("-m", "webp", "--refine", "5", "-o", "x.webp"), "--refine 5: webp has nothing to refine; omit it"),
        (
            ("-m", "autoencoder", "--entry", "other", "--refine", "5", "-o", "x.rcn"),
            "--refine 5: autoencoder.experiments.other has no symbols to refine; omit it",
        ),
    ],
)
def test_what_has_nothing_to_refine_says_so(words, line):
    assert line in refusal(run_rebuild, "photo.png", *words)
