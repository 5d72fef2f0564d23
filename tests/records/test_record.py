import json
import subprocess
from pathlib import Path

import pytest

import record
from recon.core import files
from recon.core.errors import UserError
from recon.settings import groups

PARAMS = """\
epochs: {epochs}
runtime: {{seed: 20, threads: 2}}
degrade: {{quality: 10}}
plane: {{source: {source}, rows: {rows}}}
classical:
  experiments:
    jpeg: {{codec: jpeg, subject: plane, sweep: {{quality: [10]}}}}
"""
ROW = "jpeg,1000,500,libjpeg-turbo 3.2.0\n"  # half a megapixel
MACHINES = [{"processor": "a processor", "cores": 2, "libraries": {"pillow": "13.0.0"}, "entries": ["jpeg"]}]
RESULTS = {"jpeg": {"quality=10": {"bpp": 0.25, "psnr_db": 28.0}}}


def git(*words: str) -> str:
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout.strip()


def commit_all() -> str:
    git("add", "--all")
    git("-c", "user.name=test", "-c", "user.email=test", "commit", "--quiet", "--message=test")
    return git("rev-parse", "HEAD")


def locked(*, rows: int | None) -> dict:
    """Return what DVC locks, made on a plane of so many rows."""
    subject = {"path": "data/subjects/plane", "md5": f"of {rows} rows"}
    experiments = {"jpeg": {"codec": "jpeg", "subject": "plane", "sweep": {"quality": [10]}}}
    plane = {"source": "kodak", "rows": rows}
    path, md5 = next(iter(groups.locked({"classical": {"experiments": experiments}}).items()))
    group = {"path": path, "md5": md5}

    def stage(params: dict, **more: list) -> dict:
        return {"deps": [], "params": {"params.yaml": params}} | more

    return {
        "subject@plane": stage({"plane": plane}, outs=[subject]),
        "classical@jpeg": stage({"classical.experiments.jpeg": experiments["jpeg"]}, deps=[subject]),
        "evaluate@classical": {"deps": [group]},
        "timings@classical": {"deps": [group]},
    }


def write_results(stages: dict) -> None:
    timings = {"jpeg": {"total_seconds": 45.0}, "webp": {"total_seconds": 15.0}}
    files.write_json("dvc.lock", {"stages": stages})  # JSON is YAML
    files.write_json("metrics/timings/classical.json", {"machines": MACHINES, "entries": timings})
    files.write_json("metrics/classical.json", RESULTS)
    files.write_text("metrics/classical.csv", "entry,rows,columns,library\n" + ROW)


@pytest.fixture
def base(tmp_path, monkeypatch):
    """The commit of a new repository, which is the working folder, that has parameters only."""
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet")
    files.write_text("params.yaml", PARAMS.format(epochs=500, source="embedded", rows=256))
    return commit_all()


def experiment(base: str, name: str = "kodak", *, stages: dict | None = None, code: str | None = None) -> str:
    """Leave an experiment as DVC does: a commit on `base` known by its reference alone."""
    files.write_text("params.yaml", PARAMS.format(epochs=500, source="kodak", rows="null"))
    write_results(locked(rows=None) if stages is None else stages)
    if code:
        files.write_text("stages/fit.py", code)
    commit = commit_all()
    git("update-ref", f"refs/exps/{base[:2]}/{base[2:]}/{name}", commit)
    git("reset", "--quiet", "--hard", base)
    return commit


def recorded(*words: str) -> dict:
    record.main(*words)
    return json.loads(Path("metrics/benchmarks/classical-kodak.json").read_text(encoding="utf-8"))


def test_the_record_says_what_was_run_on_what_and_what_came_out(base):
    experiment(base)
    assert recorded("classical-kodak", "--exp", "kodak") == {
        "name": "classical-kodak",
        "family": "classical",
        "command": "dvc exp run -S plane.source=kodak -S plane.rows=null evaluate@classical timings@classical",
        "commit": base,
        "params": {
            "epochs": 500,
            "runtime": {"seed": 20, "threads": 2},
            "plane": {"source": "kodak", "rows": None},
            "classical": {
                "experiments": {"jpeg": {"codec": "jpeg", "subject": "plane", "sweep": {"quality": [10]}}}
            },
        },
        "machines": MACHINES,
        "codecs": {"libjpeg-turbo": "3.2.0"},
        "minutes": 1.0,
        "minutes_of": "training, encoding and decoding; not starting up, scoring or drawing",
        "results": RESULTS,
    }


def test_an_experiment_is_known_by_its_commit_too_and_gives_the_same_bytes(base):
    commit = experiment(base)
    by_name = recorded("classical-kodak", "--exp", "kodak")
    assert recorded("classical-kodak", "--exp", commit[:7]) == by_name


def test_committed_results_are_those_of_a_plain_repro(base):
    files.write_text("params.yaml", PARAMS.format(epochs=500, source="kodak", rows="null"))
    write_results(locked(rows=None))
    commit = commit_all()
    written = recorded("classical-kodak", "--exp", "HEAD")
    assert written["commit"] == commit
    assert written["command"] == "dvc repro evaluate@classical timings@classical"


@pytest.mark.parametrize(("targets", "end"), [("plot", " plot"), ("", "rows=null")])
def test_the_targets_are_those_given(base, targets, end):
    experiment(base)
    command = recorded("classical-kodak", "--exp", "kodak", "--targets", targets)["command"]
    assert command.endswith(end)


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["classical-kodak", "--exp", "kodek"], "`kodek`: neither an experiment of `dvc exp show` nor a revision"),
        (["classical-kodak", "--exp", "HEAD"], "has no dvc.lock"),
        (["clasical-kodak", "--exp", "kodak"], "unknown family `clasical`; known: classical"),
        (["Kodak set", "--exp", "kodak"], "the name `Kodak set` must consist of"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_written(base, words, complaint):
    experiment(base)
    with pytest.raises(UserError, match=complaint):
        record.main(*words)
    assert not Path("metrics").exists()


def test_one_name_for_two_experiments_is_refused(base):
    commits = [experiment(base)]
    files.write_text("notes.txt", "another base")
    commits.append(experiment(commit_all()))
    with pytest.raises(UserError, match="2 experiments are called `kodak`") as raised:
        record.main("classical-kodak", "--exp", "kodak")
    assert all(commit in str(raised.value) for commit in commits)


def test_results_of_code_that_was_never_committed_are_refused(base):
    experiment(base, code="print()")
    with pytest.raises(UserError, match=r"uncommitted changes of stages/fit\.py"):
        record.main("classical-kodak", "--exp", "kodak")


def stale_subject() -> dict:
    return locked(rows=256)


def stale_reconstruction() -> dict:
    return locked(rows=None) | {"classical@jpeg": locked(rows=256)["classical@jpeg"]}


def scored_of_other_entries() -> dict:
    other = {"deps": [{"path": "data/params/classical.json", "md5": "of another group"}]}
    return locked(rows=None) | {"evaluate@classical": other}


def never_scored() -> dict:
    return {name: stage for name, stage in locked(rows=None).items() if name != "evaluate@classical"}


@pytest.mark.parametrize(
    ("stages", "named"),
    [
        (stale_subject, "subject@plane"),
        (stale_reconstruction, "classical@jpeg"),
        (scored_of_other_entries, "evaluate@classical"),
        (never_scored, "evaluate@classical"),
    ],
)
def test_results_of_an_older_run_are_refused(base, stages, named):
    experiment(base, stages=stages())
    with pytest.raises(UserError, match=f"{named} did not run on this params.yaml"):
        record.main("classical-kodak", "--exp", "kodak")
