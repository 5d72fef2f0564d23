"""`rebuild.py --method fractal`, beyond what holds for every method."""

import rebuild
from rebuild_project import entered, picture
from recon.core import images
from refusals import refusal


def test_a_picture_smaller_than_a_block_is_refused(tmp_path):
    with entered(tmp_path):
        images.write_png("tiny.png", picture(8, 9))
        line = refusal(rebuild.main, "tiny.png", "-m", "fractal", "--entry", "coarse", "-o", "x.png")
        assert "an image of 8 x 9 pixels is smaller than a block of 16 x 16" in line
        assert not (tmp_path / "x.png").exists()
