"""How a network is trained: the keys that every neural family shares."""

from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from recon.settings.core import Section

Fraction = Annotated[float, Field(gt=0, lt=1)]
QStep = Annotated[float, Field(ge=1e-6, le=1e3)]  # width of a quantizer's cells


def _ascending(values: tuple[float, ...]) -> tuple[float, ...]:
    if list(values) != sorted(set(values)):
        raise ValueError("name them in ascending order, each once")
    return values


class Training(Section):
    """Settings of `compile` and `fit`; a family's experiments may override any of them.

    What has a default may be left out. The defaults are Keras' own, and switch off what can be off.

        optimizer       adam, adamw, muon or sgd; muon: with adam for all but the kernels of inner convolutions, so
                        adam alone for a network of fewer than three
        learning_rate   the highest one, which the schedule starts from
        loss            mse, mae, charbonnier, huber or rmse (of each item of the batch)
        value_range     of the pixels that the network sees and gives; unit: [0, 1], symmetric: [-1, 1]
        momentum        of sgd; 0.9 is usual
        beta_2          of adam, adamw and muon: the memory of the squared gradient
        weight_decay    of adamw: the share of a weight taken off a step, times the learning rate
        clip_norm       the longest gradient, over all weights together; null: any
        ema_momentum    memory of the weights' moving average, which is then validated and saved; null: no average
        schedule        constant, step, cosine (to zero over the whole run), or plateau (of the measure below)
        warmup_steps    steps in which the learning rate climbs from 0, in a straight line, whatever the schedule
        decay_at        of step: parts of the run after which the learning rate drops
        decay_factor    of step and plateau: what each drop multiplies it with
        patience        of plateau: epochs without a better measure before a drop
        early_stopping  epochs without a better measure before training ends; null: all epochs

    The measure is the validation PSNR, or the training loss where nothing is validated.
    """

    optimizer: Literal["adam", "adamw", "muon", "sgd"]
    learning_rate: float = Field(gt=0, le=10)
    loss: Literal["mse", "mae", "charbonnier", "huber", "rmse"]
    value_range: Literal["unit", "symmetric"]
    momentum: float = Field(default=0.0, ge=0, lt=1)
    beta_2: Fraction = 0.999
    weight_decay: float = Field(default=0.004, ge=0, le=1)
    clip_norm: float | None = Field(default=None, gt=0)
    ema_momentum: Fraction | None = None
    schedule: Literal["constant", "step", "cosine", "plateau"] = "constant"
    warmup_steps: int = Field(default=0, ge=0)
    decay_at: Annotated[tuple[Fraction, ...], Field(min_length=1), AfterValidator(_ascending)] = (0.5, 0.75, 0.9)
    decay_factor: Fraction = 0.5
    patience: int = Field(default=5, ge=1)
    early_stopping: int | None = Field(default=None, ge=1)


def snapshot_name(epoch: int) -> str:
    """Return what the weights at the end of `epoch` (counted from 1) are called."""
    return f"epoch_{epoch:04d}"
