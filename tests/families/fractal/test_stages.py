"""The family's stages on small pictures, from params.yaml to figures."""

from pathlib import Path

import numpy as np
import pytest
import yaml
from PIL import Image

# isort: split
import evaluate
import fractal
import fractal_comparison
from recon.core import files
from recon.core.imageset import write_set
from recon.core.reconstruction import RECONSTRUCTIONS, read_pixels, read_timings
from recon.families.fractal import findings, tables
from recon.families.fractal.comparison import decode_twice
from recon.families.fractal.method import FractalCodec
from recon.settings import groups
from recon.settings.core import read_params

ROWS, COLUMNS = 20, 28
ROOT = Path(__file__).resolve().parents[3]
REAL = read_params(ROOT / "params.yaml")
BLOCKS = ["fixed_8", "fixed_4", "quadtree", "deep_quadtree"]


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    """Params with fewer points, two pictures, and all that the stages make of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("project"))
        params = {"fractal": REAL["fractal"]}
        params["fractal"]["experiments"]["plane"]["points"] = {"tolerance": [5, 20]}
        Path("params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
        files.write_json(groups.NAMES, ["fractal"])
        files.write_text(f"{groups.FOLDER}/fractal.json", groups.text(params["fractal"]))
        i, j = np.mgrid[:ROWS, :COLUMNS]
        picture = np.stack([i * 12, j * 9, (i // 3 + j // 4) % 2 * 200], -1).astype(np.uint8)
        for name, pixels, color in (("plane", picture, "rgb"), ("fractal", picture[..., :1], "gray")):
            write_set(f"data/subjects/{name}", [("board", "subject", pixels)], source="some", color=color)
        fractal.main()
        evaluate.main("fractal")
        fractal_comparison.main()
        yield


def test_settings_are_columns():
    rows = files.read_csv("metrics/scores/fractal.csv")
    assert rows["variant"].tolist() == [*(f"blocks={name}" for name in BLOCKS), "tolerance=5", "tolerance=20"]
    assert rows["across"].tolist()[:4] == BLOCKS
    assert rows["tolerance"].tolist()[4:] == [5, 20]


def test_blocks_are_matched_once_for_all_tolerances():
    _, seconds = read_timings(family="fractal", entry="plane")
    assert seconds["what"].tolist() == ["fit", *["encode", "decode"] * 2]


def test_the_last_pass_is_the_saved_picture_and_any_start_leads_there():
    place = {"entry": "plane", "variant": "tolerance=5", "image": "board"}
    decoding = decode_twice(**place)
    saved = read_pixels(family="fractal", **place)
    data = (RECONSTRUCTIONS / "fractal/plane/tolerance=5/board.bin").read_bytes()
    np.testing.assert_array_equal(FractalCodec.decode(data), saved)
    assert np.abs(decoding.pictures[-1].astype(int) - saved).max() <= 2  # it may have gone a pass further
    assert np.abs(decoding.pictures[-1].astype(int) - decoding.others[-1]).max() <= 2
    assert np.abs(decoding.pictures[0].astype(int) - decoding.others[0]).max() > 100


def test_the_blocks_of_a_decoding_tile_the_padded_picture():
    decoding = decode_twice(entry="blocks", variant="blocks=quadtree", image="board")
    covered = np.zeros((24, 32), int)
    for side, row, column in decoding.leaves:
        covered[row : row + side, column : column + side] += 1
    assert (covered == 1).all()


def test_the_passes_of_every_payload_are_kept():
    rows = files.read_csv("metrics/comparisons/fractal/rmse.csv")
    assert set(rows["variant"]) == {*(f"blocks={name}" for name in BLOCKS), "tolerance=5", "tolerance=20"}
    ends = rows.groupby(["entry", "variant"])
    assert (ends["largest_difference"].last() < 1).all()
    assert (ends["rmse"].last() < ends["rmse"].first()).all()


def test_figures_are_drawn_for_every_name_that_the_page_shows():
    folder = Path("plots/families/fractal")
    assert {path.name for path in folder.iterdir()} == set(findings.FIGURES)
    assert all((folder / name).stat().st_size > 2_000 for name in findings.FIGURES)
    with Image.open(folder / "passes.gif") as passes:
        assert passes.size == (COLUMNS, ROWS)


def test_the_findings_count_the_payloads_and_name_the_extremes():
    settled, noises, extremes = findings.describe()
    assert settled.startswith("Each of 6 payloads comes within")
    assert noises.startswith("Two noises end in one picture")
    assert extremes.startswith("The most accurate blocks are fixed 4 (")
    assert ", the cheapest deep quadtree (" in extremes
    assert Path("metrics/comparisons/fractal/findings.md").read_text() == findings.report()


def test_the_table_has_a_row_for_each_coding_of_the_family_s_subject():
    header, rows = tables.TABLES["fractal"]()
    assert [row[0] for row in rows] == ["fixed 8", "fixed 4", "quadtree", "deep quadtree"]
    assert {len(row) for row in rows} == {len(header)}


def test_the_table_of_the_search_says_how_seconds_grow(monkeypatch):
    monkeypatch.chdir(ROOT)
    header, rows, note = tables.TABLES["fractal-search"]()
    assert {len(row) for row in rows} == {len(header)}
    assert note.startswith("Seconds grow with side^")
