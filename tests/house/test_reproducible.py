"""The whole pipeline on reduced data (tests/reduced.txt), run in one copy of the project, and again in another.

The copies stand for clones on two machines: each has its own folder, Git repository, DVC cache and hash seed, and
one has the settings that libraries would take from an old processor. One runs as an experiment. The other, with
the same settings in its params.yaml, gets its results and runs stages of all kinds again (all stages in
`make test-all`). With `-s` each stage is told as it starts.
"""

import shutil
import subprocess
import sys

import numpy as np
import pytest
from dvc.utils.hydra import apply_overrides

import reduced
from families_changed import add_family
from project_copy import RUNNING, Copy, sums
from recon.core.images import read_image, write_png

# What trains, searches and draws: of each kind one.
SAMPLE = [
    *("autoencoder@plane", "coordinates@plane", "latent_decoder@plane", "restoration@plane", "overfitted_start"),
    *("overfitted@overfitted_alone", "pixels", "fractal", "deblocking", "classical", "evaluate@restoration"),
    *("coordinates_comparison", "plot", "report"),
]

# All that these would change is set by `recon.core.instructions`.
OLD_PROCESSOR = {
    "OPENBLAS_CORETYPE": "Prescott",
    "NPY_DISABLE_CPU_FEATURES": "X86_V3 X86_V4 AVX512_ICL AVX512_SPR",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
}


@pytest.fixture(scope="module")
def copies(tmp_path_factory):
    """Two copies, one after its run, the other with the same settings and the results of the first one."""
    pair = [
        Copy(tmp_path_factory.mktemp("copy"), hash_seed=1),
        Copy(tmp_path_factory.mktemp("copy"), hash_seed=2, **OLD_PROCESSOR),
    ]
    apply_overrides(pair[1].folder / "params.yaml", reduced.settings())
    print(f"\n{len(pair[1].stages())} stages in each copy", flush=True)
    try:
        pair[0].dvc("exp", "run", *reduced.options())
        pair[1].take_results(pair[0])
        yield pair
    finally:
        for copy in pair:
            copy.stop()
            shutil.rmtree(copy.folder)


def test_every_stage_ran(copies):
    assert sorted(copies[0].lock()) == sorted(copies[0].stages())


@pytest.mark.parametrize("number", [0, 1], ids=["after_the_experiment", "with_its_settings_and_its_results"])
def test_there_is_nothing_to_do(copies, number):
    assert not copies[number].reran()


@pytest.mark.parametrize("stages", [SAMPLE, pytest.param([], marks=pytest.mark.slow)], ids=["of_each_kind", "all"])
def test_another_copy_gives_the_same_bytes(copies, stages):
    printed = copies[1].dvc("repro", "--force", *(["--single-item", *stages] if stages else []))
    assert set(RUNNING.findall(printed)) == set(stages or copies[1].stages())
    one, two = (sums(copy.lock()) for copy in copies)
    assert one == two


def test_a_changed_comment_reruns_no_stage_but_the_list_of_sources(copies):
    with (copies[0].folder / "stages" / "recon" / "core" / "files.py").open("a", encoding="utf-8") as source:
        source.write("# The end.\n")
    assert copies[0].reran() == {"sources"}


def test_a_mistake_in_params_is_named_and_costs_no_result(copies):
    before = copies[0].results()
    copies[0].edit("learning_rate: 0.002\n    loss: mse ", "learning_rate: -1\n    loss: mse ")
    printed = copies[0].dvc("repro", fails=True)
    assert "error: params.yaml: autoencoder.training.learning_rate: input should be greater than 0" in printed
    assert copies[0].results() == before


def test_a_change_of_one_autoencoder_and_a_new_family_run_only_these_and_what_compares(copies):
    copies[1].take_results(copies[0])  # and its seconds, on which all that scores depends
    copies[1].edit("q_step: 0.02", "q_step: 0.03")
    add_family(copies[1].folder, "svd")
    ran = copies[1].reran()
    changed = {"autoencoder@residual", "evaluate@autoencoder", "autoencoder_comparison"}
    added = {"svd", "evaluate@svd", "leaderboard", "plot"}
    assert changed | added <= ran
    assert ran <= changed | added | {"sources", "check", "experiments", "timings", "report"}


def test_a_family_of_one_file_came_by_a_folder_a_group_and_a_stage(copies):
    """It ran with the others: it is in the leaderboard, and a picture of anybody's can be rebuilt by it."""
    board = (copies[1].folder / "metrics" / "leaderboard.csv").read_text(encoding="utf-8")
    assert board.count("\nsvd,") == 3
    pixels = np.random.default_rng(0).integers(0, 256, (24, 16, 3), np.uint8)
    write_png(copies[1].folder / "picture.png", pixels)
    command = [
        sys.executable,
        "stages/rebuild.py",
        "picture.png",
        "--method",
        "svd",
        "--rank",
        "16",
        "-o",
        "out.png",
    ]
    subprocess.run(command, cwd=copies[1].folder, check=True, capture_output=True)
    rebuilt = read_image(copies[1].folder / "out.png")
    assert np.abs(rebuilt.astype(int) - pixels).max() <= 1  # of full rank; half precision has 11 bits
