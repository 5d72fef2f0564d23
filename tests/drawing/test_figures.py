import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from recon.core import images
from recon.drawing import figures

PIXELS = np.random.default_rng(0).integers(0, 256, (70, 80, 3), np.uint8)


def draw(path):
    figure = figures.new_figure(3, 2)
    figures.draw_curve(figure.subplots(), [0, 1], [1, 2], label="some", index=8)
    figures.save(path, figure)


def test_a_png_of_so_many_inches_comes_out(tmp_path):
    draw(tmp_path / "curve.png")
    with Image.open(tmp_path / "curve.png") as image:
        assert (image.format, image.size) == ("PNG", (330, 220))


def test_equal_figures_give_equal_bytes(tmp_path):
    for name in ("one", "two"):
        draw(tmp_path / f"{name}.png")
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_no_date_and_no_version_is_in_the_file(tmp_path):
    draw(tmp_path / "curve.png")
    with Image.open(tmp_path / "curve.png") as image:
        assert set(image.info) == {"dpi"}


def test_no_color_is_lost_in_the_file(tmp_path):
    """A figure of noise, pixel on pixel, has far more colors than a palette."""
    figure = figures.new_figure(1, 1, dpi=100)
    noise = np.random.default_rng(1).integers(0, 256, (100, 100, 3), np.uint8)
    figure.figimage(noise, resize=False, origin="upper")
    figures.save(tmp_path / "noise.png", figure)
    assert np.array_equal(images.read_image(tmp_path / "noise.png"), noise)


def test_curves_of_two_rounds_differ_in_color_or_marker():
    panel, count = figures.new_figure(2, 2).subplots(), len(figures.COLORS)
    for index in range(2 * count):
        figures.draw_curve(panel, [0], [0], label="", index=index)
    looks = [(line.get_color(), line.get_marker()) for line in panel.get_lines()]
    assert len(set(looks)) == 2 * count
    assert {len(set(column)) for column in zip(*looks[:count], strict=True)} == {count}


def test_pixels_are_shown_as_they_are_and_not_stretched():
    panel = figures.new_figure(2, 2).subplots()
    figures.draw_pixels(panel, np.full((8, 8, 1), 100, np.uint8), "flat")
    (image,) = panel.get_images()
    assert image.to_rgba(np.uint8([[100]]), bytes=True)[0, 0].tolist() == [100, 100, 100, 255]


def test_enlarged_pixels_are_blocks_of_their_own_colors(tmp_path):
    """Black and white at about twice their size, where anything but blocks has grays between them."""
    noise = np.random.default_rng(2).integers(0, 2, (45, 45, 1), np.uint8) * np.uint8(255)
    for name, blocks in {"blocks": True, "blur": False}.items():
        figure = figures.new_figure(1, 1, dpi=100)
        figures.draw_pixels(figure.subplots(), noise, "", blocks=blocks)
        figures.save(tmp_path / f"{name}.png", figure)
    colors = {name: set(np.unique(images.read_image(tmp_path / f"{name}.png"))) for name in ("blocks", "blur")}
    assert colors["blocks"] == {0, 255}
    assert len(colors["blur"]) > 2


def test_the_detail_s_frame_is_around_the_pixels_that_are_shown_below():
    """Pixel k covers k - 0.5 to k + 0.5; the central 4 of 10 are 3 to 6."""
    panel = figures.new_figure(2, 2).subplots()
    figures.mark_detail(panel, (10, 20, 3), 4)
    (frame,) = panel.patches
    assert frame.get_bbox().extents.tolist() == [7.5, 2.5, 11.5, 6.5]


def test_a_grid_has_a_place_for_each_picture_of_its_longest_row(tmp_path):
    rows = [("first", [("0: 9.9", PIXELS)] * 3), ("a longer name", [("0: 9.9", PIXELS[..., :1])])]
    figures.draw_grid(tmp_path / "grid.png", rows, heading="some")
    with Image.open(tmp_path / "grid.png") as drawn:
        assert drawn.mode == "P"
        assert drawn.size == (int(80 * (1.32 * 3 + 0.3)), int(80 * (1.54 * 2 + 0.4)))


def test_a_palette_keeps_few_colors_exactly(tmp_path):
    figure = figures.new_figure(1, 1, dpi=100)
    pixels = np.random.default_rng(1).choice(np.uint8([[255, 0, 0], [0, 9, 255], [90, 90, 90]]), (100, 100))
    figure.figimage(pixels, resize=False, origin="upper")
    figures.save(tmp_path / "few.png", figure, palette=True)
    np.testing.assert_array_equal(images.read_image(tmp_path / "few.png"), pixels)


def test_a_mosaic_grows_by_a_row_when_one_is_full_and_never_in_width(tmp_path):
    """Each row of a mosaic is as high as the others; what is above them is there once."""
    sizes = {}
    for count in (1, 5, 6, 10, 11):
        figures.draw_mosaic(
            tmp_path / "mosaic.png", [("gray", PIXELS[..., :1])] * count, heading="some", detail=16
        )
        with Image.open(tmp_path / "mosaic.png") as drawn:
            sizes[count] = drawn.size
    assert {width for width, _ in sizes.values()} == {756}
    heights = [height for _, height in sizes.values()]
    assert (heights[0], heights[2]) == (heights[1], heights[3])
    assert heights[4] - heights[2] == pytest.approx(heights[2] - heights[0], abs=1)  # of a whole number of dots


def test_a_mosaic_s_titles_stay_apart(monkeypatch):
    """The longest that the project has, side by side and row below row, in the figure as it is drawn."""
    drawn = []
    monkeypatch.setattr(figures, "save", lambda path, figure: drawn.append(figure))
    pictures = [("autoencoder_quantized\nrate_weight=0.002\n0.49 bpp, 24.76 dB", PIXELS)] * 7
    figures.draw_mosaic("mosaic.png", pictures, heading="some", detail=16)
    FigureCanvasAgg(drawn[0]).draw()
    wholes = [panel for panel in drawn[0].axes if panel.get_title()]
    titles = [panel.title.get_window_extent() for panel in wholes]
    assert len(titles) == 7
    others = [panel.get_window_extent() for panel in drawn[0].axes if panel.images]
    for index, box in enumerate(titles):
        assert not any(box.overlaps(other) for other in [*titles[:index], *others])
        assert 0 <= box.x0 < box.x1 <= 756


def test_names_that_would_overlap_are_moved_up_and_others_stay():
    assert figures.spread([0.0, 1.0, 1.5, 1.75, 9.0], 1.0, highest=9.0) == [0.0, 1.0, 2.0, 3.0, 9.0]
    assert figures.spread([], 1.0, highest=9.0) == []


def test_names_that_would_leave_the_chart_are_moved_down_together():
    assert figures.spread([0.0, 8.0, 8.5], 1.0, highest=8.5) == [-0.5, 7.5, 8.5]
