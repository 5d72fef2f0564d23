"""One file from the first mirror that serves it, known by its SHA-256 and kept in the user's cache.

A mirror may send anything for any time, so an answer is bounded as it arrives: by the size of the file, and by
LONGEST_SECONDS for all of it, its headers and redirections included.

Environment:
    RECON_CACHE  where downloads are kept (default: the system's cache folder for `reconstruction`,
                 on Linux ~/.cache/reconstruction)
"""

import hashlib
import os
import time
import zlib
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from urllib.parse import urljoin

import pooch
import requests
import urllib3

from recon.core.errors import UserError
from recon.core.files import write_bytes
from recon.data.manifest import file_sha256

TIMEOUT_SECONDS = 30  # for the next piece of an answer
LONGEST_SECONDS = 600  # for all of it
MOST_BYTES = 100_000_000  # of a file whose manifest does not give its size
MOST_REDIRECTIONS = 5
WAITS_SECONDS = (1, 4)  # before the second and the third round over all mirrors


_CHUNK_BYTES = 2**16
_REASONS = (  # the first that fits: the order goes from the special to the general
    ((requests.Timeout, urllib3.exceptions.TimeoutError), f"no answer within {TIMEOUT_SECONDS} s"),
    (requests.exceptions.SSLError, "the server's certificate is not trusted"),
    (requests.ConnectionError, "no connection"),
    ((urllib3.exceptions.ProtocolError, zlib.error), "the transfer broke off"),
)
_PASSING = (408, 425, 429)  # HTTP's faults of the asker that may be gone in a moment


class _RefusedError(Exception):
    """An answer that another try would not better."""


_FAILURES = (_RefusedError, requests.RequestException, urllib3.exceptions.HTTPError, zlib.error, ValueError)


class _Session(requests.Session):
    """A session that follows no redirection, since `requests` would first read all that comes with it."""

    def get_redirect_target(self, resp: requests.Response) -> None:
        return None


def cache_folder() -> Path:
    """Return the folder that keeps downloads; it need not exist yet."""
    return Path(os.environ.get("RECON_CACHE") or pooch.os_cache("reconstruction")).expanduser()


def download(file: str, urls: Sequence[str], *, sha256: str, folder: Path, file_bytes: int | None = None) -> Path:
    """Return `folder`/`file` with the content that `sha256` names, from `folder` or else from `urls` in turn.

    Only a complete file of that content ever gets its name; a cached file of another content is replaced. No more
    than `file_bytes` is read, or MOST_BYTES where that is None.

    Raises:
        UserError: no URL gave that content in three rounds (why, per URL), `folder` cannot be written, or `file`
            leads out of it, by its name or by a link.
    """
    path = folder / file
    if not path.resolve().is_relative_to(folder.resolve()):
        raise UserError(f"{path}: leads out of {folder}; remove the link, or mend the name in the manifest")
    if path.is_file() and file_sha256(path) == sha256:
        return path
    failures: dict[str, str] = {}
    asked = list(dict.fromkeys(urls))
    for wait in (0, *WAITS_SECONDS):
        time.sleep(wait if asked else 0)
        for url in list(asked):
            try:
                content = _within(LONGEST_SECONDS, url, file_bytes or MOST_BYTES)
            except _FAILURES as error:
                failures[url] = _reason(error)
                if isinstance(error, _RefusedError):
                    asked.remove(url)
                continue
            if (received := hashlib.sha256(content).hexdigest()) == sha256:
                return _keep(path, content)
            failures[url] = f"SHA-256: expected {sha256} but got {received}"
    raise UserError(
        f"{folder.name}/{file}: not downloaded: "
        + "; ".join(f"{url}: {reason}" for url, reason in failures.items())
        + f"; check the network, or name in RECON_DATASETS a folder that holds {folder.name}/{file}"
    )


def _keep(path: Path, content: bytes) -> Path:
    try:
        write_bytes(path, content)
    except UserError as error:
        raise UserError(f"{error}, or name another folder in RECON_CACHE") from error
    return path


def _within(seconds: float, url: str, most_bytes: int) -> bytes:
    """Return what `url` serves; _RefusedError where all of it does not arrive in time.

    In a thread, since neither `requests` nor a socket bounds more than the wait for the next piece.
    """
    future: Future[bytes] = Future()
    deadline = time.monotonic() + seconds

    def work() -> None:
        try:
            future.set_result(_get(url, most_bytes, deadline))
        except Exception as error:
            future.set_exception(error)

    Thread(target=work, daemon=True).start()
    try:
        return future.result(timeout=seconds)
    except TimeoutError:
        raise _RefusedError(f"not complete within {seconds} s") from None


def _get(url: str, most_bytes: int, deadline: float) -> bytes:
    with _Session() as session:
        for _ in range(1 + MOST_REDIRECTIONS):
            headers = {"Accept-Encoding": "identity"}
            with session.get(url, headers=headers, stream=True, timeout=TIMEOUT_SECONDS) as response:
                if (status := response.status_code) == 200:
                    return _read_body(response, most_bytes, deadline)
                if not response.is_redirect:
                    kind = requests.HTTPError if status >= 500 or status in _PASSING else _RefusedError
                    raise kind(f"HTTP {status}")
                url = urljoin(url, requests.Session.get_redirect_target(session, response))
    raise _RefusedError(f"redirects more than {MOST_REDIRECTIONS} times")


def _read_body(response: requests.Response, most_bytes: int, deadline: float) -> bytes:
    """Return the body, unpacked if it is gzip; _RefusedError at the first byte above `most_bytes`."""
    encoding = response.headers.get("Content-Encoding", "identity").lower()
    if encoding not in ("identity", "gzip"):
        raise _RefusedError("sends a packed file, though plain bytes were asked for")
    unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16) if encoding == "gzip" else None
    content = bytearray()
    # `raw`, since what `requests` reads it unpacks without a bound.
    while piece := response.raw.read(_CHUNK_BYTES, decode_content=False):
        content += unpacker.decompress(piece, most_bytes + 1 - len(content)) if unpacker else piece
        if len(content) > most_bytes:
            raise _RefusedError(f"sends more than {most_bytes:,} bytes, the size in its manifest or the limit")
        if time.monotonic() > deadline:
            raise TimeoutError
        if unpacker and unpacker.eof:
            break
    return bytes(content)


def _reason(error: Exception) -> str:
    return next((text for kind, text in _REASONS if isinstance(error, kind)), str(error).partition(". ")[0])
