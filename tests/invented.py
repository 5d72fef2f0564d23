"""Invented numbers of restorers, for the tests of what compares them."""

import pandas as pd

from recon.core import files
from recon.core.sources import ROOT
from recon.families.restoration import comparison
from recon.settings.core import read_params


def params(**experiments):
    """Return params.yaml with these entries, each of what differs from a network of the test photographs."""
    whole = read_params(ROOT / "params.yaml")
    named = {name: {"net": "space_to_depth", "subject": "test"} | entry for name, entry in experiments.items()}
    whole["restoration"]["experiments"] = named
    return whole


def score(entry, psnr_db, *, variant="quality=10", image="a", macs=1000.0, weights=100, ssim=0.8, subject="test"):
    """Return the referee's row of one picture; the entries of the baselines' names are theirs."""
    baseline = entry in ("jpeg", "shift_average", "shift_average_clipped")
    row = {"family": comparison.BASELINES if baseline else comparison.NETWORKS, "entry": entry}
    row |= {"subject": subject, "variant": variant, "image": image, "rows": 16, "columns": 24}
    row |= {"psnr_db": psnr_db, "psnr_b_db": psnr_db - 1, "ssim": ssim}
    row |= {"payload_bytes": 100, "latents_per_pixel": None}
    return row | ({} if baseline else {"num_params": weights, "macs_per_pixel": macs})


def write_scores(*rows):
    """Write the two families' tables into the working folder."""
    scores = pd.DataFrame(rows)
    for family in (comparison.BASELINES, comparison.NETWORKS):
        files.write_csv(f"metrics/{family}.csv", scores[scores["family"] == family])


def methods(**gains):
    """Return the comparison's table at quality 10: each keyword is a method with its gain in dB.

    A baseline is given as a number, a network as (gain, macs_per_pixel), with 10 times as many parameters.
    """
    best = max(gain for gain in gains.values() if not isinstance(gain, tuple))
    rows = []
    for method, value in gains.items():
        gain, macs = value if isinstance(value, tuple) else (value, None)
        row = {"method": method, "family": comparison.BASELINES, "net": None, "quality": 10, "images": 2}
        row |= {"psnr_db": 27 + gain, "gain_db": gain, "ssim": 0.8, "psnr_b_db": 26 + gain}
        if macs is not None:
            least = comparison.NOTICEABLE_DB
            verdicts = {"beats_jpeg": gain >= least, "beats_baselines": gain - best >= least}
            row |= {name: "yes" if beats else "no" for name, beats in verdicts.items()}
            row |= {"family": comparison.NETWORKS, "net": "some", "num_params": 10 * macs, "macs_per_pixel": macs}
        rows.append(row)
    return pd.DataFrame(rows, columns=comparison.COLUMNS)


def change(factor, value, difference_db, *, base_value="none", entry="sweep", better_on=1):
    """Return one row of the table of factors: of two photographs at quality 10."""
    row = {"entry": entry, "factor": factor, "value": value, "base_value": base_value, "quality": 10, "images": 2}
    return row | {"gain_db": 1 + difference_db, "difference_db": difference_db, "better_on": better_on}
