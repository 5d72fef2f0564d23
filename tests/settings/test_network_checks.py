"""Settings that a network could not be built or trained with are refused before anything runs."""

import pytest

from recon.settings.core import parse
from recon.settings.network_checks import check_network
from recon.settings.networks import network_settings
from recon.settings.training import Training
from refusals import refusal

KEY = "group.experiments.one"
TRAINING = parse(
    Training, {"optimizer": "adam", "learning_rate": 0.1, "loss": "mse", "value_range": "unit"}, "training"
)


def check(net, settings, **limits):
    check_network(network_settings(net, settings, KEY), TRAINING, KEY, **limits)


@pytest.mark.parametrize(
    ("width", "words"),
    [
        (0, "counts start at 1 (got 0)"),
        (-4, "counts start at 1 (got -4)"),
        (3.5, "input should be a valid integer"),
        (True, "true and false have no meaning here"),
        ("wide", "input should be a valid integer"),
        (None, "input should be a valid integer"),
        ([8], "input should be a valid integer"),
        (float("inf"), "input should be"),
        (10**9, "at most 1024 (got 1000000000)"),
        (10**30, "at most 1024"),
    ],
)
def test_a_width_that_cannot_be_trained_is_refused(width, words):
    assert refusal(check, "space_to_depth", {"width": width}).startswith(
        f"params.yaml: {KEY}.settings.width: {words}"
    )


@pytest.mark.parametrize(
    ("net", "settings", "words"),
    [
        ("conv_autoencoder", {"filters": [64, 0]}, "filters: counts start at 1"),
        ("conv_autoencoder", {"filters": [64, 10**6]}, "filters: at most 1024"),
        ("conv_autoencoder", {"filters": [64, True]}, "filters: true and false have no meaning here"),
        ("conv_autoencoder", {"filters": []}, "filters: counts start at 1"),
        ("space_to_depth", {"blocks": 10**5}, "blocks: at most 64"),
        ("deep_conv", {"depth": 65}, "depth: at most 64"),
        ("residual_autoencoder", {"latents": 10**8}, "latents: at most 1024"),
    ],
)
def test_other_counts_are_bounded_too(net, settings, words):
    assert refusal(check, net, settings).startswith(f"params.yaml: {KEY}.settings.{words}")


def test_a_family_may_set_limits_of_its_own():
    check("space_to_depth", {"width": 2000, "blocks": 100}, most=4096, blocks=128)
    assert "blocks: at most 3" in refusal(lambda: check("space_to_depth", {"blocks": 4}, blocks=3))
