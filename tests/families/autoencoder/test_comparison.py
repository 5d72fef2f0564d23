"""More and more epochs: scores, losses, findings, tables and figures of them."""

import numpy as np
import pandas as pd
import pytest

from recon.core import files
from recon.core.imageset import ImageSet, write_set
from recon.core.reconstruction import EntryWriter, Reconstruction
from recon.families.autoencoder import comparison, findings, tables


def row(epoch, psnr_db, *, entry="conv", image="astronaut", subject="autoencoder", **more):
    place = {"entry": entry, "subject": subject, "variant": f"epoch={epoch}", "epoch": epoch, "image": image}
    return place | {"psnr_db": psnr_db, "ssim": 0.5, "bpp": 1.25, "decoder_bytes": 4000} | more


STEPS = row(None, 30.0, entry="plane", subject="plane", variant="q_step=0.1", decoder_bytes=88460)


@pytest.fixture
def write_scores(tmp_path, monkeypatch):
    """Return a function that writes the family's scores."""
    monkeypatch.chdir(tmp_path)
    return lambda *rows: files.write_csv("metrics/scores/autoencoder.csv", pd.DataFrame(rows))


def test_only_epochs_on_the_family_s_own_photographs_are_read(write_scores):
    write_scores(STEPS, row(10, 12.0), row(10, 13.0, image="chelsea", subject="plane"), row(100, 20.0))
    rows = comparison.read_epochs()
    assert rows["epoch"].tolist() == [10, 100]
    assert rows["psnr_db"].tolist() == [12.0, 20.0]


def test_a_gain_is_that_of_the_same_entry_and_image(write_scores):
    """10 to 80 epochs are three doublings: 6 dB are 2 dB each."""
    write_scores(row(10, 14.0), row(10, 15.0, image="cat"), row(80, 20.0), row(10, 16.0, entry="deep"))
    rows = comparison.read_epochs()
    np.testing.assert_array_equal(rows["gain_db"], [np.nan, np.nan, 6, np.nan])
    np.testing.assert_array_equal(rows["doubling_db"], [np.nan, np.nan, 2, np.nan])


def test_sentences_are_of_the_entry_that_ends_highest(write_scores):
    write_scores(row(10, 14.0), row(80, 20.0), row(10, 13.0, entry="deep"), row(1000, 25.0, entry="deep"), STEPS)
    assert findings.describe() == [
        "Trained on one photograph alone, deep climbs from 13.0 dB after 10 epochs to 25.0 dB after 1,000.",
        "From 10 epochs on, a doubling of them changes it by +1.81 dB.",
        "In the plane the decoder of all photographs has 88,460 bytes, which the rate does not count.",
    ]


def test_a_loss_is_described_as_a_loss(write_scores):
    write_scores(row(10, 21.0), row(20, 20.0))
    assert findings.describe() == [
        "Trained on one photograph alone, conv falls from 21.0 dB after 10 epochs to 20.0 dB after 20.",
        "From 10 epochs on, a doubling of them changes it by -1.00 dB.",
    ]


def test_one_epoch_alone_is_not_described(write_scores):
    write_scores(row(10, 21.0))
    assert findings.describe() == []


def test_the_report_has_a_row_for_each_epoch(write_scores):
    write_scores(row(10, 14.0), row(80, 20.0, ssim=0.75, bpp=2.5))
    lines = findings.report().splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| conv")]
    assert cells == [
        ["conv", "astronaut", "10", "14.00", "0.500", "1.250", "", ""],
        ["conv", "astronaut", "80", "20.00", "0.750", "2.500", "+6.00", "+2.00"],
    ]
    assert all(sentence in lines for sentence in findings.describe())


def test_the_table_of_epochs_has_means_over_images(write_scores):
    write_scores(STEPS, row(10, 14.0), row(10, 15.0, image="cat"), row(20, 16.0))
    header, rows = tables.TABLES["epochs"]()
    assert header == ["entry", "epochs", "PSNR (dB)", "SSIM", "rate (bpp)"]
    assert rows == [["conv", "10", "14.50", "0.500", "1.250"], ["conv", "20", "16.00", "0.500", "1.250"]]


def test_a_recorded_run_has_a_column_for_each_epoch(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    point = {"psnr_db": 14.0, "ssim": 0.5}
    results = {
        "conv": {"epoch=10": point, "epoch=2000": point | {"psnr_db": 25.0}},
        "deep": {"epoch=2000": point},
        "plane": {"q_step=0.1": point},
    }
    record = {"params": {"epochs": 2000}, "results": results}
    files.write_json("metrics/benchmarks/autoencoder-epochs.json", record)
    header, rows, source = tables.TABLES["epochs-2000"]()
    assert header == ["PSNR (dB) / SSIM", "10 epochs", "2,000 epochs"]
    assert rows == [["conv", "14.00 / 0.500", "25.00 / 0.500"], ["deep", "", "14.00 / 0.500"]]
    assert source == record


@pytest.fixture
def project(write_scores):
    """Two entries on one photograph, the second kept at one epoch only."""
    pixels = np.random.default_rng(0).integers(0, 256, (32, 40, 3), np.uint8)
    write_set("data/subjects/autoencoder", [("astronaut", "subject", pixels)], source="some", color="rgb")
    for entry, epochs in {"conv": (10, 20), "deep": (10,)}.items():
        with EntryWriter(family="autoencoder", entry=entry, about={}) as writer:
            for epoch in epochs:
                writer.add({"epoch": epoch}, "astronaut", Reconstruction(pixels, b"", 0, 0))
        files.write_text(
            f"models/autoencoder/{entry}/losses.csv", "epoch,loss,learning_rate\n1,0.123456789,0.1\n2,1e-7,0.1\n"
        )
    write_scores(row(10, 14.0), row(20, 15.0), row(10, 16.0, entry="deep"))


def test_losses_are_in_long_form_with_epochs_from_1(project):
    losses = comparison.read_losses(["conv", "deep"])
    assert losses.values.tolist() == [
        ["conv", 1, 0.123457],
        ["conv", 2, 1e-7],
        ["deep", 1, 0.123457],
        ["deep", 2, 1e-7],
    ]
    assert list(losses.columns) == ["model", "epoch", "loss"]


def test_figures_are_drawn_where_entries_were_kept_at_different_epochs(project):
    rows = comparison.read_epochs()
    comparison.draw_snapshots("snapshots.png", rows, ImageSet.open("data/subjects/autoencoder"))
    comparison.draw_curves("curves.png", rows, comparison.read_losses(["conv", "deep"]))
