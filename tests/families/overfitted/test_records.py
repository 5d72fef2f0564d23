"""The summary of a run of overfitted codecs, beside codecs that were recorded with it."""

import copy

import pandas as pd
import pytest

from recon.check.schema import read_project
from recon.core import files
from recon.core.reconstruction import TIMINGS, variant_name
from recon.core.sources import ROOT
from recon.families.overfitted.params import STARTS
from recon.families.overfitted.records import describe_network, find_weights, join, summarize
from recon.families.shared.record_input import RecordInput
from recon.settings.core import read_params
from refusals import refusal

LMBDAS = (0.0005, 0.001, 0.002, 0.004)
LEVELS_DB = dict(zip(LMBDAS, (40.0, 38.0, 36.0, 34.0), strict=True))
PLANE = {"source": "kodak", "images": "all", "fit": "crop", "rows": None, "columns": None}
SUBJECTS = {"plane": PLANE, "few": PLANE | {"images": ["b"]}}


def project(*, color="rgb", **entries):
    """Return params.yaml with these entries; each overrides keys of an entry on the plane."""
    params = copy.deepcopy(read_params(ROOT / "params.yaml"))
    usual = {"subject": "plane", "preset": "fast", "shared_start": "trained", "points": {"lmbda": list(LMBDAS)}}
    params["overfitted"]["experiments"] = {name: usual | entry for name, entry in entries.items()}
    params["subjects"] |= SUBJECTS
    params["data"]["color"] = color
    return read_project(params)


def rate(lmbda):
    """Return a rate that falls as lambda grows."""
    return 0.0005 / lmbda


def rows(entry, images, *, times=1.0, subject="plane", rise=0.0, **settings):
    """Return scores of a curve whose image b takes twice the bits of image a, all times `times`."""
    points = [{**settings, "lmbda": lmbda} for lmbda in LMBDAS]
    return [
        {"entry": entry, "subject": subject, "variant": variant_name(point), **point, "image": image}
        | {"rows": 512, "columns": 768, "bpp": times * (1 + (image == "b")) * rate(point["lmbda"])}
        | {"psnr_db": LEVELS_DB[point["lmbda"]] + rise, "num_params": 840, "macs_per_pixel": 1500.0}
        for point in points
        for image in images
    ]


def codec(name, images, *, times=1.0, rise=0.0, subject="plane"):
    """Return scores of a codec: as `rows`, by quality."""
    scores = pd.DataFrame(rows(name, images, times=times, rise=rise, subject=subject))
    return scores.assign(variant=scores["variant"].str.replace("lmbda", "quality")).drop(columns="lmbda")


def write_seconds(entry, scores):
    seconds = [
        {name: row[name] for name in ("variant", "image")}
        | {"what": what, "seconds": value * (1 + (row["image"] == "b"))}
        for row in scores
        for what, value in (("encode", 100.0), ("decode", 0.25))
    ]
    files.write_json(TIMINGS / f"overfitted/{entry}.json", {"machine": {}, "seconds": seconds})


def record(entries, *codecs, typed=None):
    """Return the summary of entries, name -> rows, beside codecs."""
    typed = typed or project(**{name: {} for name in entries})
    for name, scores in entries.items():
        write_seconds(name, scores)
    scores = pd.DataFrame([row for given in entries.values() for row in given])
    others = {"classical": pd.concat(codecs)} if codecs else {}
    return summarize(RecordInput(typed, typed.families["overfitted"], scores, {}, None, others))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_points_are_means_over_the_images_by_lambda():
    top = record({"fast": rows("fast", "ab")})
    assert list(top["points"]["fast"]) == ["0.0005", "0.001", "0.002", "0.004"]
    assert top["points"]["fast"]["0.001"] == {"bpp": 0.75, "psnr_db": 38.0, "images": 2}
    assert top["bd_rate_percent"] == {"fast": {}}


def test_costs_are_those_of_one_photograph():
    """Image b takes twice the 100 and 0.25 seconds of image a."""
    top = record({"fast": rows("fast", "ab")})
    assert top["encode_cpu_seconds"] == {"fast": 150.0}
    assert top["decode_seconds"] == {"fast": 0.375}
    assert (top["num_params"], top["macs_per_pixel"]) == ({"fast": 840}, {"fast": 1500.0})


def test_a_fifth_fewer_bits_at_each_psnr_are_minus_20_percent():
    top = record({"fast": rows("fast", "ab", times=0.8)}, codec("webp", "ab"), codec("jpeg", "ab", times=1.6))
    assert top["bd_rate_percent"]["fast"] == {"webp": pytest.approx(-20), "jpeg": pytest.approx(-50)}
    assert top["bd_rate_range_db"]["fast"]["webp"] == [34.0, 40.0]


def test_an_entry_on_some_photographs_is_held_against_the_codecs_on_the_same_ones():
    """On image b alone the codec takes twice the bits that it takes on image a."""
    typed = project(slow={"subject": "few"})
    top = record({"slow": rows("slow", "b", subject="few", times=0.9)}, codec("webp", "ab"), typed=typed)
    assert top["bd_rate_percent"]["slow"] == {"webp": pytest.approx(-10)}
    assert top["anchors"]["slow"]["webp"] == {
        "bpp": [2 * rate(lmbda) for lmbda in reversed(LMBDAS)],
        "psnr_db": [34.0, 36.0, 38.0, 40.0],
    }
    assert top["points"]["slow"]["0.001"]["images"] == 1


def test_a_codec_without_one_of_the_photographs_is_no_anchor():
    assert record({"fast": rows("fast", "ab")}, codec("webp", "a"))["anchors"] == {"fast": {}}


def test_photographs_of_another_size_are_others():
    scores = codec("webp", "ab").assign(rows=256, columns=256)
    assert record({"fast": rows("fast", "ab")}, scores)["anchors"] == {"fast": {}}


def test_a_codec_that_reaches_none_of_the_psnrs_has_no_bd_rate():
    top = record({"fast": rows("fast", "ab")}, codec("webp", "ab", rise=-20.0))
    assert (list(top["anchors"]["fast"]), top["bd_rate_percent"]) == (["webp"], {"fast": {}})


def test_each_value_of_a_sweep_has_a_curve_of_its_own():
    sweep = {"contexts": {"20": {"settings": {"contexts": 20}}}}
    typed = project(fast={"sweep": sweep, "subject": "few"})
    base = rows("fast", "b", subject="few", factor="base", value="base")
    wide = rows("fast", "b", subject="few", times=0.5, factor="contexts", value="20")
    top = record({"fast": base + wide}, codec("webp", "ab"), typed=typed)
    assert top["bd_rate_percent"] == {
        "fast": {"webp": pytest.approx(0)},
        "fast, contexts 20": {"webp": pytest.approx(-50)},
    }


def test_the_shared_start_of_a_run_lies_in_its_folder():
    assert find_weights(project(fast={}, alone={"shared_start": None})) == STARTS


def test_a_run_without_a_start_of_its_own_has_none_for_the_zoo():
    complaint = refusal(find_weights, project(alone={"shared_start": None}))
    assert "no entry has `shared_start: trained`" in complaint


def test_the_zoo_says_what_a_start_is_of_and_what_it_reaches():
    typed = project(fast={"subject": "few"})
    described = describe_network(typed, {"bd_rate_percent": {"fast": {"webp": -28.0}}, "commit": "abc"})
    assert described["scores"] == {"images": "kodak", "bd_rate_percent": {"fast": {"webp": -28.0}}}
    assert described["channels"] == 3
    assert described["settings"]["contexts"] == typed.families["overfitted"].networks.contexts
    assert described["settings"]["tiles"] == typed.families["overfitted"].start.tiles


@pytest.mark.parametrize(("color", "channels"), [("rgb", 3), ("gray", 1), ("luma", 1)])
def test_a_start_is_for_images_of_the_color_that_it_was_trained_on(color, channels):
    assert describe_network(project(color=color, fast={}), {})["channels"] == channels


def test_the_summary_of_all_photographs_comes_out_of_those_of_parts():
    """Means of three photographs, by parts of two and of one; bpp is rounded to 5 digits in each part."""
    codecs = codec("webp", "abc"), codec("avif", "abc", times=0.7, rise=0.5)
    whole = record({"fast": rows("fast", "abc", times=0.8)}, *codecs)
    parts = [record({"fast": rows("fast", images, times=0.8)}, *codecs) for images in ("ab", "c")]
    joined = join(parts)
    assert joined.keys() == whole.keys()
    assert joined["points"]["fast"]["0.001"]["images"] == 3
    for name in ("bd_rate_percent", "encode_cpu_seconds", "decode_seconds", "macs_per_pixel", "num_params"):
        assert joined[name]["fast"] == pytest.approx(whole[name]["fast"], abs=0.02)
    for codec_name, curve in whole["anchors"]["fast"].items():
        assert joined["anchors"]["fast"][codec_name]["bpp"] == pytest.approx(curve["bpp"], abs=2e-5)
    for lmbda, point in whole["points"]["fast"].items():
        assert joined["points"]["fast"][lmbda] == pytest.approx(point, abs=2e-5)


def test_a_codec_that_a_part_lacks_is_no_anchor_of_all():
    parts = [record({"fast": rows("fast", images)}, codec("webp", "a")) for images in "ab"]
    assert join(parts)["anchors"] == {"fast": {}}


def test_no_parts_have_an_empty_summary():
    assert set(map(len, join([]).values())) == {0}
