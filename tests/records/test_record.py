import hashlib
import json
import subprocess
from pathlib import Path
from types import SimpleNamespace

import imagecodecs
import pytest
from dvc.repo import Repo

import record
import tiny_zoo
from recon.core import files, rooms
from recon.core.errors import UserError
from recon.families.shared import zoo
from recon.jpeg.files import JpegFile, name_libraries
from recon.records import records, runs
from recon.settings import groups
from refusals import refusal

pytestmark = pytest.mark.filterwarnings("ignore:_NoneStep:DeprecationWarning")  # of a package that DVC uses

EXPERIMENTS = {"jpeg": {"codec": "jpeg", "subject": "plane", "points": {"quality": [10]}}}
PARAMS = """\
epochs: 500
data: {{source: embedded}}
degrade: {{quality: 10}}
subjects:
  plane: {{source: {source}, rows: {rows}}}
  other: {{source: embedded}}
classical:
  experiments:
    jpeg: {{codec: jpeg, subject: plane, points: {{quality: [10]}}}}
"""
PIPELINE = """\
stages:
  subject: {cmd: none, params: [subjects], outs: [data/subjects]}
  classical:
    cmd: none
    params: [classical]
    deps: [data/subjects]
    outs: [data/reconstructions/classical]
  evaluate:
    foreach: [classical]
    do:
      cmd: none
      deps:
        - data/params/${item}.json
        - data/reconstructions/${item}
        - data/subjects/plane
"""
RECIPE = """\
# The codecs on Kodak.
# Cost: a minute.

subjects.plane.source=kodak
subjects.plane.rows=null
"""
MACHINE = {"processor": "a processor", "cores": 2, "libraries": {"pillow": "13.0.0"}}
TIMINGS = {
    "machine": MACHINE,
    "seconds": [
        {"what": "encode", "variant": "quality=10", "image": "one", "seconds": 40.0},
        {"what": "decode", "variant": "quality=10", "image": "one", "seconds": 20.0},
    ],
}
SCORES = {"entry": "jpeg", "variant": "quality=10", "image": "one", "rows": 1000, "columns": 500}
RESULTS = {"jpeg": {"quality=10": {"bpp": 0.25, "psnr_db": 28.0}}}


def git(*words: str) -> str:
    return subprocess.run(["git", *words], check=True, capture_output=True, text=True).stdout.strip()


def commit_all() -> str:
    git("add", "--all")
    git("-c", "user.name=test", "-c", "user.email=test", "commit", "--quiet", "--message=test")
    return git("rev-parse", "HEAD")


def locked(*, rows: int | None) -> dict:
    """Return what DVC locks, made on a plane of `rows` rows."""
    subjects = {"path": "data/subjects", "md5": f"of {rows} rows"}
    pictures = {"path": "data/reconstructions/classical", "md5": f"of {rows} rows"}
    path, md5 = next(iter(groups.locked({"classical": {"experiments": EXPERIMENTS}}).items()))
    group = {"path": path, "md5": md5}
    plane = {"plane": {"source": "kodak", "rows": rows}, "other": {"source": "embedded"}}

    def stage(params: dict, deps: list, outs: list) -> dict:
        return {"cmd": "none", "params": {"params.yaml": params}, "deps": deps, "outs": outs}

    return {
        "subject": stage({"subjects": plane}, [], [subjects]),
        "classical": stage({"classical": {"experiments": EXPERIMENTS}}, [subjects], [pictures]),
        "evaluate@classical": stage(
            {}, [group, pictures, {"path": "data/subjects/plane", "md5": "of a part"}], []
        ),
        "subject@plane": stage(
            {"gone": 1}, [], [{"path": "data/subjects/plane", "md5": "of a stage that is gone"}]
        ),
    }


def write_results(stages: dict, library: str = "libjpeg-turbo 3.2.0") -> None:
    files.write_json("dvc.lock", {"schema": "2.0", "stages": stages})  # JSON is YAML
    files.write_json("metrics/timings/entries/classical/jpeg.json", TIMINGS)
    files.write_json("metrics/classical.json", RESULTS)
    files.write_csv("metrics/scores/classical.csv", [SCORES | {"payload_bytes": 9, "library": library}])


@pytest.fixture(params=[".", "papers/codecs"], ids=["root", "below the root"])
def base(tmp_path, monkeypatch, request):
    """The commit of a new repository that has parameters and a recipe only, in the working folder."""
    monkeypatch.chdir(tmp_path)
    git("init", "--quiet")
    folder = Path(request.param)
    folder.mkdir(parents=True, exist_ok=True)
    monkeypatch.chdir(folder)
    Repo.init(subdir=request.param != ".")
    files.write_text("params.yaml", PARAMS.format(source="embedded", rows=256))
    files.write_text("dvc.yaml", PIPELINE)
    files.write_text("metrics/benchmarks/classical-kodak.txt", RECIPE)
    return commit_all()


def experiment(
    base: str, name: str = "kodak", *, stages: dict | None = None, code: str | None = None, **results: str
) -> str:
    """Leave an experiment as DVC does: a commit on `base` known by its reference alone."""
    files.write_text("params.yaml", PARAMS.format(source="kodak", rows="null"))
    write_results(locked(rows=None) if stages is None else stages, **results)
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
        "command": "make record NAME=classical-kodak",
        "commit": base,
        "params": {
            "data": {"source": "embedded"},
            "subjects": {"plane": {"source": "kodak", "rows": None}},
            "classical": {"experiments": EXPERIMENTS},
        },
        "machines": [MACHINE | {"entries": ["jpeg"]}],
        "codecs": {"libjpeg-turbo": "3.2.0"},
        "minutes": 1.0,
        "minutes_of": "training, encoding and decoding; not starting up, scoring or drawing",
        "results": RESULTS,
    }


def test_of_a_file_that_two_libraries_wrote_each_is_recorded_with_its_version(base):
    file = JpegFile(encoder="mozjpeg", container="jxl")
    experiment(base, library=name_libraries(file))
    codecs = recorded("classical-kodak", "--exp", "kodak")["codecs"]
    assert codecs == {"mozjpeg": "4.0.3", "libjxl": imagecodecs.jpegxl_version().split()[-1]}


def test_an_experiment_is_known_by_its_commit_too_and_gives_the_same_bytes(base):
    commit = experiment(base)
    by_name = recorded("classical-kodak", "--exp", "kodak")
    assert recorded("classical-kodak", "--exp", commit[:7]) == by_name


def test_without_an_experiment_the_recipe_is_run_on_committed_code_alone(base, monkeypatch):
    asked = []

    def run(**options):
        asked.append(options)
        return {experiment(base): "hash"}

    monkeypatch.setattr(Repo, "experiments", SimpleNamespace(run=run))
    assert recorded("classical-kodak")["results"] == RESULTS
    overrides = ["subjects.plane.source=kodak", "subjects.plane.rows=null"]
    assert asked == [{"targets": ["evaluate@classical"], "params": overrides, "tmp_dir": True}]
    files.write_text("params.yaml", PARAMS.format(source="embedded", rows=128))
    with pytest.raises(UserError, match=r"params\.yaml is not committed"):
        record.main("classical-kodak")
    assert len(asked) == 1


def test_a_path_that_dvc_cannot_run_in_is_refused_before_it_runs(base, tmp_path, monkeypatch):
    """DVC's own line is "unexpected error - 'ascii' codec can't encode characters", after minutes."""
    (tmp_path / "größe").mkdir()
    monkeypatch.chdir(tmp_path / "größe")
    with pytest.raises(UserError, match=r"größe: DVC runs nothing in a temporary folder .* --exp NAME$"):
        runs.run_experiment("classical-kodak", [], [])


def test_without_git_a_line_says_so(base, monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(UserError, match=r"^git: not found"):
        runs.find("HEAD")


def give_summary(monkeypatch, family):
    """Let a family alone have a summary; return the list that collects what it is made of, and the project."""
    given, project = [], SimpleNamespace(families={family: "the group"})
    part = SimpleNamespace(summarize=lambda record_input: given.append(record_input) or {"psnr_db": 28.0})
    monkeypatch.setattr(rooms, "families", lambda part: [family])
    monkeypatch.setattr(rooms, "load_part", lambda name, kind: {(family, "records"): part}[name, kind])
    monkeypatch.setattr(records, "read_project", lambda _: project)
    return given, project


def test_a_family_s_own_summary_stands_on_top(base, monkeypatch):
    experiment(base)
    given, project = give_summary(monkeypatch, "classical")
    assert list(recorded("classical-kodak", "--exp", "kodak"))[:2] == ["psnr_db", "name"]
    (record_input,) = given
    assert (record_input.project, record_input.group, record_input.leaderboard) == (project, "the group", None)
    assert record_input.seconds["jpeg"]["total_seconds"] == 60.0
    assert record_input.scores["entry"].tolist() == ["jpeg"]


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["classical-kodak", "--exp", "kodek"], "`kodek`: neither an experiment of `dvc exp show` nor a revision"),
        (["classical-kodak", "--exp", "HEAD"], "has no dvc.lock"),
        (["clasical-kodak", "--exp", "kodak"], "clasical-kodak.txt: not found; .*: classical-kodak$"),
        (["Kodak set", "--exp", "kodak"], "the name `Kodak set` must be"),
        (["unknown-kodak", "--exp", "kodak"], "unknown family `unknown`; known: classical"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_written(base, words, complaint):
    files.write_text("metrics/benchmarks/unknown-kodak.txt", RECIPE)
    experiment(commit_all())
    if "not found" in complaint:
        git("rm", "--quiet", "metrics/benchmarks/unknown-kodak.txt")
    with pytest.raises(UserError, match=complaint):
        record.main(*words)
    assert list(Path("metrics/benchmarks").glob("*.json")) == []


def test_a_run_of_other_settings_than_the_recipe_s_is_refused(base):
    files.write_text("metrics/benchmarks/classical-kodak.txt", RECIPE.replace("rows=null", "rows=512"))
    experiment(commit_all())
    with pytest.raises(
        UserError, match=r"ran with a different `subjects\.plane\.rows` from metrics/benchmarks/classical"
    ):
        record.main("classical-kodak", "--exp", "kodak")


def test_a_figure_is_drawn_beside_the_record_and_again_from_it(base, monkeypatch):
    experiment(base)
    part = SimpleNamespace(
        summarize=lambda record_input: {},
        draw=lambda path, record: files.write_text(path, f"of {record['name']}"),
    )
    monkeypatch.setattr(rooms, "families", lambda part: ["classical"])
    monkeypatch.setattr(rooms, "load_part", lambda family, name: part)
    monkeypatch.setattr(records, "read_project", lambda params: SimpleNamespace(families={"classical": None}))
    kept = recorded("classical-kodak", "--exp", "kodak")
    figure = Path("metrics/benchmarks/classical-kodak.png")
    assert figure.read_text() == "of classical-kodak"
    figure.unlink()
    assert recorded("classical-kodak", "--redraw") == kept
    assert figure.read_text() == "of classical-kodak"


def test_a_figure_of_a_record_that_is_not_there_names_the_command(base):
    complaint = refusal(record.main, "classical-kodak", "--redraw")
    assert complaint.endswith(
        "classical-kodak.json: not there yet; this makes it: make record NAME=classical-kodak"
    )


def test_a_family_s_summary_has_the_scores_of_those_recorded_with_it(monkeypatch):
    given, _ = give_summary(monkeypatch, "one")
    results = {name: SimpleNamespace(scores=f"scores of {name}", seconds={}) for name in ("one", "two")}
    assert records._summarize(results, {}, None) == {"psnr_db": 28.0}
    assert (given[0].scores, given[0].others) == ("scores of one", {"two": "scores of two"})


@pytest.mark.parametrize("cores", [2, 8])
@pytest.mark.parametrize("base", ["."], indirect=True)
def test_several_families_are_recorded_side_by_side(base, monkeypatch, cores):
    """An entry may have the same name in both; the machine is named once where it is one."""
    group = {"experiments": {"jpeg": {"subject": "plane"}}}
    monkeypatch.setitem(
        globals(), "PARAMS", f"{PARAMS}deblocking: {json.dumps(group).replace('{', '{{').replace('}', '}}')}\n"
    )
    files.write_text("params.yaml", PARAMS.format(source="embedded", rows=256))
    board = "  leaderboard: {cmd: none, deps: [data/subjects]}\n"
    files.write_text(
        "dvc.yaml", PIPELINE.replace("[classical]\n    do", "[classical, deblocking]\n    do") + board
    )
    names = "families: classical deblocking\ntargets: leaderboard\n"
    files.write_text("metrics/benchmarks/jpeg-kodak.txt", RECIPE + names)
    base = commit_all()
    stages = locked(rows=None) | {name: {"cmd": "none"} for name in ("evaluate@deblocking", "leaderboard")}
    files.write_json("metrics/deblocking.json", {"jpeg": {"quality=10": {"bpp": 0.5}}})
    files.write_csv("metrics/scores/deblocking.csv", [SCORES | {"payload_bytes": 9, "library": None}])
    files.write_json(
        "metrics/timings/entries/deblocking/jpeg.json", TIMINGS | {"machine": MACHINE | {"cores": cores}}
    )
    rows = [{"method": name, "family": family} for name, family in [("jpeg", "classical"), ("net", "restoration")]]
    files.write_csv("metrics/leaderboard.csv", rows)
    files.write_json("metrics/methods.json", {"jpeg": {"points": 1}, "net": {"points": 2}})
    experiment(base, stages=stages)
    record.main("jpeg-kodak", "--exp", "kodak")
    kept = files.read_json("metrics/benchmarks/jpeg-kodak.json")
    assert kept["families"] == ["classical", "deblocking"]
    assert kept["results"] == {"classical": RESULTS, "deblocking": {"jpeg": {"quality=10": {"bpp": 0.5}}}}
    assert kept["methods"] == {"jpeg": {"points": 1}}
    assert kept["minutes"] == 2.0
    assert kept["seconds"]["deblocking"]["jpeg"] == kept["seconds"]["classical"]["jpeg"]
    assert kept["seconds"]["classical"]["jpeg"]["encode_seconds_per_megapixel"] == 80.0
    assert set(kept["params"]) == {"data", "subjects", "classical", "deblocking"}
    machines = {2: [["jpeg", "jpeg"]], 8: [["jpeg"], ["jpeg"]]}
    assert [machine["entries"] for machine in kept["machines"]] == machines[cores]


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
    return locked(rows=None) | {"classical": locked(rows=256)["classical"]}


def scored_of_other_entries() -> dict:
    other = {"cmd": "none", "deps": [{"path": "data/params/classical.json", "md5": "of another group"}]}
    return locked(rows=None) | {"evaluate@classical": other}


def never_scored() -> dict:
    return {name: stage for name, stage in locked(rows=None).items() if name != "evaluate@classical"}


@pytest.mark.parametrize(
    ("stages", "named"),
    [
        (stale_subject, "subject"),
        (stale_reconstruction, "classical"),
        (scored_of_other_entries, "evaluate@classical"),
        (never_scored, "evaluate@classical"),
    ],
)
def test_results_of_an_older_run_are_refused(base, stages, named):
    experiment(base, stages=stages())
    with pytest.raises(UserError, match=f"{named} did not run on this params.yaml"):
        record.main("classical-kodak", "--exp", "kodak")


def test_results_of_an_older_network_of_the_zoo_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    tiny_zoo.open_zoo()
    zoo.add(b"old", **tiny_zoo.row("tiny"))
    path, content = "data/params/weights/restoration/one.txt", zoo.identify_weights("tiny").encode()
    ran = {"restoration@one": {"deps": [{"path": path, "md5": hashlib.md5(content).hexdigest()}]}}
    params = {"restoration": {"experiments": {"one": {"weights": "tiny"}}}}
    records._check_locked(ran, params)
    zoo.add(b"new", **tiny_zoo.row("tiny"))
    assert "restoration@one did not run on" in refusal(records._check_locked, ran, params)


def test_what_is_not_in_the_cache_is_named_with_the_remedy(base):
    complaint = r"has no metrics/timings/entries/classical;.*dvc exp pull"
    with pytest.raises(UserError, match=complaint), runs.check_out(base, ["metrics/timings/entries/classical"]):
        pass
