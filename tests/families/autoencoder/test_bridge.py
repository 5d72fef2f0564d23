"""What further steps of optimization bring: the numbers and the figure of a recorded run."""

import pandas as pd
import pytest

from recon.families.autoencoder import bridge


def row(entry, steps, image, bpp, psnr_db, *, names):
    axis, value = names
    fields = {"entry": entry, axis: "refine" if axis == "axis" else "steps", value: steps}
    return fields | {"lmbda": 0.01, "image": image, "bpp": bpp, "psnr_db": psnr_db}


REFINED, SWEPT = ("axis", "across"), ("factor", "value")
SCORES = pd.DataFrame(
    [
        row("transform", "0", "a", 0.5, 20.0, names=REFINED),
        row("transform", "0", "b", 0.3, 30.0, names=REFINED),
        row("transform", "100", "a", 0.4, 20.0, names=REFINED),
        row("transform", "100", "b", 0.2, 30.0, names=REFINED),
        {"entry": "network", "image": "a", "bpp": 9.0, "psnr_db": 9.0},
    ]
)
FITTED = pd.DataFrame(
    [
        row("alone", "800", "a", 0.1, 20.0, names=SWEPT),
        row("alone", "100", "a", 0.2, 20.0, names=SWEPT),
        row("alone", "base", "a", 0.9, 10.0, names=SWEPT) | {"factor": "base"},
    ]
)


def test_costs_are_means_over_the_photographs_in_the_order_of_the_steps():
    """20 dB is an error of 0.01, 30 dB one of 0.001; a cost of 0.015 is 15 thousandths."""
    curves = bridge.summarize(SCORES, FITTED, steps={"alone": 50})
    assert list(curves) == ["0.01"]
    assert set(curves["0.01"]) == {"transform", "alone"}
    first, second = curves["0.01"]["transform"]
    assert first == {"steps": 0, "bpp": 0.4, "psnr_db": 25.0, "cost": pytest.approx((15 + 4) / 2)}
    assert second == {"steps": 100, "bpp": 0.3, "psnr_db": 25.0, "cost": pytest.approx((14 + 3) / 2)}
    assert [(point["steps"], point["cost"]) for point in curves["0.01"]["alone"]] == [
        (50, pytest.approx(109)),
        (100, pytest.approx(12)),
        (800, pytest.approx(11)),
    ]


@pytest.mark.parametrize(
    ("scores", "fitted", "answer"),
    [(SCORES, FITTED, True), (SCORES, FITTED[["entry"]], False), (SCORES[["entry"]], FITTED, False)],
)
def test_a_bridge_has_refined_symbols_and_fits_of_several_lengths(scores, fitted, answer):
    assert bridge.has_steps(scores, fitted) is answer


def test_equal_curves_give_equal_figures(tmp_path):
    curves = bridge.summarize(SCORES, FITTED, steps={"alone": 50})
    for name in ("one", "two"):
        bridge.draw(tmp_path / f"{name}.png", curves)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
