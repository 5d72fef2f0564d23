"""`rebuild.py --method coordinates`, beyond what holds for every method."""

from dataclasses import replace

import pytest

import rebuild
from rebuild_project import SIDES, entered, parsed, run_rebuild
from recon.families.coordinates import rebuilder
from recon.families.coordinates.params import ROOM
from recon.rebuilding.overlay import load_project
from recon.settings.networks import network_settings
from refusals import refusal


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    with entered(tmp_path_factory.mktemp("project")) as folder:
        yield folder


def test_the_widest_network_that_keeps_a_rate_is_fitted(monkeypatch, tmp_path):
    monkeypatch.setattr(rebuilder, "_WIDTHS", [4, 8, 40])
    line = parsed(run_rebuild("photo.png", "-m", "coordinates", "-o", tmp_path / "x.rcn", "--bpp", 4))
    assert line["value"] == "8"


def test_no_width_is_tried_twice():
    assert len(rebuilder._WIDTHS) == len(set(rebuilder._WIDTHS))


def test_a_larger_table_of_a_grid_takes_no_more_time():
    """Only four of its rows are read for a pixel."""
    family, seconds = rebuilder.Rebuilder(load_project([]), "coordinates"), []
    for rows in (64, 4096):
        settings = network_settings("grid", {"table_rows": rows}, "test", room=ROOM)
        family._run = replace(family._run, net="grid", network=settings)
        seconds.append(family.estimate_seconds((*SIDES, 3), 8))
    assert 0 < seconds[0] == seconds[1]


def test_a_mask_in_the_entry_hides_nothing_of_a_picture_of_your_own(tmp_path):
    """Shown all of it, the network of an entry with a mask is that of the same entry without one."""
    files = [tmp_path / name for name in ("masked.rcn", "plane.rcn")]
    for file in files:
        run_rebuild("photo.png", "-m", "coordinates", "--entry", file.stem, "--width", 8, "-o", file)
    assert files[0].read_bytes() == files[1].read_bytes()


def test_input_features_that_memory_has_no_room_for_are_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(rebuilder, "_MAX_BYTES", 2 * 4 * 2 * 100)  # of 100 pixels, two numbers each
    line = refusal(rebuild.main, "photo.png", "-m", "coordinates", "-o", str(tmp_path / "x.rcn"))
    assert line == "photo.png: 37 x 53 pixels, but coordinates takes at most 100; scale it with --longest 11"
