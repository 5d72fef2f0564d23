"""One file from the first mirror that serves it, known by its SHA-256 and kept in the user's cache.

Environment:
    RECON_CACHE  where downloads are kept (default: the system's cache folder for `reconstruction`,
                 on Linux ~/.cache/reconstruction)
"""

import os
import time
from collections.abc import Sequence
from pathlib import Path

import pooch
import requests

from recon.core.errors import UserError

TIMEOUT_SECONDS = 30
WAITS_SECONDS = (1, 4)  # before the second and the third round over all mirrors

_REASONS = (  # the first that fits: the order goes from the special to the general
    (requests.Timeout, f"no answer within {TIMEOUT_SECONDS} s"),
    (requests.exceptions.SSLError, "the server's certificate is not trusted"),
    (requests.ConnectionError, "no connection"),
    (requests.exceptions.ChunkedEncodingError, "the transfer broke off"),
)


def cache_folder() -> Path:
    """Return the folder that keeps downloads; it need not exist yet."""
    return Path(os.environ.get("RECON_CACHE") or pooch.os_cache("reconstruction")).expanduser()


def download(file: str, urls: Sequence[str], *, sha256: str, folder: Path) -> Path:
    """Return `folder`/`file` with the content that `sha256` names, from `folder` or else from `urls` in turn.

    Only a complete file of that content ever gets its name; a cached file of another content is replaced.

    Raises:
        UserError: no URL gave that content in three rounds (why, per URL), or `folder` cannot be written.
    """
    failures: dict[str, str] = {}
    for wait in (0, *WAITS_SECONDS):
        time.sleep(wait)
        for url in urls:
            try:
                return _retrieve(url, folder / file, sha256)
            except (requests.RequestException, ValueError) as error:  # ValueError: pooch, on another hash
                failures[url] = _reason(error)
            except OSError as error:
                raise UserError(
                    f"{folder}: cannot keep {file}: {error.strerror}; make room, or name another folder in "
                    "RECON_CACHE"
                ) from error
    raise UserError(
        f"{folder.name}/{file}: not downloaded: "
        + "; ".join(f"{url}: {reason}" for url, reason in failures.items())
        + f"; check the network, or name in RECON_DATASETS a folder that holds {folder.name}/{file}"
    )


def _retrieve(url: str, path: Path, sha256: str) -> Path:
    pooch.get_logger().setLevel("WARNING")  # its two lines per file would tear the progress bar apart
    downloader = pooch.HTTPDownloader(timeout=TIMEOUT_SECONDS, chunk_size=2**16)
    return Path(pooch.retrieve(url, known_hash=sha256, fname=path.name, path=path.parent, downloader=downloader))


def _reason(error: Exception) -> str:
    if isinstance(error, requests.HTTPError):
        return f"HTTP {error.response.status_code}"
    for kind, text in _REASONS:
        if isinstance(error, kind):
            return text
    return str(error).partition(". ")[0]  # pooch's first sentence names the expected and the found hash
