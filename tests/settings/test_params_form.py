"""params.yaml has the form in which DVC writes it after an override, which so changes one line."""

import difflib
import re
import shutil
from pathlib import Path

import pytest
from dvc.utils.hydra import apply_overrides

PARAMS = Path(__file__).resolve().parents[2] / "params.yaml"
LINES = PARAMS.read_text(encoding="utf-8").splitlines()


def override(folder, *overrides):
    """Return the lines of a copy of params.yaml after `dvc exp run -S` for each override, one after the other."""
    copy = folder / "params.yaml"
    shutil.copy(PARAMS, copy)
    for change in overrides:
        apply_overrides(copy, [change])
    return copy.read_text(encoding="utf-8").splitlines()


def changes(lines):
    """Return the lines that were removed and the lines that were added."""
    differences = list(difflib.unified_diff(LINES, lines, n=0, lineterm=""))[2:]
    return [[line[1:] for line in differences if line[0] == sign] for sign in "-+"]


@pytest.mark.parametrize(
    "change",
    [
        "epochs=20",
        "data.rows=64",
        "degrade.subsampling=4:4:4",
        "subjects.plane.rows=128",
        "classical.experiments.jpeg.points.quality=[7]",
        "autoencoder.experiments.residual.q_step=0.03",
        "restoration.experiments.arcnn.training.batch_size=4",
        "coordinates.experiments.plane.across.width=[20,32]",
        "latent_decoder.experiments.patterns.sweep.net.grid.latents=4",
        "+pixels.experiments.plane.descent.momentum=0.5",
        "plot.bpp_scale=linear",
    ],
)
def test_an_override_changes_one_line(tmp_path, change):
    (before,), (after,) = changes(override(tmp_path, change))
    assert before.partition(":")[0] == after.partition(":")[0]
    assert re.findall("#.*", before) == re.findall("#.*", after)


def test_later_overrides_find_all_comments_still_there(tmp_path):
    """The second one was the first to lose some."""
    lines = override(
        tmp_path, "epochs=20", "degrade.qualities=[10]", "coordinates.experiments.factors.sweep.seed=[3]"
    )
    removed, added = changes(lines)
    assert [line.partition("#")[2] for line in added if "#" in line] == [
        line.partition("#")[2] for line in removed if "#" in line
    ]
    assert len(removed) == 5  # the epochs, three qualities and the seed


def test_an_override_and_its_opposite_leave_the_file_as_it_was(tmp_path):
    assert override(tmp_path, "epochs=20", "epochs=500") == LINES
