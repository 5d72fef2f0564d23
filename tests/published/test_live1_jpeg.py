"""JPEG on LIVE1, the input row of every table on JPEG artifact reduction.

Source: the table figs/single_table.png of github.com/jiaxi-jiang/FBCNN, row JPEG (gray); its two decimals
are given here to three, as they were reproduced once. Protocol as in Demo_test_DnCNN3.m of
github.com/cszn/DnCNN: the uint8 studio-range luma of MATLAB's rgb2ycbcr, compressed as gray JPEG; peak 255,
no border cut from the PSNR, SSIM over whole windows.
"""

import numpy as np
import pytest

from recon.core.images import luma_studio, to_color
from recon.jpeg.degradation import jpeg_decode, jpeg_encode
from recon.referee.distortion import psnr_b_db, psnr_db, ssim

pytestmark = pytest.mark.published


def mean_over(images, measure, quality):
    return np.mean(
        [
            measure(reference=image, reconstruction=jpeg_decode(jpeg_encode(image, quality=quality)))
            for image in images
        ]
    )


@pytest.mark.parametrize(
    ("quality", "published_db", "published_ssim", "published_b_db"),
    [
        (10, 27.770, 0.7730, 25.33),
        (20, 30.072, 0.8512, 27.57),
        (30, 31.407, 0.8851, 28.92),
        (40, 32.355, 0.9041, 29.96),
    ],
)
def test_luma_scores_of_jpeg(dataset, quality, published_db, published_ssim, published_b_db):
    images = [luma_studio(image) for image in dataset("live1")]
    assert len(images) == 29
    assert mean_over(images, psnr_db, quality) == pytest.approx(published_db, abs=0.005)
    assert mean_over(images, ssim, quality) == pytest.approx(published_ssim, abs=0.0005)
    assert mean_over(images, psnr_b_db, quality) == pytest.approx(published_b_db, abs=0.0051)


@pytest.mark.parametrize(
    ("quality", "db", "b_db"), [(10, 25.69, 24.20), (20, 28.06, 26.49), (30, 29.37, 27.84), (40, 30.28, 28.83)]
)
def test_color_scores_of_jpeg_with_halved_chroma(dataset, quality, db, b_db):
    """The JPEG row of the same paper's color table: 4:2:0, PSNR over RGB."""
    assert mean_over(dataset("live1"), psnr_db, quality) == pytest.approx(db, abs=0.01)
    assert mean_over(dataset("live1"), psnr_b_db, quality) == pytest.approx(b_db, abs=0.01)


def test_full_range_luma_is_another_protocol(dataset):
    """27.02 dB at quality 10: who scores Pillow's "L" is 0.75 dB below the tables before any method runs."""
    images = [to_color(image, "gray") for image in dataset("live1")]
    assert mean_over(images, psnr_db, 10) == pytest.approx(27.02, abs=0.01)


def test_jpeg_files_grow_with_quality(dataset):
    for image in dataset("live1"):
        sizes = [len(jpeg_encode(image, quality=quality)) for quality in (10, 20, 30, 40)]
        assert sizes == sorted(set(sizes))
