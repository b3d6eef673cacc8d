"""Large files from the network: checked, resumed after a break, never half in place."""

import hashlib
import http.client
import os
import re
import urllib.error
import urllib.request
from pathlib import Path

from filelock import FileLock
from tqdm.auto import tqdm

from .._quiet import is_quiet

ATTEMPTS = 3
BLOCK = 1 << 16
TIMEOUT = 30    # seconds without a byte
LENGTH = re.compile("[0-9]{1,18}")


class DownloadError(OSError):
    """A file could not be had from the network; the message says what to do."""


class _Broken(Exception):
    """The connection ended early, or the server's answer makes no sense."""


def cache(root: str | os.PathLike | None = None) -> Path:
    """Where downloads live: ``root``, else ``DEEPGLOSS_DATA``, else ``~/.cache/deepgloss``."""
    root = root or os.environ.get("DEEPGLOSS_DATA") or Path.home() / ".cache" / "deepgloss"
    return Path(root).expanduser()


def fetch(url: str, path: Path, sha256: str) -> Path:
    """The file at ``path``, downloaded from ``url`` unless it is there already.

    While it loads, the file is called ``<name>.part``. After a break the download goes on where
    it stopped, at once and in later calls, if the server can serve ranges (RFC 9110, section 14);
    otherwise the part is deleted. Only a file with the right checksum gets its name, in one step.
    Where several processes ask for it, one loads and the others wait for the file.

    Args:
        url: where the file is.
        path: where it shall be; missing folders are made.
        sha256: its SHA-256 in hexadecimal.

    Returns:
        ``path``.

    Raises:
        DownloadError: if the server cannot be reached, refuses or breaks off again and again, or
            if the file has another checksum; such a file is deleted.
    """
    if _is_there(path, sha256):
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(path.with_name(f".{path.name}.lock")):
        if not _is_there(path, sha256):                 # another process may have brought it meanwhile
            path.unlink(missing_ok=True)
            _bring(url, path, sha256)
    return path


def _is_there(path: Path, sha256: str) -> bool:
    """Whether the file is there, and right."""
    try:
        return _sha256(path) == sha256
    except FileNotFoundError:
        return False


def _bring(url: str, path: Path, sha256: str) -> None:
    """Download the file, and give it its name once its checksum is right."""
    part = path.with_name(path.name + ".part")
    _load(url, part, path)
    found = _sha256(part)
    if found != sha256:
        part.unlink()
        raise DownloadError(
            f"{url} has the SHA-256 {found}, not {sha256}: the file was damaged on the way or "
            "changed at its source. It is deleted; try again, and do not use the data if this "
            "comes again"
        )
    os.replace(part, path)


def _load(url: str, part: Path, path: Path) -> None:
    """Bring ``part`` to its full length, in several attempts."""
    advice = (
        f"check the connection and try again, or load {url} elsewhere and put it at {path}. "
        "Everything else in deepgloss.data works without a network"
    )
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _append(url, part)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code < 500:
                part.unlink(missing_ok=True)
            if error.code < 500 or attempt == ATTEMPTS:
                raise DownloadError(f"{url}: the server says {error.code}; {advice}") from error
        except urllib.error.URLError as error:
            raise DownloadError(f"cannot reach {url} ({error.reason}); {advice}") from error
        except _Broken as error:
            if attempt == ATTEMPTS:
                kept = f"{part} is kept to go on from" if part.exists() else "nothing is kept"
                raise DownloadError(
                    f"{url} broke off {ATTEMPTS} times ({error}; {kept}); {advice}"
                ) from error


def _append(url: str, part: Path) -> None:
    """One request for what ``part`` lacks; deletes ``part`` where it cannot be continued."""
    start = part.stat().st_size if part.exists() else 0
    request = urllib.request.Request(url, headers={"User-Agent": "deepgloss"})
    if start:
        request.add_header("Range", f"bytes={start}-")
    try:
        response = _open(request)
    except urllib.error.HTTPError as error:
        if error.code != 416 or not start:
            raise
        # Nothing lies behind what is there: it is whole, or it is not this file at all.
        whole = error.headers.get("Content-Range") == f"bytes */{start}"
        error.close()
        if whole:
            return
        part.unlink()
        raise _Broken("what had been loaded before is longer than the file") from error
    with response:
        resumed = response.status == 206
        if resumed and not response.headers.get("Content-Range", "").startswith(f"bytes {start}-"):
            part.unlink()
            raise _Broken("the server sent another range than it was asked for")
        ranges = resumed or response.headers.get("Accept-Ranges", "").lower() == "bytes"
        start = start if resumed else 0
        length = response.headers.get("Content-Length")
        if length and not LENGTH.fullmatch(length):
            raise _Broken(f"the server gives the length {length[:20]!r}")
        total = start + int(length) if length else None
        try:
            _copy(response, part, start, total)
        except BaseException:
            if not ranges:
                part.unlink(missing_ok=True)
            raise


def _open(request: urllib.request.Request):
    try:
        return urllib.request.urlopen(request, timeout=TIMEOUT)
    except urllib.error.URLError:
        raise
    except (OSError, http.client.HTTPException, ValueError) as error:  # a ValueError: a redirect to no address
        raise _Broken(repr(error)) from error


def _copy(response, part: Path, start: int, total: int | None) -> None:
    """Write the response to ``part`` from byte ``start`` on, with a progress bar."""
    bar = tqdm(
        total=total, initial=start, unit="B", unit_scale=True, desc=part.stem, disable=is_quiet()
    )
    with bar, part.open("r+b" if start else "wb") as file:
        file.seek(start)
        while True:
            try:
                block = response.read(BLOCK)
            except (OSError, http.client.HTTPException) as error:
                raise _Broken(repr(error)) from error
            if not block:
                break
            file.write(block)
            bar.update(len(block))
        here = file.tell()
        if total is not None and here != total:
            raise _Broken(f"{here} of {total} bytes")


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
