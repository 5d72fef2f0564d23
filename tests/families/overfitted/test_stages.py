"""The family's stages on a small picture; one entry is fitted by workers as in the pipeline."""

from recon.training import runtime

# isort: split
from pathlib import Path

import numpy as np
import pytest
import yaml

import evaluate
import overfitted
import overfitted_start
from pictures import picture
from recon.core import files
from recon.core.imageset import ImageSet, write_set
from recon.core.reconstruction import CHECKPOINTS, RECONSTRUCTIONS, read_pixels, read_timings
from recon.families.overfitted import codestream, fitting, jobs, pool, start_training, starts, worker
from recon.families.overfitted.jobs import FitProgress
from recon.families.overfitted.params import FAMILY, STARTS, Overfitted
from recon.families.shared import zoo
from recon.settings import groups
from recon.settings.core import Runtime, parse, read_params
from refusals import refusal

REAL = read_params(Path(__file__).resolve().parents[3] / "params.yaml")
PIXELS = picture(24, 33, 3)
GROUP = REAL[FAMILY] | {
    "presets": {"fast": {"steps": 4, "evaluate_every": 2}},
    "networks": {"levels": [0, 2, 4], "contexts": 4, "width": 4},
    "start": {
        **{"lmbda": 0.001, "tiles": 1, "tile": 32, "mosaics": 2},
        "training": {"steps": 4, "evaluate_every": 2},
    },
}
for _name, _lambdas in (("overfitted_fast", [0.001, 0.004]), ("overfitted_alone", [0.002])):
    GROUP["experiments"][_name]["points"] = {"lmbda": _lambdas}


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    """Params with fewer steps, pictures, and all that the stages make of them."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("project"))
        patch.setattr(runtime, "prepare", lambda settings: None)  # may be done once in a process
        write_params(threads=2)
        files.write_json(zoo.INDEX, [])
        files.write_json(groups.NAMES, [FAMILY])
        files.write_text(f"{groups.FOLDER}/{FAMILY}.json", groups.text(GROUP))
        train, test = picture(40, 40, 3), picture(64, 64, 3)
        write_set("data/normalized", [("a", "train", train), ("b", "test", test)], source="some", color="rgb")
        write_set("data/subjects/plane", [("board", "subject", PIXELS)], source="some", color="rgb")
        overfitted_start.main()
        overfitted.main("overfitted_fast")
        with pytest.MonkeyPatch.context() as here:
            here.setattr(pool, "fit_all", fit_here)
            overfitted.main("overfitted_alone")
        yield


def fit_here(fits, *, workers, remedy):
    """Fit in this process, whose model for the picture serves tests below too."""
    return (worker.fit(job, lambda _: None) for job in fits)


def write_params(*, threads):
    kept = {name: REAL[name] for name in ("data", "subjects")}
    params = kept | {"epochs": 1, "runtime": {"seed": 1, "threads": threads}, FAMILY: GROUP}
    Path("params.yaml").write_text(yaml.safe_dump(params, sort_keys=False))


def payloads(entry):
    folder = RECONSTRUCTIONS / FAMILY / entry
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*.bin")}


def open_jobs(name="overfitted_fast"):
    entry, start = parse(Overfitted, GROUP, FAMILY).entry(name), starts.open_start("trained")
    return jobs.list_jobs(entry, [("board", PIXELS)], start=start, runtime=Runtime(seed=1, threads=2))


def test_the_start_is_trained_on_training_images_and_named_by_its_id(monkeypatch):
    (path,) = STARTS.iterdir()
    start = starts.read_start(path.read_bytes())
    assert path.name == starts.file_name(start.model_id)
    seen = []
    monkeypatch.setattr(
        start_training, "train_start", lambda photographs, **options: seen.extend(photographs) or start
    )
    overfitted_start.main()
    assert [photograph.shape for photograph in seen] == [(40, 40, 3)]
    assert [path] == list(STARTS.iterdir())
    assert not start_training.FOLDER.exists()


@pytest.mark.parametrize("entry", GROUP["experiments"])
def test_a_payload_gives_the_saved_picture(entry):
    for name, data in payloads(entry).items():
        variant = name.split("/")[0]
        saved = read_pixels(family=FAMILY, entry=entry, variant=variant, image="board")
        np.testing.assert_array_equal(codestream.decode(data, starts.find_start(data)), saved)
        assert (starts.find_start(data) is None) == (entry == "overfitted_alone")


def test_settings_and_costs_are_columns():
    evaluate.main(FAMILY)
    rows = files.read_csv(f"metrics/scores/{FAMILY}.csv")
    assert rows["variant"].tolist() == ["lmbda=0.001", "lmbda=0.004", "lmbda=0.002"]
    assert rows["lmbda"].tolist() == [0.001, 0.004, 0.002]
    (path,) = STARTS.iterdir()
    assert rows["decoder_bytes"].fillna(0).tolist() == [path.stat().st_size, path.stat().st_size, 0]
    assert rows["latents_per_pixel"].tolist() == [1.06641] * 3  # 1 + 1 / 16 + 1 / 256, in the digits of the file


def test_each_fit_has_its_seconds_and_leaves_nothing_to_resume():
    _, seconds = read_timings(family=FAMILY, entry="overfitted_fast")
    assert seconds["what"].tolist() == ["encode", "decode"] * 2
    assert not (CHECKPOINTS / FAMILY / "overfitted_fast").exists()


def test_bytes_do_not_depend_on_the_number_of_threads():
    before = payloads("overfitted_fast")
    write_params(threads=1)
    overfitted.main("overfitted_fast")
    assert payloads("overfitted_fast") == before


@pytest.fixture(scope="module")
def fitted(project):
    """A job that was done here, and what it reported and gave."""
    job, reports = open_jobs()[0], []
    return job, reports, worker.fit(job, reports.append)


def test_a_fit_reports_its_steps_its_rate_and_its_psnr(fitted):
    _, reports, _ = fitted
    assert reports[0] == FitProgress(0, 0)
    assert [report.step for report in reports[1:]] == [2, 4]
    assert all(report.bpp > 0 and report.psnr_db > 5 for report in reports[1:])


def test_a_finished_fit_is_kept_until_something_else_is_asked_for(fitted, monkeypatch):
    job, _, done = fitted
    monkeypatch.setattr(fitting, "fit_image", lambda *_, **__: pytest.fail("fitted again"))
    again = worker.fit(job, lambda _: None)
    assert (again.payload, again.encode_seconds) == (done.payload, done.encode_seconds)
    np.testing.assert_array_equal(again.pixels, done.pixels)
    assert {path.name for path in job.folder.iterdir()} == {"fit.json"}
    for change in (
        {"lmbda": 0.002},
        {"runtime": Runtime(seed=2, threads=2)},
        {"start": None},
        {"pixels": PIXELS[::-1]},
    ):
        with pytest.raises(pytest.fail.Exception, match="fitted again"):
            worker.fit(type(job)(**vars(job) | change), lambda _: None)


def test_a_damaged_one_is_named(fitted):
    job, _, _ = fitted
    content = (job.folder / "fit.json").read_text()
    for damaged in ("", "[]", "{}", content.replace('"payload": "', '"payload": "xy')):
        (job.folder / "fit.json").write_text(damaged)
        assert f"{job.folder}/fit.json: damaged; remove it to fit again" in refusal(worker.fit, job, print)
    (job.folder / "fit.json").write_text(content)


def test_the_photographs_of_an_entry_are_fitted_in_order():
    assert [(job.image, job.lmbda, job.steps) for job in open_jobs()] == [("board", 0.001, 4), ("board", 0.004, 4)]
    assert len({job.folder for job in open_jobs()}) == 2
    assert ImageSet.open("data/subjects/plane").names() == ["board"]
