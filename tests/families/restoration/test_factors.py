import pandas as pd
import pytest

from invented import change, entries, score, write_scores
from recon.families.restoration import comparison, factors

ASK = {"settings": {"width": 32}, "points": {"quality": [10]}}
NAMED = {"recipe": {"slow": {"training": {"learning_rate": 0.0001}}}}
PSNRS = {("base", "base"): (1, 1), ("width", "16"): (0.5, 1.25), ("skip", "false"): (0, 0.5)}
PSNRS |= {("ensemble", "true"): (1, 1), ("recipe", "slow"): (1, 1)}
SWEEP = {"width": [16], "skip": [False], "ensemble": [True], **NAMED}


@pytest.fixture
def table(tmp_path, monkeypatch):
    """Two photographs; the base gains 1 dB on each, `width=16` 0.5 and 1.25, no skip 0 and 0.5."""
    monkeypatch.chdir(tmp_path)
    rows = [score("jpeg", 27.0), score("jpeg", 25.0, image="b")]
    for (factor, value), gains in PSNRS.items():
        for image, psnr_db, gain in zip("ab", (27.0, 25.0), gains, strict=True):
            rows += [score("ask", psnr_db + gain, settings={"factor": factor, "value": value}, image=image)]
    write_scores(*rows)
    return tabulate(comparison.read_gains(), ask=ASK | {"sweep": SWEEP})


def tabulate(rows, **experiments):
    return factors.tabulate_factors(rows, entries(**experiments), seed=7)


def test_each_change_is_set_against_the_base_on_the_same_photographs(table):
    rows = table.set_index("factor")[:3]
    assert rows["gain_db"].to_dict() == {"base": 1.0, "width": 0.875, "skip": 0.25}
    assert rows["difference_db"].to_dict() == {"base": 0.0, "width": -0.125, "skip": -0.75}
    assert rows["better_on"].to_dict() == {"base": 0, "width": 1, "skip": 0}


def test_the_base_value_is_what_params_or_the_network_s_default_say_and_none_of_a_named_change(table):
    base_values = table.set_index("factor")["base_value"].dropna().to_dict()
    assert base_values == {"width": "32", "skip": "true", "ensemble": "false"}


def test_only_a_change_of_inference_uses_the_weights_of_the_base(table):
    trained = table.set_index("factor")["trained"].to_dict()
    assert trained == {"base": "no", "width": "yes", "skip": "yes", "ensemble": "no", "recipe": "yes"}


def test_a_seed_s_base_is_that_of_the_whole_run():
    (entry,) = entries(ask=ASK)
    assert factors._base_settings(entry, 7)["seed"] == "7"


def test_without_sweeps_the_table_is_empty_but_has_its_columns():
    empty = tabulate(pd.DataFrame(), one={})
    assert (len(empty), list(empty.columns)) == (0, factors.COLUMNS)
    assert len(factors.effects(empty)) == 0


def test_an_effect_is_the_mean_over_the_qualities():
    rows = [change("width", "16", -0.1), change("width", "16", -0.3) | {"quality": 20}]
    (effect,) = factors.effects(pd.DataFrame(rows)).to_dict("records")
    assert effect["difference_db"] == pytest.approx(-0.2)
    assert (effect["images"], effect["better_on"]) == (4, 2)


@pytest.mark.parametrize(
    ("difference", "words"),
    [(0.05, "helped"), (-0.05, "did not help"), (0.02, "made no difference"), (-0.02, "made no difference")],
)
def test_a_verdict_follows_from_sign_and_size(difference, words):
    assert factors.verdict(difference) == words


def test_numbers_are_a_line_through_the_base():
    rows = [change("width", "48", 0.1, base_value="32"), change("width", "16", -0.2, base_value="32")]
    line = factors.numbers(pd.DataFrame(rows))
    assert line["number"].tolist() == [16, 32, 48]
    assert line["gain_db"].tolist() == pytest.approx([0.8, 1.0, 1.1])


def test_the_base_s_own_value_stands_once_in_the_line():
    rows = [change("dropout", "0", 0.01, base_value="0.0"), change("dropout", "0.5", -0.2, base_value="0.0")]
    line = factors.numbers(pd.DataFrame(rows))
    assert line["value"].tolist() == ["0.0", "0.5"]


@pytest.mark.parametrize(
    "rows",
    [
        [change("loss", "mae", 0.1, base_value="mse")],
        [change("projection", "1.0", 0.1, base_value="none")],
        [change("decay", "2", 0.1, base_value="1"), change("decay", "none", 0.1, base_value="1")],
    ],
    ids=["words", "one number", "numbers and words"],
)
def test_words_or_a_single_number_are_no_line(rows):
    assert factors.numbers(pd.DataFrame(rows)) is None


def test_what_is_trained_anew_must_do_more_than_another_seed_did():
    """A seed moved one quality by 0.12 dB; an ensemble is of the same weights, so that luck has no part in it."""
    rows = [change("seed", "2", 0.12), change("seed", "2", -0.02) | {"quality": 40}]
    rows += [change("width", "16", -0.10), change("width", "48", 0.12), change("ensemble", "true", 0.04)]
    verdicts = factors.effects(pd.DataFrame(rows)).set_index(["factor", "value"])["verdict"].to_dict()
    assert verdicts == {
        ("seed", "2"): "made no difference",
        ("width", "16"): "made no difference",
        ("width", "48"): "helped",
        ("ensemble", "true"): "helped",
    }
