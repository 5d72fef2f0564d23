from types import SimpleNamespace

import pytest

import readme
from recon.core import files, rooms
from recon.core.errors import UserError
from recon.readme import tables
from recon.readme.record_tables import tabulate_runs, tabulate_stages

RECORD = {
    "command": "make record NAME=toy-set",
    "commit": "0123456789abcdef",
    "machines": [{"processor": "a processor", "cores": 2, "instructions": "AVX2"}],
    "minutes": 12.34,
    "minutes_of": "training",
}
OLD = [{"processor": "another", "cores": 4}]  # before instructions were noted


@pytest.fixture
def project(tmp_path, monkeypatch):
    """An empty project, which is the working folder, with a page of one table."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(readme, "PAGES", ("README.md",))
    files.write_text("README.md", "before\n<!-- table: data -->\nold\n<!-- /table -->\nafter\n")
    return tmp_path


@pytest.fixture
def data(project):
    about = {"images": 3, "smallest_side": 8, "largest_side": 64, "megapixels": 1.004, "mean": 9.96}
    files.write_json("metrics/data.json", {"train": about | {"standard_deviation": 1}})
    return project / "README.md"


def test_sentences_and_the_origin_of_records_stand_below_a_table():
    _, below = tables.render((["n"], [["1"]], "A sentence.", RECORD, {"command": "x", "machines": OLD})).split(
        "|\n\n"
    )
    assert below == (
        "A sentence.\n\n"
        "Recorded at commit 0123456 on 2 cores of a processor (AVX2): 12.3 minutes (training). Repeat it with:\n"
        "`make record NAME=toy-set`"
        "\n\n"
        "Recorded on 4 cores of another. Repeat it with:\n`x`\n"
    )


def test_only_what_stands_between_the_marks_is_rewritten(data):
    readme.main()
    before, header, *_, row, mark, after = data.read_text().splitlines()[:1] + data.read_text().splitlines()[2:]
    assert (before, mark, after) == ("before", "<!-- /table -->", "after")
    assert header.startswith("| split   |   images | sides (pixels)   |")
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == ["train", "3", "8 to 64", "1.00", "10.0", "1.0"]


def test_check_names_what_is_out_of_date_and_changes_nothing(data):
    before = data.read_bytes()
    with pytest.raises(UserError, match=r"README\.md: out of date: the table `data`; run: make readme"):
        readme.main("--check")
    assert data.read_bytes() == before


def test_check_passes_what_was_just_written(data):
    readme.main()
    readme.main("--check")


def test_a_missing_source_is_named_with_the_table(project):
    with pytest.raises(
        UserError, match=r"metrics/data.json: not found, but the table `data` is made from it; run"
    ):
        readme.main()


def test_a_table_whose_family_is_gone_stays_as_it_is(project):
    text = "<!-- table: gone -->\nold\n<!-- /table -->\n"
    files.write_text("README.md", text)
    readme.main()
    readme.main("--check")
    assert (project / "README.md").read_text() == text


def test_an_unknown_word_is_refused(project):
    with pytest.raises(UserError, match="--check"):
        readme.main("--chekc")


def test_a_gallery_shows_all_that_a_family_has_drawn_and_names_by_its_file_what_has_no_caption(
    project, monkeypatch
):
    captions = {"b.gif": "Second.", "absent.png": "Never drawn.", "pictures/*.png": "Each."}
    monkeypatch.setattr(rooms, "load_part", lambda family, name: SimpleNamespace(FIGURES=captions))
    for name in ("b.gif", "sheets/new.png", "a.png", "a.txt", "pictures/y.png", "pictures/x.png"):
        files.write_text(f"plots/families/toy/{name}", "")
    lines = tables.show_gallery("toy").splitlines()
    assert lines[:4] == ["![Second.](families/toy/b.gif)", "", "*Second.*", ""]
    assert [line for line in lines if line.startswith("!")] == [
        "![Second.](families/toy/b.gif)",
        "![Each.](families/toy/pictures/x.png)",
        "![Each.](families/toy/pictures/y.png)",
        "![The figure a.png.](families/toy/a.png)",
        "![The figure sheets/new.png.](families/toy/sheets/new.png)",
    ]


def test_recorded_runs_stand_beside_their_commands_and_new_recipes_without_results(project):
    for name in ("toy-set", "toy-new", "toy-parts"):
        files.write_text(
            f"metrics/benchmarks/{name}.txt", "# Shown.\n# Cost: none.\n# Expected: much.\nepochs=1\n"
        )
    files.write_json("metrics/benchmarks/toy-set.json", RECORD)
    parts = {name: value for name, value in RECORD.items() if name != "commit"} | {"pieces": {}}
    files.write_json("metrics/benchmarks/toy-parts.json", parts)
    _, rows = tabulate_runs()
    assert rows == [
        ["`make record NAME=toy-new`", "Shown.", "much.", "", ""],
        ["`make record NAME=toy-parts`", "Shown.", "much.", "12", "[in pieces](toy-parts.json)"],
        ["`make record NAME=toy-set`", "Shown.", "much.", "12", "[0123456](toy-set.json)"],
    ]


def record(*named, dvc_seconds):
    results = [{"stage": name, "seconds": seconds} for name, seconds in named]
    total = sum(seconds for _, seconds in named) + dvc_seconds
    return {"results": results, "dvc_seconds": dvc_seconds, "seconds": total}


def test_runs_of_one_stage_are_a_row_and_short_stages_too():
    run = record(
        ("check", 0.4), ("plot", 10.0), ("fit@a", 20.0), ("fit@b", 30.0), ("export", 0.2), dvc_seconds=39.4
    )
    change = record(("check", 0.5), ("fit@b", 31.0), ("score", 2.0), dvc_seconds=4.0)  # a new clone had the scores
    _, rows = tabulate_stages(run, change)
    assert rows == [
        ["`fit`", "2", "50", "50", "1", "31"],
        ["`plot`", "1", "10", "10", "", ""],
        ["3 others", "2", "1", "1", "2", "2"],
        ["DVC itself", "", "39", "39", "", "4"],
        ["all", "", "100", "100", "", "38"],
    ]
