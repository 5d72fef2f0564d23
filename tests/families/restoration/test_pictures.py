from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from invented import change, methods
from recon.families.restoration import factor_figures, factors, figures
from recon.families.restoration.pictures import ScoredPicture, draw_pictures, measure_edges

ORIGINAL = np.random.default_rng(0).integers(0, 256, (70, 93, 3), np.uint8)
CURVES = pd.DataFrame({"model": ["one"] * 30, "epoch": range(1, 31), "val_gain_db": np.linspace(-1, 1, 30)})


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def is_drawn(path):
    with Image.open(path) as image:
        return len(set(image.convert("L").tobytes())) > 10


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("count", [1, 4])
def test_pictures_are_drawn_gray_and_in_color_few_and_many(channels, count):
    original = ORIGINAL[..., :channels]
    pictures = [ScoredPicture("jpeg", 255 - original, 30.0, 0.9)] * count
    draw_pictures("pictures.png", original, pictures, heading="some")
    assert is_drawn("pictures.png")


def test_a_perfect_picture_has_errors_that_can_be_drawn():
    draw_pictures("pictures.png", ORIGINAL, [ScoredPicture("jpeg", ORIGINAL, 100.0, 1.0)], heading="some")
    assert is_drawn("pictures.png")


def test_the_detail_is_the_strongest_edge_whatever_the_texture():
    """A step of 60 gray levels, far from noise of +-100."""
    pixels = np.full((96, 192, 1), 100, np.uint8)
    pixels[:, 140:] += 60
    pixels[:, :64, 0] = np.random.default_rng(0).choice([0, 200], (96, 64))
    _, columns = np.unravel_index(measure_edges(pixels).argmax(), pixels.shape[:2])
    assert abs(columns - 140) <= 1


TABLES = {
    "one network": methods(jpeg=0.0, one=(1.0, 10)),
    "a loss of many decibels": methods(jpeg=0.0, shift_average=0.6, bad=(-9.0, 5), one=(1.0, 10)),
    "losses only": methods(jpeg=0.0, bad=(-9.0, 5), worse=(-12.0, 10)),
    "no network": methods(jpeg=0.0, shift_average=0.6),
    "more networks than colors": methods(jpeg=0.0, **{f"net{n}": (0.1 * n, n) for n in range(1, 12)}),
}


def draw_front(path, table):
    figures.draw_front(path, table, cost="macs_per_pixel", label="work", describe=lambda row: f"{row.num_params}")


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_charts_are_drawn_of_any_table(table):
    draw_front("front.png", table)
    figures.draw_qualities("qualities.png", table)
    assert is_drawn("front.png")
    assert is_drawn("qualities.png")


@pytest.mark.parametrize("curves", [CURVES, CURVES[:1], CURVES[:0]], ids=["curve", "one epoch", "none"])
def test_training_is_drawn_of_any_number_of_epochs(curves):
    figures.draw_training("training.png", curves)
    assert is_drawn("training.png")


NUMBERS = [change("width", "16", -0.1, base_value="32"), change("width", "48", 0.1, base_value="32")]
WORDS = [change("loss", "mae", 0.01, base_value="mse"), change("skip", "false", -0.5, base_value="true")]


NAMED = [change("recipe", "slow", -0.5, base_value=None)]


@pytest.mark.parametrize(
    "rows", [NUMBERS, WORDS, NUMBERS + WORDS + NAMED], ids=["numbers", "words", "both, and a named change"]
)
def test_factors_are_drawn_of_numbers_and_of_words(rows):
    factor_figures.draw("factors.png", factors.effects(pd.DataFrame(rows)))
    assert is_drawn("factors.png")


def test_without_sweeps_the_figure_says_so():
    factor_figures.draw("factors.png", factors.effects(pd.DataFrame(columns=factors.COLUMNS)))
    assert is_drawn("factors.png")


@pytest.mark.parametrize(("number", "text"), [(0.5, "0.5"), (20, "20"), (80_958, "81k"), (2_185_123, "2.19M")])
def test_a_number_beside_a_name_is_short(number, text):
    assert figures.format_compact(number) == text


def test_equal_tables_give_equal_bytes():
    for name in ("one.png", "two.png"):
        draw_front(name, TABLES["one network"])
    assert Path("one.png").read_bytes() == Path("two.png").read_bytes()


def test_labels_stay_within_the_chart(monkeypatch):
    """All baselines and networks gain about as much as the best one."""
    drawn = []
    monkeypatch.setattr(figures.figures, "save", lambda path, figure: drawn.append(figure))
    networks = {f"net{n}": (1 + n / 1000, n + 1) for n in range(9)}
    draw_front("front.png", methods(jpeg=0.0, shift_average=0.99, shift_average_clipped=1.0, **networks))
    (panel,) = drawn[0].axes
    low, high = panel.get_ylim()
    assert len(panel.texts) == 3 + 9
    assert all(low <= text.get_position()[1] <= high for text in panel.texts)


@pytest.mark.parametrize(
    ("across", "other", "is_left"),
    [(0.3, (0.3, 0.9), False), (0.7, (0.7, 0.9), True), (0.3, (0.35, 0.5), True), (0.7, (0.65, 0.5), False)],
    ids=[
        "towards the middle",
        "towards the middle, from the right",
        "a point at the right",
        "a point at the left",
    ],
)
def test_a_label_covers_no_point_where_there_is_room(across, other, is_left):
    panel = figures.figures.new_figure(4, 3).subplots()
    points = np.array([(across, 0.5), other])
    assert figures._is_label_left(panel, (across, 0.5), "a method", points) == is_left
