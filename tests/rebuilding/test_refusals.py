"""What `rebuild.py` cannot do is refused in one line, and nothing is written."""

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import replace
from importlib import import_module
from io import BytesIO
from pathlib import Path

import h5py
import numpy as np
import pytest
from PIL import Image

import rebuild
from cases import MODULES
from rebuild_project import SIDES, entered, parsed, picture, run_rebuild
from recon.core import images
from recon.families.shared.family import Family
from recon.jpeg.degradation import jpeg_encode
from recon.rebuilding import actions, command_line, methods
from refusals import refusal

SCRIPT = Path(rebuild.__file__).resolve()
METHODS = methods.all_methods()
CONTAINED = next(name for name, method in METHODS.items() if not method.formats)
RESTORER = next(name for name, method in METHODS.items() if method.restores)


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    with entered(tmp_path_factory.mktemp("project")) as folder:
        yield folder


def text(folder):
    path = folder / "text.png"
    path.write_text("no picture")
    return path


def small(folder):
    images.write_png(folder / "small.png", picture(7, 30))
    return folder / "small.png"


def cmyk(folder):
    images.to_pillow(picture(20, 30)).convert("CMYK").save(folder / "cmyk.jpg")
    return folder / "cmyk.jpg"


def contained(folder):
    rebuild.main("photo.png", "-m", CONTAINED, "-o", str(folder / "photo.rcn"))
    return folder / "photo.rcn"


def damaged(folder):
    data = bytearray(contained(folder).read_bytes())
    data[-3] ^= 1
    (folder / "damaged.rcn").write_bytes(data)
    return folder / "damaged.rcn"


def jpeg(folder):
    (folder / "photo.jpg").write_bytes(jpeg_encode(picture(*SIDES), quality=30))
    return folder / "photo.jpg"


def cut(folder):
    (folder / "cut.jpg").write_bytes(jpeg(folder).read_bytes()[:-2])
    return folder / "cut.jpg"


def photo(folder):
    return "photo.png"


def gone(folder):
    return "gone.png"


def a_folder(folder):
    return folder


def address(folder):
    return "https://example.org//photo.png"


def pipe(folder):
    os.mkfifo(folder / "pipe.png")
    return folder / "pipe.png"


def device(folder):
    return "/dev/zero"


def sparse(folder):
    with (folder / "sparse.rcn").open("wb") as file:
        file.truncate(2**40)
    return folder / "sparse.rcn"


def file_of(method):
    def make(folder):
        file = folder / f"photo{METHODS[method].suffixes[0]}"
        rebuild.main("photo.png", "-m", method, "-o", str(file))
        return file

    return make


OUT = "-o OUT/x.png"
PLAIN = f"photo.png -m jpeg {OUT}"  # what is right where no other remedy is named
DECODE = f"IMAGE --decode {OUT}"


@pytest.mark.parametrize(
    ("source", "words", "complaint", "remedy"),
    [
        (gone, "-m jpeg", "gone.png: no such file", PLAIN),
        (gone, "--decode", "gone.png: no such file", PLAIN),
        (a_folder, "-m jpeg", "a folder, not a file; name the pictures in it", PLAIN),
        (address, "-m jpeg", "https://example.org//photo.png is an address, .* name the file", PLAIN),
        (photo, "-m jpeg -o http://example.org/x.png", "-o/--out: http://example.org/x.png is an address", PLAIN),
        (jpeg, "--decode --reference ftp://x/y.png", "--reference: ftp://x/y.png is an address", DECODE),
        (pipe, "-m jpeg", "pipe.png: a pipe, not a file; save its content to a file", PLAIN),
        (pipe, "--decode", "pipe.png: a pipe, not a file; save its content to a file", PLAIN),
        (device, "-m jpeg", "/dev/zero: a device, not a file; save its content to a file", PLAIN),
        (device, "--decode", "/dev/zero: a device, not a file; save its content to a file", PLAIN),
        (jpeg, "--decode --reference /dev/zero", "/dev/zero: a device, not a file", DECODE),
        (pipe, "-m jpeg -o IMAGE", "-o .*pipe.png: a pipe, not a file; choose another name", PLAIN),
        (sparse, "--decode", "sparse.rcn: more than 268,435,456 bytes, more than any method writes", PLAIN),
        (text, "-m jpeg", "text.png: not a readable image", PLAIN),
        (text, "--decode", "neither a .rcn file of this project nor JPEG, .*; name a file that rebuild.py", None),
        (photo, "--decode", "photo.png: neither .*; it is a picture: without --decode, any --method", PLAIN),
        (small, "-m jpeg", "small.png: 7 rows x 30 columns; sides from 8 to 8192", PLAIN),
        (contained, "-m jpeg", "photo.rcn: a compressed file, not a picture; decode it first, with --dec", DECODE),
        (
            file_of("avif"),
            "-m jpeg",
            "photo.avif: a compressed file, not a picture; decode it first, with",
            DECODE,
        ),
        (file_of("jpeg2000"), "-m webp", "photo.jp2: a compressed file, not a picture; decode it first", DECODE),
        (contained, "--decode -m jpeg", f"a file of {CONTAINED}, not of jpeg; omit --method", DECODE),
        (
            damaged,
            "--decode",
            "payload is cut or damaged: .*; copy or encode it again",
            f"OUT/photo.rcn --decode {OUT}",
        ),
        (jpeg, "--decode -m webp", "photo.jpg: a file of jpeg, not of webp; omit --method", DECODE),
        (cmyk, f"-m {RESTORER}", "; with --quality 90 it is comp", f"IMAGE -m {RESTORER} --quality 90 {OUT}"),
        (
            *(cmyk, f"--decode -m {RESTORER}", "; with --quality 90 and without --decode it is compressed anew"),
            f"IMAGE -m {RESTORER} --quality 90 {OUT}",
        ),
        (
            cmyk,
            "--decode",
            "it is a picture: without --decode, any --method compresses it",
            f"IMAGE -m webp {OUT}",
        ),
        (cut, f"-m {RESTORER}", "; copy it again, or save it anew", f"OUT/photo.jpg -m {RESTORER} {OUT}"),
        (
            cut,
            "--decode",
            "; copy it again, or save it anew with an image editor",
            f"OUT/photo.jpg --decode {OUT}",
        ),
        (photo, "-m jpg", "unknown method `jpg`; known: .*, jpeg, ", PLAIN),
        (photo, "--decode -m jpg", "unknown method `jpg`; known: .*, jpeg, ", PLAIN),
        (photo, "", "--method is missing; known: .*, jpeg, ", PLAIN),
        (jpeg, "", r"--method is missing; .* \(or --decode\)", DECODE),
        (
            *(
                photo,
                "-m jpeg -o OUT/x.webp",
                "x.webp: the name of the file to write must end in .jpg, .jpeg, .jxl or .png",
            ),
            "photo.png -m jpeg -o OUT/x.jpeg",
        ),
        (jpeg, "--decode -o OUT/x.jpg", "x.jpg: the name of the file to write must end in .png", DECODE),
        (photo, "-m jpeg -o photo.png", "-o photo.png: would overwrite the input; choose another name", PLAIN),
        (jpeg, "--decode -o photo.png --reference photo.png", "-o photo.png: would overwrite the input", DECODE),
        (photo, "-m jpeg -o photo.png/x.jpg", "photo.png", PLAIN),
        (photo, "-m jpeg -o OUT/" + 300 * "x" + ".jpg", "File name too long; choose another name", PLAIN),
        (photo, "photo.png -m jpeg -o OUT/x.jpg", "2 pictures need a folder; name one, such as x/", None),
        (photo, "-m jpeg --quality 0", "argument --quality: expected a number above 0, not 0", PLAIN),
        (photo, "-m jpeg --quality fine", "argument --quality: expected a number above 0, not fine", PLAIN),
        (
            photo,
            "-m jpeg --quality 101",
            "--quality 101: expected a whole number from 1 to 100",
            f"{PLAIN} --quality 100",
        ),
        (
            photo,
            "-m jpeg --quality 5.5",
            "--quality 5.5: expected a whole number from 1 to 100",
            f"{PLAIN} --quality 5",
        ),
        (
            *(photo, "-m jpeg2000 --target-bpp 25", "--target-bpp 25: expected from 0.02 to 24"),
            f"photo.png -m jpeg2000 --target-bpp 24 {OUT}",
        ),
        (
            *(photo, "-m jpeg2000 --quality 5", "jpeg2000 has no --quality; its setting is --target-bpp"),
            f"photo.png -m jpeg2000 --target-bpp 5 {OUT}",
        ),
        (
            *(photo, "-m webp --target-bpp 5", "webp has no --target-bpp; its setting is --quality"),
            f"photo.png -m webp --quality 5 {OUT}",
        ),
        (
            photo,
            "-m jpeg --quality 5 --bpp 1",
            "--bpp: not allowed with argument --quality",
            f"{PLAIN} --quality 5",
        ),
        (photo, "-m jpeg --bpp nan", "argument --bpp: expected a number above 0, not nan", f"{PLAIN} --bpp 5"),
        (photo, "-m jpeg --longest 9.5", "argument --longest: expected a whole number, not 9.5", PLAIN),
        (
            *(
                photo,
                "-m jpeg --longest 9",
                "makes a side shorter than 8 pixels; the least for this picture is --longest 12",
            ),
            f"{PLAIN} --longest 12",
        ),
        (photo, "-m jpeg --preset fast", "--preset fast: jpeg has no presets; omit it", PLAIN),
        (jpeg, "--decode --preset fast", "--preset is for compressing, not for --decode", DECODE),
        (photo, "-m jpeg --reference photo.png", "--reference is for --decode; a compressed picture is ", PLAIN),
        (jpeg, "IMAGE --decode -o OUT/ --reference photo.png", "--reference is for one file", DECODE),
        (jpeg, "--decode --longest 20", "with --decode, --longest is for the --reference", DECODE),
        (jpeg, "--decode --bpp 1", "--bpp is for compressing, not for --decode", DECODE),
        (
            *(jpeg, "--decode --reference gray.png --longest 20", "gray.png: 14 x 20 pixels, but the decoded"),
            f"{DECODE} --reference gray.png",
        ),
        (
            photo,
            "-m jpeg --bpp 0.001",
            r"0.001 bpp is out of reach .*: jpeg goes .*=2\) to .*=100\)",
            f"{PLAIN} --bpp 3",
        ),
        (
            photo,
            "-m jpeg --psnr 99",
            r"99.00 dB is out of reach .*: jpeg goes .* to .*=100\)",
            f"{PLAIN} --psnr 30",
        ),
        (photo, "-m webp --entry fine", "no entry `fine`; known: jpeg, ", f"photo.png -m webp --entry webp {OUT}"),
        (
            *(photo, "-m webp --entry jpeg", "classical.experiments.jpeg is of jpeg; entries of webp: webp"),
            f"photo.png -m webp --entry webp {OUT}",
        ),
        (photo, "-m jpeg -S epochs", "expected KEY=VALUE, such as runtime.seed=2", PLAIN),
    ],
)
def test_what_cannot_be_is_one_line_and_writes_nothing_and_its_remedy_works(
    source, words, complaint, remedy, tmp_path
):
    """The remedy is a command that does what the line says; IMAGE stands for the file that was refused."""
    path = str(source(tmp_path))
    words = words if "-o " in words else f"{words} {OUT}"
    before = contents(tmp_path)
    assert re.search(complaint, refusal(rebuild.main, path, *fill(words, path, tmp_path)))
    assert contents(tmp_path) == before
    if remedy:
        run_rebuild(*fill(remedy, path, tmp_path))


def fill(words, path, folder):
    return words.replace("OUT", str(folder)).replace("IMAGE", path).split()


def test_a_file_in_a_folder_is_not_replaced(tmp_path):
    run_rebuild("photo.png", "-m", "webp", "-o", tmp_path)
    complaint = refusal(rebuild.main, "photo.png", "-m", "webp", "-o", str(tmp_path))
    assert complaint == f"{tmp_path}/photo.webp: exists already; remove it, or choose another folder"
    (tmp_path / "photo.webp").unlink()
    run_rebuild("photo.png", "-m", "webp", "-o", tmp_path)


@pytest.mark.parametrize("method", [name for name in METHODS if not METHODS[name].restores])
def test_too_many_pixels_are_refused_before_any_work_with_a_size_that_fits(method, monkeypatch, tmp_path):
    def limit(*arguments):
        family = load_family(*arguments)
        family.most_pixels = 600
        return family

    load_family = methods.load_family
    monkeypatch.setattr(methods, "load_family", limit)
    words = ["photo.png", "-m", method, "-o", str(tmp_path / "x.png")]
    complaint = refusal(rebuild.main, *words)
    assert complaint == (f"photo.png: 37 x 53 pixels, but {method} takes at most 600; scale it with --longest 29")
    assert "20 x 29 pixels" in run_rebuild(*words, "--longest", 29)


def test_a_jpeg_with_too_many_pixels_for_a_restorer_is_scaled(monkeypatch, tmp_path):
    images.to_pillow(picture(8, 8)).resize((5000, 4000)).save(tmp_path / "large.jpg", quality=30)
    words = [str(tmp_path / "large.jpg"), "-m", "deblocking", "-o", str(tmp_path / "x.png")]
    assert "at most 16777216 pixels are decoded; with --longest 4579 it is compressed anew" in refusal(
        rebuild.main, *words
    )
    run_rebuild(*words, "--longest", 400)


def test_a_long_fit_is_announced(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr(Family, "estimate_seconds", lambda self, shape, value: 3000 * value)
    run_rebuild("photo.png", "-m", "webp", "--quality", 2, "-o", tmp_path / "x.webp")
    assert capsys.readouterr().err == (
        "webp: quality=2 takes about 100 minutes on 2 CPU cores; --longest N makes the picture smaller\n"
    )


def test_the_time_of_a_search_is_that_of_all_its_fits(monkeypatch, capsys, tmp_path):
    def refit(self, pixels):
        return replace(dial(self, pixels), rate_power=1.0)

    family = import_module("recon.families.classical.rebuilder").Rebuilder
    dial = family.dial
    monkeypatch.setattr(family, "dial", refit)
    monkeypatch.setattr(Family, "estimate_seconds", lambda self, shape, value: 120)
    run_rebuild("photo.png", "-m", "webp", "--quality", 2, "-o", tmp_path / "x.webp")
    assert "minutes" not in capsys.readouterr().err
    run_rebuild("photo.png", "-m", "webp", "--bpp", 3, "-o", tmp_path / "x.webp")
    assert re.search(
        r"a search of about 3 fits, such as quality=\d+, takes about 6 minutes", capsys.readouterr().err
    )


@pytest.mark.parametrize(
    "error", [MemoryError, FloatingPointError, type("ResourceExhaustedError", (Exception,), {})]
)
def test_what_a_machine_or_a_network_cannot_do_is_one_line(error, monkeypatch, tmp_path):
    def fail(*_):
        raise error("no")

    monkeypatch.setattr(actions, "_choose_point", fail)
    line = refusal(rebuild.main, "photo.png", "-m", "webp", "-o", str(tmp_path / "x.webp"))
    assert line.startswith("photo.png: ")


def test_a_file_to_write_has_to_be_named():
    complaint = refusal(rebuild.main, "photo.png", "-m", "jpeg")
    assert complaint == "the following arguments are required: -o/--out; see python stages/rebuild.py --help"


def contents(folder):
    """Return all files of the project, and in `folder`, with sizes and times."""
    files = (path for top in (Path(), folder) for path in top.rglob("*") if path.is_file())
    return {path: (path.stat().st_size, path.stat().st_mtime_ns) for path in files}


@pytest.mark.parametrize(
    ("method", "pattern", "command"),
    [(name, *module.NEEDS) for name, module in MODULES.items() if hasattr(module, "NEEDS")],
)
class TestWeights:
    @pytest.fixture
    def path(self, pattern):
        (path,) = Path().glob(pattern)
        return path

    @pytest.fixture
    def file(self, method, tmp_path):
        file = tmp_path / f"x{METHODS[method].suffixes[0]}"
        rebuild.main("photo.png", "-m", method, "-o", str(file))
        return file

    def refused(self, method, file, tmp_path):
        both = [
            refusal(rebuild.main, "photo.png", "-m", method, "-o", str(tmp_path / "y.png")),
            refusal(rebuild.main, str(file), "--decode", "-m", method, "-o", str(tmp_path / "y.png")),
        ]
        assert not (tmp_path / "y.png").exists()
        return both

    def test_missing_ones_are_named_with_the_command_that_makes_them(self, method, path, command, file, tmp_path):
        kept = path.rename(tmp_path / "kept.h5")
        try:
            complaints = self.refused(method, file, tmp_path)
        finally:
            kept.rename(path)
        assert re.search(rf"{path}: not \w+.*; this \w+ it: {command}$", complaints[0])
        assert complaints[1].endswith(command)
        assert "models/" in complaints[1]

    @pytest.mark.parametrize("damage", ["no HDF5", "cut", "a list", "NaN", "3e38"])
    def test_damaged_ones_are_refused(self, method, path, command, damage, file, tmp_path):
        kept = path.read_bytes()
        try:
            path.write_bytes(damage_weights(kept, damage))
            complaints = self.refused(method, file, tmp_path)
        finally:
            path.write_bytes(kept)
        assert re.search(rf"{path}: (not the weights of {method}.experiments.|its SHA-256 is)", complaints[0])
        assert all(complaint.endswith(command) for complaint in complaints)
        run_rebuild("photo.png", "-m", method, "-o", tmp_path / "z.png")  # with the weights made again


def damage_weights(content, damage):
    """Return a file of weights with all arrays filled, or something else in its place."""
    if damage in ("no HDF5", "cut"):
        return b"no weights" if damage == "no HDF5" else content[: len(content) // 2]
    if not content.startswith(b"\x89HDF") and damage != "a list":  # plain float16
        return content[:-2] + np.clip(float(damage), -6e4, 6e4).astype("<f2").tobytes()
    memory = BytesIO(content if damage != "a list" else b"")
    with h5py.File(memory, "r+" if damage != "a list" else "w") as file:
        if damage == "a list":
            file["layers"] = [1, 2, 3]
        else:
            arrays = []
            file.visititems(lambda _, node: arrays.append(node) if isinstance(node, h5py.Dataset) else None)
            for array in arrays:
                array[...] = np.full(array.shape, float(damage), array.dtype)
    return memory.getvalue()


def test_ctrl_c_is_one_line(monkeypatch, tmp_path):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(actions, "compress", interrupted)
    words = ("photo.png", "-m", "jpeg", "-o", str(tmp_path / "x.jpg"))
    assert refusal(rebuild.main, *words) == "stopped; nothing was written"


def test_the_help_has_every_method_setting_and_an_example(capsys):
    with pytest.raises(SystemExit) as ended:
        rebuild.main("--help")
    assert ended.value.code == 0
    text = capsys.readouterr().out
    assert all(re.search(rf"^  .*\b{name}\b", text.split("\nmethods:\n")[1], re.MULTILINE) for name in METHODS)
    assert all(f"--{name.replace('_', '-')} " in text for name in methods.read_settings())
    assert max(map(len, text.splitlines())) <= 110
    for example in re.findall(r"^  python stages/rebuild.py (.*)", text, re.MULTILINE):
        assert command_line.parse(example.split())


# --- Through the shell ---


def shell(*words, cwd=None, **environment):
    command = [sys.executable, SCRIPT, *map(str, words)]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | environment
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def test_the_command_ends_with_one_line_of_the_result(tmp_path):
    done = shell("photo.png", "--method", "webp", "-o", tmp_path / "x.webp")
    assert (done.returncode, done.stderr) == (0, "")
    assert int(parsed(done.stdout.rstrip("\n"))["bytes"]) == (tmp_path / "x.webp").stat().st_size
    with Image.open(tmp_path / "x.webp") as image:
        assert image.format == "WEBP"


def test_the_command_ends_with_one_line_of_what_is_wrong(tmp_path):
    done = shell("gone.png", "--method", "autoencoder", "-o", tmp_path / "x.rcn")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "error: gone.png: no such file\n")


def test_it_runs_from_any_folder_whose_files_are_meant(tmp_path):
    images.write_png(tmp_path / "own.png", picture(*SIDES))
    done = shell("own.png", "-m", "WebP", "-o", "out/own.webp", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "out" / "own.webp").is_file()
    done = shell("own.png", "-m", "webp", "--entry", "fine", "-o", "x.webp", cwd=tmp_path)
    assert done.stderr.endswith(f" (in {SCRIPT.parents[1]})\n")  # where params.yaml is


def test_a_name_that_is_no_utf_8_is_no_traceback(tmp_path):
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png")
    images.write_png(path, picture(*SIDES))
    environment = {"PYTHONIOENCODING": "utf-8:strict"}
    done = shell(path, "-m", "webp", "-o", os.fsdecode(os.fsencode(tmp_path) + b"/\xfe.webp"), **environment)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("seconds", [0.15, 0.3, 0.6, 1.2])
def test_ctrl_c_is_no_traceback_from_the_first_moment(seconds, tmp_path):
    command = [sys.executable, SCRIPT, "photo.png", "-m", "coordinates", "-o", tmp_path / "x.rcn"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, restore_signals=True)
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    assert "Traceback" not in process.communicate()[1]
    assert process.returncode
    assert list(tmp_path.iterdir()) == []
