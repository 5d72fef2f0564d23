"""The stages of the coordinate networks end to end on a tiny photograph."""

from pathlib import Path

import numpy as np
import pytest
import yaml

# isort: split
import keras

import coordinates
import coordinates_comparison
import evaluate
from recon.core import files, images
from recon.core.errors import UserError
from recon.core.imageset import write_set
from recon.core.reconstruction import (
    RECONSTRUCTIONS,
    payload_bytes,
    read_index,
    read_mask,
    read_pixels,
    settings_columns,
)
from recon.data.masks import KNOWN
from recon.families.coordinates import fitting, method
from recon.families.coordinates.method import decode

TRAINING = {
    "epochs": 2,
    "steps_per_epoch": 5,
    "batch_size": 64,
    "optimizer": "adam",
    "learning_rate": 0.01,
    "loss": "mse",
    "value_range": "unit",
}
GROUP = {
    "masks": {"even": {"kind": "even"}, "half": {"kind": "random", "hidden": 0.5}},
    "mapping": {"kind": "gaussian", "num_frequencies": 8, "scale": 3},
    "training": TRAINING,
}
TINY = {"net": "mlp", "settings": {"width": 8, "depth": 1}, "subject": "small"}
ROWS, COLUMNS = 12, 20


@pytest.fixture(autouse=True)
def _one_process_prepares_once(monkeypatch):
    """Threads may be set only before TensorFlow's first operation; seeds are what the stage sets for itself."""
    monkeypatch.setattr(coordinates.runtime, "prepare", lambda settings, math: None)


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    i, j = np.mgrid[:ROWS, :COLUMNS]
    pixels = np.stack([i * 20, j * 12, (i // 3 + j // 4) % 2 * 200], -1).astype(np.uint8)
    write_set("data/subjects/small", [("board", "subject", pixels)], source="some", color="rgb")
    return pixels


def run(*, training=None, seed=1, **entry):
    group = GROUP | {"training": TRAINING | (training or {}), "experiments": {"one": TINY | entry}}
    params = {"runtime": {"seed": seed, "threads": 1}, "coordinates": group}
    Path("params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))
    files.write_json("data/params/coordinates.json", group)
    files.write_json("data/params/families.json", ["coordinates"])
    coordinates.main("one")


def scores():
    evaluate.main("coordinates")
    return files.read_json("metrics/coordinates.json")["one"]


def where(variant):
    return {"family": "coordinates", "entry": "one", "variant": variant, "image": "board"}


def test_the_payload_alone_decodes_to_the_saved_picture():
    run(points={"bits": [4, 16]})
    for variant in ("bits=4", "bits=16"):
        payload = (RECONSTRUCTIONS / f"coordinates/one/{variant}/board.bin").read_bytes()
        np.testing.assert_array_equal(decode(payload), read_pixels(**where(variant)))


def test_a_network_too_large_to_be_sent_is_not_fitted(monkeypatch):
    """8 frequencies, each a sine and a cosine; 8 units, 3 colors."""
    monkeypatch.setattr(method, "_MAX_WEIGHTS", 16 * 8 + 8 + 8 * 3 + 3 - 1)
    monkeypatch.setattr(fitting.fitting, "fit", None)
    with pytest.raises(UserError, match="163 weights for 12 x 20 pixels; at most 162"):
        run()


def test_fewer_bits_a_weight_make_a_shorter_payload_of_the_same_fit():
    run(points={"bits": [4, 8, 16]})
    lengths = [scores()[f"bits={bits}"]["bpp"] for bits in (4, 8, 16)]
    assert lengths == sorted(lengths)
    assert [path.name for path in Path("models/coordinates/one").rglob("*.csv")] == ["board.csv"]


def test_longer_training_comes_closer():
    run(sweep={"epochs": [40]})
    found = scores()
    assert found["epochs=40,bits=16"]["psnr_db"] > found["base=base,bits=16"]["psnr_db"] + 3


def test_hidden_pixels_are_scored_apart_and_change_nothing_of_the_fit(project):
    run(mask="half", baselines=["nearest"])
    first = read_pixels(**where("bits=16"))
    found = scores()
    mask = read_mask(**where("bits=16"))
    assert (mask == read_mask(**where("method=nearest"))).all()
    assert found["method=nearest"]["known_psnr_db"] == 100
    assert found["bits=16"]["hidden_psnr_db"] != found["bits=16"]["known_psnr_db"]
    other = np.where(mask == KNOWN, project, 255 - project)
    write_set("data/subjects/small", [("board", "subject", other)], source="some", color="rgb")
    run(mask="half", baselines=["nearest"])
    np.testing.assert_array_equal(read_pixels(**where("bits=16")), first)


def test_a_reduced_image_is_rendered_at_its_full_size(project):
    run(reduce=2, baselines=["bicubic"])
    assert read_pixels(**where("bits=16")).shape == project.shape
    assert read_pixels(**where("method=bicubic")).shape == project.shape


def test_equal_runs_give_equal_payloads():
    payloads = []
    for _ in range(2):
        run()
        payloads.append((RECONSTRUCTIONS / "coordinates/one/bits=16/board.bin").read_bytes())
    assert payloads[0] == payloads[1]


UNMAPPED = {"mapping": {"kind": "none"}, "training": {"batch_size": None}}  # the seed is that of the weights alone


def fitted(seed, **entry):
    """Return the weights at that seed of the runtime."""
    fits = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            coordinates, "fit_picture", lambda *a, **o: fits.append(fitting.fit_picture(*a, **o)) or fits[0]
        )
        run(seed=seed, **entry)
    return np.concatenate([values.ravel() for values in fits[0].codec.model.get_weights()])


def test_another_seed_of_the_runtime_draws_other_weights():
    """All pixels at once and no mapping: neither their order nor frequencies are drawn."""
    first, again, other = (fitted(seed, **UNMAPPED) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).mean() > 0.5


def test_another_seed_of_the_runtime_draws_another_order_of_pixels(monkeypatch):
    seed_all = keras.utils.set_random_seed
    monkeypatch.setattr(keras.utils, "set_random_seed", lambda seed: seed_all(1))
    first, again, other = (fitted(seed, mapping={"kind": "none"}) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert (first != other).mean() > 0.5


def test_another_seed_of_the_runtime_draws_other_frequencies():
    for seed in (1, 2):
        run(seed=seed)
        data = (RECONSTRUCTIONS / "coordinates/one/bits=16/board.bin").read_bytes()
        assert f'["gaussian",8,3.0,{seed}]'.encode() in data


def test_a_seed_of_the_training_takes_the_place_of_the_runtime_s():
    np.testing.assert_array_equal(fitted(1, training={"seed": 2}), fitted(2))


def test_a_cut_run_goes_on_with_the_fits_that_are_done(monkeypatch, capsys):
    run(sweep={"width": [4]})
    whole = {path: path.read_bytes() for path in RECONSTRUCTIONS.rglob("*.bin")}
    fits = []
    fit = coordinates.fit_picture

    def cut_after_the_first(*arguments, **options):
        if fits:
            raise KeyboardInterrupt
        fits.append(fit(*arguments, **options))
        return fits[-1]

    monkeypatch.setattr(coordinates, "fit_picture", cut_after_the_first)
    with pytest.raises(KeyboardInterrupt):
        run(sweep={"width": [4]})
    monkeypatch.setattr(coordinates, "fit_picture", fit)
    capsys.readouterr()
    run(sweep={"width": [4]})
    assert "resumed at epoch 3" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in RECONSTRUCTIONS.rglob("*.bin")} == whole


def test_a_learning_rate_that_blows_up_is_one_line():
    settings = {"width": 8, "depth": 1, "output_activation": "linear"}
    with pytest.raises(UserError, match=r"training diverged in epoch 1: .* lower learning_rate"):
        run(settings=settings, training={"optimizer": "sgd", "learning_rate": 10, "epochs": 50})


def test_a_fit_that_died_is_reported(capsys):
    run(settings={"width": 8, "depth": 3}, training={"learning_rate": 10})
    assert "one, board: no better than one color for the whole image" in capsys.readouterr().out


def test_settings_are_columns_of_the_index_and_an_interpolation_has_no_payload():
    run(mask="even", across={"kind": ["none"]}, sweep={"loss": ["mae"]}, baselines=["bicubic"])
    index = read_index(family="coordinates", entry="one")
    assert index["variant"].tolist() == [
        "base=base,kind=none,bits=16",
        "loss=mae,kind=none,bits=16",
        "method=bicubic",
    ]
    assert payload_bytes(**where("method=bicubic")) is None
    assert settings_columns(index) == ["factor", "value", "axis", "across", "bits", "method"]


def test_every_entry_has_a_sheet_and_its_findings():
    run(mask="even", across={"kind": ["none", "gaussian"]}, sweep={"loss": ["mae"]}, baselines=["bicubic"])
    evaluate.main("coordinates")
    coordinates_comparison.main()
    assert images.read_image("plots/families/coordinates/sheets/one.png").shape[-1] == 3
    tables = Path("metrics/comparisons/coordinates")
    assert "| one     | kind none     |" in (tables / "findings.md").read_text(encoding="utf-8")
    assert files.read_csv(tables / "verdicts.csv")["best_method"].tolist() == ["bicubic", "bicubic"]
    curves = files.read_csv(tables / "curves.csv")
    assert list(curves["model"].unique()) == ["one, base=base,kind=none", "one, base=base,kind=gaussian"]
    assert list(curves["step"].unique()) == [5, 10]
