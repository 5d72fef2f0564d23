import errno
import hashlib
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pooch
import pytest

from recon.core.errors import UserError
from recon.core.images import read_image, write_png
from recon.data import datasets, download
from recon.data.manifest import ListedImage, Manifest, pixels_sha256

CONTENT = bytes(range(256)) * 40
SHA256 = hashlib.sha256(CONTENT).hexdigest()
WRONG_BYTE = CONTENT[:5000] + b"?" + CONTENT[5001:]

SERVED = (200, CONTENT)
ABSENT = (404, b"not here")
BUSY = (503, b"later")
WRONG = (200, WRONG_BYTE)
CUT = (200, CONTENT[:5000])  # the header still promises all of it


class Mirror(ThreadingHTTPServer):
    """Answers on 127.0.0.1: `answers[path]` is a list of (status, body), of which the last repeats."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers, self.asked, self.silent = {}, [], threading.Event()

    def url(self, path):
        return f"http://127.0.0.1:{self.server_port}{path}"


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.server.asked.append(self.path)
        answers = self.server.answers[self.path]
        if not answers:
            self.server.silent.wait()
            return
        status, body = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        self.send_header("Content-Length", str(len(CONTENT) if (status, body) == CUT else len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def mirror(monkeypatch):
    monkeypatch.setattr(download, "WAITS_SECONDS", (0, 0))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with Mirror() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.silent.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def fetch(mirror, tmp_path):
    """Download `photo.bmp` from the given paths of the mirror into tmp_path/set."""

    def call(*paths):
        urls = [mirror.url(path) for path in paths]
        return download.download("photo.bmp", urls, sha256=SHA256, folder=tmp_path / "set")

    return call


def files_in(folder):
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_download_is_the_published_file_and_is_asked_for_once(mirror, fetch):
    mirror.answers["/a"] = [SERVED]
    assert fetch("/a").read_bytes() == CONTENT
    assert fetch("/a").read_bytes() == CONTENT
    assert mirror.asked == ["/a"]


@pytest.mark.parametrize("first", [ABSENT, BUSY, WRONG, CUT])
def test_the_second_mirror_serves_when_the_first_fails(mirror, fetch, first):
    mirror.answers = {"/a": [first], "/b": [SERVED]}
    assert fetch("/a", "/b").read_bytes() == CONTENT
    assert mirror.asked == ["/a", "/b"]


@pytest.mark.parametrize("first", [BUSY, WRONG, CUT])
def test_a_passing_fault_is_tried_again(mirror, fetch, first):
    mirror.answers["/a"] = [first, SERVED]
    assert fetch("/a").read_bytes() == CONTENT


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (ABSENT, "HTTP 404"),
        (BUSY, "HTTP 503"),
        (CUT, "the transfer broke off"),
        (WRONG, f"expected {SHA256} but got {hashlib.sha256(WRONG_BYTE).hexdigest()}"),
    ],
)
def test_a_fault_that_stays_is_one_line_and_leaves_no_file(mirror, fetch, tmp_path, answer, reason):
    mirror.answers["/a"] = [answer]
    with pytest.raises(UserError) as error:
        fetch("/a")
    text = str(error.value)
    assert text.startswith(f"set/photo.bmp: not downloaded: {mirror.url('/a')}: ")
    assert reason in text
    assert "\n" not in text
    assert files_in(tmp_path) == []


def test_every_mirror_is_named_with_its_own_reason(mirror, fetch):
    mirror.answers = {"/a": [ABSENT], "/b": [CUT]}
    with pytest.raises(UserError, match=r"/a: HTTP 404; http.*/b: the transfer broke off; check the network"):
        fetch("/a", "/b")


def test_a_refused_connection_is_no_connection(mirror, tmp_path):
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}/a"
        with pytest.raises(UserError, match="no connection; check the network, or name in RECON_DATASETS"):
            download.download("photo.bmp", [url], sha256=SHA256, folder=tmp_path / "set")


def test_an_unknown_host_is_no_connection(mirror, tmp_path):
    with pytest.raises(UserError, match="no connection"):
        download.download("photo.bmp", ["http://host.invalid/a"], sha256=SHA256, folder=tmp_path / "set")


def test_a_silent_server_is_given_up(mirror, fetch, monkeypatch):
    monkeypatch.setattr(download, "TIMEOUT_SECONDS", 0.05)
    mirror.answers["/a"] = []
    with pytest.raises(UserError, match="no answer within"):
        fetch("/a")


def test_half_a_file_in_the_cache_is_replaced(mirror, fetch, tmp_path):
    cached = tmp_path / "set" / "photo.bmp"
    cached.parent.mkdir()
    cached.write_bytes(CONTENT[:100])
    mirror.answers["/a"] = [SERVED]
    assert fetch("/a") == cached
    assert cached.read_bytes() == CONTENT


def test_a_full_disk_is_one_line_and_leaves_no_file(mirror, fetch, tmp_path, monkeypatch):
    def write_half(_self, _url, output_file, _pooch):
        Path(output_file).write_bytes(CONTENT[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(pooch.HTTPDownloader, "__call__", write_half)
    with pytest.raises(UserError, match=r"set: cannot keep photo\.bmp: No space left on device; make room"):
        fetch("/a")
    assert files_in(tmp_path) == []


def test_the_cache_lies_where_recon_cache_says(monkeypatch, tmp_path):
    monkeypatch.setenv("RECON_CACHE", str(tmp_path))
    assert download.cache_folder() == tmp_path


def test_a_set_is_fetched_from_its_mirrors_with_its_notice(mirror, monkeypatch, tmp_path):
    monkeypatch.setenv("RECON_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("RECON_DATASETS", raising=False)
    pixels = np.random.default_rng(0).integers(0, 256, (16, 24, 3), np.uint8)
    write_png(tmp_path / "photo.png", pixels)
    content = (tmp_path / "photo.png").read_bytes()
    manifest = Manifest(
        name="remote",
        title="A set",
        license="ask first",
        citation="Somebody, 1999",
        notice="All rights reserved.",
        mirrors=[mirror.url("/old/{file}"), mirror.url("/new/{alias}")],
        images=[
            ListedImage(
                file="test/photo.png",
                sha256=hashlib.sha256(content).hexdigest(),
                pixels_sha256=pixels_sha256(pixels),
                split=None,
                alias="7.png",
            )
        ],
    )
    mirror.answers = {"/old/test/photo.png": [ABSENT], "/new/7.png": [(200, content)]}
    datasets.save_fetched(manifest, tmp_path / "out")
    assert np.array_equal(read_image(tmp_path / "out" / "photo.png"), pixels)
    notice = (tmp_path / "out" / "NOTICE.txt").read_text()
    assert notice == "A set\n\nLicense: ask first\n\nSomebody, 1999\n\nAll rights reserved.\n"
