"""How fast tokenizers are trained and read, in megabytes of text a second."""

import time
from collections.abc import Callable

from deepgloss import data
from deepgloss.language import ByteBPE, Unigram, WordPiece

from .measure import heading, rate, row

KINDS = (ByteBPE, WordPiece, Unigram)


def passes(kind: type, text: str, size: int) -> float:
    """Megabytes a second that training reads, were each token learned in a pass over the text."""
    start = time.perf_counter()
    trained = kind.train(text, size)
    return len(text.encode()) * len(trained) / (time.perf_counter() - start) / 1e6


def reading(kind: type, text: str, size: int) -> Callable[[], float]:
    """A call that encodes a text and says how many megabytes that were."""
    trained = kind.train(text, size)
    return lambda: (trained.encode(text), len(text.encode()) / 1e6)[1]


def main() -> None:
    """Print the table."""
    text = data.text().text
    heading("tokenizer", "MB a second", "wanted")
    for kind in KINDS:
        for name, speed in (("training, 1,000 tokens, text × tokens", passes(kind, text, 1000)),
                            ("encoding", rate(reading(kind, text, 1000)))):
            row(f"{kind.__name__}, {name}", f"{speed:,.1f}", "1.0", over=speed < 1)
    fresh = ByteBPE.train(text, 1000)
    words = "".join(f" {chr(97 + i % 26)}{i:x}{'ing' * (i % 3)}" for i in range(50_000))
    start = time.perf_counter()
    fresh.encode(words)
    speed = len(words) / (time.perf_counter() - start) / 1e6
    row("ByteBPE, encoding words never met before", f"{speed:,.1f}", "")
    unspaced = "".join(text.split())
    unspaced = (unspaced * (1 + 1_000_000 // len(unspaced)))[:1_000_000]
    trained = Unigram.train(text, 1000)
    start = time.perf_counter()
    trained.encode(unspaced)
    speed = 1 / (time.perf_counter() - start)
    row("Unigram, a million characters without spaces", f"{speed:,.1f}", "0.5", over=speed < 0.5)
