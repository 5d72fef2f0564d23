"""`rebuild.py --method autoencoder`, beyond what holds for every method."""

import numpy as np
import pytest

from rebuild_project import entered, run_rebuild
from recon.core.images import read_image


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    with entered(tmp_path_factory.mktemp("project")) as folder:
        yield folder


def test_the_weights_of_another_entry_are_found_from_the_file(tmp_path):
    run_rebuild("photo.png", "-m", "autoencoder", "--entry", "other", "-o", tmp_path / "x.rcn")
    run_rebuild("photo.png", "-m", "autoencoder", "--entry", "other", "-o", tmp_path / "at_once.png")
    run_rebuild(tmp_path / "x.rcn", "--decode", "-o", tmp_path / "decoded.png")
    np.testing.assert_array_equal(read_image(tmp_path / "decoded.png"), read_image(tmp_path / "at_once.png"))
