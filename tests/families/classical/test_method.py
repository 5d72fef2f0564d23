import numpy as np
import pytest

import classical
from recon.coding.payload import PayloadError
from recon.core import files
from recon.core.errors import UserError
from recon.core.imageset import write_set
from recon.core.reconstruction import RECONSTRUCTIONS, read_about, read_index, read_pixels, read_timings
from recon.families.classical.method import CODECS, ClassicalCodec, decode, library_version
from recon.families.classical.params import Classical
from recon.families.classical.tables import TABLES
from recon.jpeg.files import JpegFile
from recon.jpeg.repacking import unpack
from recon.settings.core import parse
from refusals import refusal

LOW, HIGH = {"quality": 10, "target_bpp": 1.0}, {"quality": 80, "target_bpp": 6.0}


def picture(rows=48, columns=64, channels=3):
    """Return a smooth pattern with noise: something to keep and something to lose."""
    rng = np.random.default_rng(0)
    i, j, c = np.ogrid[:rows, :columns, :channels]
    smooth = 128 + 60 * np.sin(i / 7 + c) * np.cos(j / 11)
    return np.clip(smooth + rng.normal(0, 8, (rows, columns, channels)), 0, 255).astype(np.uint8)


def setting_of(codec, settings):
    return settings[CODECS[codec].setting]


@pytest.mark.parametrize("shape", [(48, 64, 3), (48, 64, 1), (8, 8, 3), (8, 8, 1), (9, 31, 3)])
@pytest.mark.parametrize("codec", CODECS)
def test_the_payload_alone_gives_the_picture(codec, shape):
    result = ClassicalCodec(picture(*shape), codec).rebuild(setting_of(codec, HIGH))
    assert result.pixels.shape == shape
    assert result.pixels.dtype == np.uint8
    np.testing.assert_array_equal(decode(result.payload, channels=shape[-1]), result.pixels)


@pytest.mark.parametrize("codec", CODECS)
def test_equal_pixels_give_equal_bytes(codec):
    setting = setting_of(codec, LOW)
    assert ClassicalCodec(picture(), codec).encode(setting) == ClassicalCodec(picture(), codec).encode(setting)


@pytest.mark.parametrize("codec", CODECS)
def test_a_higher_setting_costs_more_and_errs_less(codec):
    low, high = (ClassicalCodec(picture(), codec).rebuild(setting_of(codec, s)) for s in (LOW, HIGH))
    errors = [np.mean((r.pixels.astype(float) - picture()) ** 2) for r in (low, high)]
    assert len(low.payload) < len(high.payload)
    assert errors[0] > errors[1]


def test_jpeg_is_progressive_4_2_0():
    """SOF2 says progressive; its first component is sampled 2 x 2 against the others' 1 x 1."""
    payload = ClassicalCodec(picture(), "jpeg").encode(30)
    frame = payload.index(b"\xff\xc2")
    components = payload[frame + 10 : frame + 19]
    assert [components[1], components[4], components[7]] == [0x22, 0x11, 0x11]


def test_jpeg2000_is_irreversible_with_a_component_transform():
    """In the COD marker segment: byte 8 the component transform, byte 13 the wavelet (0: 9/7)."""
    payload = ClassicalCodec(picture(), "jpeg2000").encode(1.0)
    style = payload[payload.index(b"\xff\x52") :]
    assert (style[8], style[13]) == (1, 0)


@pytest.mark.parametrize("channels", [1, 3])
def test_jpeg2000_fills_its_target_rate(channels):
    """The rate is a ceiling, missed by up to 5 % in the last coding pass; 85 bytes of boxes come on top."""
    pixels = picture(256, 256, channels)
    size = len(ClassicalCodec(pixels, "jpeg2000").encode(2.0))
    target = 2.0 * 256 * 256 / 8
    assert 0.95 * target < size < target + 100


def test_webp_is_lossy():
    assert ClassicalCodec(picture(), "webp").encode(30)[12:16] == b"VP8 "


def test_avif_is_4_2_0():
    """In the av1C box, bits 2 and 3 of the third byte: chroma halved along columns and along rows."""
    payload = ClassicalCodec(picture(), "avif").encode(30)
    assert payload[payload.index(b"av1C") + 6] >> 2 & 0b11 == 0b11


LIBRARIES = {
    "jpeg": "libjpeg-turbo",
    "jpeg2000": "OpenJPEG",
    "webp": "libwebp",
    "avif": "libavif",
    "jpegxl": "libjxl",
}


@pytest.mark.parametrize("codec", CODECS)
def test_the_library_has_a_version(codec):
    name, version = library_version(codec).rsplit(" ", 1)
    assert name == LIBRARIES[codec]
    assert version[0].isdigit()


@pytest.mark.parametrize("codec", CODECS)
def test_a_cut_file_is_a_clear_error(codec):
    payload = ClassicalCodec(picture(), codec).encode(setting_of(codec, HIGH))
    with pytest.raises(PayloadError, match="not a readable"):
        decode(payload[: len(payload) // 4], channels=3)


@pytest.mark.parametrize("codec", CODECS)
@pytest.mark.parametrize("channels", [1, 3])
def test_a_file_has_its_own_channels_by_default(codec, channels):
    payload = ClassicalCodec(picture(channels=channels), codec).encode(setting_of(codec, HIGH))
    expected = channels if CODECS[codec].holds_gray else 3
    np.testing.assert_array_equal(decode(payload), decode(payload, channels=expected))


def test_other_bytes_are_a_clear_error():
    with pytest.raises(PayloadError, match="not a readable"):
        decode(b"GIF89a, or so it says", channels=3)


def experiment(codec="jpeg", points=None, **more):
    return {"codec": codec, "subject": "plane", "points": points or {"quality": [10, 30]}} | more


def test_an_entry_has_the_points_of_its_codec():
    group = {"experiments": {"old": experiment("jpeg2000", {"target_bpp": [0.25, "1e-1"]})}}
    entry = parse(Classical, group, "classical").entry("old")
    assert (entry.key, list(entry.runs)) == ("classical.experiments.old", [])
    assert list(entry.experiment.points.each()) == [{"target_bpp": 0.25}, {"target_bpp": 0.1}]


def test_an_unknown_entry_is_named_beside_the_known():
    group = parse(Classical, {"experiments": {"old": experiment()}}, "classical")
    assert refusal(group.entry, "new") == "params.yaml: classical.experiments: no entry `new`; known: old"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (experiment("jxl"), r"jpeg\.codec: unknown codec; known: jpeg, "),
        (experiment(points={"quality": [0]}), r"jpeg\.points\.quality\.0: .*\(got 0\)"),
        (experiment(points={"quality": [10, 101]}), r"jpeg\.points\.quality\.1: .*\(got 101\)"),
        (experiment(points={"quality": []}), r"jpeg\.points\.quality: "),
        (experiment(points={"quality": [10, 10]}), r"jpeg\.points: name each value once"),
        (experiment("jpeg2000", {"target_bpp": [0]}), r"jpeg\.points\.target_bpp\.0: "),
        (experiment("jpeg2000", {"target_bpp": [float("nan")]}), r"jpeg\.points\.target_bpp\.0: "),
        (experiment("jpeg2000"), "jpeg: the points of jpeg2000 are values of `target_bpp`"),
        (
            experiment(points={"quality": [10], "target_bpp": [1]}),
            r"points: name exactly one of quality, target_bpp",
        ),
        (experiment(points={"rate": [1]}), r"jpeg\.points\.rate: unknown key; known keys: quality, target_bpp"),
        (experiment(method=6), r"jpeg\.method: unknown key"),
        (experiment(file={"encoder": "x265"}), r"jpeg\.file\.encoder: .*'libjpeg' or 'mozjpeg'"),
        (experiment("webp", file={"tables": "flat"}), "`file` is of codec jpeg; webp has none"),
    ],
)
def test_a_wrong_experiment_names_its_key(wrong, words):
    with pytest.raises(UserError, match=words):
        parse(Classical, {"experiments": {"jpeg": wrong}}, "classical")


def test_the_stage_saves_what_its_payloads_decode_to(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "params.yaml").write_text(
        "classical: {experiments: {old: {codec: jpeg, subject: plane, points: {quality: [10, 30]}}}}"
    )
    write_set("data/subjects/plane", [("waves", "subject", picture())], source="test", color="rgb")
    classical.main()
    index = read_index(family="classical", entry="old")
    assert index.to_dict("list") == {
        "variant": ["quality=10", "quality=30"],
        "quality": [10, 30],
        "image": ["waves", "waves"],
    }
    for variant in index["variant"]:
        at = {"family": "classical", "entry": "old", "variant": variant, "image": "waves"}
        payload = (RECONSTRUCTIONS / f"classical/old/{variant}/waves.bin").read_bytes()
        np.testing.assert_array_equal(decode(payload, channels=3), read_pixels(**at))
    assert set(read_timings(family="classical", entry="old")[1]["what"]) == {"encode", "decode"}
    assert read_about(family="classical", entry="old") == {"library": library_version("jpeg")}


@pytest.mark.parametrize("channels", [1, 3])
def test_a_repacked_file_is_decoded_as_the_jpeg_file_in_it(channels):
    flat, both = (
        JpegFile(encoder="mozjpeg", tables="flat"),
        JpegFile(encoder="mozjpeg", tables="flat", container="jxl"),
    )
    plain, repacked = (
        ClassicalCodec(picture(channels=channels), "jpeg", file).rebuild(30) for file in (flat, both)
    )
    assert unpack(repacked.payload) == plain.payload
    np.testing.assert_array_equal(repacked.pixels, plain.pixels)


def test_each_kind_of_file_names_its_library():
    assert library_version("jpeg", JpegFile(tables="flat")) == library_version("jpeg")
    assert library_version("jpeg", JpegFile(encoder="mozjpeg")).startswith("mozjpeg ")


def test_the_table_of_jpeg_files_compares_each_with_three_codecs(monkeypatch, tmp_path):
    """Half the bytes at equal PSNR are -50 %; the test photographs are left out.

    Entries of two families may have one name: the anchors are the classical ones.
    """
    monkeypatch.chdir(tmp_path)
    assert TABLES["jpeg-kodak"]() == "Not recorded yet: `make record NAME=jpeg-kodak`."

    def points(factor):
        return {f"quality={n}": {"bpp": factor * 2**n, "psnr_db": 25 + 2 * n} for n in range(4)}

    curves = {"classical": {"jpeg": points(1), "webp": points(0.5), "avif": points(0.25), "mozjpeg": points(0.75)}}
    curves["deblocking"] = {"jpeg": points(3), "averaged": points(0.5), "other": points(1)}
    seconds = {"encode_seconds_per_megapixel": 0.125, "decode_seconds_per_megapixel": 2.5}
    record = {
        "results": curves,
        "seconds": {family: dict.fromkeys(entries, seconds) for family, entries in curves.items()},
        "params": {
            family: {"experiments": {entry: {"subject": "plane"} for entry in entries}}
            for family, entries in curves.items()
        },
    }
    record["params"]["deblocking"]["experiments"]["other"]["subject"] = "test"
    files.write_json("metrics/benchmarks/jpeg-kodak.json", record)
    header, rows, provenance = TABLES["jpeg-kodak"]()
    assert len(header) == 6
    assert provenance == record
    assert rows[0] == ["jpeg", "+0.0", "+100.0", "+300.0", "0.12", "2.50"]
    assert rows[3:] == [
        ["mozjpeg", "-25.0", "+50.0", "+200.0", "0.12", "2.50"],
        ["jpeg", "+200.0", "+500.0", "+1100.0", "0.12", "2.50"],
        ["averaged", "-50.0", "+0.0", "+100.0", "0.12", "2.50"],
    ]


def test_the_table_of_the_kodak_curves_has_a_column_for_each_codec(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    files.write_json(
        "metrics/benchmarks/classical-kodak.json",
        record := {
            "results": {
                "jpeg": {
                    "quality=30": {"bpp": 0.5, "psnr_db": 30},
                    "quality=10": {"bpp": 0.25, "psnr_db": 25.126},
                },
                "avif": {"quality=10": {"bpp": 0.125, "psnr_db": 28}},
            }
        },
    )
    assert TABLES["classical-kodak"]() == (
        ["jpeg (bpp: dB)", "avif (bpp: dB)"],
        [["0.250: 25.13", "0.125: 28.00"], ["0.500: 30.00", ""]],
        record,
    )
