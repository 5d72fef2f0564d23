import pandas as pd
import pytest

from invented import change, methods, score, write_scores
from recon.core import files
from recon.families.restoration import comparison, factors, failures
from recon.families.restoration.findings import FIGURES, TITLE, describe, report

SEED = change("seed", "2", -0.12, base_value="1")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def sentences(table, changes=(), imitated=(), worst=()):
    files.write_csv(comparison.METHODS, table)
    files.write_csv(comparison.FACTORS, pd.DataFrame(changes, columns=factors.COLUMNS))
    files.write_csv(comparison.FAILURES, pd.DataFrame(worst, columns=failures.COLUMNS))
    write_scores(score("jpeg", 27.0), score("one", 28.0), *imitated)
    return describe()


def test_the_best_network_is_named_with_its_gain_and_the_best_baseline():
    first, *_ = sentences(methods(jpeg=0.0, shift_average=0.6, one=(0.8, 10), two=(1.1, 20)))
    assert first == (
        "At JPEG quality 10 the best network is two: 28.10 dB, +1.10 dB over plain JPEG, +0.50 dB against "
        "shift_average, the best baseline."
    )


def test_without_other_baselines_a_network_is_compared_with_jpeg_only():
    first, *_ = sentences(methods(jpeg=0.0, one=(1.0, 10)))
    assert first == "At JPEG quality 10 the best network is one: 28.00 dB, +1.00 dB over plain JPEG."


def test_the_pareto_optimal_are_named_with_their_cost():
    _, second = sentences(methods(jpeg=0.0, one=(1.0, 10), two=(1.5, 2000), dear=(1.2, 9000)))
    assert second == "Pareto-optimal in multiply-adds per pixel: one (+1.00 dB, 10) and two (+1.50 dB, 2,000)."


def test_where_no_network_beats_the_baselines_this_is_said():
    _, second, _ = sentences(methods(jpeg=0.0, shift_average=0.6, weak=(0.5, 10)))
    assert second == "No network beats all baselines."


def test_networks_below_the_best_baseline_are_told_with_how_long_they_were_trained():
    table = methods(jpeg=0.0, shift_average=0.6, weak=(0.5, 10), zoo=(0.4, 10), good=(1.0, 10))
    seen = table["method"].map({"weak": 1600}).astype("Int64")
    *_, last = sentences(table.assign(patches_seen=seen))
    assert last == (
        "Better than plain JPEG, but not than the best method without a network: weak at quality 10 (1,600 "
        "patches seen); zoo at quality 10."
    )


def test_a_loss_is_told_with_the_bottleneck_where_there_is_one():
    table = methods(jpeg=0.0, squeezed=(-4.7, 10), loser=(-1, 10), wide=(-2, 10), free=(1.1, 20))
    latents = {"squeezed": 0.25, "wide": 16.0}
    *_, last = sentences(table.assign(latents_per_pixel=table["method"].map(latents)))
    assert last == (
        "No better than plain JPEG: squeezed (-4.70 dB through 0.25 latent values per pixel), loser (-1.00 dB) "
        "and wide (-2.00 dB)."
    )


def test_the_best_by_ssimulacra_2_is_named_and_so_are_networks_that_gain_psnr_alone():
    table = methods(jpeg=0.0, shift_average=0.6, one=(0.8, 10), two=(1.1, 20))
    *_, best, blurred = sentences(table.assign(ssimulacra2=[50.0, 53.25, 49.0, 48.0]))
    assert best == (
        "By SSIMULACRA 2, which agrees better with people than PSNR, the best method at JPEG quality 10 is "
        "shift_average: 53.2, against 50.0 of plain JPEG."
    )
    assert blurred == ("More PSNR than plain JPEG but a lower SSIMULACRA 2: one at quality 10; two at quality 10.")


def test_the_worst_blocks_are_told_with_the_share_of_all_that_got_worse():
    rows = [
        {"method": "one", "against": against, "quality": 10, "image": "cat", "blocks": 40} | numbers
        for against, numbers in {
            "jpeg": {"against_db": 31.0, "restored_db": 29.5, "worse_percent": 0.3},
            "shift_average": {"against_db": 30.0, "restored_db": 28.0, "worse_percent": 60.2},
        }.items()
    ]
    *_, last = sentences(methods(jpeg=0.0, one=(1.0, 10)), worst=rows)
    assert last == (
        "Of the blocks of 32x32 pixels of one at quality 10, 0.3 % are worse than in jpeg and 60.2 % are worse "
        "than in shift_average. The worst by squared error loses 1.50 dB against jpeg (cat) and 2.00 dB against "
        "shift_average (cat)."
    )


def test_where_no_block_got_worse_none_loses_anything():
    row = {"method": "one", "against": "jpeg", "quality": 10, "image": "cat", "blocks": 40}
    row |= {"against_db": 30.0, "restored_db": 31.0, "worse_percent": 0.0}
    *_, last = sentences(methods(jpeg=0.0, one=(1.0, 10)), worst=[row])
    assert last == "Of the blocks of 32x32 pixels of one at quality 10, 0.0 % are worse than in jpeg."


def test_changes_are_listed_by_their_verdict_the_strongest_first():
    rows = [change("loss", "mae", 0.1), change("width", "9", 0.3), change("skip", "false", -0.4)]
    *_, helped, hurt = sentences(methods(jpeg=0.0, one=(1.0, 10)), [*rows, change("blocks", "3", 0.01)])
    assert helped == "Changes that helped: `width=9` (+0.30 dB) and `loss=mae` (+0.10 dB)."
    assert hurt == "Changes that hurt: `skip=false` (-0.40 dB)."


def test_what_is_smaller_than_the_effect_of_a_seed_is_no_change():
    *_, last = sentences(methods(jpeg=0.0, one=(1.0, 10)), [change("loss", "mae", 0.1), SEED])
    assert last == "Each change was tried once; another seed alone made a difference of 0.12 dB."


def test_a_named_change_without_a_base_value_is_listed_too():
    *_, last = sentences(methods(jpeg=0.0, one=(1.0, 10)), [change("recipe", "slow", -0.4, base_value=None)])
    assert last == "Changes that hurt: `recipe=slow` (-0.40 dB)."


def test_the_other_direction_is_set_against_the_photograph():
    imitated = [score("back", 31.5, image="a_q010", subject="jpeg")]
    *_, last = sentences(methods(jpeg=0.0, one=(1.0, 10)), imitated=imitated)
    assert last == (
        "The other way, back reaches 31.50 dB against the JPEG of quality 10; the photograph itself has 27.00 dB."
    )


def test_without_networks_there_is_nothing_to_say():
    assert sentences(methods(jpeg=0.0)) == []


def test_the_report_has_a_row_for_each_method_and_the_sentences():
    said = sentences(methods(jpeg=0.0, one=(1.0, 10)))
    lines = report().splitlines()
    assert lines[0].startswith(f"# {TITLE}")
    assert [line.split("|")[1].strip() for line in lines if line.startswith("| ")] == ["method", "jpeg", "one"]
    assert lines[-len(said) :] == [f"- {sentence}" for sentence in said]


def test_every_figure_has_a_caption_that_is_a_sentence():
    assert all(caption.endswith(".") for caption in FIGURES.values())
