"""`rebuild.py --method fractal`, beyond what holds for every method."""

from pathlib import Path

import rebuild
from rebuild_project import entered, picture, run_rebuild
from recon.core import images
from recon.rebuilding import overlay
from refusals import refusal


def test_a_picture_smaller_than_a_block_is_refused_and_the_remedy_works(monkeypatch, tmp_path):
    with entered(tmp_path):
        images.write_png("tiny.png", picture(8, 9))
        words = ["tiny.png", "-m", "fractal", "--entry", "coarse", "-o", "x.png"]
        change = "fractal.experiments.coarse.coding.largest=8"
        line = refusal(rebuild.main, *words)
        assert line == f"a side of 8 pixels is smaller than a block; try -S {change}"
        assert not (tmp_path / "x.png").exists()
        with monkeypatch.context() as patch:
            patch.setattr(overlay, "ROOT", Path(rebuild.__file__).parents[1])  # where a change can be checked
            change = "fractal.coding.largest=8"
            assert refusal(rebuild.main, "tiny.png", "-m", "fractal", "-o", "x.png").endswith(f"-S {change}")
            run_rebuild("tiny.png", "-m", "fractal", "-o", "x.png", "-S", change)
