"""The script that draws the plane, on one small photograph."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import plot
from recon.core import files, parallel
from recon.core.imageset import write_set
from recon.core.reconstruction import EntryWriter, Reconstruction
from recon.referee import fields, plane_figures

PIXELS = np.zeros((16, 24, 3), np.uint8)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A plane of one photograph of the set `some`, of which a curve was published."""
    monkeypatch.chdir(tmp_path)
    write_set("data/subjects/plane", [("a", "subject", PIXELS)], source="some", color="rgb")
    with EntryWriter(family="classical", entry="jpeg", about={}) as writer:
        writer.add({"quality": 10}, "a", Reconstruction(PIXELS, b"", 0, 0))
    point = {"family": "classical", "entry": "jpeg", "variant": "quality=10", "bpp": 0.5, "psnr_db": 30.0}
    row = dict.fromkeys(fields.columns(fields.SCORES)) | point | {"subject": "plane", "image": "a"}
    files.write_csv("metrics/scores/classical.csv", pd.DataFrame([row]))
    files.write_csv(
        "metrics/leaderboard.csv", pd.DataFrame([point | {"method": "jpeg", "images": 1, "ssim": 0.9}])
    )
    files.write_json("data/published/some/theirs.json", {"results": {"bpp": [0.4, 0.6], "psnr-rgb": [29, 31]}})
    return tmp_path


def write_params(images, side):
    plane = f"subjects: {{plane: {{source: some, images: {images}, fit: crop, rows: {side}, columns: {side}}}}}\n"
    files.write_text("params.yaml", plane + "plot: {bpp_scale: log, mosaic_bpp: 0.42}\n")


def test_the_plane_and_a_mosaic_are_drawn(project):
    write_params("[a]", "null")
    plot.main()
    drawn = sorted(path.as_posix() for path in Path("plots").rglob("*.png"))
    assert drawn == ["plots/mosaics/a.png", "plots/rate_distortion.png"]


@pytest.mark.parametrize(
    ("images", "side", "names"), [("all", "null", ["theirs"]), ("[a]", "null", []), ("all", 16, [])]
)
def test_published_curves_stand_beside_whole_sets_only(project, monkeypatch, images, side, names):
    """What a codec reaches on all photographs says nothing of some, or of smaller ones."""
    drawn = {}
    monkeypatch.setattr(parallel, "run_all", lambda calls, by: [call() for call in calls])
    monkeypatch.setattr(plane_figures, "draw_rate_distortion", lambda *_, **options: drawn.update(options))
    write_params(images, side)
    plot.main()
    assert [curve.name for curve in drawn["published"]] == names
