"""What the latent decoders' numbers say, in sentences."""

from collections.abc import Iterator

import pandas as pd

from recon.families.latent_decoder.figures import MEASURES

NOTICEABLE_DB = 0.1


def report(compared: pd.DataFrame, artifacts: pd.DataFrame) -> str:
    """Return Markdown, made from the rows of `compare` and `measure_artifacts` of `comparison`."""
    lines = ["# What latent decoders keep", ""]
    for entry, rows in compared.groupby("entry", sort=False):
        lines += [f"## {entry}", "", f"{int(rows['images'].iloc[0])} images share one decoder.", ""]
        lines += [f"- {sentence}" for sentence in _trainings(rows)]
        own = artifacts[artifacts["entry"] == entry] if len(artifacts) else artifacts
        lines += [f"- {sentence}" for sentence in _artifacts(own)] + [""]
    return "\n".join(lines)


def _trainings(rows: pd.DataFrame) -> Iterator[str]:
    for row in rows.itertuples():
        difference = row.fit_psnr_db - row.pca_psnr_db
        text = f"{row.variant or 'as it stands'} ({row.net}, {row.latents} latent{'s' * (row.latents > 1)}): "
        text += f"{row.fit_psnr_db:.2f} dB in training"
        if row.pca_psnr_db < 100:
            text += f", {_beside(difference)} principal components ({row.pca_psnr_db:.2f} dB)"
        text += f"; as 8-bit pictures {row.psnr_db:.2f} dB at {row.bpp:.2f} bpp"
        if pd.notna(row.found_psnr_db):
            text += f", unseen ones {row.found_psnr_db:.2f} dB at {row.found_bpp:.2f} bpp"
            text += f" (the components of the seen: {row.found_pca_psnr_db:.2f} dB)"
        yield text + "."


def _beside(difference: float) -> str:
    if abs(difference) < NOTICEABLE_DB:
        return "as good as"
    return f"{abs(difference):.2f} dB {'above' if difference > 0 else 'below'}"


def _artifacts(rows: pd.DataFrame) -> Iterator[str]:
    """Yield which training is worst and which is best, by each measure that tells them apart."""
    for column, (name, perfect) in MEASURES.items():
        if column not in rows or rows[column].notna().sum() < 2:
            continue
        errors = (rows[column] - perfect).abs().groupby(rows["variant"], sort=False).max().dropna()
        worst, best = errors.idxmax(), errors.idxmin()
        if errors[worst] > errors[best]:
            yield (
                f"{name[0].upper()}{name[1:]}: worst {_value(rows, worst, column, perfect)}, "
                f"best {_value(rows, best, column, perfect)}; {perfect:g} would be perfect."
            )


def _value(rows: pd.DataFrame, variant: str, column: str, perfect: float) -> str:
    own = rows[rows["variant"] == variant].dropna(subset=[column])
    row = own.loc[(own[column] - perfect).abs().idxmax()]
    return f"{row[column]:.3g} ({variant}, {row['image']})"
