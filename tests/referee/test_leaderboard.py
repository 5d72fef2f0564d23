import numpy as np
import pandas as pd
import pytest

import leaderboard as stage
from recon.core.files import read_csv, read_json, write_csv, write_json
from recon.core.imageset import write_set
from recon.core.reconstruction import SCORES
from recon.referee import fields, leaderboard, scoring


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def row(entry, variant, image="a", *, bpp=1.0, psnr_db=30.0, subject="plane", **more):
    sides = {"rows": 10, "columns": 10, "mse": 65.025}
    about = {"entry": entry, "variant": variant, "image": image, "subject": subject}
    return {**about, **sides, "bpp": bpp, "psnr_db": psnr_db, "ssim": 0.9} | more


def write(family, *rows):
    """Write the scores of a family as the stage `evaluate` does."""
    table = pd.DataFrame(rows, columns=fields.columns(fields.SCORES)).assign(family=family)
    write_csv(SCORES / f"{family}.csv", table)


def test_only_points_of_the_plane_with_a_rate_are_in(tmp_path):
    write("classical", row("jpeg", "quality=10"), row("own", "quality=10", subject="autoencoder"))
    write("pixels", row("plane", "step=1", bpp=None))
    assert leaderboard.gather(["classical", "pixels"])["method"].tolist() == ["jpeg"]


def test_a_chart_leaves_out_what_would_squeeze_it_and_says_so():
    write("classical", row("jpeg", "quality=10", bpp=leaderboard.MOST_BPP))
    write("pixels", row("plane", "step=9", bpp=24.0, psnr_db=100.0))
    points = leaderboard.gather(["classical", "pixels"])
    shown, note = leaderboard.split_off_chart(points)
    assert (shown["method"].tolist(), note) == (["jpeg"], "Off the chart: pixels (24 bpp, 100 dB)")
    assert leaderboard.split_off_chart(shown)[1] == ""


def test_an_entry_named_plane_stands_for_its_family():
    write("classical", row("jpeg", "quality=10"))
    write("autoencoder", row("plane", "q_step=0.1", num_params=12, decoder_bytes=50))
    points = leaderboard.gather(["classical", "autoencoder"])
    assert points["method"].tolist() == ["jpeg", "autoencoder"]
    assert points["decoder_bpp"].tolist()[1] == 8 * 50 / 100


def test_a_point_is_the_mean_over_the_plane_s_photographs():
    write(
        "classical",
        row("jpeg", "quality=10", "a", bpp=0.5, psnr_db=30),
        row("jpeg", "quality=10", "b", bpp=1.5, psnr_db=40),
    )
    point = leaderboard.gather(["classical"]).iloc[0]
    assert (point["images"], point["bpp"], point["psnr_db"]) == (2, 1.0, 35.0)
    assert point["psnr_of_mean_mse_db"] == pytest.approx(30)  # 255 ** 2 / 65.025 is 1000


def test_what_was_gathered_is_read_back():
    write("classical", row("jpeg", "quality=10", library="libjpeg 3"))
    points = leaderboard.gather(["classical"])
    write_csv("metrics/leaderboard.csv", scoring.round_floats(points))
    pd.testing.assert_series_equal(leaderboard.read().loc[0], points.loc[0].replace({None: float("nan")}))


def test_a_mosaic_shows_each_method_at_the_nearest_rate_by_ratio():
    """0.25 is twice as far from 0.5 as 0.7 is by ratio, but nearer by difference than 0.8 is."""
    write("classical", *(row("jpeg", f"quality={bpp}", bpp=bpp) for bpp in (0.1, 0.25, 0.8, 1.6)))
    write("autoencoder", *(row("plane", f"q_step={bpp}", bpp=bpp) for bpp in (0.4, 3.0)))
    points = leaderboard.gather(["classical", "autoencoder"])
    chosen = leaderboard.nearest_points(points, 0.5)
    assert dict(zip(chosen["method"], chosen["bpp"], strict=True)) == {"jpeg": 0.8, "autoencoder": 0.4}


@pytest.mark.parametrize("image", ["b", "0801"])
def test_a_point_s_own_scores_are_those_of_one_image(image):
    write(
        "classical",
        row("jpeg", "quality=10", "a", bpp=0.5, psnr_db=30),
        row("jpeg", "quality=10", image, bpp=1.5, psnr_db=40),
        row("jpeg", "quality=10", image, bpp=9.5, psnr_db=90, subject="autoencoder"),
    )
    own = leaderboard.add_image_scores(leaderboard.gather(["classical"]), image)
    assert own[["image_bpp", "image_psnr_db"]].values.tolist() == [[1.5, 40.0]]


def test_the_stage_writes_points_curves_and_a_file_for_each_method():
    flat = np.zeros((10, 10, 1), np.uint8)
    write_set("data/subjects/plane", [("a", "subject", flat)], source="some", color="gray")
    write("classical", *(row("jpeg", f"quality={q}", bpp=q / 40, psnr_db=20 + q / 4) for q in (10, 20, 40)))
    write("autoencoder", row("plane", "q_step=0.1", bpp=0.5, psnr_db=26.0))
    write_json("data/params/families.json", ["classical", "autoencoder"])
    stage.main()
    assert list(leaderboard.read()) == fields.columns(fields.BOARD)
    points = read_json("metrics/leaderboard.json")
    assert points["autoencoder"]["q_step=0.1"]["gain_over_jpeg_db"] == pytest.approx(1)
    assert points["jpeg"]["quality=20"]["on_front"] == "no"
    assert read_csv("metrics/methods.csv")["method"].tolist() == ["jpeg", "autoencoder"]
    assert read_json("metrics/methods.json")["jpeg"]["bd_rate_jpeg_percent"] == 0
    description = "means over 1 photographs of some"
    assert read_json("metrics/compressai/autoencoder.json")["description"] == description
