import errno
import gzip
import hashlib
import socket
import threading
import tracemalloc
from contextlib import suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest

from recon.core.errors import UserError
from recon.core.images import read_image, write_png
from recon.data import datasets, download
from recon.data.manifest import ListedImage, Manifest, pixels_sha256
from refusals import refusal

CONTENT = bytes(range(256)) * 40
SHA256 = hashlib.sha256(CONTENT).hexdigest()
BOMB = gzip.compress(bytes(20_000_000), compresslevel=1)
WRONG_BYTE = CONTENT[:5000] + b"?" + CONTENT[5001:]

SERVED = (200, CONTENT)
ABSENT = (404, b"not here")
BUSY = (503, b"later")
WRONG = (200, WRONG_BYTE)
CUT = (200, CONTENT[:5000])  # the header still promises all of it


class Mirror(ThreadingHTTPServer):
    """Answers on 127.0.0.1: `answers[path]` is a list of (status, body), of which the last repeats.

    An answer may also be a function of the handler, which sends what it likes.
    """

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
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if callable(answer):
            with suppress(OSError):  # who asks may hang up
                answer(self)
            return
        status, body = answer
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

    def call(*paths, **limits):
        urls = [mirror.url(path) for path in paths]
        return download.download("photo.bmp", urls, sha256=SHA256, folder=tmp_path / "set", **limits)

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


def send(handler, status=200, **headers):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()


def endless_body(handler):
    send(handler)
    while True:
        handler.wfile.write(bytes(2**16))


def endless_body_of_a_redirection(handler):
    """Which `requests` reads whole, before it follows or not."""
    send(handler, 302, Location="/served")
    while True:
        handler.wfile.write(bytes(2**16))


def endless_line_of_a_chunk(handler):
    send(handler, Transfer_Encoding="chunked")
    while True:
        handler.wfile.write(b"0" * 2**16)


def long_file(handler):
    send(handler, Content_Length=str(len(CONTENT) + 1))
    handler.wfile.write(CONTENT + b"1")


def gzip_bomb(handler):
    send(handler, Content_Encoding="gzip")
    handler.wfile.write(BOMB)


def gzip_in_gzip(handler):
    send(handler, Content_Encoding="gzip, gzip")
    handler.wfile.write(gzip.compress(gzip.compress(CONTENT)))


def endless_tail_of_a_gzip(handler):
    send(handler, Content_Encoding="gzip")
    handler.wfile.write(gzip.compress(CONTENT))
    while True:
        handler.wfile.write(bytes(2**16))


def redirection_to_itself(handler):
    send(handler, 302, Location=handler.path, Content_Length="0")


def redirection_to_a_file(handler):
    send(handler, 302, Location="file:///etc/passwd", Content_Length="0")


def drip_of_a_body(handler):
    send(handler, Content_Length=str(len(CONTENT)))
    for byte in CONTENT:
        handler.wfile.write(bytes([byte]))
        handler.server.silent.wait(0.02)


def drip_of_a_header(handler):
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while not handler.server.silent.wait(0.02):
        handler.wfile.write(b"x")


def endless_continues(handler):
    while not handler.server.silent.wait(0.001):
        handler.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (endless_body, "sends more than 10,240 bytes"),
        (long_file, "sends more than 10,240 bytes"),
        (gzip_bomb, "sends more than 10,240 bytes"),
        (gzip_in_gzip, "sends a packed file, though plain bytes were asked for"),
        (redirection_to_itself, "redirects more than 5 times"),
        (drip_of_a_body, "not complete within 0.3 s"),
        (drip_of_a_header, "not complete within 0.3 s"),
        (endless_continues, "not complete within 0.3 s"),
    ],
)
def test_what_runs_away_is_cut_off_and_not_asked_for_again(mirror, fetch, tmp_path, monkeypatch, answer, reason):
    monkeypatch.setattr(download, "LONGEST_SECONDS", 0.3)
    mirror.answers["/a"] = [answer]
    tracemalloc.start()
    with pytest.raises(UserError, match=reason):
        fetch("/a", file_bytes=len(CONTENT))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(mirror.asked) == (6 if answer is redirection_to_itself else 1)
    assert peak < 5e6
    assert files_in(tmp_path) == []


@pytest.mark.parametrize("answer", [endless_body_of_a_redirection, endless_tail_of_a_gzip])
def test_what_comes_beside_the_file_is_not_read(mirror, fetch, answer):
    mirror.answers = {"/a": [answer], "/served": [SERVED]}
    assert fetch("/a", file_bytes=len(CONTENT)).read_bytes() == CONTENT


@pytest.mark.parametrize("answer", [endless_line_of_a_chunk, redirection_to_a_file])
def test_an_answer_that_is_no_http_is_one_line(mirror, fetch, answer):
    mirror.answers["/a"] = [answer]
    assert "/a: " in refusal(fetch, "/a")


def test_without_a_size_a_download_ends_at_the_limit(mirror, fetch, monkeypatch):
    monkeypatch.setattr(download, "MOST_BYTES", 1000)
    mirror.answers["/a"] = [SERVED]
    with pytest.raises(UserError, match="sends more than 1,000 bytes"):
        fetch("/a")


def test_a_file_packed_by_its_server_is_unpacked(mirror, fetch):
    def packed(handler):
        send(handler, Content_Encoding="gzip")
        handler.wfile.write(gzip.compress(CONTENT))

    mirror.answers["/a"] = [packed]
    assert fetch("/a").read_bytes() == CONTENT


@pytest.mark.parametrize("file", ["../photo.bmp", "/photo.bmp", "a/../../photo.bmp", "link/photo.bmp"])
def test_a_target_that_leads_out_of_the_folder_is_refused_before_anything_is_asked(mirror, tmp_path, file):
    """Whatever the manifest let through: by its name, or by a link below the folder."""
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "link").symlink_to(tmp_path)
    file = str(tmp_path / "photo.bmp") if file.startswith("/") else file
    call = partial(download.download, file, [mirror.url("/a")], sha256=SHA256, folder=tmp_path / "set")
    assert "leads out of" in refusal(call)
    assert mirror.asked == []
    assert files_in(tmp_path) == []


def test_half_a_file_in_the_cache_is_replaced(mirror, fetch, tmp_path):
    cached = tmp_path / "set" / "photo.bmp"
    cached.parent.mkdir()
    cached.write_bytes(CONTENT[:100])
    mirror.answers["/a"] = [SERVED]
    assert fetch("/a") == cached
    assert cached.read_bytes() == CONTENT


def test_a_full_disk_is_one_line_and_leaves_no_file(mirror, fetch, tmp_path, monkeypatch):
    def write_half(path, content):
        with path.open("wb") as file:
            file.write(content[:100])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", write_half)
    mirror.answers["/a"] = [SERVED]
    expected = r"photo\.bmp: no space left on the disk \(10,240 bytes are needed\); .* folder in RECON_CACHE"
    with pytest.raises(UserError, match=expected):
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
