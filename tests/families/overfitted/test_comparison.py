"""The comparison of entries in the plane, from payloads and scores to tables, sentences and figures."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import evaluate
import overfitted_comparison
from overfitted_images import draw_image, draw_parameters
from recon.core import files
from recon.core.imageset import write_set
from recon.core.reconstruction import EntryWriter, Reconstruction
from recon.families.overfitted import codestream, comparison, findings, sheets, tables
from recon.families.overfitted.architecture import Architecture
from recon.families.overfitted.params import FAMILY, STARTS, Overfitted
from recon.families.overfitted.starts import Start, file_name, format_start
from recon.settings import groups
from recon.settings.core import parse

ROWS, COLUMNS = 24, 40
IMAGES = ("meadow", "harbor")
LMBDAS = [0.001, 0.002, 0.004]
FIGURES = Path("plots/families/overfitted")
EXPERIMENTS = {
    "shared": {"preset": "quick", "subject": "plane", "shared_start": "trained", "points": {"lmbda": LMBDAS}},
    "lonely": {"preset": "quick", "subject": "plane", "shared_start": None, "points": {"lmbda": LMBDAS}},
    "question": {"preset": "quick", "subject": "other", "shared_start": None, "points": {"lmbda": LMBDAS[:1]}},
}
GROUP = {
    "presets": {"quick": {"steps": 100}},
    "start": {"lmbda": 0.001, "tiles": 1, "tile": 32, "mosaics": 1, "training": {"steps": 100}},
    "networks": {},
    "experiments": EXPERIMENTS,
}


def draw_payload(start, number, lmbda):
    """Return a payload with as many of the finer grids set to 0 as lambda asks for."""
    image = draw_image(ROWS, COLUMNS, seed=number, start=start)
    for grid in image.latents[: LMBDAS.index(lmbda)]:
        grid[:] = 0
    return codestream.encode([image], ROWS, COLUMNS, start)


def write_entry(name, start):
    with EntryWriter(family=FAMILY, entry=name, about={}) as writer:
        for lmbda in EXPERIMENTS[name]["points"]["lmbda"]:
            for number, image in enumerate(IMAGES):
                payload = draw_payload(start, number, lmbda)
                pixels = codestream.decode(payload, start)
                about = {"decoder_bytes": 4000} if start else {}
                writer.add({"lmbda": lmbda}, image, Reconstruction(pixels, payload, 1.0, 0.5), about)


def write_codecs():
    """Write the scores of WebP and of JPEG, which are those of an entry with twice the bits."""
    scores = files.read_csv("metrics/scores/overfitted.csv")
    own = scores[scores["entry"] == "shared"].drop(columns="lmbda")
    double = own.assign(family="classical", bpp=2 * own["bpp"], payload_bytes=2 * own["payload_bytes"])
    rows = pd.concat([double.assign(entry=entry) for entry in ("webp", "jpeg")])
    rows.insert(4, "quality", 10)
    files.write_csv("metrics/scores/classical.csv", rows)


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    """Two entries that differ in the shared start, one of another subject, and the codecs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("project"))
        files.write_text("params.yaml", json.dumps({FAMILY: GROUP}))  # which is YAML
        files.write_text(f"{groups.FOLDER}/{FAMILY}.json", groups.text(GROUP))
        files.write_text("models/zoo/index.json", "{}\n")
        content = format_start(draw_parameters(Architecture(), seed=5))
        start = Start.of(draw_parameters(Architecture(), seed=5))
        files.write_bytes(STARTS / file_name(start.model_id), content)
        pictures = [
            (image, "subject", codestream.decode(draw_payload(None, number, LMBDAS[0])))
            for number, image in enumerate(IMAGES)
        ]
        for subject in ("plane", "other"):
            write_set(f"data/subjects/{subject}", pictures, source="some", color="rgb")
        write_entry("shared", start)
        write_entry("lonely", None)
        write_entry("question", None)
        evaluate.main(FAMILY)
        write_codecs()
        overfitted_comparison.main()
        yield


def read(path):
    return files.read_csv(path)


def test_each_file_has_its_parts_and_each_grid_its_bits():
    payloads, levels = read(comparison.FILES), read(comparison.LEVELS)
    assert len(payloads) == (2 * len(LMBDAS) + 1) * len(IMAGES)
    assert len(levels) == len(payloads) * 7
    parts = payloads["network_bits"] + payloads["latent_bits"]
    rest = 8 * payloads["payload_bytes"] - parts
    assert rest.between(8 * 17, 8 * 40).all()
    sums = levels.groupby(["entry", "variant", "image"], sort=False)["level_bits"].sum()
    np.testing.assert_allclose(sums, payloads["latent_bits"], rtol=1e-5)


def test_a_grid_of_zeros_costs_nothing():
    levels = read(comparison.LEVELS)
    empty = levels[(levels["lmbda"] == LMBDAS[-1]) & levels["level"].isin([0, 1])]
    assert (empty[["level_bits", "nonzero_percent"]] == 0).all(axis=None)


def test_a_codec_with_twice_the_bits_takes_twice_as_many_at_equal_psnr():
    curves = read(comparison.CURVES).set_index(["entry", "against"])["bd_rate_percent"]
    assert curves["shared", "webp"] == pytest.approx(-50)
    assert ("shared", "jpeg") not in curves


def test_an_entry_with_a_shared_start_is_held_against_the_one_that_only_lacks_it():
    pairs = set(zip(*(read(comparison.CURVES)[name] for name in ("entry", "against")), strict=True))
    assert pairs == {("shared", "webp"), ("lonely", "webp"), ("shared", "lonely")}
    entries = parse(Overfitted, GROUP, FAMILY).entries()
    assert list(comparison._find_without_start(entries, "lonely")) == []
    other = GROUP | {"experiments": EXPERIMENTS | {"lonely": EXPERIMENTS["lonely"] | {"training": {"seed": 3}}}}
    assert list(comparison._find_without_start(parse(Overfitted, other, FAMILY).entries(), "shared")) == []


def test_an_entry_fitted_to_ms_ssim_is_held_against_the_one_that_is_not():
    """It takes twice the bits at equal PSNR, and half of them at equal MS-SSIM, which are straight lines here."""
    structured = EXPERIMENTS["shared"] | {"training": {"ms_ssim": 0.1}}
    group = GROUP | {"experiments": EXPERIMENTS | {"structured": structured}}
    doublings = np.arange(6)
    points = [
        pd.DataFrame({"entry": entry, "bpp": bpp * 2.0**doublings, "psnr_db": 24.0 + 3 * doublings}).assign(
            ms_ssim=1 - 10 ** (-(lowest_db + 3 * doublings) / 10)
        )
        for entry, bpp, lowest_db in (("shared", 0.1, 10), ("structured", 0.2, 16))
    ]
    plane = pd.concat(points).assign(family=FAMILY, decoder_bytes=4000)
    curves = comparison.compare_curves(plane, parse(Overfitted, group, FAMILY).entries())
    assert curves[["entry", "against", "differs_in"]].to_numpy().tolist() == [["structured", "shared", "ms_ssim"]]
    np.testing.assert_allclose(curves[["bd_rate_percent", "ms_ssim_bd_rate_percent"]], [[100, -50]])
    assert list(findings._describe_structure(curves)) == [
        "Fitted to MS-SSIM too, `structured` takes 50.0 % fewer bits than `shared` at equal MS-SSIM, "
        "and 100.0 % more bits at equal PSNR."
    ]


def test_an_entry_whose_pictures_did_without_their_start_is_held_against_none():
    """As where the start is for color, and the pictures are gray; or where the other one has no points yet."""
    points, entries = comparison.read_plane(), parse(Overfitted, GROUP, FAMILY).entries()
    without = points.assign(decoder_bytes=np.nan)
    assert set(comparison.compare_curves(without, entries)["against"]) == {"webp"}
    missing = points[points["entry"] != "lonely"]
    assert set(comparison.compare_curves(missing, entries)["against"]) == {"webp"}


def test_figures_are_drawn_for_every_name_that_the_page_shows():
    assert {path.name for path in FIGURES.iterdir()} == set(findings.FIGURES)


def test_the_parts_of_a_bar_add_up_to_the_rate():
    payloads = read(comparison.FILES)
    plane = payloads[payloads["subject"] == "plane"]
    shares = sheets.share_bits(plane, read(comparison.LEVELS))
    assert list(shares) == ["shared", "lonely"]
    means = plane[plane["entry"] == "lonely"].groupby("lmbda")["bpp"].mean().sort_index(ascending=False)
    np.testing.assert_allclose(shares["lonely"].sum(axis=1), means, rtol=1e-4)
    assert list(shares["lonely"].index) == ["0.004", "0.002", "0.001"]


def test_the_sentences_name_entries_and_what_they_take():
    sentences = findings.describe()
    assert sentences[0] == "At equal PSNR, `shared` takes 50.0 % fewer bits than WebP."
    assert any(
        line.startswith("With a shared start, whose bytes are not counted, `shared` takes ") for line in sentences
    )
    assert any(line.startswith("The networks of `lonely` take ") for line in sentences)
    assert sentences[-1].startswith("The finest grid takes ")
    assert sentences[-1].endswith(" and 0 % at 0.004.")
    assert (comparison.TABLES / "findings.md").read_text() == findings.report()


def test_the_tables_have_the_entries_of_the_plane_only():
    header, rows = tables.TABLES["overfitted"]()
    assert [row[:2] for row in rows[:3]] == [["shared", "0.001"], ["shared", "0.002"], ["shared", "0.004"]]
    assert {len(row) for row in rows} == {len(header)}
    header, rows = tables.TABLES["overfitted-curves"]()
    assert header == ["at equal PSNR", "bits against WebP (%)", "bits against lonely (%)"]
    assert [row[0] for row in rows] == ["shared", "lonely"]
    assert rows[0][1] == "-50.0"
    assert rows[1][2] == ""
    assert tables.TABLES["overfitted-ms-ssim"]()[1] == [["shared", "", ""], ["lonely", "", ""]]  # too small for it


def test_without_other_codecs_only_the_own_curves_are_compared():
    path = Path("metrics/scores/classical.csv")
    path.unlink()
    points = comparison.read_plane()
    assert set(points["family"]) == {FAMILY}
    curves = comparison.compare_curves(points, parse(Overfitted, GROUP, FAMILY).entries())
    assert list(curves["against"]) == ["lonely"]
    write_codecs()


def test_without_an_entry_in_the_plane_there_is_nothing_to_draw_or_say(tmp_path, monkeypatch):
    """The folder of the figures is there nonetheless: DVC fails where an output is missing."""
    rows = read("metrics/scores/overfitted.csv")
    place = Path.cwd()
    monkeypatch.chdir(tmp_path)
    files.write_text(f"{groups.FOLDER}/{FAMILY}.json", groups.text(GROUP))
    files.write_csv("metrics/scores/overfitted.csv", rows[rows["entry"] == "question"])
    for folder in ("data/reconstructions", "models"):
        Path(folder).parent.mkdir(exist_ok=True)
        Path(folder).symlink_to(place / folder)
    overfitted_comparison.main()
    assert list(FIGURES.iterdir()) == []
    assert len(read(comparison.FILES)) == len(IMAGES)
    assert read(comparison.CURVES).empty
    assert findings.describe() == []
    assert all(make()[1] == [] for make in tables.TABLES.values())


def test_grids_of_zeros_have_no_share_to_speak_of(monkeypatch):
    levels = read(comparison.LEVELS).assign(level_bits=0.0)
    monkeypatch.setattr(findings.files, "read_csv", lambda path: levels)
    assert list(findings._describe_grids()) == []
