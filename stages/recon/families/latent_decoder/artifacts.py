"""Measures of artifacts in decoded patterns of known closed form: blur, distortion, lost contrast.

Pixels are uint8 (rows, columns, 1). A measure that has no meaning for a picture is NaN.
"""

import numpy as np

HIGH = 1 / 8  # cycles per pixel from which a frequency counts as high: periods of 8 pixels and less
_HARMONICS = range(2, 9)
_ROUNDING = 1e-9  # amplitudes below it are errors of floating-point sums
_LEAST_SHARE = 1e-4  # of a picture's energy: rounding to 8 bits may add as much


def range_kept(*, reference: np.ndarray, reconstruction: np.ndarray) -> float:
    """Return the range of gray levels as a share of the original's: below 1, contrast is lost."""
    span = int(np.ptp(reference))
    return float(np.ptp(reconstruction) / span) if span else float("nan")


def high_frequency_kept(*, reference: np.ndarray, reconstruction: np.ndarray) -> float:
    """Return the energy at frequencies of HIGH and above, as a share of the original's.

    Below 1 the picture is blurred; above 1 it has noise, or traces of other images.
    """
    before, total = _measure_high_energy(reference)
    after, _ = _measure_high_energy(reconstruction)
    return after / before if before > _LEAST_SHARE * total else float("nan")


def frequency_error(*, frequency: float, reconstruction: np.ndarray) -> float:
    """Return how far the strongest frequency along the rows is from `frequency`, in cycles per image side.

    The peak of the spectrum of the mean row, without its mean, under a Hann window and zero-padded to 64 times its
    length, so that the peak is known to 1/64 of a cycle.
    """
    row = _average_rows(reconstruction)
    window = np.hanning(len(row) + 1)[:-1]
    spectrum = np.abs(np.fft.rfft((row - row.mean()) * window, 64 * len(row)))
    return float(spectrum.argmax() / 64 - frequency) if spectrum.max() > _ROUNDING else float("nan")


def phase_error_degrees(*, frequency: float, reference: np.ndarray, reconstruction: np.ndarray) -> float:
    """Return the phase shift of the wave of `frequency` cycles a side, -180 to 180; positive: to the left."""
    before, after = _measure_wave(reference, frequency), _measure_wave(reconstruction, frequency)
    return float(np.degrees(np.angle(after / before))) if abs(after) > _ROUNDING else float("nan")


def harmonic_distortion(*, frequency: float, reconstruction: np.ndarray) -> float:
    """Return the amplitude of the harmonics 2 to 8 of `frequency`, as a share of that of the wave itself."""
    row = _average_rows(reconstruction)
    below_nyquist = [number * frequency for number in _HARMONICS if number * frequency < len(row) / 2]
    harmonics = np.sqrt(sum(abs(_measure_wave(reconstruction, multiple)) ** 2 for multiple in below_nyquist))
    wave = abs(_measure_wave(reconstruction, frequency))
    return float(harmonics / wave) if wave > _ROUNDING else float("nan")


def edge_error(*, reference: np.ndarray, reconstruction: np.ndarray) -> float:
    """Return the root mean squared error, in gray levels, of the pixels beside an edge of the original.

    An edge is where neighbors in a row or a column differ by more than half of the original's range.
    """
    original = reference[..., 0].astype(np.float64)
    beside = np.zeros(original.shape, bool)
    for axis in (0, 1):
        steps = np.abs(np.diff(original, axis=axis)) > np.ptp(original) / 2
        for before in (0, 1):  # the pixel on either side
            sides = [(before, 1 - before) if side == axis else (0, 0) for side in (0, 1)]
            beside |= np.pad(steps, sides)
    errors = (reconstruction[..., 0] - original)[beside]
    return float(np.sqrt(np.mean(errors**2))) if errors.size else float("nan")


def _measure_high_energy(pixels: np.ndarray) -> tuple[float, float]:
    """Return the energy at high frequencies, and at all frequencies but zero."""
    values = pixels[..., 0].astype(np.float64)
    energy = np.abs(np.fft.fft2(values - values.mean())) ** 2
    down, across = (np.fft.fftfreq(side) for side in values.shape)
    high = np.hypot(down[:, np.newaxis], across) >= HIGH
    return float(energy[high].sum()), float(energy.sum())


def _average_rows(pixels: np.ndarray) -> np.ndarray:
    return pixels[..., 0].astype(np.float64).mean(axis=0)


def _measure_wave(pixels: np.ndarray, frequency: float) -> complex:
    """Return the complex amplitude of `frequency` cycles a side in the mean row."""
    row = _average_rows(pixels)
    places = (np.arange(len(row)) + 0.5) / len(row)
    return complex((row - row.mean()) @ np.exp(-2j * np.pi * frequency * places) * 2 / len(row))
