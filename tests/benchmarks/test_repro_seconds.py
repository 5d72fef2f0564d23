from repro_seconds import stage_seconds

PRINTED = [
    (1.0, "Stage 'fetch' didn't change, skipping\n"),
    (2.0, "Running stage 'check':\n"),
    (2.1, "> python stages/check.py\n"),
    (5.0, "Updating lock file 'dvc.lock'\n"),
    (5.5, "\n"),
    (9.0, "Running stage 'evaluate@coordinates':\n"),
    (9.5, "something that the stage prints\n"),
    (12.0, "Updating lock file 'dvc.lock'\n"),
    (13.0, "Use `dvc push` to send your updates to remote storage.\n"),
]


def test_a_stage_lasts_from_its_start_to_the_writing_of_the_lock():
    assert stage_seconds(PRINTED, 14.0) == [
        {"stage": "check", "seconds": 3.0},
        {"stage": "evaluate@coordinates", "seconds": 3.0},
    ]


def test_a_stage_that_changes_no_lock_lasts_to_the_next_line_of_dvc_s():
    assert stage_seconds([*PRINTED[:3]], 4.0) == [{"stage": "check", "seconds": 2.0}]


def test_a_stage_that_changes_no_lock_ends_where_the_next_one_starts():
    assert stage_seconds([*PRINTED[:3], *PRINTED[5:]], 14.0) == [
        {"stage": "check", "seconds": 7.0},
        {"stage": "evaluate@coordinates", "seconds": 3.0},
    ]


def test_a_run_of_nothing_has_no_stages():
    assert stage_seconds(PRINTED[:1], 2.0) == []
