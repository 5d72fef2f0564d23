"""Seconds per megapixel, by hand: pictures of 1000 x 500 and 500 x 200 pixels are 0.5 and 0.1 megapixels."""

from pathlib import Path

import pandas as pd
import pytest

import timings
from recon.core.files import read_csv, read_json, write_csv, write_json
from recon.referee import costs, fields

MEGAPIXELS = {"a": (1000, 500), "0801": (500, 200)}


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write_seconds(entry, *rows, cores=2, family="some"):
    seconds = [dict(zip(("what", "variant", "image", "seconds"), row, strict=True)) for row in rows]
    content = {"machine": {"cores": cores}, "seconds": seconds}
    write_json(f"metrics/timings/entries/{family}/{entry}.json", content)


def encoded(variant, image, encode, decode):
    return ("encode", variant, image, encode), ("decode", variant, image, decode)


def write_scores(*variants, entry="one", without_payload=(), family="some"):
    rows = [
        {"entry": entry, "variant": variant, "image": image, "rows": rows, "columns": columns}
        | {"payload_bytes": None if variant in without_payload else 100}
        for variant in variants
        for image, (rows, columns) in MEGAPIXELS.items()
    ]
    write_csv(f"metrics/scores/{family}.csv", pd.DataFrame(rows))


def test_seconds_are_divided_by_each_picture_s_own_megapixels():
    """Encoding: 1 s on 0.5 and 0.4 s on 0.1 megapixels are 2 and 4 s per megapixel."""
    write_scores("q=1")
    write_seconds("one", *encoded("q=1", "a", 1.0, 0.5), *encoded("q=1", "0801", 0.4, 0.3))
    assert costs.summarize("some", "one") == {
        "encode_seconds_per_megapixel": 3.0,
        "decode_seconds_per_megapixel": 2.0,
        "total_seconds": 2.2,
    }


def test_all_variants_count_alike():
    write_scores("q=1", "q=2")
    write_seconds("one", ("encode", "q=1", "a", 1.0), ("encode", "q=2", "a", 2.0))
    assert costs.summarize("some", "one") == {"encode_seconds_per_megapixel": 3.0, "total_seconds": 3.0}


def test_what_a_fit_to_each_image_takes_is_part_of_encoding_it_and_counts_once_in_all():
    """Of two variants of one fit, 0.5 s on 0.5 megapixels each: 1 s to encode, and the fit's 4 s per megapixel."""
    write_scores("bits=8", "bits=4")
    write_seconds(
        "one", ("fit", "bits=8", "a", 2.0), ("encode", "bits=8", "a", 0.5), ("encode", "bits=4", "a", 0.5)
    )
    assert costs.summarize("some", "one") == {"encode_seconds_per_megapixel": 5.0, "total_seconds": 3.0}


def test_what_has_no_payload_was_decoded_and_never_encoded():
    """Beside a network's 1 s on 0.5 megapixels, an interpolation's encoding in no time would halve the mean."""
    write_scores("bits=8", "method=nearest", without_payload=["method=nearest"])
    write_seconds("one", *encoded("bits=8", "a", 1.0, 0.5), *encoded("method=nearest", "a", 0.0, 1.5))
    assert costs.summarize("some", "one") == {
        "encode_seconds_per_megapixel": 2.0,
        "decode_seconds_per_megapixel": 2.0,
        "total_seconds": 3.0,
    }


def test_an_entry_without_payloads_has_no_time_to_encode():
    write_scores("quality=10", without_payload=["quality=10"])
    write_seconds("one", *encoded("quality=10", "a", 0.0, 0.5))
    assert costs.summarize("some", "one") == {"decode_seconds_per_megapixel": 1.0, "total_seconds": 0.5}


def test_training_is_the_entry_s_whole_time_and_spread_over_nothing():
    write_scores("q=1")
    write_seconds("one", ("train", "", "", 12.344), ("encode", "q=1", "0801", 0.1))
    seconds = costs.summarize("some", "one")
    assert seconds == {"train_seconds": 12.34, "encode_seconds_per_megapixel": 1.0, "total_seconds": 12.44}


def test_only_the_entry_s_own_rows_count():
    write_scores("q=1", entry="other")
    write_seconds("one", ("train", "", "", 1.0))
    assert costs.summarize("some", "one") == {"train_seconds": 1.0, "total_seconds": 1.0}


def test_a_machine_stands_once_with_the_entries_that_ran_on_it():
    for entry, cores in {"one": 2, "two": 4, "three": 2}.items():
        write_seconds(entry, ("train", "", "", 1.0), cores=cores)
    two, four = {"cores": 2, "entries": ["one", "three"]}, {"cores": 4, "entries": ["two"]}
    assert costs.list_machines("some", ["one", "two", "three"]) == [two, four]


def test_each_method_is_set_against_its_best_point():
    points = pd.DataFrame(
        {
            "method": ["jpeg", "jpeg", "autoencoder"],
            "family": ["classical", "classical", "autoencoder"],
            "entry": ["jpeg", "jpeg", "plane"],
            "bpp": [0.5, 2.0, 1.0],
            "psnr_db": [30.0, 40.0, 35.0],
        }
    )
    summaries = {
        "classical": {"jpeg": {"encode_seconds_per_megapixel": 0.1}},
        "autoencoder": {"plane": {"train_seconds": 60.0, "encode_seconds_per_megapixel": 0.2}},
    }
    table = costs.gather(points, summaries).set_index("method")
    assert table["bpp"].to_dict() == {"jpeg": 2.0, "autoencoder": 1.0}
    assert table["encode_seconds_per_megapixel"].to_dict() == {"jpeg": 0.1, "autoencoder": 0.2}
    assert table["train_seconds"].isna().to_dict() == {"jpeg": True, "autoencoder": False}


def test_the_stage_sums_up_each_family_and_sets_quality_against_time():
    for family, entry in (("classical", "jpeg"), ("autoencoder", "plane")):
        write_json(f"data/params/{family}.json", {"experiments": {entry: {}}})
        write_seconds(entry, *encoded("q=1", "a", 1.0, 1.0), family=family)
        write_scores("q=1", entry=entry, family=family)
    write_json("data/params/families.json", ["classical", "autoencoder"])
    points = pd.DataFrame({"method": ["jpeg", "autoencoder"], "family": ["classical", "autoencoder"]})
    points = points.assign(entry=["jpeg", "plane"], bpp=[0.5, 24], psnr_db=30.0)
    write_csv("metrics/leaderboard.csv", points)
    timings.main()
    summary = read_json("metrics/timings/families/classical.json")
    assert summary["machines"] == [{"cores": 2, "entries": ["jpeg"]}]
    assert summary["entries"]["jpeg"]["encode_seconds_per_megapixel"] == 2
    table = read_csv("metrics/timings/leaderboard.csv")
    assert list(table) == fields.columns(fields.TIMINGS)
    assert table["decode_seconds_per_megapixel"].tolist() == [2, 2]
    assert Path("plots/timings/quality.png").stat().st_size > 10_000
