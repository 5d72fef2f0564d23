import pandas as pd
import pytest

import readme
from recon.core import files
from recon.core.errors import UserError
from recon.readme import tables
from recon.referee.curves import METHODS

RECORD = {
    "command": "dvc exp run -S epochs=2000",
    "commit": "0123456789abcdef",
    "machines": [{"processor": "a processor", "cores": 2}],
    "minutes": 12.34,
    "minutes_of": "training",
}


@pytest.fixture
def project(tmp_path, monkeypatch):
    """An empty project, which is the working folder, with a page of one table."""
    monkeypatch.chdir(tmp_path)
    readme.PAGE.write_text("before\n<!-- table: data -->\nold\n<!-- /table -->\nafter\n")
    return tmp_path


@pytest.fixture
def data(project):
    about = {"images": 3, "smallest_side": 8, "largest_side": 64, "megapixels": 1.004, "mean": 9.96}
    files.write_json("metrics/data.json", {"train": about | {"standard_deviation": 1}})
    return project


def test_words_stand_left_numbers_right_and_absent_ones_are_empty():
    assert tables.markdown(["name", "n"], [["a", "1,000"], ["b", ""]]) == (
        "| name |     n |\n"  #
        "| ---- | ----: |\n"
        "| a    | 1,000 |\n"
        "| b    |       |\n"
    )


def test_only_what_stands_between_the_marks_is_rewritten(data):
    readme.main()
    assert readme.PAGE.read_text() == (
        "before\n"
        "<!-- table: data -->\n"
        "| split | images | sides (pixels) | megapixels | mean (gray levels) | deviation (gray levels) |\n"
        "| ----- | -----: | -------------- | ---------: | -----------------: | ----------------------: |\n"
        "| train |      3 | 8 to 64        |       1.00 |               10.0 |                     1.0 |\n"
        "<!-- /table -->\n"
        "after\n"
    )


def test_check_names_what_is_out_of_date_and_changes_nothing(data):
    before = readme.PAGE.read_bytes()
    with pytest.raises(UserError, match="out of date: the table `data`; run: make readme"):
        readme.main("--check")
    assert readme.PAGE.read_bytes() == before


def test_check_passes_what_was_just_written(data):
    readme.main()
    readme.main("--check")


def test_a_missing_source_is_named_with_the_command_that_writes_it(project):
    with pytest.raises(UserError, match=r"metrics/data.json: not found; first run: dvc repro inspect$"):
        readme.main()


def test_an_unknown_table_is_named_with_the_known_ones(project):
    readme.PAGE.write_text("<!-- table: dta -->\n<!-- /table -->\n")
    with pytest.raises(UserError, match="unknown table `dta`; known: leaderboard, methods, epochs, autoencoders"):
        readme.main()


def test_an_unknown_word_is_refused(project):
    with pytest.raises(UserError, match="--check"):
        readme.main("--chekc")


def cells(name):
    _, _, *rows = tables.TABLES[name].text().splitlines()
    return [[cell.strip() for cell in row.split("|")[1:-1]] for row in rows]


def test_the_leaderboard_shows_each_method_at_the_rate_of_the_mosaics(project):
    files.write_text("params.yaml", "plot: {bpp_scale: log, mosaic_bpp: 0.5}\n")
    scores = {"psnr_db": 30.126, "psnr_of_mean_mse_db": 30.0, "ssim": 0.9, "ms_ssim": 0.95, "images": 2}
    network = {"num_params": 1234, "macs_per_pixel": 56.4, "decoder_bytes": 4936}
    points = [
        {"method": "jpeg", "variant": "quality=10", "bpp": 0.2, "gain_over_jpeg_db": 0.0, "on_front": "no"},
        {"method": "jpeg", "variant": "quality=30", "bpp": 0.6, "gain_over_jpeg_db": 0.0, "on_front": "yes"},
        {"method": "autoencoder", "variant": "q_step=0.1", "bpp": 3.0, "on_front": "no"} | network,
        {"method": "fractal", "variant": "tolerance=4", "bpp": 0.5, "gain_over_jpeg_db": -1.5, "on_front": "no"},
    ]
    files.write_csv("metrics/leaderboard.csv", pd.DataFrame([point | scores for point in points]))
    *rows, _, _ = cells("leaderboard")
    measures = ["30.13", "30.00", "0.900", "0.950"]
    assert rows == [
        ["jpeg", "quality=30", "0.600", *measures, "0.00", "yes", "", "", ""],
        ["autoencoder", "q_step=0.1", "3.000", *measures, "", "no", "1,234", "56", "4,936"],
        ["fractal", "tolerance=4", "0.500", *measures, "-1.50", "no", "", "", ""],
    ]
    told = tables.TABLES["leaderboard"].text().splitlines()[-1]
    assert told == "Means over 2 photographs, each method at its point nearest to 0.5 bpp."


def test_the_table_of_methods_shows_bd_rates_with_their_ranges_and_empty_cells_for_none(project):
    counts = {"points": 6, "points_on_front": 1, "points_on_front_with_decoder": 0}
    rates = {"bd_rate_jpeg_percent": -12.345, "bd_rate_jpeg_from_db": 24.5, "bd_rate_jpeg_to_db": 33.333}
    rows = [
        {"method": "one", "lowest_bpp": 0.1, "highest_bpp": 1.234} | counts | rates,
        {"method": "point", "lowest_bpp": 24.0, "highest_bpp": 24.0} | counts,
    ]
    files.write_csv("metrics/methods.csv", pd.DataFrame(rows, columns=[c for c in METHODS if c != "family"]))
    assert cells("methods") == [
        ["one", "6", "1", "0", "0.10 to 1.23", "-12.3", "24.50 to 33.33", "", ""],
        ["point", "6", "1", "0", "24.00", "", "", "", ""],
    ]


def test_the_epochs_table_shows_entries_that_were_kept_at_epochs_only(project):
    point = {"psnr_db": 20.0, "ssim": 0.5, "bpp": 1.0}
    results = {"net": {"epoch=10": point, "epoch=100": point}, "plane": {"q_step=0.1": point}}
    files.write_json("metrics/autoencoder.json", results)
    _, _, *rows = tables.TABLES["epochs"].text().splitlines()
    assert rows == [
        "| net   |     10 |     20.00 | 0.500 |      1.000 |",
        "| net   |    100 |     20.00 | 0.500 |      1.000 |",
    ]


def test_a_benchmark_over_epochs_has_a_column_for_each_and_says_where_it_comes_from(project):
    point = {"psnr_db": 20.0, "ssim": 0.5}
    results = {
        "one": {"epoch=10": point, "epoch=2000": point},
        "two": {"epoch=10": point},
        "plane": {"q_step=0.1": point},
    }
    files.write_json("metrics/benchmarks/autoencoder-epochs.json", RECORD | {"results": results})
    assert tables.TABLES["epochs-2000"].text() == (
        "| PSNR (dB) / SSIM |     10 epochs |  2,000 epochs |\n"
        "| ---------------- | ------------: | ------------: |\n"
        "| one              | 20.00 / 0.500 | 20.00 / 0.500 |\n"
        "| two              | 20.00 / 0.500 |               |\n"
        "\n"
        "`dvc exp run -S epochs=2000`, commit 0123456, on 2 cores of a processor: 12.3 minutes (training).\n"
    )


def test_a_benchmark_of_codecs_has_a_column_for_each_in_the_order_of_rate(project):
    results = {
        "jpeg": {"quality=90": {"bpp": 2.0, "psnr_db": 40.0}, "quality=10": {"bpp": 0.25, "psnr_db": 28.0}},
        "webp": {"quality=50": {"bpp": 1.0, "psnr_db": 35.0}},
    }
    files.write_json("metrics/benchmarks/classical-kodak.json", RECORD | {"results": results})
    assert tables.TABLES["classical-kodak"].text().splitlines()[:4] == [
        "| jpeg (bpp: dB) | webp (bpp: dB) |",
        "| -------------: | -------------: |",
        "|   0.250: 28.00 |   1.000: 35.00 |",
        "|   2.000: 40.00 |                |",
    ]
