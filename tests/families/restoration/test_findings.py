import pandas as pd
import pytest

from invented import change, methods
from recon.families.restoration import factors
from recon.families.restoration.findings import report

NO_IMITATIONS = pd.DataFrame(columns=["entry", "quality", "psnr_db", "photograph_db"])
NO_CHANGES = factors.effects(pd.DataFrame(columns=factors.COLUMNS))


def sentences(table, changes=(), imitations=NO_IMITATIONS):
    return report(table, factors.effects(pd.DataFrame(changes)) if changes else NO_CHANGES, imitations)


def with_latents(table, **latents):
    """Return the table with these methods' values in the latent for each pixel."""
    return table.assign(latents_per_pixel=table["method"].map(latents))


def section(text, heading):
    """Return the sentences below a heading that begins so; [] if there is none."""
    found = [part for part in text.split("\n## ")[1:] if part.startswith(heading)]
    return [line.removeprefix("- ") for line in found[0].splitlines() if line.startswith("- ")] if found else []


def test_the_winner_is_named_with_its_lead():
    table = methods(jpeg=0.0, shift_average=0.6, one=(0.8, 10), two=(1.1, 20))
    first, by_others = section(sentences(table), "Which network wins")
    assert first == (
        "Quality 10: two with 28.10 dB, SSIM 0.800, +1.10 dB on plain JPEG, +0.50 dB on shift_average, the best "
        "without a network; then one, 0.30 dB behind."
    )
    assert by_others == "By SSIM the best is one, by PSNR-B two."


def test_a_lead_too_small_is_called_none():
    (first, _) = section(sentences(methods(jpeg=0.0, one=(1.0, 10), two=(1.01, 20))), "Which network wins")
    assert first.endswith("then one, 0.01 dB behind, which is no difference.")


def test_a_network_alone_is_compared_with_jpeg_only():
    text = sentences(methods(jpeg=0.0, one=(1.0, 10)))
    assert section(text, "Which") == ["Quality 10: one with 28.00 dB, SSIM 0.800, +1.00 dB on plain JPEG."]
    assert "simplest" not in text


@pytest.mark.parametrize(
    ("gains", "says"),
    [
        ((0.5, 1.0, 1.5), "went with more gain (rank correlation +1.00 over 3 networks)"),
        ((1.5, 1.0, 0.5), "went with less gain (rank correlation -1.00 over 3 networks)"),
    ],
)
def test_complexity_is_told_as_the_ranks_say(gains, says):
    table = methods(jpeg=0.0, **{f"net{place}": (gain, 10 * (place + 1)) for place, gain in enumerate(gains)})
    assert f"More parameters {says}." in section(sentences(table), "Simple")


def test_where_all_cost_the_same_complexity_decides_nothing():
    table = methods(jpeg=0.0, one=(0.1, 10), two=(0.2, 10), three=(0.3, 10))
    assert "More parameters did not decide the gain." in section(sentences(table), "Simple")


def test_the_pareto_optimal_are_named_with_their_cost():
    table = methods(jpeg=0.0, one=(1.0, 10), two=(1.5, 2000), dear=(1.2, 9000))
    *_, by_macs, _ = section(sentences(table), "Simple")
    assert by_macs == (
        "Pareto-optimal, since no network gains more with as few multiply-adds per pixel: "
        "one (+1.00 dB, 10) and two (+1.50 dB, 2,000)."
    )


def test_a_loss_through_a_bottleneck_is_explained_by_it_and_by_a_network_that_has_none():
    table = with_latents(methods(jpeg=0.0, squeezed=(-4.7, 10), free=(1.1, 20)), squeezed=0.25)
    assert section(sentences(table), "What is below") == [
        "squeezed is no better than JPEG itself: -4.70 dB at quality 10. All it gives comes from 0.25 latent "
        "values for each pixel: this bottleneck lost more than JPEG had; free, which has none, gains 1.10 dB."
    ]


def test_a_bottleneck_is_set_against_nothing_where_no_other_network_gains():
    table = with_latents(methods(jpeg=0.0, squeezed=(-1, 10)), squeezed=0.25)
    (text,) = section(sentences(table), "What is below")
    assert text.endswith("this bottleneck lost more than JPEG had.")


@pytest.mark.parametrize("latents", [{}, {"loser": 16.0}])
def test_a_loss_without_a_bottleneck_is_not_explained_by_one(latents):
    (text,) = section(sentences(with_latents(methods(jpeg=0.0, loser=(-1, 10)), **latents)), "What is below")
    assert text.endswith("No bottleneck explains that; its training or its design does.")


def test_what_beats_jpeg_only_is_said_to():
    table = methods(jpeg=0.0, shift_average=0.6, weak=(0.5, 10), good=(0.9, 20))
    assert section(sentences(table), "What is below") == [
        "weak beats plain JPEG, but not the best method without a network: +0.50 dB at quality 10."
    ]


def test_where_none_is_below_this_is_said():
    assert section(sentences(methods(jpeg=0.0, one=(1.0, 10))), "What is below") == [
        "None: every network beats JPEG and every other method without a network, at every quality."
    ]


@pytest.mark.parametrize(
    ("difference", "says"),
    [
        (0.05, "helped: +0.05 dB, better on 1 of 2 pictures"),
        (-0.05, "did not help: -0.05 dB, better on 1 of 2 pictures"),
        (0.01, "made no difference (below 0.03 dB): +0.01 dB, better on 1 of 2 pictures"),
    ],
)
def test_a_change_helped_or_not_as_its_number_says(difference, says):
    text = sentences(methods(jpeg=0.0, one=(1.0, 10)), [change("loss", "mae", difference, base_value="mse")])
    assert section(text, "One factor") == [f"sweep: `loss=mae` instead of mse {says}."]


@pytest.mark.parametrize(("difference", "says"), [(-0.4, "helped: -0.40 dB"), (0.4, "did not help: +0.40 dB")])
def test_what_is_taken_away_helped_where_its_absence_costs(difference, says):
    changes = [change("skip", "false", difference, base_value="true", better_on=0)]
    text = sentences(methods(jpeg=0.0, one=(1.0, 10)), changes)
    assert section(text, "One factor") == [f"sweep: `skip` {says} without it, better on 0 of 2 pictures."]


@pytest.mark.parametrize(
    ("differences", "says"),
    [((-0.2, 0.1), "helped most at 48"), ((-0.2, 0.01), "did not help"), ((0.01, 0.02), "made no difference")],
)
def test_numbers_are_told_together(differences, says):
    rows = [change("width", v, d, base_value="32") for v, d in zip(("16", "48"), differences, strict=True)]
    (text,) = section(sentences(methods(jpeg=0.0, one=(1.0, 10)), rows), "One factor")
    assert text.startswith(f"sweep: changing `width` from 32 {says}")


def test_the_base_of_a_sweep_is_told_first():
    rows = [change("base", "base", 0.0, base_value=None), change("loss", "mae", 0.1, base_value="mse")]
    first, _ = section(sentences(methods(jpeg=0.0, one=(1.0, 10)), rows), "One factor")
    assert first == "sweep, as it stands: +1.00 dB on plain JPEG; its numbers are means over its qualities."


def test_best_practices_are_the_front_s_ends_and_the_changes_by_verdict():
    rows = [change("loss", "mae", 0.1, base_value="mse"), change("skip", "false", -0.4, base_value="true")]
    table = methods(jpeg=0.0, one=(1.0, 10), two=(1.5, 20))
    assert section(sentences(table, rows), "Best practices") == [
        "For the most quality take two (+1.50 dB; 200 parameters, 20 multiply-adds per pixel).",
        "For the least work that beats every method without a network take one (+1.00 dB; 100 parameters, 10 "
        "multiply-adds per pixel).",
        "Change, since it helped: `loss=mae` (+0.10 dB).",
        "Leave as it is, since changing it to this did not help: `skip=false` (-0.40 dB).",
    ]


def test_where_no_network_beats_the_baselines_none_is_advised():
    text = sentences(methods(jpeg=0.0, shift_average=0.6, weak=(0.5, 10)))
    assert section(text, "Best") == ["Take no network of these: shift_average (+0.60 dB) is at least as good."]


def test_without_networks_and_sweeps_the_report_is_its_heading():
    text = sentences(methods(jpeg=0.0))
    assert text.startswith("# What restores JPEG photographs")
    assert "##" not in text


def test_a_change_that_helps_at_one_quality_only_depends_on_it():
    rows = [change("normalization", "batch", 0.04), change("normalization", "batch", -0.06) | {"quality": 40}]
    text = sentences(methods(jpeg=0.0, one=(1.0, 10)), rows)
    assert section(text, "One factor") == [
        "sweep: `normalization=batch` instead of none depends on the quality: -0.01 dB (+0.04 dB at 10, "
        "-0.06 dB at 40)."
    ]
    assert "Decide by the JPEG's quality" in section(text, "Best practices")[-1]


def test_seeds_show_what_luck_does_and_are_no_practice():
    rows = [change("seed", "2", 0.06, base_value="1"), change("seed", "3", -0.02, base_value="1")]
    text = sentences(methods(jpeg=0.0, one=(1.0, 10)), rows)
    assert "trained once, and another seed alone moved one by 0.06 dB at a quality" in text
    first, _ = section(text, "One factor")
    assert first == "sweep: seed 2 instead of 1: +0.06 dB, better on 1 of 2 pictures."
    assert "seed" not in "".join(section(text, "Best practices"))


def test_unequal_training_is_said():
    table = methods(jpeg=0.0, one=(1.0, 10), two=(1.5, 20)).assign(patches_seen=[None, 240, 5760])
    text = sentences(table)
    assert "The networks saw 240 to 5,760 patches in training" in text
    assert "patches in training" not in sentences(table.assign(patches_seen=[None, 240, 240]))


def test_the_other_direction_is_set_against_the_photograph_as_it_is():
    found = pd.DataFrame({"entry": ["back"], "quality": [10], "psnr_db": [31.5], "photograph_db": [27.0]})
    (text,) = section(sentences(methods(jpeg=0.0, one=(1.0, 10)), imitations=found), "The other direction")
    assert text == (
        "back takes the photograph to its JPEG: 31.50 dB at quality 10 (27.00); "
        "in brackets, the photograph as it is."
    )
