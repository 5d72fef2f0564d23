"""The stages of the latent decoders end to end, on tiny patterns and on tiny photographs in patches."""

from pathlib import Path

import numpy as np
import pytest
import yaml

from recon.training import runtime

# isort: split
import evaluate
import latent_decoder
import latent_decoder_comparison
from recon.core import files, images, tiles
from recon.core.imageset import write_set
from recon.core.reconstruction import RECONSTRUCTIONS, read_pixels, read_timings, variant_name
from recon.data.patterns import checkerboard, radial_gradient, sine_wave
from recon.families.latent_decoder import findings
from recon.families.latent_decoder.method import FRAMES, build, load
from recon.families.latent_decoder.params import LatentDecoder
from recon.families.latent_decoder.tables import TABLES
from recon.referee import costs
from recon.settings.core import section

SIDE = 16
TRAINING = {
    **{"epochs": 20, "report_every": 10, "batch_size": None, "fit_epochs": 10, "fit_learning_rate": 0.1},
    **{"optimizer": "adam", "learning_rate": 0.05, "loss": "mse", "value_range": "unit"},
}
PATTERNS = {
    "net": "linear",
    "subject": "patterns",
    "latents": 2,
    "points": {"q_step": [0.01]},
    "sweep": {"start": ["orthogonal"], "net": {"conv": {"net": "conv", "settings": {"width": 4, "levels": 1}}}},
}
PATCHES = {
    "net": "linear",
    "subject": "latent_decoder",
    "settings": {"output_activation": "linear"},
    "patch_size": 8,
    "latents": 3,
    "start": "pca",
    "points": {"q_step": [0.5, 0.05]},
    "across": {"latents": [1, 3]},
    "sweep": {"net": {"mlp": {"net": "mlp", "settings": {"width": 8}}}},
}
PARAMS = {
    "runtime": {"seed": 1, "threads": 1},
    "synthesize": {"side": SIDE, "sine_frequency": 2, "checkerboard_frequency": 2},
    "latent_decoder": {
        "training": TRAINING, "experiments": {"patterns": PATTERNS, "patches": PATCHES}
    },
}  # fmt: skip
SHOWN = ("radial_gradient", "sine_wave", "checkerboard")
WRITTEN = ("data/reconstructions", "models")


def photograph(seed, rows, columns):
    """Return an RGB picture of waves: patches have something in common."""
    i, j, c = np.ogrid[:rows, :columns, :3]
    return np.rint(128 + 90 * np.sin(i / (3 + seed) + c) * np.cos(j / (5 + seed))).astype(np.uint8)


def stages(*entries):
    for entry in entries:
        latent_decoder.main(entry)


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    """Two entries, and all that the stages make of them; the second photograph is not trained on."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("project"))
        patch.setattr(runtime, "prepare", lambda settings: None)  # may be done once in a process
        Path("params.yaml").write_text(yaml.safe_dump(PARAMS, sort_keys=False))
        files.write_json("data/params/families.json", ["latent_decoder"])
        files.write_json("data/params/latent_decoder.json", PARAMS["latent_decoder"])
        drawn = (radial_gradient(SIDE), sine_wave(SIDE, frequency=2), checkerboard(SIDE, frequency=2))
        triples = [(name, "subject", pixels) for name, pixels in zip(SHOWN, drawn, strict=True)]
        write_set("data/subjects/patterns", triples, source="synthetic", color="gray")
        photographs = [("seen", "subject", photograph(0, 20, 28)), ("apart", "unseen", photograph(1, 16, 24))]
        write_set("data/subjects/latent_decoder", photographs, source="some", color="rgb")
        stages("patterns", "patches")
        evaluate.main("latent_decoder")
        latent_decoder_comparison.main()
        yield


def rows():
    return files.read_csv("metrics/scores/latent_decoder.csv")


def where(entry, variant, image):
    return {"family": "latent_decoder", "entry": entry, "variant": variant, "image": image}


@pytest.mark.parametrize("entry", ["patterns", "patches"])
def test_every_payload_alone_decodes_to_the_saved_picture(entry):
    """With nothing but params.yaml and the decoder's file."""
    shape = (SIDE, SIDE, 1) if entry == "patterns" else (8, 8, 3)
    decoded = 0
    for run in section(LatentDecoder, "latent_decoder").entry(entry).runs:
        network = build(run.net, run.net_settings, latents=run.latents, image_shape=shape)
        decoder = load(network, Path("models/latent_decoder") / entry / run.folder, value_range="unit")
        points = [run.point(q_step, unseen=unseen) for q_step in (0.5, 0.05, 0.01) for unseen in (False, True)]
        is_of_run = rows()["variant"].isin([variant_name(point) for point in points])
        for row in rows()[is_of_run].query("entry == @entry").itertuples():
            data = (RECONSTRUCTIONS / "latent_decoder" / entry / row.variant / f"{row.image}.bin").read_bytes()
            np.testing.assert_array_equal(
                decoder.decode(data), read_pixels(**where(entry, row.variant, row.image))
            )
            assert row.payload_bytes == len(data)
            assert row.bpp == pytest.approx(8 * len(data) / (row.rows * row.columns), abs=1e-5)
            decoded += 1
    assert decoded == (rows()["entry"] == entry).sum() > 0


def test_the_decoder_s_bytes_stand_in_a_column_of_their_own():
    """One latent, 192 values: as many weights, as many biases, in float32; spread over the picture of 20 x 28."""
    variant = "base=base,latents=1,q_step=0.05"
    row = rows().query("entry == 'patches' and variant == @variant").iloc[0]
    assert (row["num_params"], row["decoder_bytes"]) == (2 * 192, 4 * 2 * 192)
    assert row["latents_per_pixel"] == pytest.approx(1 / 64, abs=1e-5)
    assert row["macs_per_pixel"] == 192 / 64
    summary = files.read_json("metrics/latent_decoder.json")["patches"][variant]
    assert summary["decoder_bpp"] == pytest.approx(8 * 4 * 2 * 192 / (20 * 28), abs=1e-5)


def test_unseen_pictures_are_scored_apart():
    patches = rows().query("entry == 'patches'")
    unseen = patches["codes"] == "found"
    assert set(patches[unseen]["image"]) == {"apart"}
    assert set(patches[~unseen]["image"]) == {"seen"}
    assert patches[~unseen]["codes"].isna().all()
    assert set(patches[unseen]["variant"]) == {f"{name},codes=found" for name in patches[~unseen]["variant"]}
    assert len(patches) == 2 * 2 * 2 * 2  # decoders, lengths of the code, quantizer steps, pictures
    assert rows().query("entry == 'patterns'")["codes"].isna().all()


def test_the_settings_of_a_point_are_columns():
    point = rows().query("entry == 'patches' and variant == 'net=mlp,latents=3,q_step=0.5'").iloc[0]
    names = ["factor", "value", "axis", "across", "q_step"]
    assert point[names].tolist() == ["net", "mlp", "latents", "3", 0.5]


def test_codes_of_an_unseen_picture_are_better_than_the_one_they_begin_with():
    """From the mean code, a linear decoder's mean patch."""
    seen, apart = (
        tiles.cut(photograph(*made), 8).reshape(-1, 192).astype(float) for made in ((0, 20, 28), (1, 16, 24))
    )
    start = np.mean((apart - seen.mean(axis=0)) ** 2)
    patches = rows().query("entry == 'patches'").set_index("variant")
    assert patches.loc["base=base,latents=3,q_step=0.05,codes=found", "mse"] < start / 2


def test_a_finer_quantizer_step_costs_bytes_and_brings_the_picture_closer():
    patches = rows().query("entry == 'patches'").set_index("variant")
    coarse, fine = (patches.loc[f"base=base,latents=3,q_step={q_step}"] for q_step in (0.5, 0.05))
    assert fine["bpp"] > coarse["bpp"]
    assert fine["psnr_db"] > coarse["psnr_db"]


def test_the_clock_is_read_at_each_point_and_only_training_counts():
    _, seconds = read_timings(family="latent_decoder", entry="patterns")
    elapsed = seconds[seconds["what"] == "elapsed"]
    names = ("base=base", "start=orthogonal", "net=conv")
    assert elapsed["variant"].tolist() == [f"{name},epoch={epoch}" for name in names for epoch in (10, 20)]
    train = seconds[seconds["what"] == "train"]
    last = elapsed[elapsed["variant"].str.endswith("epoch=20")]
    np.testing.assert_array_equal(train["seconds"], last["seconds"])
    summary = costs.summarize("latent_decoder", "patterns")
    others = seconds[~seconds["what"].isin(["elapsed"])]["seconds"].sum()
    assert summary["total_seconds"] == round(others, 2)
    assert summary["train_seconds"] == round(train["seconds"].sum(), 2)


def test_finding_a_code_is_part_of_encoding_an_unseen_picture_and_counts_once():
    _, seconds = read_timings(family="latent_decoder", entry="patches")
    fits = seconds[seconds["what"] == "fit"]
    assert fits["image"].tolist() == ["apart"] * 4
    assert (fits["seconds"] > 0).all()
    assert "fit_seconds_per_megapixel" not in costs.summarize("latent_decoder", "patches")


def test_the_decoded_patterns_are_the_saved_pictures_of_the_entry_as_it_stands():
    for number, image in enumerate(SHOWN):
        saved = read_pixels(**where("patterns", "base=base,q_step=0.01", image))
        for kind in ("pgm", "png"):
            decoded = images.read_image(f"plots/decoded/final_decoded_{number}.{kind}")
            np.testing.assert_array_equal(decoded, saved)
        original = images.read_image(f"plots/decoded/original_{number}.pgm")
        assert original.shape == (SIDE, SIDE, 1)


def test_the_ways_between_codes_begin_at_the_decoded_patterns():
    """But for what the quantizer step, 0.01 of a code, changes: a few gray levels."""
    strip = images.read_image("models/latent_decoder/patterns/base=base/between.png")
    frames = strip.reshape(-1, SIDE, SIDE, 1)
    assert len(frames) == len(SHOWN) * FRAMES
    for number, image in enumerate(SHOWN):
        saved = read_pixels(**where("patterns", "base=base,q_step=0.01", image)).astype(int)
        assert np.abs(frames[number * FRAMES] - saved).max() <= 5


def test_trainings_are_compared_with_the_bound():
    compared = files.read_csv("metrics/comparisons/latent_decoder/trainings.csv")
    assert len(compared) == 3 + 4
    linear = compared[(compared["net"] == "linear") & (compared["entry"] == "patches")]
    assert (linear["fit_psnr_db"] <= linear["pca_psnr_db"] + 1e-3).all()
    assert linear["pca_psnr_db"].is_monotonic_increasing
    assert compared[compared["entry"] == "patches"]["found_psnr_db"].notna().all()
    assert compared[compared["entry"] == "patterns"]["found_psnr_db"].isna().all()
    artifacts = files.read_csv("metrics/comparisons/latent_decoder/artifacts.csv")
    assert len(artifacts) == 3 * len(SHOWN)
    assert artifacts.groupby("image")["phase_error_degrees"].count().to_dict() == {
        "checkerboard": 0, "radial_gradient": 0, "sine_wave": 3
    }  # fmt: skip


def test_every_entry_has_figures_and_findings():
    folder = Path("plots/families/latent_decoder")
    names = (
        "patterns.png",
        "patterns_artifacts.png",
        "patterns_training.png",
        "patches.png",
        "patterns_between.gif",
    )
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)
    for name in names:
        assert images.read_image(folder / name).size > 0
    assert set(findings.FIGURES) == set(names)
    text = Path("metrics/comparisons/latent_decoder/findings.md").read_text(encoding="utf-8")
    for sentence in findings.describe():
        assert f"\n{sentence}\n" in text
    losses = files.read_csv("metrics/comparisons/latent_decoder/losses.csv")
    assert losses["model"].nunique() == 3 + 4
    assert losses["epoch"].unique().tolist() == [10, 20]


def test_the_tables_have_a_row_for_each_training():
    """Of a decoder that is not the base's, its change is named beside it."""
    (patterns_header, patterns), (patches_header, patches) = (tabulate() for tabulate in TABLES.values())
    assert [row[:2] for row in patterns] == [["linear", "2"], ["linear, start orthogonal", "2"], ["conv", "2"]]
    assert [row[:2] for row in patches] == [["linear", "1"], ["mlp", "1"], ["linear", "3"], ["mlp", "3"]]
    assert {len(row) for row in patterns} == {len(patterns_header)}
    assert {len(row) for row in patches} == {len(patches_header)}
    scores = rows().query("entry == 'patterns' and variant == 'net=conv,q_step=0.01'")["psnr_db"]
    assert float(patterns[-1][2]) == pytest.approx(scores.mean(), abs=0.01)


def test_the_findings_compare_the_best_decoder_with_principal_components():
    trainings = files.read_csv("metrics/comparisons/latent_decoder/trainings.csv").query("entry == 'patches'")
    gains = trainings["fit_psnr_db"] - trainings["pca_psnr_db"]
    best = trainings.loc[gains.idxmax()]
    direction = "above" if gains.max() >= 0 else "below"
    first = findings.describe()[0]
    assert first.startswith(f"With {best['latents']} latents for a patch the {best['net']} decoder is ")
    assert f" is {abs(gains.max()):.1f} dB {direction} principal components" in first


def test_a_second_run_is_equal_to_the_byte_and_leaves_no_checkpoint():
    before = {path: path.read_bytes() for top in WRITTEN for path in Path(top).rglob("*") if path.is_file()}
    assert not list(Path(".checkpoints").rglob("*.npz"))
    stages("patterns", "patches")
    assert {
        path: path.read_bytes() for top in WRITTEN for path in Path(top).rglob("*") if path.is_file()
    } == before
