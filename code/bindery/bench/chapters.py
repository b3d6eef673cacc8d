"""Each chapter from a fresh kernel to its last cell: seconds and peak memory.

Seconds say as much of the machine as of the chapter. A reference loop of plain PyTorch runs before and
after each chapter, so that the table shows how many such loops a chapter takes, and what its budget is
on this machine at this moment.
"""

import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

import torch
import torch.nn.functional as F
from nbclient import NotebookClient
from torch import nn

from .. import notebooks
from ..kernel import environment
from .measure import heading, row, seconds

MEDIAN, LIMIT, LONGER, MEMORY = 15, 45, 75, 1536       # seconds, and MiB
# Detection, segmentation, Transformer, BERT, GPT, GAN and reinforcement learning train longer.
LONG = {"r-cnn", "yolo", "semantic-segmentation", "instance-segmentation", "transformer", "bert", "gpt",
        "generative-adversarial-network", "reinforcement-learning"}
# The budgets are meant for a core on which the reference loop takes this many seconds.
NOMINAL = 1.0


class Run(NamedTuple):
    """One chapter's run: its seconds, its kernel's peak in MiB, and the reference loop's seconds around it."""

    slug: str
    seconds: float
    peak: float
    reference: float

    @property
    def limit(self) -> float:
        """The chapter's budget of time on this machine."""
        return (LONGER if self.slug in LONG else LIMIT) * self.reference / NOMINAL

    @property
    def over(self) -> bool:
        """Whether it took too long, or too much memory."""
        return self.seconds > self.limit or self.peak > MEMORY


def reference() -> None:
    """A fixed piece of work: 1,150 updates of a small network by Adam, on one core of the CPU."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            x, y = torch.randn(16, 64, 64), torch.randint(10, (16, 64))              # 16 batches of 64
            model = nn.Sequential(
                nn.Linear(64, 128), nn.ReLU(), nn.Linear(128, 128), nn.ReLU(), nn.Linear(128, 10)
            )
        optimizer = torch.optim.Adam(model.parameters(), lr=1e-3)
        for step in range(1150):
            optimizer.zero_grad()
            F.cross_entropy(model(x[step % 16]), y[step % 16]).backward()
            optimizer.step()
    finally:
        torch.set_num_threads(threads)


def main(names: list[str] = ()) -> None:
    """Print the table of all chapters, or of those that are named.

    Raises:
        ValueError: there is no such chapter.
    """
    book = notebooks.root()
    paths = notebooks.select(book, list(names))
    if not names:
        paths = [*notebooks.front_page(book), *paths]
    heading("chapter, fresh kernel to last cell", "seconds", "× reference", "budget", "budget here", "peak MiB")
    reference()                                             # the first one warms up
    before, runs = seconds(reference), []
    for path in paths:
        found = measured(path)
        after = seconds(reference)
        if found:
            runs.append(Run(path.stem, *found, (before + after) / 2))
            show(runs[-1])
        else:
            row(path.stem, "failed")
        before = after
    if runs:
        summary(runs)


def show(run: Run) -> None:
    """One chapter's row."""
    row(run.slug, f"{run.seconds:.1f}", f"{run.seconds / run.reference:.1f}",
        f"{LONGER if run.slug in LONG else LIMIT}", f"{run.limit:.0f}", f"{run.peak:.0f}", over=run.over)


def summary(runs: list[Run]) -> None:
    """The median beside its budget, and how this machine compares with the nominal one."""
    loops = statistics.median(run.seconds / run.reference for run in runs)
    here = statistics.median(run.reference for run in runs)
    row("median", f"{statistics.median(run.seconds for run in runs):.1f}", f"{loops:.1f}",
        f"{MEDIAN}", f"{MEDIAN * here / NOMINAL:.0f}", over=loops > MEDIAN / NOMINAL)
    row("the reference loop", f"{here:.2f}", "1.0", f"{NOMINAL:.2f}")
    print(f"  peak memory: at most {MEMORY} MiB; {sum(run.over for run in runs)} of {len(runs)} over a budget")


def measured(path: Path) -> tuple[float, float] | None:
    """Seconds and peak of one notebook, run in a process of its own; None if it failed."""
    command = [sys.executable, "-m", "bindery.bench.chapters", str(path)]
    answer = subprocess.run(command, capture_output=True, text=True)
    found = re.search(r"took ([\d.]+) s, ([\d.]+) MiB", answer.stdout)
    if not found:
        print(answer.stderr[-2000:], file=sys.stderr)
        return None
    return float(found[1]), float(found[2])


def one(path: Path) -> None:
    """Run one notebook and print how long it took and what its kernel needed at most."""
    notebook = notebooks.read(path)
    with tempfile.TemporaryDirectory() as scratch:
        client = NotebookClient(notebook, timeout=180, kernel_name="python3",
                                resources={"metadata": {"path": str(path.parent)}})
        took = seconds(lambda: client.execute(env=environment(scratch)))
    import resource  # Unix alone has it

    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    # Linux counts in KiB, macOS in bytes.
    print(f"took {took:.2f} s, {peak / (2**20 if sys.platform == 'darwin' else 2**10):.1f} MiB")


if __name__ == "__main__":
    one(Path(sys.argv[1]))
