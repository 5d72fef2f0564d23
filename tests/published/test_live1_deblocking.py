"""JPEG artifact reduction without a network on LIVE1, by the protocol of test_live1_jpeg.py.

There is no published table of these filters under that protocol: the numbers are from an earlier, separate
implementation, which averaged 64 re-encodings at offsets 0 to 7 and clipped coefficients to within 0.3 steps.
"""

import numpy as np
import pytest

from recon.core.images import luma_studio
from recon.families.deblocking.method import decode
from recon.jpeg.degradation import jpeg_encode
from recon.jpeg.projection import kept_share
from recon.referee.distortion import psnr_b_db, psnr_db, ssim

pytestmark = pytest.mark.published


def mean_over(pairs, measure):
    return np.mean([measure(reference=image, reconstruction=rebuilt) for image, rebuilt in pairs])


def luma_files(dataset, quality):
    images = [luma_studio(image) for image in dataset("live1")]
    return [(image, jpeg_encode(image, quality=quality)) for image in images]


@pytest.mark.parametrize(
    ("filter", "quality", "db", "structure", "b_db"),
    [
        ("shift_average", 10, 28.41, 0.7939, 28.38),
        ("shift_average", 20, 30.67, 0.8652, 30.61),
        ("shift_average", 30, 32.01, 0.8962, 31.92),
        ("shift_average", 40, 32.98, 0.9138, 32.86),
        ("shift_average_clipped", 10, 28.47, 0.7977, 28.38),
        ("shift_average_clipped", 20, 30.74, 0.8674, 30.65),
        ("shift_average_clipped", 30, 32.08, 0.8978, 31.95),
        ("shift_average_clipped", 40, 33.05, 0.9151, 32.89),
    ],
)
def test_luma_scores(dataset, filter, quality, db, structure, b_db):
    pairs = [(image, decode(content, filter=filter)) for image, content in luma_files(dataset, quality)]
    assert len(pairs) == 29
    assert mean_over(pairs, psnr_db) == pytest.approx(db, abs=0.011)
    assert mean_over(pairs, ssim) == pytest.approx(structure, abs=0.001)
    assert mean_over(pairs, psnr_b_db) == pytest.approx(b_db, abs=0.02)


@pytest.mark.parametrize("quality", [10, 40])
def test_clipped_luma_gives_the_files_coefficients_in_all_whole_blocks(dataset, quality):
    """Cropped to whole blocks, of which none is cut at 0 or 255: studio range leaves room."""
    for image, _ in luma_files(dataset, quality)[::4]:
        whole = image[: image.shape[0] // 8 * 8, : image.shape[1] // 8 * 8]
        content = jpeg_encode(whole, quality=quality)
        assert kept_share(decode(content, filter="shift_average_clipped"), content) == 1


@pytest.mark.parametrize(("quality", "jpeg_db"), [(10, 25.69), (40, 30.28)])
def test_color_gains_half_a_decibel_and_keeps_nearly_all_coefficients(dataset, quality, jpeg_db):
    files = [(image, jpeg_encode(image, quality=quality)) for image in dataset("live1")]
    pairs = [(image, decode(content, filter="shift_average_clipped")) for image, content in files]
    assert mean_over(pairs, psnr_db) > jpeg_db + 0.5
    shares = [kept_share(rebuilt, content) for (_, content), (_, rebuilt) in zip(files, pairs, strict=True)]
    assert np.mean(shares) > 0.999
