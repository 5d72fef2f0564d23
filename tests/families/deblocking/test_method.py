import typing

import numpy as np
import pytest
from skimage import data

import deblocking
from jpeg_files import ONE_TABLE, SAMPLINGS, write_jpeg
from recon.coding.payload import PayloadError
from recon.core.errors import UserError
from recon.core.images import to_color
from recon.core.imageset import write_set
from recon.core.reconstruction import RECONSTRUCTIONS, read_about, read_index, read_pixels, read_timings
from recon.data.params import Degrade
from recon.families.deblocking.method import FILTERS, DeblockingCodec, decode, shift_average
from recon.families.deblocking.params import Deblocking, Filter
from recon.jpeg.degradation import jpeg_decode, jpeg_encode
from recon.jpeg.files import PLAIN, JpegFile, encode_file, name_libraries
from recon.jpeg.projection import kept_share
from recon.jpeg.repacking import unpack
from recon.referee.distortion import psnr_b_db, psnr_db
from recon.settings.core import parse

PHOTOGRAPH = data.chelsea()[:120, 100:260]
DEGRADE = {"qualities": [10, 30], "subsampling": "4:2:0", "progressive": True}


def test_params_know_the_filters():
    """They keep a list of their own, so that reading params.yaml imports no transforms."""
    assert typing.get_args(Filter) == tuple(FILTERS)


def test_no_filter_is_what_any_decoder_shows():
    content = jpeg_encode(PHOTOGRAPH, quality=20)
    np.testing.assert_array_equal(decode(content, filter="none"), jpeg_decode(content))


@pytest.mark.parametrize("quality", [10, 40])
@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:0"])
@pytest.mark.parametrize("color", ["gray", "rgb"])
def test_averaging_helps_and_clipping_helps_on(color, subsampling, quality):
    original = to_color(PHOTOGRAPH, color)
    content = jpeg_encode(original, quality=quality, subsampling=subsampling)
    pairs = [{"reference": original, "reconstruction": decode(content, filter=name)} for name in FILTERS]
    values = [psnr_db(**pair) for pair in pairs]
    assert values[0] + 0.3 < values[1] < values[2]
    blocking = [psnr_db(**pair) - psnr_b_db(**pair) for pair in pairs]
    assert max(blocking[1:]) < blocking[0] / 4


@pytest.mark.parametrize("rgb", [False, True])
@pytest.mark.parametrize("name", SAMPLINGS)
def test_files_of_any_sampling_and_color_space_gain_in_silence(tmp_path, name, rgb, capfd):
    """Steps beyond 255 make libjpeg complain at each of 64 offsets."""
    tables = [ONE_TABLE, ONE_TABLE + 5, ONE_TABLE + 250]
    content = write_jpeg(tmp_path / "a.jpg", PHOTOGRAPH, sampling=SAMPLINGS[name][0], tables=tables, rgb=rgb)
    capfd.readouterr()
    plain, clipped = (
        psnr_db(reference=PHOTOGRAPH, reconstruction=decode(content, filter=filter))
        for filter in ("none", "shift_average_clipped")
    )
    assert clipped > plain
    assert capfd.readouterr() == ("", "")


def test_a_flat_picture_stays_as_it_is():
    """128 has no coefficient but zeros, at any offset."""
    flat = np.full((16, 24, 1), 128, np.uint8)
    for name in FILTERS:
        np.testing.assert_array_equal(decode(jpeg_encode(flat, quality=10), filter=name), flat)


def test_the_average_lies_on_64ths_between_black_and_white():
    average = shift_average(jpeg_encode(PHOTOGRAPH, quality=5))
    np.testing.assert_array_equal(average * 64, np.rint(average * 64))
    assert average.min() >= 0
    assert average.max() <= 255


def test_clipping_gives_a_gray_file_its_coefficients_back():
    content = jpeg_encode(to_color(PHOTOGRAPH, "gray"), quality=20)
    assert kept_share(decode(content, filter="shift_average"), content) < 0.999
    assert kept_share(decode(content, filter="shift_average_clipped"), content) == 1


def test_the_payload_is_the_jpeg_file():
    degrade = parse(Degrade, DEGRADE | {"subsampling": "4:2:2"}, "degrade")
    result = DeblockingCodec("shift_average", PHOTOGRAPH, degrade).rebuild(20)
    assert result.payload == jpeg_encode(PHOTOGRAPH, quality=20, subsampling="4:2:2", progressive=True)


def test_a_repacked_file_is_filtered_as_the_jpeg_file_in_it():
    degrade, both = parse(Degrade, DEGRADE, "degrade"), JpegFile(encoder="mozjpeg", tables="flat", container="jxl")
    result = DeblockingCodec("shift_average_clipped", PHOTOGRAPH, degrade, both).rebuild(20)
    content = unpack(result.payload)
    assert content == encode_file(PHOTOGRAPH, quality=20, file=JpegFile(encoder="mozjpeg", tables="flat"))
    np.testing.assert_array_equal(result.pixels, decode(content, filter="shift_average_clipped"))


def test_an_unknown_filter_is_named_beside_the_known():
    with pytest.raises(
        UserError, match="unknown filter `median`; known: none, shift_average, shift_average_clipped"
    ):
        decode(jpeg_encode(PHOTOGRAPH, quality=20), filter="median")


@pytest.mark.parametrize("filter", FILTERS)
def test_a_cut_file_is_a_clear_error(filter):
    content = jpeg_encode(PHOTOGRAPH, quality=20)
    with pytest.raises(PayloadError, match="not a readable JPEG file"):
        decode(content[: len(content) // 2], filter=filter)


def test_qualities_are_those_of_degrade_unless_an_entry_has_points():
    plain = {"filter": "none", "subject": "plane"}
    group = {"experiments": {"one": plain, "two": plain | {"points": {"quality": [5, 70]}}}}
    deblocking_group, degrade = parse(Deblocking, group, "deblocking"), parse(Degrade, DEGRADE, "degrade")
    runs = [deblocking_group.entry(name, degrade=degrade).runs for name in group["experiments"]]
    assert [run.qualities for (run,) in runs] == [[10, 30], [5, 70]]


def test_an_unknown_entry_is_named_beside_the_known():
    group = parse(Deblocking, {"experiments": {"one": {"filter": "none", "subject": "test"}}}, "deblocking")
    with pytest.raises(UserError, match=r"deblocking\.experiments: no entry `two`; known: one"):
        group.entry("two", degrade=parse(Degrade, DEGRADE, "degrade"))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"filter": "median"}, r"one\.filter: .*'none', 'shift_average' or 'shift_average_clipped'"),
        ({"subject": "autoencoder"}, r"one\.subject: "),
        ({"points": {"quality": []}}, r"one\.points\.quality: "),
        ({"points": {"quality": [10, 101]}}, r"one\.points\.quality\.1: .*\(got 101\)"),
        ({"points": {"qualities": [10]}}, r"one\.points\.qualities: unknown key; known keys: quality"),
        ({"shifts": 64}, r"one\.shifts: unknown key"),
    ],
)
def test_a_wrong_experiment_names_its_key(wrong, words):
    entry = {"filter": "none", "subject": "test"} | wrong
    with pytest.raises(UserError, match=words):
        parse(Deblocking, {"experiments": {"one": entry}}, "deblocking")


def test_the_stage_saves_what_its_payloads_decode_to(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text(
        'degrade: {qualities: [10, 30], subsampling: "4:2:0", progressive: true}\n'
        "deblocking: {experiments: {smooth: {filter: shift_average, subject: test}}}"
    )
    write_set("data/subjects/test", [("cat", "test", PHOTOGRAPH)], source="test", color="rgb")
    deblocking.main()
    index = read_index(family="deblocking", entry="smooth")
    assert list(index["variant"]) == ["quality=10", "quality=30"]
    for variant in index["variant"]:
        at = {"family": "deblocking", "entry": "smooth", "variant": variant, "image": "cat"}
        payload = (RECONSTRUCTIONS / f"deblocking/smooth/{variant}/cat.bin").read_bytes()
        np.testing.assert_array_equal(decode(payload, filter="shift_average"), read_pixels(**at))
    assert set(read_timings(family="deblocking", entry="smooth")[1]["what"]) == {"encode", "decode"}
    assert read_about(family="deblocking", entry="smooth") == {"library": name_libraries(PLAIN)}
