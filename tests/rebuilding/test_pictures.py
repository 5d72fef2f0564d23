"""`rebuild.py` on JPEG files as they are."""

import numpy as np
import pytest
from PIL import ExifTags, Image

from rebuild_project import SIDES, entered, parsed, picture, run_rebuild
from recon.core import images
from recon.core.images import read_image
from recon.jpeg.degradation import jpeg_encode
from recon.rebuilding import methods

DECODERS = [name for name, method in methods.all_methods().items() if method.pillow_format == "JPEG"]
RESTORERS = [name for name, method in methods.all_methods().items() if method.restores]


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    with entered(tmp_path_factory.mktemp("project")) as folder:
        yield folder


@pytest.mark.parametrize("method", DECODERS)
def test_a_jpeg_is_turned_as_its_exif_data_says(method, tmp_path):
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    path = tmp_path / "turned.jpg"
    images.to_pillow(picture(24, 40)).save(path, exif=exif, quality=30)
    run_rebuild(path, "--decode", "-m", method, "-o", tmp_path / "x.png", "--reference", path)
    assert read_image(tmp_path / "x.png").shape == (40, 24, 3)
    if method == "jpeg":
        np.testing.assert_array_equal(read_image(tmp_path / "x.png"), read_image(path))


@pytest.mark.parametrize("method", RESTORERS)
def test_a_jpeg_is_restored_as_it_is_unless_another_is_asked_for(method, tmp_path):
    path = tmp_path / "photo.jpg"
    path.write_bytes(jpeg_encode(picture(*SIDES), quality=30))
    line = run_rebuild(path, "-m", method, "-o", tmp_path / "restored.png")
    assert f" {path.stat().st_size:,} bytes, " in line
    run_rebuild(path, "--decode", "-m", method, "-o", tmp_path / "decoded.png")
    np.testing.assert_array_equal(read_image(tmp_path / "restored.png"), read_image(tmp_path / "decoded.png"))
    line = run_rebuild(path, "-m", method, "-o", tmp_path / "x.png", "--quality", 5)
    anew = jpeg_encode(read_image(path), quality=5, subsampling="4:2:0", progressive=True)
    assert int(parsed(line)["bytes"]) == len(anew)
