import numpy as np
import pandas as pd
import pytest

from recon.core.files import write_text
from recon.core.imageset import ImageSet, write_set
from recon.core.reconstruction import EntryWriter, Reconstruction
from recon.families.autoencoder import comparison


def row(epoch, psnr_db, *, entry="conv", image="astronaut", ssim=0.5, bpp=1.25, subject="autoencoder"):
    where = {"entry": entry, "subject": subject, "variant": f"epoch={epoch}", "image": image}
    return where | {"psnr_db": psnr_db, "ssim": ssim, "bpp": bpp}


def table(*rows):
    return pd.DataFrame(rows)


def test_only_epochs_on_the_family_s_own_photographs_are_selected():
    steps = row(0, 30.0) | {"variant": "q_step=0.1"}
    rows = table(steps, row(10, 12.0), row(10, 13.0, image="chelsea", subject="plane"), row(100, 20.0))
    selected = comparison.select(rows)
    assert selected["epoch"].tolist() == [10, 100]
    assert selected["psnr_db"].tolist() == [12.0, 20.0]


def test_findings_say_the_gain_and_the_gain_per_doubling():
    """10 to 80 epochs are three doublings: 6 dB are 2 dB each."""
    rows = comparison.select(table(row(10, 14.0), row(80, 20.0, ssim=0.75, bpp=2.5)))
    assert comparison.findings(rows).splitlines() == [
        "# What more epochs bring",
        "",
        "## conv on astronaut",
        "",
        "- 10 epochs: 14.00 dB, SSIM 0.500, 1.25 bpp.",
        "- 80 epochs: 20.00 dB, SSIM 0.750, 2.50 bpp; +6.00 dB on 10 epochs, +2.00 dB for each doubling.",
    ]


def test_findings_tell_a_loss_as_a_loss():
    assert "; -1.00 dB on 10 epochs, -1.00 dB for each doubling." in comparison.findings(
        comparison.select(table(row(10, 21.0), row(20, 20.0)))
    )


def test_each_entry_and_image_is_compared_with_itself():
    rows = table(row(10, 14.0), row(10, 15.0, image="cat"), row(10, 16.0, entry="deep"), row(20, 15.0))
    lines = comparison.findings(comparison.select(rows)).splitlines()
    assert [line for line in lines if line.startswith("##")] == [
        "## conv on astronaut",
        "## conv on cat",
        "## deep on astronaut",
    ]
    assert sum("doubling" in line for line in lines) == 1


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Two entries on one photograph, the second kept at one epoch only."""
    monkeypatch.chdir(tmp_path)
    pixels = np.random.default_rng(0).integers(0, 256, (32, 40, 3), np.uint8)
    write_set("data/subjects/autoencoder", [("astronaut", "subject", pixels)], source="some", color="rgb")
    for entry, kept in {"conv": (10, 20), "deep": (10,)}.items():
        with EntryWriter(family="autoencoder", entry=entry, about={}) as writer:
            for epoch in kept:
                writer.add(f"epoch={epoch}", "astronaut", Reconstruction(pixels, b"", 0, 0))
        write_text(f"models/autoencoder/{entry}/losses.csv", "epoch,loss\n0,0.123456789\n1,1e-7\n")
    return comparison.select(table(row(10, 14.0), row(20, 15.0), row(10, 16.0, entry="deep")))


def test_losses_are_in_long_form_with_epochs_from_1(project):
    losses = comparison.gather_losses(["conv", "deep"])
    assert losses.values.tolist() == [
        ["conv", 1, 0.123457],
        ["conv", 2, 1e-7],
        ["deep", 1, 0.123457],
        ["deep", 2, 1e-7],
    ]
    assert list(losses.columns) == ["model", "epoch", "loss"]


def test_figures_are_drawn_where_entries_were_kept_at_different_epochs(project):
    comparison.draw_snapshots("snapshots.png", project, ImageSet.open("data/subjects/autoencoder"))
    comparison.draw_curves("curves.png", project, comparison.gather_losses(["conv", "deep"]))
