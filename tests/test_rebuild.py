"""`rebuild.py` by every method, there and back; its searches, and what they do to the project: nothing."""

from pathlib import Path

import numpy as np
import pytest

import rebuild
from rebuild_project import SIDES, entered, picture, told
from recon import images, rooms
from recon.distortion import psnr_db
from recon.rebuilding import methods

METHODS = methods.known()


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
    assert int(line["bytes"].replace(",", "")) == file.stat().st_size
    assert line["bpp"] == f"{8 * file.stat().st_size / (SIDES[0] * SIDES[1]):.3f}"
    say(file, "--decode", "--method", method, "-o", tmp_path / "decoded.png")
    say(source, "--method", method, "-o", tmp_path / "at_once.png")
    decoded = read(tmp_path / "decoded.png")
    np.testing.assert_array_equal(decoded, read(tmp_path / "at_once.png"))
    reference = images.to_color(read(source), "gray" if decoded.shape[-1] == 1 else "rgb")
    assert line["psnr"] == f"{psnr_db(reference=reference, reconstruction=decoded):.2f}"


@pytest.mark.parametrize("method", [name for name, method in METHODS.items() if not method.restores])
def test_a_file_names_the_method_that_decodes_it(method, say, tmp_path):
    file = tmp_path / f"file{METHODS[method].suffixes[0]}"
    rebuild.main("photo.png", "--method", method, "-o", str(file))
    line = say(file, "--decode", "-o", tmp_path / "decoded.png", "--reference", "photo.png")
    assert f" ({method}; decoded in " in line
    assert "dB against photo.png" in line


@pytest.mark.parametrize("method", METHODS)
def test_the_usual_setting_can_be_typed_as_well(method, say, tmp_path):
    file = tmp_path / f"file{METHODS[method].suffixes[0]}"
    line = told(say("photo.png", "-m", method, "-o", file))
    before = file.read_bytes()
    say("photo.png", "-m", method, "-o", file, f"--{line['setting'].replace('_', '-')}", line["value"])
    assert file.read_bytes() == before


def test_the_usual_setting_is_the_middle_of_the_entry_s_sweep(say, tmp_path):
    values = {name: told(say("photo.png", "-m", name, "-o", tmp_path / "x.png"))["value"] for name in METHODS}
    assert values == {
        **{"jpeg": "30", "jpeg2000": "2", "webp": "30", "avif": "30", "autoencoder": "0.02", "coordinates": "8"},
        **{"deblocking": "40", "fractal": "8", "latent_decoder": "0.2", "pixels": "1", "restoration": "40"},
    }


def test_every_family_has_a_rebuilder():
    assert rooms.names("rebuilders") == rooms.names("methods")


@pytest.mark.parametrize("method", ["jpeg", "avif", "jpeg2000", "autoencoder", "latent_decoder", "fractal"])
def test_a_rate_is_kept_and_used_up_to_the_next_setting(method, say, tmp_path):
    """The next finer setting takes more: of a whole number it is the next, of others a ratio away."""
    suffix = METHODS[method].suffixes[0]
    usual = told(say("photo.png", "-m", method, "-o", tmp_path / f"x{suffix}"))
    target = 0.8 * float(usual["bpp"])
    line = told(say("photo.png", "-m", method, "-o", tmp_path / f"x{suffix}", "--bpp", target))
    assert float(line["bpp"]) <= target
    value = float(line["value"])
    if line["setting"] == "quality":
        finer = value + 1
    else:
        finer = value * (1.1 if line["setting"] == "target_bpp" else 1 / 1.1)
    flag = f"--{line['setting'].replace('_', '-')}"
    other = told(say("photo.png", "-m", method, "-o", tmp_path / f"x{suffix}", flag, f"{finer:g}"))
    assert float(other["bpp"]) > target


@pytest.mark.parametrize("method", ["webp", "restoration", "deblocking", "fractal", "pixels", "coordinates"])
def test_a_quality_is_reached(method, say, tmp_path):
    usual = float(told(say("photo.png", "-m", method, "-o", tmp_path / "x.png"))["psnr"])
    line = told(say("photo.png", "-m", method, "-o", tmp_path / "x.png", "--psnr", f"{usual - 0.5:.2f}"))
    assert float(line["psnr"]) >= round(usual - 0.5, 2)


def test_a_search_says_where_it_came_to_the_end(say, tmp_path):
    assert "(quality=100, the finest there is; " in say(
        "photo.png", "-m", "jpeg", "-o", tmp_path / "x.jpg", "--bpp", 90
    )
    assert "(quality=1, the coarsest there is; " in say(
        "photo.png", "-m", "jpeg", "-o", tmp_path / "x.jpg", "--psnr", 1
    )


def test_equal_commands_write_equal_files(say, tmp_path):
    for method in ("coordinates", "latent_decoder", "pixels"):
        for name in ("one.rcn", "two.rcn"):
            say("photo.png", "-m", method, "-o", tmp_path / name)
        assert (tmp_path / "one.rcn").read_bytes() == (tmp_path / "two.rcn").read_bytes()


def test_nothing_is_written_but_the_file_that_was_asked_for(project, say):
    before = {path: path.stat().st_mtime_ns for path in project.rglob("*") if path.is_file()}
    for method in METHODS:
        say("photo.png", "-m", method, "-o", project / "out.png")
    after = {path: path.stat().st_mtime_ns for path in project.rglob("*") if path.is_file()}
    assert after.pop(project / "out.png")
    assert after == before
    assert Path.cwd() == project
    (project / "out.png").unlink()


def test_a_mask_of_the_entry_hides_nothing_of_one_s_own_picture(say, tmp_path):
    """Fitted to every pixel, the network of a masked entry is that of the same entry without a mask."""
    files = []
    for entry in ("masked", "plane"):
        words = ["-m", "coordinates", "--entry", entry, "--width", 8, "-o", tmp_path / "x.png"]
        say("photo.png", *words)
        files.append(read(tmp_path / "x.png"))
    assert np.abs(files[0].astype(int) - files[1]).max() < 128  # other bits a weight, and the same colors


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
