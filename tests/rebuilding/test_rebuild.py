"""`rebuild.py` by every method, there and back; its searches, and that it leaves the project as it is."""

from pathlib import Path

import numpy as np
import pytest

from rebuild_project import SIDES, USUAL, entered, parsed, run_rebuild
from recon.core import images, rooms
from recon.core.images import read_image
from recon.rebuilding import methods
from recon.referee.distortion import psnr_db

METHODS = methods.all_methods()


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    with entered(tmp_path_factory.mktemp("project")) as folder:
        yield folder


def among(*names):
    """Return those of some methods that there are."""
    return [name for name in names if name in METHODS]


@pytest.mark.parametrize("source", ["photo.png", "gray.png"])
@pytest.mark.parametrize("method", METHODS)
def test_what_is_decoded_is_the_picture_that_was_measured(method, source, tmp_path):
    file = tmp_path / f"file{METHODS[method].suffixes[0]}"
    line = parsed(run_rebuild(source, "--method", method, "-o", file))
    assert int(line["bytes"]) == file.stat().st_size
    assert line["bpp"] == f"{8 * file.stat().st_size / (SIDES[0] * SIDES[1]):.3f}"
    out = tmp_path / "decoded.png"
    decoding = run_rebuild(file, "--decode", "--method", method, "-o", out, "--reference", source)
    assert f" {line['psnr']} dB against {source} ({method}; decoded in " in decoding
    decoded = read_image(out)
    reference = images.to_color(read_image(source), "gray" if decoded.shape[-1] == 1 else "rgb")
    assert line["psnr"] == f"{psnr_db(reference=reference, reconstruction=decoded):.2f}"


@pytest.mark.parametrize("method", METHODS)
def test_the_usual_setting_is_the_middle_of_the_entry_s_points_and_may_be_typed(method, project, tmp_path):
    """Typed or not, compressed to a file or straight to the picture, it is the same to the bit.

    And the project is unchanged, though a fit writes curves and checkpoints.
    """
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*")}
    line = parsed(run_rebuild("photo.png", "-m", method, "-o", tmp_path / "at_once.png"))
    assert (line["setting"], line["value"]) == USUAL[method]
    file = tmp_path / f"file{METHODS[method].suffixes[0]}"
    run_rebuild("photo.png", "-m", method, f"--{line['setting'].replace('_', '-')}", line["value"], "-o", file)
    assert int(line["bytes"]) == file.stat().st_size
    named = ["-m", method] if METHODS[method].restores else []  # all other files name their decoder
    run_rebuild(file, "--decode", *named, "-o", tmp_path / "decoded.png")
    np.testing.assert_array_equal(read_image(tmp_path / "decoded.png"), read_image(tmp_path / "at_once.png"))
    assert {path: path.stat().st_mtime_ns for path in project.rglob("*")} == before
    assert Path.cwd() == project


def test_every_family_has_a_rebuilder():
    assert rooms.families("rebuilder") == rooms.families()


@pytest.mark.parametrize("method", among("jpeg", "jpeg2000", "fractal", "autoencoder", "latent_decoder"))
def test_a_rate_is_kept(method, tmp_path):
    line = parsed(run_rebuild("photo.png", "-m", method, "-o", tmp_path / "x.png", "--bpp", 3))
    assert 0 < int(line["bytes"]) * 8 <= 3 * SIDES[0] * SIDES[1]


@pytest.mark.parametrize("codec", ["jpeg", "webp", "avif"])
def test_and_by_a_quality_more_it_would_not_be_kept(codec, tmp_path):
    words = ["photo.png", "-m", codec, "-o", tmp_path / "x.png"]
    quality = parsed(run_rebuild(*words, "--bpp", 3))["value"]
    finer = parsed(run_rebuild(*words, "--quality", int(quality) + 1))
    assert int(finer["bytes"]) * 8 > 3 * SIDES[0] * SIDES[1]


@pytest.mark.parametrize("method", among("webp", "restoration", "deblocking", "fractal"))
def test_a_quality_is_reached(method, tmp_path):
    words = ["photo.png", "-m", method, "-o", tmp_path / "x.png"]
    target = float(parsed(run_rebuild(*words))["psnr"]) - 0.5
    line = parsed(run_rebuild(*words, "--psnr", f"{target:.2f}"))
    assert float(line["psnr"]) >= round(target, 2)


def test_a_search_names_the_end_of_the_range_where_it_stops_there(tmp_path):
    words = ["photo.png", "-m", "jpeg", "-o", tmp_path / "x.jpg"]
    assert "(quality=100, the finest there is; " in run_rebuild(*words, "--bpp", 90)
    assert "(quality=1, the coarsest there is; " in run_rebuild(*words, "--psnr", 1)


def test_a_picture_is_scaled_to_its_longest_side(tmp_path):
    jpeg, out = tmp_path / "x.jpg", tmp_path / "x.png"
    line = parsed(run_rebuild("photo.png", "-m", "jpeg", "-o", jpeg, "--longest", 26))
    assert (line["rows"], line["columns"]) == ("18", "26")  # 37 x 26 / 53 = 18.15
    run_rebuild(jpeg, "--decode", "-o", out, "--reference", "photo.png", "--longest", 26)
    line = parsed(run_rebuild("photo.png", "-m", "jpeg", "-o", jpeg, "--longest", 53))
    assert (line["rows"], line["columns"]) == ("37", "53")
