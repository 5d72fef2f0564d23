"""The family's stages on a small picture, from params.yaml to figures."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

# isort: split
import evaluate
import pixels
import pixels_comparison
from recon.core import files
from recon.core.imageset import write_set
from recon.families.pixels import findings, tables
from recon.settings import groups
from recon.settings.core import read_params

ROWS, COLUMNS = 20, 28
REAL = read_params(Path(__file__).resolve().parents[3] / "params.yaml")
OPTIMIZERS = ("gradient_descent", "momentum", "adam")


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    """Params with fewer steps, a picture, and all that the stages make of it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("project"))
        patch.setattr(pixels.runtime, "prepare", lambda settings: None)  # may be done once in a process
        params = {name: REAL[name] for name in ("runtime", "pixels")}
        params["pixels"]["descent"] |= {"steps": 5, "shown_steps": [0, 1, 2]}
        Path("params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
        files.write_json(groups.NAMES, ["pixels"])
        files.write_text(f"{groups.FOLDER}/pixels.json", groups.text(params["pixels"]))
        i, j = np.mgrid[:ROWS, :COLUMNS]
        picture = np.stack([i * 12, j * 9, (i // 3 + j // 4) % 2 * 200], -1).astype(np.uint8)
        for name in ("plane", "pixels"):
            write_set(f"data/subjects/{name}", [("board", "subject", picture)], source="some", color="rgb")
        pixels.main()
        evaluate.main("pixels")
        pixels_comparison.main()
        yield


def test_every_kept_step_is_scored_and_has_a_rate():
    rows = files.read_csv("metrics/scores/pixels.csv")
    assert (rows["payload_bytes"] == ROWS * COLUMNS * 3 + 17).all()
    assert rows["variant"].tolist() == [
        *(f"optimizer={name},step={step}" for name in OPTIMIZERS for step in (0, 1, 2, 5)),
        "step=last",
    ]  # fmt: skip
    assert rows["step"].tolist() == [*"0125" * 3, "last"]
    assert rows["across"].tolist()[:12:4] == [*OPTIMIZERS]


def test_the_curves_have_every_step_beside_the_closed_form():
    curves = files.read_csv("metrics/comparisons/pixels/rmse.csv")
    descents = curves[curves["across"] != "adam"]
    assert descents["closed_form_rmse"].notna().all()
    assert (descents["rmse"] - descents["closed_form_rmse"]).abs().max() < 1e-3
    assert curves[curves["across"] == "adam"]["closed_form_rmse"].isna().all()
    assert set(curves[curves["entry"] == "optimizers"]["step"]) == set(range(6))


def test_each_entry_has_the_bits_that_it_has_alone(project):
    """All entries are trained in one process, and each fit begins as the first one does."""
    before = Path("data/reconstructions/pixels/plane/step=last/board.png").read_bytes()
    params = read_params()
    params["pixels"]["experiments"] = {"plane": params["pixels"]["experiments"]["plane"]}
    with pytest.MonkeyPatch.context() as patch:
        alone = Path("alone")
        alone.mkdir()
        (alone / "params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
        (alone / "data").mkdir()
        (alone / "data/subjects").symlink_to(Path("data/subjects").resolve())
        patch.chdir(alone)
        pixels.main()
        assert Path("data/reconstructions/pixels/plane/step=last/board.png").read_bytes() == before


def test_figures_are_drawn_for_every_name_that_the_page_shows():
    folder = Path("plots/families/pixels")
    assert {path.name for path in folder.iterdir()} == set(findings.FIGURES)
    assert all((folder / name).stat().st_size > 5_000 for name in findings.FIGURES)
    with Image.open(folder / "steps.gif") as steps:
        assert (steps.n_frames, steps.size) == (3, (3 * COLUMNS + 2 * 4, ROWS))


def test_the_findings_name_what_is_slow_and_what_rises():
    sentences = findings.describe()
    assert "It stays above 1 for adam, board" in " ".join(sentences)
    assert any(sentence.startswith("It does not fall at every step for momentum, board") for sentence in sentences)
    assert "in 18 points of 3 curves" in sentences[-1]
    assert Path("metrics/comparisons/pixels/findings.md").read_text() == findings.report()


def test_the_table_has_a_row_for_each_fit():
    header, rows = tables.TABLES["pixels"]()
    assert [row[0] for row in rows] == [
        "gradient descent, board", "momentum, board", "adam, board", "plane, board"
    ]  # fmt: skip
    assert {len(row) for row in rows} == {len(header)}
    assert rows[2][-1] == ""  # adam has no closed form
