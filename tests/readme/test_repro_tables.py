from recon.readme.repro_tables import stages


def record(*named, dvc_seconds):
    results = [{"stage": name, "seconds": seconds} for name, seconds in named]
    total = sum(seconds for _, seconds in named) + dvc_seconds
    return {"results": results, "dvc_seconds": dvc_seconds, "seconds": total}


RUN = record(("check", 0.4), ("plot", 10.0), ("fit@a", 20.0), ("fit@b", 30.0), ("export", 0.2), dvc_seconds=39.4)
CHANGE = record(("check", 0.5), ("fit@b", 31.0), ("score", 2.0), dvc_seconds=4.0)  # a new clone had the scores


def test_runs_of_one_stage_are_a_row_and_short_stages_too():
    header, rows = stages(RUN, CHANGE)
    assert [dict(zip(header, row, strict=True)) for row in rows] == [
        cells("`fit`", "2", "50", "50", "1", "31"),
        cells("`plot`", "1", "10", "10", "", ""),
        cells("3 others", "2", "1", "1", "2", "2"),
        cells("DVC itself", "", "39", "39", "", "4"),
        cells("all", "", "100", "100", "", "38"),
    ]


def cells(stage, runs, seconds, share, runs_after, seconds_after):
    return {
        "stage": stage,
        "runs": runs,
        "seconds": seconds,
        "share (%)": share,
        "runs after the change": runs_after,
        "seconds after it": seconds_after,
    }
