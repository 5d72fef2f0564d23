"""Invented numbers of restorers, for the tests of what compares them."""

import pandas as pd

from recon.core import files
from recon.core.reconstruction import SCORES, variant_name
from recon.core.sources import ROOT
from recon.data.params import Augment, Degrade
from recon.families.restoration import comparison
from recon.families.restoration.params import BASELINES, FAMILY, Restoration
from recon.settings import groups
from recon.settings.core import parse, read_params


def project(**experiments):
    """Return params.yaml with these entries of restoration: what differs from a network of `test`."""
    whole = read_params(ROOT / "params.yaml")
    named = {name: {"net": "space_to_depth", "subject": "test"} | entry for name, entry in experiments.items()}
    whole["restoration"] |= {"experiments": named, "export": next(iter(named))}
    return whole


def entries(**experiments):
    """Return the typed entries of `project`."""
    whole = project(**experiments)
    data = {"degrade": Degrade(**whole["degrade"]), "augment": Augment(**whole["augment"])}
    return parse(Restoration, whole["restoration"], "restoration").entries(**data)


def score(
    entry,
    psnr_db,
    *,
    settings=None,
    image="a",
    macs=1000.0,
    weights=100,
    ssim=0.8,
    subject="test",
    quality=10,
    ssimulacra2=40.0,
):
    """Return the referee's row of one picture; the entries of the baselines' names are theirs."""
    baseline = entry in ("jpeg", "shift_average", "shift_average_clipped")
    settings = (settings or {}) | {"quality": quality}
    row = {"family": BASELINES if baseline else FAMILY, "entry": entry}
    row |= {"subject": subject, "variant": variant_name(settings)} | settings
    row |= {"image": image, "rows": 16, "columns": 24, "psnr_db": psnr_db, "psnr_b_db": psnr_db - 1, "ssim": ssim}
    row |= {"ssimulacra2": ssimulacra2, "payload_bytes": 100, "latents_per_pixel": None}
    costs = {"num_params": weights, "macs_per_pixel": macs, "decoder_bytes": 4 * weights}
    return row | ({} if baseline else costs)


def write_scores(*rows, **kinds):
    """Write the two families' scores and groups into the working folder.

    `kinds` are the `file` of entries: what differs from a plain one.
    """
    scores = pd.DataFrame(rows)
    for family in (BASELINES, FAMILY):
        chosen = scores[scores["family"] == family]
        files.write_csv(SCORES / f"{family}.csv", chosen)
        experiments = {name: {"file": kinds[name]} if name in kinds else {} for name in chosen["entry"].unique()}
        files.write_json(f"{groups.FOLDER}/{family}.json", {"experiments": experiments})


def methods(**gains):
    """Return the comparison's table at quality 10: each keyword is a method with its gain in dB.

    A baseline is given as a number, a network as (gain, macs_per_pixel), with 10 times as many parameters.
    """
    best = max(gain for gain in gains.values() if not isinstance(gain, tuple))
    rows = []
    for method, value in gains.items():
        gain, macs = value if isinstance(value, tuple) else (value, None)
        row = {"method": method, "family": BASELINES, "net": None, "quality": 10, "images": 2}
        row |= {"psnr_db": 27 + gain, "gain_db": gain, "ssim": 0.8, "psnr_b_db": 26 + gain}
        if macs is not None:
            least = comparison.NOTICEABLE_DB
            verdicts = {"beats_jpeg": gain >= least, "beats_baselines": gain - best >= least}
            row |= {name: "yes" if beats else "no" for name, beats in verdicts.items()}
            row |= {"family": FAMILY, "net": "some", "num_params": 10 * macs, "macs_per_pixel": macs}
        rows.append(row)
    return pd.DataFrame(rows, columns=comparison.COLUMNS)


def change(factor, value, difference_db, *, base_value="none", entry="sweep", better_on=1):
    """Return one row of the table of factors: of two photographs at quality 10."""
    row = {"entry": entry, "factor": factor, "value": value, "base_value": base_value, "quality": 10, "images": 2}
    row["trained"] = "no" if factor in ("base", "ensemble", "projection") else "yes"
    return row | {"gain_db": 1 + difference_db, "difference_db": difference_db, "better_on": better_on}
