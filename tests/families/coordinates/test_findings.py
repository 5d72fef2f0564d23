"""Verdicts and sentences on coordinate networks, from invented scores."""

import pandas as pd
import pytest

from recon.core import files
from recon.families.coordinates import comparison, findings


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def row(score, *, entry="one", bits=16, known=None, image="a", **settings):
    """Return a scored picture; with `known` some of its pixels were hidden."""
    variant = ",".join(map(str, [*settings.values(), bits]))
    point = {"entry": entry, "variant": variant, **settings, "bits": None if "method" in settings else bits}
    measures = {"bpp": 1.0, "ssim": 0.9, "num_params": 100, "macs_per_pixel": 90}
    hidden = None if known is None else score
    return point | {"image": image, "psnr_db": score, "known_psnr_db": known, "hidden_psnr_db": hidden} | measures


def changed(factor, value):
    return {"factor": factor, "value": value}


BASE = changed("base", "base")


def write(*rows):
    files.write_csv("metrics/scores/coordinates.csv", pd.DataFrame(rows))
    verdicts = comparison.compare_fits(comparison.read_scores())
    files.write_csv(comparison.VERDICTS, verdicts)
    return verdicts


def test_a_change_is_named_where_it_gains_more_than_another_seed_does():
    seed = row(30.5, **changed("seed", "2"))
    (better,) = write(row(30.0, **BASE), row(30.6, **changed("width", "8")), seed).itertuples()
    assert (better.score_db, better.best_change, better.change_db) == (30.0, "width=8", pytest.approx(0.6))
    (chance,) = write(row(30.0, **BASE), row(30.4, **changed("width", "8")), seed).itertuples()
    assert pd.isna(chance.best_change)
    assert "Another seed changes the PSNR by up to 0.50 dB." in findings.describe()


def test_a_verdict_is_of_the_most_bits_and_the_mean_of_images():
    (verdict,) = write(
        row(20.0, bits=8), row(30.0), row(31.0, image="b"), row(28.0, bits=8, image="b")
    ).itertuples()
    assert verdict.score_db == 30.5
    assert findings.describe() == ["Bits per weight in `one`: 8 bits 24.00 dB, 16 bits 30.50 dB."]


def test_each_mask_is_compared_with_the_interpolation_of_the_same_pixels():
    masks = [{"axis": "mask", "across": "text"}, {"axis": "mask", "across": "block"}]
    verdicts = write(
        *(row(score, known=40.0, **mask) for score, mask in zip((28.0, 11.0), masks, strict=True)),
        *(
            row(score, known=99.0, method="nearest", **mask)
            for score, mask in zip((20.0, 14.0), masks, strict=True)
        ),
        *(row(score, known=99.0, method="other", **mask) for score, mask in zip((27.0, 12.0), masks, strict=True)),
    )
    assert verdicts[["across", "best_method", "method_db"]].values.tolist() == [
        ["text", "other", 27.0], ["block", "nearest", 14.0]
    ]  # fmt: skip
    assert (
        "Where pixels are missing, the network beats the best interpolation in 1 of 2 cases: from -3.00 dB "
        "(one, block) to +1.00 dB (one, text)."
    ) in findings.describe()


def test_of_several_fits_to_the_same_pixels_the_best_is_compared_with_interpolation():
    write(
        row(20.0, known=40.0, axis="mapping", across="none"),
        row(28.0, known=40.0, axis="mapping", across="gaussian"),
        row(27.0, known=99.0, method="bicubic"),
    )
    assert findings.describe() == [
        "The input mapping decides: the best one gains 8.00 dB over plain coordinates, and it is `gaussian` in 1 "
        "of 1 comparisons.",
        "Where pixels are missing, the network beats the best interpolation in 1 of 1 cases: from +1.00 dB (one, "
        "gaussian) to +1.00 dB (one, gaussian).",
    ]


def test_a_fit_that_overfits_is_told_by_its_visible_pixels():
    write(row(27.0, known=30.0, **BASE), row(20.0, known=45.0, **changed("scale", "40")))
    assert findings.describe() == [
        "A fit can be too close: in `one`, scale 40 reaches 45.00 dB on the visible and 20.00 dB on the hidden "
        "pixels, the base 30.00 and 27.00 dB."
    ]


def test_the_page_has_a_row_for_each_verdict():
    write(row(30.0, axis="kind", across="none"), row(32.0, entry="two"))
    page = findings.report()
    assert page.startswith("# Coordinate networks\n")
    assert "| one     | kind none  |       30.00 |" in page
    assert "| two     |            |       32.00 |" in page
