"""`rebuild.py --method restoration`, beyond what holds for every method."""

import numpy as np
import pytest

import rebuild
from rebuild_project import SIDES, entered, picture, run_rebuild
from recon.core.images import read_image
from recon.families.restoration.rebuilder import Rebuilder
from recon.families.shared import parts
from recon.jpeg.degradation import jpeg_decode, jpeg_encode
from recon.rebuilding.overlay import load_project
from refusals import refusal


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    with entered(tmp_path_factory.mktemp("project")) as folder:
        yield folder


def test_a_gray_jpeg_is_restored_by_a_network_of_color_and_stays_gray(tmp_path):
    path = tmp_path / "gray.jpg"
    path.write_bytes(jpeg_encode(picture(*SIDES, channels=1), quality=30))
    for entry in ([], ["--entry", "conditioned"]):
        run_rebuild(path, "-m", "restoration", *entry, "-o", tmp_path / "x.png")
        assert read_image(tmp_path / "x.png").shape == (*SIDES, 1)


def test_a_large_picture_is_restored_by_parts_as_in_one_piece(monkeypatch):
    """To one gray level: convolutions of other sizes add up in another order, and 8 bits round that away or up."""
    family = Rebuilder(load_project([]), "restoration", "conditioned")
    data = jpeg_encode(picture(150, 290), quality=20)
    whole = family.decode(data)
    monkeypatch.setattr(parts, "SIDE", 64)
    assert np.abs(family.decode(data).astype(int) - whole).max() <= 1


def test_a_file_better_than_those_trained_on_is_kept_as_it_is_and_a_line_says_so_once(capsys):
    family = Rebuilder(load_project([]), "restoration")
    family.decode(jpeg_encode(picture(*SIDES), quality=40))
    assert capsys.readouterr() == ("", "")
    good = jpeg_encode(picture(*SIDES), quality=98)
    for _ in range(2):
        np.testing.assert_array_equal(family.decode(good), jpeg_decode(good))
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("this file and any like it is finer than that of quality 40") == 1


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ("backwards", "backwards goes from the photograph to its JPEG; choose"),
        ("by_quality", "by_quality has a network for each quality; choose"),
    ],
)
def test_an_entry_that_restores_no_file_of_any_quality_is_refused(entry, complaint, tmp_path):
    words = ["-m", "restoration", "--entry", entry, "-o", str(tmp_path / "x.png")]
    assert complaint in refusal(rebuild.main, "photo.png", *words)
