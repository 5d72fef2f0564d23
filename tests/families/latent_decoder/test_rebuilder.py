"""`rebuild.py --method latent_decoder`, beyond what holds for every method."""

import pytest

import rebuild
from rebuild_project import entered, parsed, picture, run_rebuild
from recon.core import images
from refusals import refusal

WORDS = ("-m", "latent_decoder", "--entry", "whole", "-o")


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    with entered(tmp_path_factory.mktemp("project")) as folder:
        yield folder


def test_a_whole_picture_of_the_decoder_s_size_needs_no_patches(tmp_path):
    images.write_png(tmp_path / "fits.png", picture(16, 16))
    line = run_rebuild(tmp_path / "fits.png", *WORDS, tmp_path / "x.rcn")
    assert parsed(line)["rows"] == "16"


def test_a_picture_of_another_size_is_refused_by_a_decoder_of_whole_pictures(tmp_path):
    line = refusal(rebuild.main, "photo.png", *WORDS, str(tmp_path / "x.rcn"))
    assert "are for whole pictures of 16 x 16 pixels; choose an --entry" in line
