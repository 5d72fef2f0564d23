"""JPEG files in JPEG XL files, on the command line of `rebuild.py`."""

import json
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from jpeg_files import add_segments
from rebuild_project import entered, parsed, run_rebuild
from recon.core.images import read_image
from recon.jpeg.jpegxl import jpegxl_encode
from recon.jpeg.repacking import repack, unpack
from recon.rebuilding import methods
from refusals import refusal

REPACKED = ("-m", "jpeg", "--entry", "repacked")
READERS = [name for name, method in methods.all_methods().items() if methods.REPACKED in method.formats]


@pytest.fixture(autouse=True)
def project(tmp_path):
    with entered(tmp_path) as folder:
        params = json.loads((folder / "params.yaml").read_text())
        experiments = params["classical"]["experiments"]
        experiments["repacked"] = experiments["jpeg"] | {"file": {"container": "jxl"}}
        (folder / "params.yaml").write_text(json.dumps(params))
        yield


def turned():
    """Return the photograph as a JPEG file of a camera that was held upright."""
    exif, file = Image.Exif(), BytesIO()
    exif[0x0112] = 6
    with Image.open("photo.png") as image:
        image.save(file, "JPEG", exif=exif)
    return file.getvalue()


def test_a_repacked_file_may_begin_with_more_than_a_megabyte_of_other_data():
    """20 extensions of XMP data, as cameras write them, which all are in the box that says what the file holds."""
    assert Path("a.jxl").write_bytes(repack(add_segments(turned(), 20))) > 20 * 65000
    assert methods.find_format(Path("a.jxl")) == methods.REPACKED


def test_an_entry_of_repacked_files_writes_what_decodes_to_the_same_picture():
    lines = [
        parsed(run_rebuild("photo.png", *words))
        for words in (("-m", "jpeg", "-o", "a.jpg"), (*REPACKED, "-o", "a.jxl"))
    ]
    assert lines[0]["psnr"] == lines[1]["psnr"]
    assert unpack(Path("a.jxl").read_bytes()) == Path("a.jpg").read_bytes()


@pytest.mark.parametrize("words", [REPACKED, ("-m", "jpeg")])
def test_the_name_must_end_as_the_entry_writes(words):
    right, wrong = (".jxl", ".jpg") if words == REPACKED else (".jpg or .jpeg", ".jxl")
    message = refusal(run_rebuild, "photo.png", *words, "-o", f"a{wrong}")
    assert message.startswith(f"-o a{wrong}: the entry {words[-1]} writes {right}; ")
    assert not Path(f"a{wrong}").exists()
    run_rebuild("photo.png", *words, "-o", f"a{right.split()[0]}")


def test_in_a_folder_files_are_named_as_the_entry_writes():
    run_rebuild("photo.png", "gray.png", *REPACKED, "-o", "out/")
    assert sorted(path.name for path in Path("out").iterdir()) == ["gray.jxl", "photo.jxl"]


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_of_jpeg_files_reads_repacked_ones_upright(reader):
    Path("a.jpg").write_bytes(turned())
    Path("a.jxl").write_bytes(repack(turned()))
    run_rebuild("a.jxl", "--decode", "-m", reader, "-o", "b.png")
    other = "jpeg" if reader == "jpegxl" else reader  # which reads no JPEG files by themselves
    run_rebuild("a.jpg", "--decode", "-m", other, "-o", "c.png")
    np.testing.assert_array_equal(read_image("b.png"), read_image("c.png"))
    assert read_image("b.png").shape == (53, 37, 3)


@pytest.mark.parametrize("reader", READERS)
def test_an_ordinary_jpeg_xl_file_is_left_to_its_codec(reader):
    Path("a.jxl").write_bytes(jpegxl_encode(read_image("photo.png"), quality=60))
    words = ("a.jxl", "--decode", "-m", reader, "-o", "b.png")
    if reader == "jpegxl":
        assert "(jpegxl; " in run_rebuild(*words)
    else:
        assert refusal(run_rebuild, *words) == f"a.jxl: a file of jpegxl, not of {reader}; omit --method"
    assert "(jpegxl; " in run_rebuild("a.jxl", "--decode", "-o", "b.png")


def test_a_damaged_repacked_file_is_one_line():
    Path("a.jxl").write_bytes(repack(turned())[:-20])
    assert "not a readable JPEG file in a JPEG XL file: it is cut" in refusal(
        run_rebuild, "a.jxl", "--decode", "-o", "b.png"
    )
