"""`rebuild.py --method pixels`, which returns what was read, beyond what holds for every method."""

import re

import numpy as np
import pytest
from PIL import Image

import rebuild
from rebuild_project import entered, picture, run_rebuild
from recon.core import images
from recon.core.images import read_image
from refusals import refusal


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    with entered(tmp_path_factory.mktemp("project")) as folder:
        yield folder


def save_animation(path):
    frames = [images.to_pillow(picture(20, 30, 1)), images.to_pillow(255 - picture(20, 30, 1))]
    frames[0].save(path, save_all=True, append_images=frames[1:])


def save_alpha(path):
    image = images.to_pillow(picture(20, 30)).convert("RGBA")
    image.putalpha(100)
    image.save(path)


def save_deep(path):
    Image.fromarray(picture(20, 30, 1)[..., 0].astype(np.uint16) * 256).save(path)


def save_cmyk(path):
    images.to_pillow(picture(20, 30)).convert("CMYK").save(path)


@pytest.mark.parametrize(
    ("name", "save"),
    [("a.gif", save_animation), ("a.png", save_alpha), ("b.png", save_deep), ("c.jpg", save_cmyk)],
)
def test_odd_pictures_are_read_as_the_pipeline_reads_them(name, save, tmp_path):
    """With an RMSE below a tenth of a gray level no pixel is off by more than one gray level."""
    save(tmp_path / name)
    run_rebuild(tmp_path / name, "-m", "pixels", "-o", tmp_path / "x.png", "--tolerance", 0.1)
    rebuilt, original = read_image(tmp_path / "x.png"), read_image(tmp_path / name)
    assert rebuilt.shape == original.shape
    assert np.abs(rebuilt.astype(int) - original).max() <= 1


def test_no_rate_below_that_of_the_pixels_is_in_reach(tmp_path):
    line = refusal(rebuild.main, "photo.png", "-m", "pixels", "--bpp", "1", "-o", str(tmp_path / "x.png"))
    assert re.search(r"pixels goes from (24\.\d+) bpp .* to \1 bpp", line)
