"""The referee: pictures and payload files with known errors and lengths, scored by hand."""

import math

import numpy as np
import pandas as pd
import pytest

from recon.core import reconstruction
from recon.core.files import read_csv, write_csv
from recon.core.imageset import ImageSet, write_set
from recon.core.reconstruction import RECONSTRUCTIONS, EntryWriter, Reconstruction
from recon.data.masks import HIDDEN, KNOWN, UNUSED
from recon.referee import fields, scoring

# Constant pictures: an offset of d gray levels has the mean squared error d ** 2.
LEVEL = 100
SHAPES = {"a": (16, 20, 3), "b": (24, 16, 3)}
PAYLOADS = {"a": bytes(80), "b": bytes(24)}


@pytest.fixture
def references(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    images = [(name, "subject", np.full(shape, LEVEL, np.uint8)) for name, shape in SHAPES.items()]
    write_set("data/subjects/plane", images, source="flat", color="rgb")
    return ImageSet.open("data/subjects/plane")


def score(references, *, offsets, payloads=PAYLOADS, about=None, entry="one", subject="plane"):
    """Return the rows of an entry that misses each image by its offset."""
    with EntryWriter(family="some", entry=entry, about=about or {}) as writer:
        for name, offset in offsets.items():
            pixels = np.full(SHAPES[name], LEVEL + offset, np.uint8)
            writer.add({"q": 1}, name, Reconstruction(pixels, payloads.get(name), 0.1, 0.1))
    return scoring.score_entry(family="some", entry=entry, subject=subject, references=references)


def psnr(offset):
    return 20 * math.log10(255 / offset)


def test_a_row_says_what_was_measured(references):
    row = score(references, offsets={"a": 5}).iloc[0].dropna().to_dict()
    ssim = (2 * 100 * 105 + 2.55**2) / (100**2 + 105**2 + 2.55**2)  # the luminance term: no structure is lost
    assert row.pop("ssim") == pytest.approx(ssim, rel=1e-9)
    assert row.pop("psnr_db") == pytest.approx(psnr(5), rel=1e-12)
    assert row.pop("psnr_b_db") == pytest.approx(psnr(5), rel=1e-12)  # a flat picture has no blocks
    assert row == {
        "family": "some",
        "entry": "one",
        "subject": "plane",
        "variant": "q=1",
        "q": 1,
        "image": "a",
        "rows": 16,
        "columns": 20,
        "payload_bytes": 80,
        "bpp": 8 * 80 / (16 * 20),
        "mse": 25.0,
    }


def test_ms_ssim_is_of_pictures_that_have_room_for_its_scales(tmp_path, monkeypatch):
    """Two flat pictures, of which one is too small: the set has none then, not that of the other."""
    monkeypatch.chdir(tmp_path)
    shapes = {"large": (176, 180, 1), "small": (160, 180, 1)}
    flat = [(name, "subject", np.full(shape, LEVEL, np.uint8)) for name, shape in shapes.items()]
    write_set("data/subjects/plane", flat, source="flat", color="gray")
    with EntryWriter(family="some", entry="one", about={}) as writer:
        for name, _, pixels in flat:
            writer.add({"q": 1}, name, Reconstruction(pixels, b"", 0, 0))
    images = ImageSet.open("data/subjects/plane")
    rows = scoring.score_entry(family="some", entry="one", subject="plane", references=images)
    assert rows["ms_ssim"].fillna(-1).tolist() == [1, -1]
    assert scoring.average(rows)["ms_ssim"].isna().all()
    assert scoring.average(rows[:1])["ms_ssim"].tolist() == [1]


def test_known_and_hidden_pixels_are_scored_apart_and_unused_ones_only_in_the_whole(references):
    """Right where known, off by 5 where hidden, by 50 where unused: a half and twice a quarter of it."""
    offsets, mask = np.zeros((16, 20, 1), int), np.full((16, 20, 1), KNOWN, np.uint8)
    offsets[:8, :10], mask[:8, :10] = 5, HIDDEN
    offsets[:8, 10:], mask[:8, 10:] = 50, UNUSED
    pixels = np.broadcast_to(LEVEL + offsets, SHAPES["a"]).astype(np.uint8)
    with EntryWriter(family="some", entry="one", about={}) as writer:
        writer.add({"q": 1}, "a", Reconstruction(pixels, None, 0.1, 0.1), mask=mask)
    (row,) = scoring.score_entry(family="some", entry="one", subject="plane", references=references).itertuples()
    assert row.mse == pytest.approx(25 / 4 + 2500 / 4)
    assert (row.known_psnr_db, row.hidden_psnr_db) == (100, pytest.approx(psnr(5)))


def test_an_identical_picture_scores_the_cap(references):
    row = score(references, offsets={"a": 0}).iloc[0]
    assert (row["mse"], row["psnr_db"], row["psnr_b_db"], row["ssim"]) == (0, 100, 100, 1)


def test_the_rate_is_of_the_bytes_in_the_file(references):
    score(references, offsets={"a": 5})
    (RECONSTRUCTIONS / "some/one/q=1/a.bin").write_bytes(bytes(40))
    row = scoring.score_entry(family="some", entry="one", subject="plane", references=references).iloc[0]
    assert (row["payload_bytes"], row["bpp"]) == (40, 1.0)


def test_what_no_payload_and_no_about_tells_is_empty_and_not_zero(references):
    rows = score(references, offsets={"a": 5, "b": 5}, payloads={})
    empty = ["payload_bytes", "bpp", "num_params", "macs_per_pixel", "decoder_bytes", "library"]
    assert rows[empty].isna().all(axis=None)
    write_csv("rows.csv", scoring.round_floats(rows))
    assert read_csv("rows.csv")[empty].isna().all(axis=None)


def test_a_family_without_payloads_has_averages_without_a_rate(references):
    point = scoring.average(score(references, offsets={"a": 5, "b": 5}, payloads={})).iloc[0]
    assert math.isnan(point["bpp"])
    assert point["psnr_db"] == pytest.approx(psnr(5))


def test_columns_have_the_order_of_the_registry_with_the_settings_before_the_image(references):
    rows = score(references, offsets={"a": 5}, about={"library": "libsome 1.0"})
    settings, columns = ["q"], list(rows.columns)
    assert columns[columns.index("variant") + 1 : columns.index("image")] == settings
    assert [name for name in columns if name not in settings] == fields.columns(fields.SCORES)
    assert rows["library"].tolist() == ["libsome 1.0"]


def test_settings_of_any_entry_are_columns_of_the_whole_family(references):
    parts = [score(references, offsets={"a": 5}).rename(columns={"q": name}) for name in ("q", "bits")]
    rows = scoring.gather(parts)
    assert reconstruction.settings_columns(rows) == ["q", "bits"]
    assert rows[["q", "bits"]].astype(object).fillna("").values.tolist() == [[1, ""], ["", 1]]
    assert scoring.average(rows.assign(entry=["one", "two"]))["bits"].fillna(0).tolist() == [0, 1]


def test_the_mean_of_psnrs_is_not_the_psnr_of_the_mean(references):
    point = scoring.average(score(references, offsets={"a": 3, "b": 12})).iloc[0]
    assert point["images"] == 2
    assert point["psnr_db"] == point["psnr_b_db"] == pytest.approx((psnr(3) + psnr(12)) / 2)
    assert point["psnr_of_mean_mse_db"] == pytest.approx(10 * math.log10(255**2 / ((3**2 + 12**2) / 2)))
    assert point["psnr_of_mean_mse_db"] < point["psnr_db"]


def test_the_mean_rate_is_the_mean_of_the_images_own(references):
    """2 bpp on 320 pixels and 0.5 on 384: not their bytes over their pixels."""
    assert scoring.average(score(references, offsets={"a": 5, "b": 5}))["bpp"].tolist() == [1.25]


def test_the_shared_decoder_is_spread_over_all_pixels(references):
    about = {"num_params": 100, "macs_per_pixel": 2.5, "decoder_bytes": 176}
    point = scoring.average(score(references, offsets={"a": 5, "b": 5}, about=about)).iloc[0]
    assert point["decoder_bpp"] == 8 * 176 / (16 * 20 + 24 * 16)
    assert point[list(about)].to_dict() == about


def test_averages_keep_the_order_of_the_entries(references):
    rows = pd.concat([score(references, offsets={"a": 5}, entry=entry) for entry in ("z", "a", "m")])
    assert scoring.average(rows)["entry"].tolist() == ["z", "a", "m"]


def test_nested_has_a_leaf_for_each_variant_and_drops_what_is_absent(references):
    entries = [
        score(references, offsets={"a": 5}, entry="classic", about={"library": "libsome 1.0"}),
        score(references, offsets={"a": 5}, entry="pixels", payloads={}, about={"num_params": 960}),
    ]
    summary = scoring.nest_points(scoring.average(pd.concat(entries)))
    assert set(summary) == {"classic", "pixels"}
    common = {"images", "psnr_db", "psnr_b_db", "ssim", "psnr_of_mean_mse_db"}
    assert set(summary["classic"]["q=1"]) == common | {"bpp"}
    assert set(summary["pixels"]["q=1"]) == common | {"num_params"}


def test_rounded_leaves_text_and_whole_numbers_alone():
    rows = pd.DataFrame({"image": ["a"], "rows": [123456789], "bpp": [0.123456789]})
    assert scoring.round_floats(rows).loc[0].tolist() == ["a", 123456789, 0.12346]


def test_rounded_has_no_zero_with_a_minus():
    assert str(scoring.round_floats(pd.DataFrame({"gain": [-1e-9]})).loc[0, "gain"]) == "0.0"


def test_by_name_leaves_empty_cells_out():
    rows = pd.DataFrame({"method": ["a", "b"], "points": [1, 2], "percent": [None, 0.5]})
    assert scoring.index_by_name(rows, "method") == {"a": {"points": 1}, "b": {"points": 2, "percent": 0.5}}
