"""The table of models/zoo/README.md."""

import pytest

import tiny_zoo
from recon.core import files
from recon.families.shared import zoo
from recon.readme import tables, zoo_table

MACHINE = {"processor": "a processor", "cores": 2, "entries": ["plane"]}
SCORES = {
    **{"images": "kodak", "file": {"encoder": "mozjpeg", "container": "jxl"}},
    **{"psnr_db": {"10": 28.117, "20": 30.5}, "ssim": {"10": 0.7886, "20": 0.8558}},
    **{"macs_per_pixel": 52434.4, "num_params": 237854, "training_minutes": 42.6},
}


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tiny_zoo.open_zoo()
    files.write_json("metrics/benchmarks/restoration-kodak.json", {"machines": [MACHINE]})


def test_an_empty_zoo_has_a_sentence():
    assert zoo_table.tabulate_networks() == "There is no network yet."


def test_each_network_has_a_column_and_what_it_lacks_is_empty():
    rates = {"bd_rate_percent": {"jpeg": -45.25, "webp": -12.0}}
    first = tiny_zoo.add_network("first", scores=SCORES | rates, inference={"ensemble": False, "projection": 0.8})
    tiny_zoo.add_network("second", seed=3, scores=SCORES)
    header, rows = zoo_table.tabulate_networks()
    cells = {name: rest for name, *rest in rows}
    assert header == ["", "`first`", "`second`"]
    assert cells["file"][0] == f"[{first.file}]({first.file}), {first.file_bytes:,} bytes"
    assert cells["network"] == ["`space_to_depth`: width 4, blocks 1"] * 2
    assert cells["used with"] == ["ensemble false, projection 0.8", ""]
    assert cells["training"] == ["43 minutes on 2 cores of a processor"] * 2
    assert cells["scored files"] == ["kodak: encoder mozjpeg, container jxl"] * 2
    assert cells["PSNR (dB) / SSIM at quality 10"] == ["28.12 / 0.789"] * 2
    assert cells["bits at equal PSNR against webp"] == ["-12.0 %", ""]


def test_a_shared_start_has_the_scores_of_each_entry_that_began_with_it():
    rates = {"fast": {"jpeg": -55.25, "webp": -28.0}, "medium": {"webp": -37.5}}
    costs = {"num_params": {"fast": 840, "medium": 840}, "macs_per_pixel": {"fast": 1100.2, "medium": 1100.2}}
    zoo.add(
        **{"content": b"numbers", "name": "start", "purpose": "Begins.", "family": "overfitted", "channels": 3},
        **{"settings": {"contexts": 14}, "recipe": "restoration-kodak", "data": "bsds500", "license": "none"},
        scores={"images": "kodak", "bd_rate_percent": rates, **costs},
    )
    tiny_zoo.add_network(scores=SCORES)
    _, rows = zoo_table.tabulate_networks()
    cells = {name: first for name, first, _ in rows}
    assert cells["network"] == "`overfitted`: contexts 14"
    assert cells["parameters"] == "840"
    assert cells["bits at equal PSNR against jpeg"] == "fast -55.2 %"
    assert cells["bits at equal PSNR against webp"] == "fast -28.0 %, medium -37.5 %"
    assert cells["as JPEG files"] == ""


def test_rows_of_qualities_are_in_ascending_order_whichever_network_has_them():
    tiny_zoo.add_network(
        "first", scores=SCORES | {"psnr_db": {"10": 28.1, "30": 31.0}, "ssim": {"10": 0.7, "30": 0.8}}
    )
    tiny_zoo.add_network("second", seed=3, scores=SCORES | {"bd_rate_percent": {"jpeg": -45.25}})
    names = [name for name, *_ in zoo_table.tabulate_networks()[1]]
    qualities = [f"PSNR (dB) / SSIM at quality {quality}" for quality in (10, 20, 30)]
    assert names[-4:] == [*qualities, "bits at equal PSNR against jpeg"]


def test_the_page_can_be_made_of_it():
    tiny_zoo.add_network(scores=SCORES)
    page = "<!-- table: zoo -->\n<!-- /table -->\n"
    assert "| parameters" in tables.update(page)
