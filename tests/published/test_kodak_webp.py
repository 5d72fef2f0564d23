"""WebP on the 24 Kodak images by CompressAI's measures, which learned codecs are printed in.

Source: github.com/InterDigitalInc/CompressAI, results/image/kodak/webp.json: means over the images of RGB, of the
WebP that Pillow writes by default. libwebp's pixels have not changed since.
"""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from recon.coding.rate import bpp
from recon.core.images import from_pillow, to_pillow
from recon.referee.distortion import psnr_db
from recon.referee.similarity import ms_ssim

pytestmark = pytest.mark.published


@pytest.mark.parametrize(
    ("quality", "published_bpp", "published_db", "published_ms_ssim"),
    [(5, 0.23442, 28.32842, 0.925739), (40, 0.62074, 32.42482, 0.970514)],
)
def test_rate_psnr_and_ms_ssim_are_those_that_were_printed(
    dataset, quality, published_bpp, published_db, published_ms_ssim
):
    scores = []
    for image in dataset("kodak"):
        file = BytesIO()
        to_pillow(image).save(file, "WEBP", quality=quality)
        with Image.open(file) as opened:
            pair = {"reference": image, "reconstruction": from_pillow(opened)}
        rate = bpp(payload_bytes=len(file.getvalue()), rows=image.shape[0], columns=image.shape[1])
        scores.append((rate, psnr_db(**pair), ms_ssim(**pair)))
    assert len(scores) == 24
    means = np.mean(scores, axis=0)
    assert means[0] == pytest.approx(published_bpp, rel=0.001)
    assert means[1] == pytest.approx(published_db, abs=0.0001)
    assert means[2] == pytest.approx(published_ms_ssim, abs=0.00001)
