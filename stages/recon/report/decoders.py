"""Which of the decoders that photographs share were trained on the very photographs that they are scored on."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from recon.report.columns import title
from recon.report.plane import listed

SEEN = "subjects/plane"
TOGETHER = "latent_decoder"  # a family whose decoders are always trained with the codes of what they decode


def told(board: pd.DataFrame, params: Mapping[str, Any]) -> list[str]:
    """Return it in sentences: what params.yaml says of the leaderboard's methods that have a shared decoder."""
    shared = board[board["decoder_bytes"].notna()].drop_duplicates("method")
    seen = [_has_seen(row.family, params[row.family]["experiments"][row.entry]) for row in shared.itertuples()]
    names = [title(method) for method in shared["method"]]
    known = [name for name, own in zip(names, seen, strict=True) if own]
    others = [name for name in names if name not in known]
    sentences = []
    if known:
        sentences.append(
            "Trained on the very photographs that they are scored on, and so knowing more than their payload "
            f"tells: {listed(known)}."
        )
    if others:
        sentences.append(f"Trained on what params.yaml names for training instead: {listed(others)}.")
    return sentences


def _has_seen(family: str, experiment: Mapping[str, Any]) -> bool:
    return family == TOGETHER or experiment.get("trained_on") == SEEN
