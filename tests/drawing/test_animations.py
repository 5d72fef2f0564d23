import numpy as np
import pytest
from PIL import Image, ImageSequence

from recon.drawing.animations import side_by_side, write_gif


@pytest.fixture
def frames():
    return list(np.random.default_rng(0).integers(0, 256, (3, 12, 20, 1), np.uint8))


def read(path):
    """Return the frames as RGB, and their times in milliseconds."""
    with Image.open(path) as image:
        shown = [
            (np.array(frame.convert("RGB")), frame.info["duration"]) for frame in ImageSequence.Iterator(image)
        ]
        assert image.info["loop"] == 0
    return [pixels for pixels, _ in shown], [time for _, time in shown]


def test_gray_frames_come_back_as_they_were(tmp_path, frames):
    write_gif(tmp_path / "a.gif", frames, milliseconds=100, last_milliseconds=1000)
    shown, times = read(tmp_path / "a.gif")
    np.testing.assert_array_equal(shown, np.repeat(frames, 3, -1))
    assert times == [100, 100, 1000]


def test_few_colors_come_back_as_they_were(tmp_path):
    """Up to 256 of them fit into a frame's palette."""
    colors = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [9, 9, 9]], np.uint8)
    frames = colors[np.random.default_rng(0).integers(0, 4, (2, 16, 16))]
    write_gif(tmp_path / "a.gif", frames, milliseconds=50, last_milliseconds=50)
    np.testing.assert_array_equal(read(tmp_path / "a.gif")[0], frames)


def test_a_frame_that_stays_lengthens_the_time_of_the_one_before(tmp_path, frames):
    write_gif(tmp_path / "a.gif", [frames[0], frames[1], frames[1]], milliseconds=100, last_milliseconds=1000)
    assert sum(read(tmp_path / "a.gif")[1]) == 1200


def test_equal_frames_give_equal_bytes(tmp_path, frames):
    for name in ("a.gif", "b.gif"):
        write_gif(tmp_path / name, frames, milliseconds=100, last_milliseconds=100)
    assert (tmp_path / "a.gif").read_bytes() == (tmp_path / "b.gif").read_bytes()


@pytest.mark.parametrize("wrong", [[], [np.zeros((8, 8, 1), np.uint8), np.zeros((8, 9, 1), np.uint8)]])
def test_what_is_no_animation_leaves_the_earlier_file(tmp_path, wrong):
    (tmp_path / "a.gif").write_bytes(b"earlier")
    with pytest.raises(ValueError, match="of one shape"):
        write_gif(tmp_path / "a.gif", wrong, milliseconds=100, last_milliseconds=100)
    assert (tmp_path / "a.gif").read_bytes() == b"earlier"


def test_pictures_side_by_side_have_white_gaps_between_them(frames):
    row = side_by_side(frames)
    assert row.shape == (12, 3 * 20 + 2 * 4, 1)
    np.testing.assert_array_equal(row[:, 24:44], frames[1])
    assert (row[:, 20:24] == 255).all()
    np.testing.assert_array_equal(row[:, 48:], frames[2])


def test_a_time_that_gif_cannot_tell_is_refused(tmp_path, frames):
    with pytest.raises(ValueError, match="10 ms"):
        write_gif(tmp_path / "a.gif", frames, milliseconds=15, last_milliseconds=100)
