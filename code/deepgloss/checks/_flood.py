"""Lets an answer print, but not so much that the advice is lost."""

import io
import sys
from contextlib import contextmanager, redirect_stdout


@contextmanager
def dammed(lines: int = 40, characters: int = 4000):
    """Within the block, what is printed beyond some lines or characters is counted and left out."""
    dam = _Dam(sys.stdout, lines, characters)
    try:
        with redirect_stdout(dam):
            yield
    finally:
        if dam.lost:
            print(f"\n… {dam.lost:,} more characters that the answer printed are left out")


class _Dam(io.TextIOBase):
    """Hands on text until it has been too much."""

    def __init__(self, river, lines: int, characters: int):
        self.river, self.lines, self.characters, self.lost = river, lines, characters, 0

    def writable(self) -> bool:
        return True

    def write(self, text: str) -> int:
        kept = "".join(text[:self.characters].splitlines(keepends=True)[:self.lines])
        self.lines -= kept.count("\n")
        self.characters -= len(kept)
        self.lost += len(text) - len(kept)
        self.river.write(kept)
        return len(text)

    def flush(self) -> None:
        self.river.flush()
