"""`rebuild.py --method restoration`, beyond what holds for every method."""

from io import BytesIO

import numpy as np
import pytest

import rebuild
from rebuild_project import SIDES, entered, picture, run_rebuild
from recon.core.images import read_image, to_pillow
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


def encode_cmyk():
    file = BytesIO()
    to_pillow(picture(*SIDES)).convert("CMYK").save(file, "JPEG")
    return file.getvalue()


def change_frame(place, value):
    """Return a JPEG file with another value at a place of its frame's header."""
    content = bytearray(jpeg_encode(picture(*SIDES), quality=30))
    content[content.index(b"\xff\xc0") + place] = value
    return bytes(content)


@pytest.mark.parametrize("words", [[], ["--decode"]])
@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (encode_cmyk(), "its colors are CMYK, neither gray nor RGB; with --quality 90 "),
        (change_frame(4, 12), "it has more than 8 bits per sample, which are not read; save it with 8"),
        (change_frame(1, 0xC9), "it is coded arithmetically, which is not read; save it as an ordinary JPEG file"),
        (change_frame(1, 0xC3), "it is lossless, which is not read; save it as an ordinary JPEG file"),
    ],
    ids=["CMYK", "12 bits", "arithmetic coding", "lossless"],
)
def test_a_jpeg_of_a_kind_that_is_not_read_is_refused_with_the_reason(content, complaint, words, tmp_path):
    path = tmp_path / "some.jpg"
    path.write_bytes(content)
    line = refusal(rebuild.main, str(path), *words, "-m", "restoration", "-o", str(tmp_path / "x.png"))
    assert f"{path}: not a readable JPEG file: {complaint}" in line
