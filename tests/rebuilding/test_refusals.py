"""What `rebuild.py` cannot do is refused in one line, and nothing is written."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import rebuild
from cases import MODULES
from rebuild_project import SIDES, entered, parsed, picture
from recon.core import images
from recon.jpeg.degradation import jpeg_encode
from recon.rebuilding import actions, command_line, methods
from refusals import refusal

SCRIPT = Path(rebuild.__file__).resolve()
METHODS = methods.all_methods()
CONTAINED = next(name for name, method in METHODS.items() if method.pillow_format is None)
RESTORER = next(name for name, method in METHODS.items() if method.restores)


@pytest.fixture(scope="module", autouse=True)
def project(tmp_path_factory):
    with entered(tmp_path_factory.mktemp("project")) as folder:
        yield folder


def save_cmyk(path):
    images.to_pillow(picture(20, 30)).convert("CMYK").save(path)


def text(folder):
    path = folder / "text.png"
    path.write_text("no picture")
    return path


def small(folder):
    images.write_png(folder / "small.png", picture(7, 30))
    return folder / "small.png"


def cmyk(folder):
    save_cmyk(folder / "cmyk.jpg")
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


def photo(folder):
    return "photo.png"


def gone(folder):
    return "gone.png"


def a_folder(folder):
    return folder


@pytest.mark.parametrize(
    ("source", "words", "complaint"),
    [
        (gone, "-m jpeg", "gone.png: no such file"),
        (gone, "--decode", "gone.png: no such file"),
        (a_folder, "-m jpeg", "cannot be read: Is a directory"),
        (text, "-m jpeg", "text.png: not a readable image"),
        (text, "--decode", "text.png: neither a .rcn file of this project nor a file of JPEG, "),
        (small, "-m jpeg", "small.png: 7 rows x 30 columns; sides from 8 to 8192"),
        (contained, "-m jpeg", "photo.rcn: a compressed file, not a picture; decode it with --decode"),
        (contained, "--decode -m jpeg", f"a file of {CONTAINED}, not of jpeg; omit --method"),
        (damaged, "--decode", "damaged.rcn: payload is cut or damaged: its checksum is wrong"),
        (jpeg, "--decode -m webp", "photo.jpg: a file of jpeg, not of webp"),
        (cmyk, f"-m {RESTORER}", "neither gray nor RGB, but of mode CMYK; with --quality it is compressed anew"),
        (photo, "-m jpg", "unknown method `jpg`; known: .*, jpeg, "),
        (photo, "--decode -m jpg", "unknown method `jpg`; known: .*, jpeg, "),
        (photo, "", "--method is missing; known: .*, jpeg, "),
        (photo, "-m jpeg -o OUT/x.webp", "x.webp: the name of the file to write must end in .jpg, .jpeg or .png"),
        (jpeg, "--decode -o OUT/x.jpg", "x.jpg: the name of the file to write must end in .png"),
        (photo, f"-m {CONTAINED} -o OUT", "the name of the file to write must end in .rcn or .png"),
        (photo, "-m jpeg -o photo.png", "-o photo.png: would overwrite the input"),
        (jpeg, "--decode -o photo.png --reference photo.png", "-o photo.png: would overwrite the input"),
        (photo, "-m jpeg -o photo.png/x.jpg", "cannot be written: "),
        (photo, "-m jpeg --quality 0", "argument --quality: expected a number above 0, not 0"),
        (photo, "-m jpeg --quality fine", "argument --quality: expected a number above 0, not fine"),
        (photo, "-m jpeg --quality 101", "--quality 101: expected a whole number from 1 to 100"),
        (photo, "-m jpeg --quality 5.5", "--quality 5.5: expected a whole number from 1 to 100"),
        (photo, "-m jpeg2000 --target-bpp 25", "--target-bpp 25: expected from 0.02 to 24"),
        (photo, "-m jpeg2000 --quality 5", "jpeg2000 has no --quality; its setting is --target-bpp"),
        (photo, "-m webp --target-bpp 5", "webp has no --target-bpp; its setting is --quality"),
        (photo, "-m jpeg --quality 5 --bpp 1", "--bpp: not allowed with argument --quality"),
        (photo, "-m jpeg --bpp nan", "argument --bpp: expected a number above 0, not nan"),
        (photo, "-m jpeg --longest 9.5", "argument --longest: expected a whole number, not 9.5"),
        (photo, "-m jpeg --longest 9", "--longest 9 makes a side shorter than 8 pixels"),
        (photo, "-m jpeg --reference photo.png", "--reference is for --decode; a compressed picture is "),
        (jpeg, "--decode --bpp 1", "--bpp is for compressing, not for --decode"),
        (
            jpeg,
            "--decode --reference gray.png --longest 20",
            "gray.png: 14 x 20 pixels, but the decoded",
        ),
        (photo, "-m jpeg --bpp 0.001", r"0.001 bpp is out of reach .*: jpeg goes .*=1\) to .*=100\)"),
        (photo, "-m jpeg --psnr 99", r"99.00 dB is out of reach .*: jpeg goes .*=1\) to .*=100\)"),
        (photo, "-m webp --entry fine", "classical.experiments: no entry `fine`; known: jpeg, "),
    ],
)
def test_what_cannot_be_is_one_line_and_writes_nothing(source, words, complaint, tmp_path):
    path = str(source(tmp_path))
    words = words if "-o " in words else f"{words} -o OUT/x.png"
    before = contents(tmp_path)
    assert re.search(complaint, refusal(rebuild.main, path, *words.replace("OUT", str(tmp_path)).split()))
    assert contents(tmp_path) == before


def test_a_file_to_write_has_to_be_named():
    complaint = refusal(rebuild.main, "photo.png", "-m", "jpeg")
    assert complaint == "the following arguments are required: -o/--out; see python stages/rebuild.py --help"


def contents(folder):
    """Return all files of the project, and in `folder`."""
    return {path: path.read_bytes() for top in (Path(), folder) for path in top.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("method", "path", "command"),
    [(name, *module.NEEDS) for name, module in MODULES.items() if hasattr(module, "NEEDS")],
)
class TestWeights:
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
        kept = Path(path).rename(tmp_path / "kept.h5")
        try:
            complaints = self.refused(method, file, tmp_path)
        finally:
            kept.rename(path)
        assert f"{path}: not there yet; this makes it: {command}" in complaints[0]
        assert complaints[1].endswith(command)
        assert "models/" in complaints[1]

    def test_those_of_another_network_are_refused(self, method, path, command, file, tmp_path):
        """They are no file of Keras' at all."""
        kept = Path(path).read_bytes()
        try:
            Path(path).write_bytes(b"no weights")
            complaints = self.refused(method, file, tmp_path)
        finally:
            Path(path).write_bytes(kept)
        assert f"{path}: not the weights of {method}.experiments." in complaints[0]
        assert all(complaint.endswith(command) for complaint in complaints)


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


def shell(*words):
    command = [sys.executable, SCRIPT, *map(str, words)]
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_the_command_ends_with_one_line_of_the_result(tmp_path):
    done = shell("photo.png", "--method", "webp", "-o", tmp_path / "x.webp")
    assert (done.returncode, done.stderr) == (0, "")
    assert int(parsed(done.stdout.rstrip("\n"))["bytes"]) == (tmp_path / "x.webp").stat().st_size
    with Image.open(tmp_path / "x.webp") as image:
        assert image.format == "WEBP"


def test_the_command_ends_with_one_line_of_what_is_wrong(tmp_path):
    done = shell("gone.png", "--method", "autoencoder", "-o", tmp_path / "x.rcn")
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "error: gone.png: no such file\n")
