"""Curves in CompressAI's form: what its reader asks of a file, and what is drawn of those of others."""

import json

import numpy as np
import pandas as pd
import pytest

from recon.core import files
from recon.core.errors import UserError
from recon.core.sources import ROOT
from recon.data.manifest import Manifest
from recon.data.params import Subject
from recon.referee import exchange

FILES = sorted((ROOT / exchange.PUBLISHED).rglob("*.json"))


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder for curves of the set `some`, in an empty project."""
    monkeypatch.chdir(tmp_path)
    (exchange.PUBLISHED / "some").mkdir(parents=True)
    return exchange.PUBLISHED / "some"


def points(**columns):
    point = {"method": "net", "bpp": [1.0, 0.5], "psnr_db": [34.0000049, 31.0], "ms_ssim": [0.98, 0.95]}
    return pd.DataFrame(point | {"library": None} | columns)


def test_a_file_has_the_lists_that_compressai_s_plots_look_up_in_the_order_of_the_rate():
    """Its `parse_json_file` takes `name`, `results.bpp`, and for a metric `psnr` or `ms-ssim` that with -rgb."""
    assert exchange.codec_document("net", points(), images="2 photographs of some") == {
        "name": "net",
        "description": "means over 2 photographs of some",
        "results": {"bpp": [0.5, 1.0], "psnr-rgb": [31.0, 34.0], "ms-ssim-rgb": [0.95, 0.98]},
    }


def test_a_codec_s_library_is_in_its_description():
    described = exchange.codec_document("webp", points(library="libwebp 1.6.0"), images="2 photographs of some")
    assert described["description"] == "means over 2 photographs of some; libwebp 1.6.0"


def test_a_measure_that_a_point_lacks_is_left_out():
    results = exchange.codec_document("net", points(ms_ssim=[0.98, None]), images="2 photographs of some")[
        "results"
    ]
    assert set(results) == {"bpp", "psnr-rgb"}


def test_each_method_has_its_file_and_is_read_back(folder):
    both = pd.concat([points(), points(method="other")])
    exchange.write(folder, both, images="2 photographs of some")
    assert exchange.read_published("some") == [
        ("net", [0.5, 1.0], [31.0, 34.0]),
        ("other", [0.5, 1.0], [31.0, 34.0]),
    ]


def test_an_older_file_says_psnr_and_need_not_be_in_order_or_have_a_name(folder):
    files.write_json(folder / "old.json", {"results": {"bpp": [2, 1], "psnr": [40, 30]}})
    assert exchange.read_published("some") == [("old", [1, 2], [30, 40])]


PUBLISHED_BY_IMAGE = {
    "name": "net",
    "results": {"bpp": [1.0, 2.0], "psnr-rgb": [30.0, 40.0]},
    "images": {
        name: {"bpp": [rate, 2 * rate], "psnr-rgb": [30.0 + rate, 40.0]}
        for name, rate in {"a": 0.5, "b": 1.0, "c": 1.5}.items()
    },
}


def test_of_some_images_a_curve_is_their_mean_where_each_was_published(folder):
    files.write_json(folder / "net.json", PUBLISHED_BY_IMAGE)
    files.write_json(folder / "means.json", {"results": {"bpp": [1], "psnr-rgb": [30]}})
    assert exchange.read_published("some", ["a", "b"]) == [("net", [0.75, 1.5], [30.75, 40.0])]
    assert exchange.read_published("some", ["a", "d"]) == []
    assert [curve.name for curve in exchange.read_published("some")] == ["means", "net"]


def test_cropped_photographs_have_no_published_curve(folder):
    files.write_json(folder / "net.json", PUBLISHED_BY_IMAGE)
    whole = {"source": "some", "fit": "crop", "rows": None, "columns": None, "images": ["a"]}
    assert [curve.bpp for curve in exchange.find_published(Subject(**whole))] == [[0.5, 1.0]]
    assert exchange.find_published(Subject(**whole | {"rows": 64, "columns": 64})) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_published_images_are_those_of_the_set_and_their_means_the_curve(path):
    content = files.read_json(path)
    if "images" in content:
        names = [image.name for image in Manifest.load(path.parent.name).images]
        assert sorted(content["images"]) == sorted(names)
        for key, values in content["results"].items():
            means = np.mean([image[key] for image in content["images"].values()], axis=0)
            assert values == pytest.approx(means.tolist(), abs=0.005, rel=0.001)


def test_a_set_of_which_nothing_was_published_has_no_curves(folder):
    assert exchange.read_published("other") == []


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        '{"results": {"bpp": [1]}}',
        '{"results": {"bpp": [1, 2], "psnr-rgb": [30]}}',
        '{"results": {"bpp": ["a"], "psnr-rgb": [30]}}',
        '{"results": {"bpp": [], "psnr-rgb": []}}',
        '{"results": {"bpp": 1, "psnr-rgb": 30}}',
        '{"results": []}',
    ],
)
def test_what_is_no_curve_is_named_with_the_form(folder, text):
    (folder / "odd.json").write_text(text)
    with pytest.raises(
        UserError, match=r"odd\.json: not a curve: expected `results` with lists `bpp` and `psnr-rgb`"
    ):
        exchange.read_published("some")


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_that_comes_with_the_project_names_its_source_and_is_of_a_known_set(path):
    assert "https://" in json.loads(path.read_text(encoding="utf-8"))["description"]
    assert (ROOT / "data" / "sets" / f"{path.parent.name}.json").is_file()


@pytest.mark.parametrize("source", sorted({path.parent.name for path in FILES}))
def test_the_curves_that_come_with_the_project_grow(source, monkeypatch):
    monkeypatch.chdir(ROOT)
    for curve in exchange.read_published(source):
        assert curve.bpp == sorted(set(curve.bpp))
        assert curve.psnr_db == sorted(set(curve.psnr_db))
