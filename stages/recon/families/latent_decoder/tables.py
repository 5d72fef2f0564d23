"""The README's tables of latent decoders: header and rows."""

import pandas as pd

_MEASURES = {  # column of metrics/latent_artifacts.csv -> header, pattern, format
    "range_kept": ("range kept, gradient", "radial_gradient", "{:.2f}"),
    "high_frequency_kept": ("high frequencies kept, gradient", "radial_gradient", "{:.1f}"),
    "phase_error_degrees": ("phase error, sine (degrees)", "sine_wave", "{:.2f}"),
    "harmonic_distortion": ("harmonic distortion, sine", "sine_wave", "{:.3f}"),
    "edge_error": ("edge error, checkerboard (gray levels)", "checkerboard", "{:.1f}"),
}


def patterns(compared: pd.DataFrame, artifacts: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return what each training keeps of the patterns.

    From metrics/latent_comparison.csv and metrics/latent_artifacts.csv, of the entries that are about patterns.
    """
    header = ["decoder", "latents", "PSNR (dB)", *(header for header, *_ in _MEASURES.values())]
    items, rows = _MEASURES.items(), []
    for row in compared[compared["entry"].isin(artifacts["entry"])].itertuples():
        named = artifacts["variant"].str.rpartition(",q_step=")[0] == row.variant
        own = artifacts[(artifacts["entry"] == row.entry) & named].set_index("image")
        cells = [_without_minus_zero(style.format(own.loc[image, name])) for name, (_, image, style) in items]
        rows.append([_name(row), str(row.latents), f"{row.psnr_db:.2f}", *cells])
    return header, rows


def patches(compared: pd.DataFrame) -> tuple[list[str], list[list[str]]]:
    """Return what each decoder reaches beside principal components, from metrics/latent_comparison.csv."""
    header = ["decoder", "latents", "parameters", "in training (dB)", "principal components (dB)"]
    header += ["seen (dB)", "seen (bpp)", "unseen (dB)", "unseen (bpp)", "components of the seen (dB)"]
    rows = []
    for row in compared[compared["found_psnr_db"].notna()].sort_values("latents", kind="stable").itertuples():
        quality = [f"{row.fit_psnr_db:.2f}", f"{row.pca_psnr_db:.2f}", f"{row.psnr_db:.2f}", f"{row.bpp:.2f}"]
        unseen = [f"{row.found_psnr_db:.2f}", f"{row.found_bpp:.2f}", f"{row.found_pca_psnr_db:.2f}"]
        rows.append([_name(row), str(row.latents), f"{row.num_params:,}", *quality, *unseen])
    return header, rows


def _without_minus_zero(number: str) -> str:
    return number if float(number) else number.removeprefix("-")


def _name(row: object) -> str:
    """Return `linear`, `linear, start=pca` or `conv (grid)`: the network, and what else is changed."""
    if row.factor in ("base", "latents") or row.value == row.net:
        return row.net
    return f"{row.net} ({row.value})" if row.factor == "net" else f"{row.net}, {row.factor} {row.value}"
