"""What a network's settings must be, beyond their types."""

from typing import Any

from recon.core.errors import UserError
from recon.settings.training import Training

# The activations that a network may be given, by their names in Keras; no value below 0 leaves the first ones,
# so the symmetric value range is out of their reach.
NEVER_NEGATIVE = ("relu", "relu6", "sigmoid", "softplus")
ACTIVATIONS = (*NEVER_NEGATIVE, "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "tanh", "softsign", "linear")
MOST_LEVELS = 6  # a network that halves the sides at each has latents of 64 x 64 pixels
MOST_LAYERS = {"depth": 64, "blocks": 64, "levels": 64}
MOST_CHANNELS = 1024  # of a convolution: 9 million weights, and 128 MB for what it makes of 8 patches
MOST_UNITS = 4096  # of a dense layer: 17 million weights


def check_network(
    settings: dict[str, Any],
    training: Training,
    key: str,
    *,
    most: int = MOST_CHANNELS,
    is_dense: bool = False,
    **limits: int,
) -> None:
    """Raise UserError where the settings of the entry at `key` cannot be those of a network that trains so.

    Counts end at `most`, or at the one of `limits` or MOST_LAYERS that has their name. A network that `is_dense`
    has no convolutions.
    """
    if is_dense and training.optimizer == "muon":
        raise UserError(
            f"params.yaml: {key}: optimizer `muon` is for convolutions, and the network has none; choose `adam`"
        )
    limits = MOST_LAYERS | limits
    for name, value in settings.items():
        check_setting(value, f"{key}.settings.{name}")
        limit = limits.get(name, most)
        if any(
            type(count) is int and count > limit for count in (value if isinstance(value, tuple) else (value,))
        ):
            raise UserError(f"params.yaml: {key}.settings.{name}: at most {limit} (got {value!r})")
    activation = settings.get("output_activation")
    if training.value_range == "symmetric" and activation in NEVER_NEGATIVE:
        raise UserError(
            f"params.yaml: {key}: value_range `symmetric` is [-1, 1], which output_activation `{activation}` "
            "cannot reach; choose `tanh` or `linear`, or value_range `unit`"
        )


def check_setting(value: Any, key: str) -> None:
    """Raise UserError where the setting at `key` is a count below 1, or an activation that is not known."""
    if key.endswith("activation") and value not in ACTIVATIONS:
        raise UserError(f"params.yaml: {key}: unknown activation `{value}`; known: {', '.join(ACTIVATIONS)}")
    if key.endswith("dropout") and not 0 <= value < 1:
        raise UserError(f"params.yaml: {key}: a share of the channels, at least 0 and below 1 (got {value!r})")
    counts = value if isinstance(value, tuple) else (value,)
    if not counts or any(type(count) is int and count < 1 for count in counts):
        raise UserError(f"params.yaml: {key}: counts start at 1 (got {value!r})")
    if len(counts) > MOST_LEVELS:
        raise UserError(f"params.yaml: {key}: at most {MOST_LEVELS} of them (got {value!r})")
