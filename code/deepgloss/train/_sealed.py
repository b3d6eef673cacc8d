"""A file that is whole or not there, and whose checksum tells when a byte of it has changed."""

import contextlib
import errno
import glob
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

# The last bytes of a file. PyTorch reads what lies before them as if they were not there.
LABEL, BLOCK = b"\ndeepgloss sha256 ", 1 << 20
SEAL = len(LABEL) + 64


def write(path: Path, save: Callable[[BinaryIO], None]) -> None:
    """Let ``save`` write a file; whenever the machine stops, ``path`` is the old file or the new one.

    Where ``path`` is a link, the file that it leads to is replaced.

    Raises:
        OSError: the disk is full, or the file cannot be written otherwise; with the path.
    """
    target = Path(os.path.realpath(path))
    draft = _draft(target, str(os.getpid()))
    try:
        with open(draft, "wb") as file:
            hashing = _Hashing(file)
            try:
                save(hashing)
            except RuntimeError as error:       # PyTorch's writer hides what the disk said
                raise hashing.error or error from error
            file.write(LABEL + hashing.digest.hexdigest().encode())
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, target)
    except OSError as error:
        raise OSError(error.errno or errno.EIO, error.strerror or str(error), str(path)) from error
    finally:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()


def is_whole(path: Path) -> bool:
    """Whether a file ends with the checksum of everything before it."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        left = os.fstat(file.fileno()).st_size - SEAL
        while left > 0 and (block := file.read(min(BLOCK, left))):
            digest.update(block)
            left -= len(block)
        return file.read() == LABEL + digest.hexdigest().encode()


def remove_drafts(path: Path) -> None:
    """Remove what processes left that were killed while they wrote ``path``."""
    target = Path(os.path.realpath(path))
    for name in glob.glob(str(_draft(Path(glob.escape(str(target))), "[0-9]*"))):
        with contextlib.suppress(OSError):
            os.unlink(name)


def _draft(path: Path, process: str) -> Path:
    return path.with_name(f".{path.name}.{process}.tmp")


class _Hashing:
    """A file that is written from front to back, the digest of what was written, and the error that ended it."""

    def __init__(self, file: BinaryIO) -> None:
        self.file, self.digest, self.error = file, hashlib.sha256(), None

    def write(self, data) -> int:
        try:
            self.file.write(data)
        except OSError as error:
            self.error = error
            raise
        self.digest.update(data)
        return len(data)

    def flush(self) -> None:
        self.file.flush()
