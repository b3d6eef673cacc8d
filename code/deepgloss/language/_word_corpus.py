"""Sentences as word ids, and which words stand in each other's windows."""

from collections import Counter
from collections.abc import Iterable, Sequence

import torch

from .._arguments import whole
from ._sentences import checked_words

WIDEST = 1000       # words on one side: rows hold them all


class WordCorpus:
    """Sentences as one stream of word ids, the frequent words first.

    Words that occur fewer than ``min_count`` times are taken out *before* windows are laid, as
    word2vec does: their neighbors move together. A window never leaves its sentence.

    Args:
        sentences: each a sequence of words.
        min_count: at least 1.

    Attributes:
        words: the V words, by falling count, then in alphabetical order.
        index: the id of each word.
        counts: how often each word occurs ``(V,)``, ``int64``.
        ids: all words that are left, in order ``(N,)``, ``int64``.
        sentence: the number of each one's sentence ``(N,)``, ``int64``.

    All tensors lie on the CPU, where examples are drawn.

    Raises:
        TypeError: a sentence is a ``str``, or ``min_count`` no integer.
        ValueError: no word is frequent enough.
    """

    def __init__(self, sentences: Iterable[Sequence[str]], min_count: int = 1):
        min_count = whole("min_count", min_count)
        sentences = [checked_words("sentence", sentence) for sentence in sentences]
        often = Counter(word for sentence in sentences for word in sentence)
        kept = [word for word, count in often.items() if count >= min_count]
        if not kept:
            raise ValueError(f"sentences must hold at least one word {min_count} times")
        self.words = tuple(sorted(kept, key=lambda word: (-often[word], word)))
        self.index = {word: i for i, word in enumerate(self.words)}
        self.counts = torch.tensor([often[word] for word in self.words])
        pairs = [
            (self.index[word], k)
            for k, sentence in enumerate(sentences) for word in sentence if word in self.index
        ]
        self.ids, self.sentence = torch.tensor(pairs).T.contiguous()

    def __len__(self) -> int:
        """The number of different words, V."""
        return len(self.words)

    def thinned(self, keep: torch.Tensor | None, generator: torch.Generator | None = None):
        """The stream after each word has been dropped with probability 1 − keep.

        Args:
            keep: for each word, in [0, 1], ``(V,)``; None to drop nothing.
            generator: a CPU generator; the global one by default.

        Returns:
            ids ``(n,)`` and their sentences ``(n,)``.

        Raises:
            ValueError: ``keep`` has another shape.
        """
        if keep is None:
            return self.ids, self.sentence
        if keep.shape != (len(self),):
            raise ValueError(f"keep must be ({len(self)},), one number a word, not {tuple(keep.shape)}")
        stays = torch.rand(len(self.ids), generator=generator) < keep.cpu()[self.ids]
        return self.ids[stays], self.sentence[stays]


def context_pairs(
    corpus: WordCorpus, window: int, keep: torch.Tensor | None = None,
    generator: torch.Generator | None = None,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Every word with every word of its sentence up to ``window`` places away.

    Args:
        corpus: the sentences.
        window: reach to either side, at least 1.
        keep, generator: see :meth:`WordCorpus.thinned`.

    Returns:
        centers, contexts and distances, each ``(P,)`` and ``int64``. Each pair stands there both
        ways round.

    Raises:
        TypeError, ValueError: an argument does not fit.
    """
    window = whole("window", window)
    ids, sentence = corpus.thinned(keep, generator)
    centers, contexts, distances = [], [], []
    for distance in range(1, min(window, len(ids) - 1) + 1):
        together = sentence[distance:] == sentence[:-distance]
        left, right = ids[:-distance][together], ids[distance:][together]
        centers += [left, right]
        contexts += [right, left]
        distances.append(torch.full((2 * len(left),), distance))
    nothing = torch.empty(0, dtype=torch.int64)
    return tuple(torch.cat(parts or [nothing]) for parts in (centers, contexts, distances))


def context_windows(
    corpus: WordCorpus, window: int, keep: torch.Tensor | None = None,
    generator: torch.Generator | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Every word that has a neighbor, with all its neighbors in one row.

    Args:
        corpus, window, keep, generator: as for :func:`context_pairs`; a window of 1,000 at most.

    Returns:
        centers ``(n,)``, and contexts ``(n, 2 * window)`` from the leftmost to the rightmost
        place, with −1 where the sentence has no word.

    Raises:
        TypeError, ValueError: an argument does not fit.
    """
    window = whole("window", window, 1, WIDEST)
    ids, sentence = corpus.thinned(keep, generator)
    offsets = torch.cat([torch.arange(-window, 0), torch.arange(1, window + 1)])
    places = torch.arange(len(ids))[:, None] + offsets                # (n, 2 * window)
    inside = (places >= 0) & (places < len(ids))
    places = places.clamp(0, max(len(ids) - 1, 0))
    inside &= sentence[places] == sentence[:, None]
    contexts = torch.where(inside, ids[places], -1)
    some = inside.any(1)
    return ids[some], contexts[some]
