"""Classical codecs on the 24 Kodak images, against curves measured with Pillow 13.0 at the same settings.

Libraries then: libjpeg-turbo 3.2.0, libwebp 1.6.0, OpenJPEG 2.5.4, libavif 1.4.2. Rates and PSNRs are means
over the images. Another build, or number of threads, moves a point along its curve, so PSNR is compared at
equal rate, between two points of the curve.
"""

import numpy as np
import pytest

from recon.coding.rate import bpp
from recon.families.classical.method import ClassicalCodec
from recon.referee.distortion import mse, psnr_db, psnr_of_mean_mse_db

pytestmark = pytest.mark.published

CURVES = {  # codec: mean bpp, mean PSNR in dB
    "jpeg": (
        [0.1543, 0.2684, 0.3695, 0.4582, 0.6150, 0.8648, 1.193],
        [23.85, 26.67, 28.15, 29.15, 30.49, 32.17, 33.92],
    ),
    "jpeg2000": (
        [0.0993, 0.1995, 0.2993, 0.3984, 0.5991, 0.7980],
        [26.34, 28.46, 29.94, 31.13, 33.06, 34.64],
    ),
    "webp": (
        [0.1545, 0.2174, 0.2744, 0.3775, 0.5772, 0.7687, 1.154],
        [26.98, 28.11, 28.93, 30.19, 32.20, 33.73, 36.18],
    ),
    "avif": (
        [0.1018, 0.1604, 0.2440, 0.3787, 0.5996, 0.8912, 1.238],
        [26.91, 28.29, 29.76, 31.48, 33.66, 35.71, 37.70],
    ),
}


def pairs(images, codec, setting):
    return [(image, ClassicalCodec(image, codec).rebuild(setting)) for image in images]


def mean_bpp(results):
    return np.mean(
        [
            bpp(payload_bytes=len(result.payload), rows=image.shape[0], columns=image.shape[1])
            for image, result in results
        ]
    )


def mean_psnr_db(results):
    return np.mean([psnr_db(reference=image, reconstruction=result.pixels) for image, result in results])


@pytest.mark.parametrize(
    ("codec", "setting"),
    [
        ("jpeg", 10),
        ("jpeg", 30),
        ("jpeg", 50),
        ("jpeg2000", 0.2),
        ("jpeg2000", 0.6),
        ("webp", 5),
        ("webp", 20),
        ("webp", 60),
        pytest.param("avif", 30, marks=pytest.mark.slow),
        pytest.param("avif", 60, marks=pytest.mark.slow),
    ],
)
def test_psnr_at_equal_rate(dataset, codec, setting):
    images = dataset("kodak")
    assert len(images) == 24
    results = pairs(images, codec, setting)
    rates, values = CURVES[codec]
    assert rates[0] < mean_bpp(results) < rates[-1]
    assert mean_psnr_db(results) == pytest.approx(np.interp(mean_bpp(results), rates, values), abs=0.1)


def test_constant_rate_looks_better_as_mean_of_psnrs_than_as_psnr_of_the_mean_mse(dataset):
    """JPEG 2000 at 0.8 bpp: 34.64 dB against 32.80; so results show both."""
    results = pairs(dataset("kodak"), "jpeg2000", 0.8)
    errors = [mse(reference=image, reconstruction=result.pixels) for image, result in results]
    assert mean_psnr_db(results) == pytest.approx(34.64, abs=0.1)
    assert psnr_of_mean_mse_db(errors) == pytest.approx(32.80, abs=0.1)
