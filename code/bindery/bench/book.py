"""Building the book cold and warm, and what it weighs."""

import gzip
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .. import notebooks
from .measure import heading, row


def main() -> None:
    """Print both tables."""
    book = notebooks.root()
    heading("building the book", "seconds", "budget")
    with tempfile.TemporaryDirectory() as folder:
        command = [str(Path(sys.executable).with_name("jupyter-book")), "build", str(book),
                   "--path-output", folder, "-W", "-n", "--keep-going"]
        for name, budget in (("cold", 90), ("again, nothing changed", 10)):
            start = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            seconds = time.perf_counter() - start
            row(name, f"{seconds:.1f}", str(budget), over=seconds > budget)
        pages = {path: len(gzip.compress(path.read_bytes())) / 1024
                 for path in Path(folder, "_build", "html").rglob("*.html")}
    stored = {path: path.stat().st_size / 1024 for path in notebooks.every(book)}
    heading("sizes", "KB", "budget")
    largest = max(pages, key=pages.get)
    row(f"largest of {len(pages)} pages, compressed: {largest.stem}", f"{pages[largest]:.0f}", "600",
        over=pages[largest] > 600)
    largest = max(stored, key=stored.get)
    row(f"largest of {len(stored)} notebooks: {largest.stem}", f"{stored[largest]:.0f}", "600",
        over=stored[largest] > 600)
    total = sum(stored.values())
    row("all notebooks", f"{total:.0f}", "40960", over=total > 40960)
