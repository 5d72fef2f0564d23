"""`rebuild.py` by every method, there and back; its searches, and what they do to the project: nothing."""

from pathlib import Path

import numpy as np
import pytest

import rebuild
from rebuild_project import SIDES, entered, picture, told
from recon.core import images, rooms
from recon.families.coordinates import rebuilder
from recon.rebuilding import methods
from recon.referee.distortion import psnr_db

METHODS = methods.known()
USUAL = {
    "jpeg": ("quality", "30"),
    "jpeg2000": ("target_bpp", "2"),
    "webp": ("quality", "30"),
    "avif": ("quality", "30"),
    "autoencoder": ("q_step", "0.02"),
    "coordinates": ("width", "8"),
    "deblocking": ("quality", "40"),
    "fractal": ("tolerance", "8"),
    "latent_decoder": ("q_step", "0.2"),
    "pixels": ("tolerance", "1"),
    "restoration": ("quality", "40"),
}


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    with entered(tmp_path_factory.mktemp("project")) as folder:
        yield folder


@pytest.fixture
def say(capsys):
    """Run the script on words, and return the line that it ends with."""

    def say(*words):
        rebuild.main(*map(str, words))
        return capsys.readouterr().out.splitlines()[-1]

    return say


def read(path):
    return images.read_image(path)


@pytest.mark.parametrize("source", ["photo.png", "gray.png"])
@pytest.mark.parametrize("method", METHODS)
def test_what_is_decoded_is_the_picture_that_was_measured(method, source, say, tmp_path):
    file = tmp_path / f"file{METHODS[method].suffixes[0]}"
    line = told(say(source, "--method", method, "-o", file))
    assert int(line["bytes"]) == file.stat().st_size
    assert line["bpp"] == f"{8 * file.stat().st_size / (SIDES[0] * SIDES[1]):.3f}"
    said = say(file, "--decode", "--method", method, "-o", tmp_path / "decoded.png", "--reference", source)
    assert f" {line['psnr']} dB against {source} ({method}; decoded in " in said
    decoded = read(tmp_path / "decoded.png")
    reference = images.to_color(read(source), "gray" if decoded.shape[-1] == 1 else "rgb")
    assert line["psnr"] == f"{psnr_db(reference=reference, reconstruction=decoded):.2f}"


@pytest.mark.parametrize("method", METHODS)
def test_the_usual_setting_is_the_middle_of_the_entry_s_sweep_and_may_be_typed(method, project, say, tmp_path):
    """Typed or not, compressed to a file or straight to the picture, it is the same to the bit.

    And of the project nothing is changed, though a fit writes curves and checkpoints.
    """
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*")}
    line = told(say("photo.png", "-m", method, "-o", tmp_path / "at_once.png"))
    assert (line["setting"], line["value"]) == USUAL[method]
    file = tmp_path / f"file{METHODS[method].suffixes[0]}"
    say("photo.png", "-m", method, f"--{line['setting'].replace('_', '-')}", line["value"], "-o", file)
    assert int(line["bytes"]) == file.stat().st_size
    named = ["-m", method] if METHODS[method].restores else []  # others' files know by what they are decoded
    say(file, "--decode", *named, "-o", tmp_path / "decoded.png")
    np.testing.assert_array_equal(read(tmp_path / "decoded.png"), read(tmp_path / "at_once.png"))
    assert {path: path.stat().st_mtime_ns for path in project.rglob("*")} == before
    assert Path.cwd() == project


def test_every_family_has_a_rebuilder():
    assert rooms.families("rebuilder") == rooms.families()


@pytest.mark.parametrize("method", ["jpeg", "jpeg2000", "fractal", "autoencoder", "latent_decoder"])
def test_a_rate_is_kept(method, say, tmp_path):
    line = told(say("photo.png", "-m", method, "-o", tmp_path / "x.png", "--bpp", 3))
    assert 0 < int(line["bytes"]) * 8 <= 3 * SIDES[0] * SIDES[1]


def test_of_networks_the_widest_is_fitted_that_keeps_a_rate(monkeypatch, say, tmp_path):
    monkeypatch.setattr(rebuilder, "_VALUES", [4, 8, 40])
    file = tmp_path / "x.rcn"
    line = told(say("photo.png", "-m", "coordinates", "-o", file, "--bpp", 4))
    assert line["value"] == "8"


@pytest.mark.parametrize("codec", ["jpeg", "webp", "avif"])
def test_and_by_a_quality_more_it_would_not_be_kept(codec, say, tmp_path):
    words = ["photo.png", "-m", codec, "-o", tmp_path / "x.png"]
    quality = told(say(*words, "--bpp", 3))["value"]
    finer = told(say(*words, "--quality", int(quality) + 1))
    assert int(finer["bytes"]) * 8 > 3 * SIDES[0] * SIDES[1]


@pytest.mark.parametrize("method", ["webp", "restoration", "deblocking", "fractal"])
def test_a_quality_is_reached(method, say, tmp_path):
    words = ["photo.png", "-m", method, "-o", tmp_path / "x.png"]
    target = float(told(say(*words))["psnr"]) - 0.5
    line = told(say(*words, "--psnr", f"{target:.2f}"))
    assert float(line["psnr"]) >= round(target, 2)


def test_a_search_says_where_it_came_to_the_end(say, tmp_path):
    words = ["photo.png", "-m", "jpeg", "-o", tmp_path / "x.jpg"]
    assert "(quality=100, the finest there is; " in say(*words, "--bpp", 90)
    assert "(quality=1, the coarsest there is; " in say(*words, "--psnr", 1)


def test_a_mask_in_the_entry_hides_nothing_of_one_s_own_picture(say, tmp_path):
    """Shown all of it, the network of an entry with a mask is that of the same entry without one."""
    files = [tmp_path / name for name in ("masked.rcn", "plane.rcn")]
    for file in files:
        say("photo.png", "-m", "coordinates", "--entry", file.stem, "--width", 8, "-o", file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_an_entry_s_weights_are_found_by_the_file(say, tmp_path):
    say("photo.png", "-m", "autoencoder", "--entry", "other", "-o", tmp_path / "x.rcn")
    say("photo.png", "-m", "autoencoder", "--entry", "other", "-o", tmp_path / "at_once.png")
    say(tmp_path / "x.rcn", "--decode", "-o", tmp_path / "decoded.png")
    np.testing.assert_array_equal(read(tmp_path / "decoded.png"), read(tmp_path / "at_once.png"))


def test_a_whole_picture_of_the_decoder_s_size_needs_no_patches(say, tmp_path):
    images.write_png(tmp_path / "fits.png", picture(16, 16))
    line = say(tmp_path / "fits.png", "-m", "latent_decoder", "--entry", "whole", "-o", tmp_path / "x.rcn")
    assert told(line)["rows"] == "16"


def test_a_picture_is_scaled_to_its_longest_side(say, tmp_path):
    line = told(say("photo.png", "-m", "jpeg", "-o", tmp_path / "x.jpg", "--longest", 26))
    assert (line["rows"], line["columns"]) == ("18", "26")  # 37 x 26 / 53 = 18.15
    say(tmp_path / "x.jpg", "--decode", "-o", tmp_path / "x.png", "--reference", "photo.png", "--longest", 26)
    line = told(say("photo.png", "-m", "jpeg", "-o", tmp_path / "x.jpg", "--longest", 53))
    assert (line["rows"], line["columns"]) == ("37", "53")
