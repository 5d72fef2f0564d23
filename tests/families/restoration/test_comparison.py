import pytest

from invented import entries, methods, score, write_scores
from recon.core import files
from recon.core.errors import UserError
from recon.families.restoration import comparison

JPEG = (score("jpeg", 27.0), score("jpeg", 25.0, image="b"))


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def table_of(**experiments):
    return comparison.tabulate_methods(comparison.read_gains(), entries(**experiments))


def test_a_network_with_more_psnr_than_jpeg_but_a_lower_ssimulacra_2_is_listed():
    table = methods(jpeg=0.0, shift_average=0.6, blurring=(0.5, 10), good=(0.7, 10), bad=(-2.0, 10))
    listed = comparison.list_blurred(table.assign(ssimulacra2=[50.0, 49.0, 48.0, 51.0, 20.0]))
    assert listed["method"].tolist() == ["blurring"]


def test_ssimulacra_2_is_averaged_only_where_all_photographs_have_it():
    write_scores(*JPEG, score("one", 28.0, ssimulacra2=30.0), score("one", 28.0, image="b", ssimulacra2=None))
    assert table_of(one={})["ssimulacra2"].fillna(-1).tolist() == [40.0, -1]


def test_only_what_restores_the_test_photographs_is_compared():
    some = entries(
        one={}, plane={"subject": "plane"}, other={"direction": "degrade"}, ask={"sweep": {"width": [8]}}
    )
    assert [entry.name for entry in comparison.compared(some, swept=False)] == ["one"]
    assert [entry.name for entry in comparison.compared(some, swept=True)] == ["ask"]


def test_a_gain_is_over_the_same_photograph_s_jpeg():
    write_scores(*JPEG, score("one", 28.0), score("one", 25.5, image="b"))
    rows = comparison.read_gains()
    assert rows.loc[rows["entry"] == "one", "gain_db"].tolist() == [1.0, 0.5]


def test_without_a_sweep_there_are_empty_columns_for_it():
    write_scores(*JPEG, score("one", 28.0))
    assert comparison.read_scores()[["factor", "value"]].isna().all(axis=None)


def test_a_quality_without_jpeg_to_compare_with_is_named():
    write_scores(*JPEG, score("one", 28.0, quality=15))
    with pytest.raises(
        UserError, match=r"no `jpeg` of quality 15 .* deblocking\.experiments\.jpeg\.points\.quality"
    ):
        comparison.read_gains()


def test_an_entry_of_other_files_needs_no_plain_jpeg_to_compare_with():
    """`check` asks for the qualities of compared entries only."""
    rows = [score("one", 28.0), score("other", 30.0, quality=22)]
    write_scores(*JPEG, *rows, other={"tables": "psnr"})
    assert set(comparison.read_gains()["entry"]) == {"jpeg", "one"}


def test_a_filter_on_other_files_is_no_baseline():
    rows = [score("one", 28.0), score("shift_average", 29.0)]
    write_scores(*JPEG, *rows, shift_average={"encoder": "mozjpeg"})
    assert table_of(one={}).set_index("method")["beats_baselines"].to_dict()["one"] == "yes"


def test_photographs_of_another_subject_do_not_count():
    write_scores(*JPEG, score("one", 28.0), score("one", 99.0, subject="plane"))
    assert comparison.read_scores()["psnr_db"].max() == 28.0


def test_the_table_has_means_baselines_first_then_the_order_of_params():
    write_scores(*JPEG, score("zoo", 28.0), score("zoo", 26.0, image="b"), score("ant", 26.0), score("ant", 26.0))
    table = table_of(zoo={"net": "unet"}, ant={"net": "arcnn"})
    assert table["method"].tolist() == ["jpeg", "zoo", "ant"]
    assert table[["psnr_db", "gain_db", "images"]].values.tolist() == [[26, 0, 2], [27, 1, 2], [26, -1, 2]]
    assert table["net"].tolist()[1:] == ["unet", "arcnn"]
    assert table["net"].isna().tolist() == [True, False, False]


def test_a_network_is_held_against_jpeg_and_against_the_best_without_one():
    """Gains 0.5 of the average, and 1.0, 0.3, -2.0 of the networks."""
    rows = [score("jpeg", 27.0), score("shift_average", 27.5)]
    rows += [score(name, psnr) for name, psnr in {"good": 28.0, "weak": 27.3, "bad": 25.0}.items()]
    write_scores(*rows)
    table = table_of(good={}, weak={}, bad={})
    verdicts = table.set_index("method")[["beats_jpeg", "beats_baselines"]]
    assert verdicts.loc["good"].tolist() == ["yes", "yes"]
    assert verdicts.loc["weak"].tolist() == ["yes", "no"]
    assert verdicts.loc["bad"].tolist() == ["no", "no"]
    assert verdicts.loc[["jpeg", "shift_average"]].isna().all(axis=None)


@pytest.mark.parametrize(("psnr_db", "beats"), [(27.0, "no"), (27.02, "no"), (27.04, "yes")])
def test_less_than_the_noticeable_does_not_beat(psnr_db, beats):
    write_scores(*JPEG, score("one", psnr_db))
    assert table_of(one={})["beats_jpeg"].iloc[-1] == beats


def test_the_common_quality_is_the_lowest_that_most_methods_have():
    rows = methods(jpeg=0.0, one=(1.0, 10), two=(2.0, 20)).assign(quality=[20, 20, 10])
    assert comparison.find_common_quality(rows) == 20
    assert comparison.select_common_quality(rows)["method"].tolist() == ["jpeg", "one"]


def test_the_front_has_what_nothing_cheaper_or_equal_matches():
    """`dear` costs more than `best` and gains less; `twin` costs as much as `cheap` and gains less."""
    table = methods(jpeg=0.0, best=(1.5, 50), dear=(1.2, 80), cheap=(0.8, 10), twin=(0.7, 10), middle=(1.0, 20))
    assert comparison.find_front(table, "macs_per_pixel")["method"].tolist() == ["cheap", "middle", "best"]


def test_what_does_not_beat_the_baselines_is_no_choice_however_cheap():
    table = methods(jpeg=0.0, shift_average=0.6, cheap=(0.5, 1), good=(0.9, 10))
    assert comparison.find_front(table, "num_params")["method"].tolist() == ["good"]


def test_pictures_are_of_jpeg_the_best_other_baseline_and_the_best_network():
    gains = {f"net{gain}": (gain / 10, 10) for gain in (4, 5, 1)}
    table = methods(jpeg=0.0, shift_average=0.05, shift_average_clipped=0.06, **gains)
    assert comparison.choose_shown(table) == ["jpeg", "shift_average_clipped", "net5"]


def test_pictures_are_chosen_of_jpeg_and_one_network_alone():
    assert comparison.choose_shown(methods(jpeg=0.0, one=(1.0, 10))) == ["jpeg", "one"]


def test_curves_are_long_with_a_model_for_each_network():
    some = entries(one={}, each={"blind": False, "points": {"quality": [10, 20]}}, of_the_zoo={"weights": "any"})
    for folder in ("one", "each/quality=10", "each/quality=20"):
        text = "epoch,loss,val_psnr_db,val_gain_db\n1,0.5,,\n2,0.4,30.5,0.25\n"
        files.write_text(f"models/restoration/{folder}/curves.csv", text)
    models = ["one", "each, quality=10", "each, quality=20"]
    assert comparison.read_curves(some).values.tolist() == [[model, 2, 30.5, 0.25] for model in models]


@pytest.mark.parametrize(
    ("difference", "text"),
    [(0.126, "+0.13 dB"), (-0.126, "-0.13 dB"), (-0.004, "0.00 dB"), (0.004, "0.00 dB")],
)
def test_a_difference_has_a_sign_unless_it_rounds_to_nothing(difference, text):
    assert comparison.format_db(difference) == text


def test_patches_seen_are_those_of_all_steps_of_the_least_trained_network():
    training = {"epochs": 3, "steps_per_epoch": 10, "batch_size": 4, "warmup_steps": 0}
    one, each, passes, of_the_zoo = entries(
        one={"training": training, "sweep": {"batch_size": [2, 8]}},
        each={"training": training, "blind": False, "points": {"quality": [10, 20]}},
        passes={"training": training | {"steps_per_epoch": None}},
        of_the_zoo={"weights": "any"},
    )
    assert [comparison.count_patches_seen(entry) for entry in (one, each, passes, of_the_zoo)] == [
        60,
        120,
        None,
        None,
    ]


def test_an_imitation_is_held_against_the_photograph_s_own_distance_from_its_jpeg():
    imitated = [
        score("back", psnr, image=f"{image}_q010", subject="jpeg") for image, psnr in (("a", 31), ("b", 30))
    ]
    write_scores(*JPEG, *imitated)
    assert comparison.average_imitations().values.tolist() == [["back", 10, 30.5, 26.0]]
