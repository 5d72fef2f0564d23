"""`rebuild.py` on several pictures at once."""

import shutil

import pytest

import rebuild
from rebuild_project import entered, picture, run_rebuild
from recon.core import images
from recon.core.errors import UserError
from recon.jpeg.degradation import jpeg_encode
from recon.rebuilding import actions, methods
from refusals import refusal

METHODS = methods.all_methods()


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    with entered(tmp_path_factory.mktemp("project")) as folder:
        images.write_png(folder / "other.png", picture(20, 30))
        yield folder


@pytest.mark.parametrize("method", METHODS)
def test_each_picture_gives_the_file_that_it_gives_alone_and_one_line(method, capsys, tmp_path):
    rebuild.main("gray.png", "photo.png", "-m", method, "-o", f"{tmp_path}/several/")
    suffix = METHODS[method].suffixes[0]
    files = [tmp_path / "several" / f"{name}{suffix}" for name in ("gray", "photo")]
    lines = capsys.readouterr().out.splitlines()
    assert [line.partition(": ")[0] for line in lines] == list(map(str, files))
    run_rebuild("photo.png", "-m", method, "-o", tmp_path / f"alone{suffix}")
    assert files[1].read_bytes() == (tmp_path / f"alone{suffix}").read_bytes()


def test_files_of_several_methods_are_decoded_at_once(tmp_path):
    """Two families share a process, and decode what they decode alone."""
    names = [name for name in ("coordinates", "latent_decoder", "webp") if name in METHODS]
    files = [tmp_path / f"{name}{METHODS[name].suffixes[0]}" for name in names]
    for name, file in zip(names, files, strict=True):
        run_rebuild("photo.png", "-m", name, "-o", file)
        run_rebuild(file, "--decode", "-o", tmp_path / f"{name}_alone.png")
    run_rebuild(*files, "--decode", "-o", tmp_path / "out")
    for name in names:
        assert (tmp_path / "out" / f"{name}.png").read_bytes() == (tmp_path / f"{name}_alone.png").read_bytes()


def test_one_that_fails_does_not_stop_the_others_and_the_exit_code_says_so(capsys, tmp_path):
    words = ["gone.png", "photo.png", "other.png", "-m", "fractal", "--entry", "coarse", "-o", str(tmp_path)]
    images.write_png("tiny.png", picture(8, 9))
    assert refusal(rebuild.main, "tiny.png", *words) == "2 of 4 pictures failed, for the reasons above"
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 2
    errors = [line for line in printed.err.splitlines() if line.startswith("error: ")]
    assert [line.partition(".png: ")[0] for line in errors] == ["error: tiny", "error: gone"]
    assert {path.name for path in tmp_path.iterdir()} == {"photo.rcn", "other.rcn"}


def test_what_is_wrong_for_all_is_printed_once(tmp_path):
    words = ["photo.png", "other.png", "-m", "webp", "--entry", "fine", "-o", f"{tmp_path}/"]
    assert "no entry `fine`" in refusal(rebuild.main, *words)


@pytest.mark.parametrize("other", ["photo.png", "photo.jpg"])
def test_pictures_of_one_name_are_refused_before_any_work(other, tmp_path):
    shutil.copy("photo.png", tmp_path / other)
    words = ["photo.png", f"{tmp_path}/{other}", "-m", "webp", "-o", f"{tmp_path}/out"]
    assert refusal(rebuild.main, *words) == (
        f"photo.png and {tmp_path}/{other} would both go to {tmp_path}/out/photo.webp; rename one, or run it apart"
    )
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("method", [name for name, method in METHODS.items() if method.restores])
def test_jpegs_are_restored_to_pictures_in_a_folder(method, tmp_path):
    (tmp_path / "photo.jpg").write_bytes(jpeg_encode(picture(20, 30), quality=30))
    run_rebuild(tmp_path / "photo.jpg", "-m", method, "-o", f"{tmp_path}/out/")
    run_rebuild(tmp_path / "photo.jpg", "-m", method, "--quality", 20, "-o", f"{tmp_path}/out/")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"photo.png", "photo.jpg"}


def test_options_may_stand_between_pictures(tmp_path):
    run_rebuild("photo.png", "-m", "webp", "other.png", "-o", f"{tmp_path}/")
    assert {path.name for path in tmp_path.iterdir()} == {"photo.webp", "other.webp"}


def test_ctrl_c_stops_all_and_says_how_many_were_written(monkeypatch, tmp_path):
    compress = actions.compress

    def interrupted(task):
        if task.source.stem == "other":
            raise KeyboardInterrupt
        return compress(task)

    monkeypatch.setattr(actions, "compress", interrupted)
    words = ["photo.png", "other.png", "gray.png", "-m", "webp", "-o", f"{tmp_path}/"]
    with pytest.raises(UserError, match=r"^stopped; 1 of 3 files were written$"):
        rebuild.main(*words)
