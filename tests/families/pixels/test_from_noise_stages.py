"""The stages of both families on small pictures, from params to figures."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

# isort: split
import evaluate
import fractal
import from_noise
import pixels
from recon.core import files
from recon.core.imageset import write_set
from recon.core.reconstruction import RECONSTRUCTIONS, read_pixels
from recon.families.fractal.method import decode
from recon.families.shared.from_noise import decoded
from recon.settings.core import read_params

ROWS, COLUMNS = 20, 28
REAL = read_params(Path(__file__).resolve().parents[3] / "params.yaml")

OPTIMIZERS = ("gradient_descent", "momentum", "adam")
BLOCKS = REAL["fractal"]["experiments"]["blocks"]["sweep"]["blocks"]


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    """Params with fewer steps and points, three pictures, and all that the stages make of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("project"))
        patch.setattr(pixels.runtime, "prepare", lambda settings: None)  # may be done once in a process
        params = {name: REAL[name] for name in ("runtime", "pixels", "fractal")}
        params["pixels"]["descent"] |= {"steps": 5, "shown_steps": [0, 1, 2]}
        params["fractal"]["experiments"]["plane"]["sweep"] = {"tolerance": [5, 20]}
        Path("params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
        i, j = np.mgrid[:ROWS, :COLUMNS]
        picture = np.stack([i * 12, j * 9, (i // 3 + j // 4) % 2 * 200], -1).astype(np.uint8)
        gray = picture[..., :1]
        for name, shown, color in (
            ("plane", picture, "rgb"),
            ("pixels", picture, "rgb"),
            ("fractal", gray, "gray"),
        ):
            write_set(f"data/subjects/{name}", [("board", "subject", shown)], source="some", color=color)
        for family, stage in {"pixels": pixels, "fractal": fractal}.items():
            for entry in params[family]["experiments"]:
                stage.main(entry)
            evaluate.main(family)
        from_noise.main()
        yield


def test_every_picture_is_scored_and_has_a_rate():
    rows = files.read_csv("metrics/pixels.csv")
    assert (rows["payload_bytes"] == ROWS * COLUMNS * 3 + 17).all()
    assert rows["variant"].tolist() == [
        *(f"optimizer={name},step={step}" for name in OPTIMIZERS for step in (0, 1, 2, 5)),
        "step=last",
    ]  # fmt: skip


def test_the_curves_hold_every_step_beside_the_closed_form():
    curves = files.read_csv("metrics/pixels_rmse.csv")
    sgd = curves[curves["variant"] != "optimizer=adam"]
    assert sgd["closed_form_rmse"].notna().all()
    assert (sgd["rmse"] - sgd["closed_form_rmse"]).abs().max() < 1e-3
    assert curves[curves["variant"] == "optimizer=adam"]["closed_form_rmse"].isna().all()
    assert set(curves[curves["entry"] == "optimizers"]["step"]) == set(range(6))


def test_the_last_pass_is_the_saved_picture_and_any_start_leads_there():
    where = {"entry": "plane", "variant": "tolerance=5", "image": "board"}
    found = decoded(**where)
    saved = read_pixels(family="fractal", **where)
    data = (RECONSTRUCTIONS / "fractal/plane/tolerance=5/board.bin").read_bytes()
    np.testing.assert_array_equal(decode(data), saved)
    assert np.abs(found.pictures[-1].astype(int) - saved).max() <= 2  # it may have gone a pass further
    assert np.abs(found.pictures[-1].astype(int) - found.other[-1]).max() <= 2
    assert np.abs(found.pictures[0].astype(int) - found.other[0]).max() > 100


def test_the_passes_of_every_payload_are_kept():
    rows = files.read_csv("metrics/fractal_rmse.csv")
    assert set(rows["variant"]) == {*(f"blocks={name}" for name in BLOCKS), "tolerance=5", "tolerance=20"}
    ends = rows.groupby(["entry", "variant"])
    assert (ends["largest_difference"].last() < 1).all()
    assert (ends["rmse"].last() < ends["rmse"].first()).all()


def test_figures_and_animations_are_there():
    for name in (
        "pixels/steps.png",
        "pixels/rmse.png",
        "fractal/passes.png",
        "fractal/rmse.png",
        "fractal/blocks.png",
    ):
        assert Path("plots", name).stat().st_size > 5_000
    with Image.open("plots/pixels/steps.gif") as steps, Image.open("plots/fractal/passes.gif") as passes:
        assert (steps.n_frames, steps.size) == (3, (3 * COLUMNS + 2 * 4, ROWS))
        assert passes.size == (COLUMNS, ROWS)


def test_findings_tell_every_curve():
    told = Path("plots/pixels/findings.md").read_text() + Path("plots/fractal/findings.md").read_text()
    assert told.count("board: ") == 4 + 6
    assert "The closed form is never off by more than" in told
    assert "Two noises end in one picture" in told
