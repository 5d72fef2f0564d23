"""How a network is trained: the keys that every neural family shares."""

from typing import Literal

from pydantic import Field

from recon.params.core import Section


class Training(Section):
    """Settings of `compile` and `fit`; a family's experiments may override any of them."""

    optimizer: Literal["adam", "adamw", "sgd"]
    learning_rate: float = Field(gt=0, le=10)
    loss: Literal["mse", "mae"]
    value_range: Literal["unit", "symmetric"]
