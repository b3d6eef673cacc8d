"""Each chapter from a fresh kernel to its last cell: seconds and peak memory."""

import re
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .. import notebooks
from .measure import heading, row

# Detection, segmentation, Transformer, BERT, GPT and GAN train longer than the others.
LONG = {"r-cnn", "yolo", "semantic-segmentation", "instance-segmentation", "transformer", "bert", "gpt",
        "generative-adversarial-network"}


def main() -> None:
    """Print the table. Every chapter runs in a process of its own, which reports its kernel's peak."""
    book = notebooks.root()
    heading("chapter, fresh kernel to last cell", "seconds", "budget", "peak MiB", "budget")
    times = []
    for path in [*notebooks.front_page(book), *notebooks.every(book)]:
        command = [sys.executable, "-m", "bindery.bench.chapters", str(path)]
        answer = subprocess.run(command, capture_output=True, text=True)
        found = re.search(r"took ([\d.]+) s, ([\d.]+) MiB", answer.stdout)
        if not found:
            row(path.stem, "failed")
            print(answer.stderr[-2000:], file=sys.stderr)
            continue
        seconds, peak = map(float, found.groups())
        limit = 45 if path.stem in LONG else 25
        times.append(seconds)
        row(path.stem, f"{seconds:.1f}", f"{limit}", f"{peak:.0f}", "1536",
            over=seconds > limit or peak > 1536)
    if times:
        row("median", f"{statistics.median(times):.1f}", "8", over=statistics.median(times) > 8)


def one(path: Path) -> None:
    """Run one notebook and print how long it took and what its kernel needed at most."""
    from nbclient import NotebookClient

    from ..run import environment

    notebook = notebooks.read(path)
    with tempfile.TemporaryDirectory() as scratch:
        client = NotebookClient(notebook, timeout=180, kernel_name="python3",
                                resources={"metadata": {"path": str(path.parent)}})
        start = time.perf_counter()
        client.execute(env=environment(scratch))
        seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    print(f"took {seconds:.2f} s, {peak / (2**20 if sys.platform == 'darwin' else 2**10):.1f} MiB")


if __name__ == "__main__":
    one(Path(sys.argv[1]))
