"""SSIMULACRA 2, a perceptual quality score: a pure function of two uint8 arrays (rows, columns, channels).

No maintained package computes it; see "What people see" in metrics/README.md. The constants are those of
libjxl's tools/ssimulacra2.cc (version 2.1, April 2023; BSD 3-Clause, the JPEG XL Project Authors).
"""

import numpy as np
from scipy.ndimage import correlate1d

from recon.referee.distortion import PEAK, mse
from recon.referee.similarity import halve

SCALES = 6
SMALLEST_SIDE = 113  # four halvings of it leave 8 pixels, with which the tool still makes a sixth scale
_LEAST_HALVED = 8

# Linear RGB -> the responses of the eye's cones, above a bias -> X (red against green), Y (luma), B - Y.
_RESPONSES = np.array(
    [
        [0.3, 0.622, 0.078],
        [0.23, 0.692, 0.078],
        [0.24342268924547819, 0.20476744424496821, 0.5518098665095536],
    ]
)
_BIAS = 0.0037930732552754493
_OPPONENTS = np.array([[7, -7, 0], [0.5, 0.5, 0], [-0.5, -0.5, 1]])
_ORIGIN = np.array([0.42, 0.01 - np.cbrt(_BIAS), 0.55])

# Half of the symmetric kernel: the impulse response of the tool's recursive filter (Charalampidis 2016,
# doi:10.1109/TSP.2016.2549985) for sigma 1.5, which has its sum 1 and variance 2.25. Beyond the border is black.
_TAPS = (0.264621105488, 0.21292859201, 0.109335372777, 0.0360111146584, 0.00941436780965)
KERNEL = np.array([*_TAPS[:0:-1], *_TAPS])
_C2 = 0.0009  # the constant of SSIM's contrast and structure

# A row for each scale, from whole to a 32nd, of X, then of Y, then of B - Y: the weights of SSIM, ringing and
# blurring in their means, then in their fourth-power means.
_WEIGHTS = """\
0 0.0007376606707406586 0 0 0.0007793481682867309 0
0 0.0004371155730107379 0 1.1041726426657346 0.00066284834129271 0.00015231632783718752
0 0.0016406437456599754 0 1.8422455520539298 11.441172603757666 0
0.0007989109436015163 0.000176816438078653 0 1.8787594979546387 10.94906990605142 0
0.0007289346991508072 0.9677937080626833 0 0.00014003424285435884 0.9981766977854967 0.00031949755934435053
0.0004550992113792063 0 0 0.0013648766163243398 0 0
0 0 0 7.466890328078848 0 17.445833984131262
0.0006235601634041466 0 0 6.683678146179332 0.00037724407979611296 1.027889937768264
225.20515300849274 0 0 19.213238186143016 0.0011401524586618361 0.001237755635509985
176.39317598450694 0 0 24.43300999870476 0.28520802612117757 0.0004485436923833408
0 0 0 34.77906344483772 44.835625328877896 0
0 0 0 0 0 0
0 0.0008680556573291698 0 0 0 0
0 0.0005313191874358747 0 0.00016533814161379112 0 0
0 0 0 0.0004179171803251336 0.0017290828234722833 0
0.0020827005846636437 0 0 8.826982764996862 23.19243343998926 0
95.1080498811086 0.9863978034400682 0.9834382792465353 0.0012286405048278493 171.2667255897307 0.9807858872435379
0 0 0 0.0005130064588990679 0 0.00010854057858411537
"""
WEIGHTS = 0.9562382616834844 * np.array(_WEIGHTS.split(), float)
_CUBIC = (6.248496625763138e-05, -0.020884521182843837, 2.326765642916932, 0)
_EXPONENT = 0.6276336467831387


def ssimulacra2(*, reference: np.ndarray, reconstruction: np.ndarray) -> float | None:
    """SSIMULACRA 2.1 (Sneyers 2023, github.com/cloudinary/ssimulacra2): 100 for identical images, and never more.

    About 90: no visible difference, even when flipping between the two pictures; 70: no annoying one; 50: slightly
    annoying; 30 and below: very annoying. It may be negative. It compares the structure of color components at six
    scales, and counts added edges and lost edges separately, so the two arguments have different roles; all are
    weighted by factors fitted to opinion scores. Gray counts as equal R, G and B. None where a side is below
    SMALLEST_SIDE: with fewer scales the tool would apply weights to the wrong scales.

    The tool itself computes in float32, this function in float64. They differ by a few thousandths where
    pictures have content, and by up to 2 where both are flat and nearly equal.
    """
    mse(reference=reference, reconstruction=reconstruction)  # checks the pair
    if min(reference.shape[:2]) < SMALLEST_SIDE:
        return None
    return weigh_errors(compute_errors(reference, reconstruction))


def compute_errors(reference: np.ndarray, reconstruction: np.ndarray) -> np.ndarray:
    """Return the errors: float64 (3 components, up to SCALES, 2 means, 3 maps), as the tool does of any side."""
    pair = [_linearize(pixels) for pixels in (reference, reconstruction)]
    errors = [_compare(*map(_to_opponents, pair))]
    while len(errors) < SCALES and min(pair[0].shape[:2]) >= _LEAST_HALVED:
        pair = [halve(pixels) for pixels in pair]
        errors.append(_compare(*map(_to_opponents, pair)))
    return np.array(errors).transpose(3, 0, 1, 2)


def weigh_errors(errors: np.ndarray) -> float:
    """Return the score that the tool gives to errors, whose weights it takes in the order of WEIGHTS."""
    error = float(np.sum(WEIGHTS[: errors.size] * errors.ravel()))
    return 100.0 - 10.0 * max(0.0, float(np.polyval(_CUBIC, error))) ** _EXPONENT


def _linearize(pixels: np.ndarray) -> np.ndarray:
    """Return the linear RGB of sRGB pixels: float64 (rows, columns, 3), 0 to 1."""
    level = np.arange(PEAK + 1) / PEAK
    linear = np.where(level <= 0.04045, level / 12.92, ((level + 0.055) / 1.055) ** 2.4)
    return linear[np.broadcast_to(pixels, (*pixels.shape[:2], 3))]


def _to_opponents(linear: np.ndarray) -> np.ndarray:
    """Return X, Y and B - Y, each about 0 to 1."""
    return np.cbrt(linear @ _RESPONSES.T + _BIAS) @ _OPPONENTS.T + _ORIGIN


def _compare(reference: np.ndarray, reconstruction: np.ndarray) -> np.ndarray:
    """Return the means and the fourth-power means of the three maps of errors, of each component."""
    mean, other_mean = _blur(reference), _blur(reconstruction)
    covariance = _blur(reference * reconstruction) - mean * other_mean
    variances = _blur(reference**2 + reconstruction**2) - (mean**2 + other_mean**2)
    luminance = 1 - (mean - other_mean) ** 2  # of values that are nearly uniform to the eye, unlike SSIM's
    structure = 1 - luminance * (2 * covariance + _C2) / (variances + _C2)
    edges = (1 + np.abs(reconstruction - other_mean)) / (1 + np.abs(reference - mean)) - 1
    maps = [np.maximum(error, 0) for error in (structure, edges, -edges)]
    fourths = [np.sqrt(np.sqrt(np.mean((error**2) ** 2, axis=(0, 1)))) for error in maps]
    return np.array([[error.mean(axis=(0, 1)) for error in maps], fourths])


def _blur(pixels: np.ndarray) -> np.ndarray:
    return correlate1d(correlate1d(pixels, KERNEL, axis=0, mode="constant"), KERNEL, axis=1, mode="constant")
