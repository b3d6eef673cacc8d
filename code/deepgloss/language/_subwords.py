"""fastText: a word's vector is the mean of those of its parts, so that unseen words have one too."""

from collections.abc import Sequence

import torch
from torch import nn

from .._arguments import whole, whole_range
from ._negative_sampling import SkipGram

OFFSET, PRIME = 2166136261, 16777619


def character_ngrams(word: str, sizes: tuple[int, int] = (3, 6)) -> list[str]:
    """The character n-grams of a word between its boundary marks, shorter ones first.

    ``where`` becomes ``<where>``: the mark tells the prefix ``<her`` from the ``her`` in its middle.

    Args:
        word: one character at least.
        sizes: the shortest and the longest, both included.

    Returns:
        The n-grams, repeated where they repeat. The marked word itself is among them if it is
        short enough.

    Raises:
        TypeError, ValueError: ``word`` is empty, or ``sizes`` no range of positive integers.

    Source: Bojanowski, Grave, Joulin and Mikolov (2017), section 3.2.
    """
    low, high = whole_range("sizes", sizes)
    if not isinstance(word, str) or not word:
        raise ValueError(f"word must be a string of at least one character, not {word!r}")
    marked = f"<{word}>"
    return [marked[i:i + n] for n in range(low, min(high, len(marked)) + 1) for i in range(len(marked) - n + 1)]


def fnv1a(text: str) -> int:
    """The 32-bit hash of Fowler, Noll and Vo, variant 1a, of a text's UTF-8 bytes.

    As in fastText's own code, bytes from 128 on are taken as negative numbers, which changes the
    hash of what is not ASCII: its published models depend on it.

    Returns:
        A number in [0, 2³²).
    """
    value = OFFSET
    for byte in text.encode():
        value = (value ^ (byte if byte < 128 else byte | 0xFFFFFF00)) * PRIME & 0xFFFFFFFF
    return value


class SubwordSkipGram(SkipGram):
    r"""Skip-gram whose word vectors are made of parts.

    .. math:: v_w = \frac{1}{1 + |G_w|} \Bigl( z_w + \sum_{g \in G_w} z_{h(g)} \Bigr)

    :math:`G_w` are the word's n-grams, and h hashes them into a fixed number of rows, which
    n-grams that collide share. A word that training has never seen has no row of its own; it is the
    mean over its n-grams. The paper takes the sum, its published code the mean.

    Args:
        words: the vocabulary, V words.
        dim: numbers a vector, d.
        buckets: rows for n-grams.
        sizes: see :func:`character_ngrams`.
        generator: a CPU generator; the global one by default.

    Raises:
        TypeError, ValueError: an argument does not fit.

    Source: Bojanowski, Grave, Joulin and Mikolov (2017), section 3.2.
    """

    def __init__(
        self, words: Sequence[str], dim: int, buckets: int = 2_000_000, sizes: tuple[int, int] = (3, 6),
        generator: torch.Generator | None = None,
    ):
        if not isinstance(words, Sequence):
            raise TypeError(f"words must be a sequence of strings, not {type(words).__name__}")
        super().__init__(len(words), dim, generator)
        self.vocabulary, self.sizes = tuple(words), whole_range("sizes", sizes)
        self.buckets = whole("buckets", buckets)
        self._id = {word: i for i, word in enumerate(self.vocabulary)}
        self.ngrams = nn.Embedding(self.buckets, dim)
        with torch.no_grad():
            self.ngrams.weight.copy_((torch.rand(self.buckets, dim, generator=generator) - 0.5) / dim)
        rows = [self.rows(word) for word in self.vocabulary]
        sizes = torch.tensor([len(row) for row in rows])
        self.register_buffer("_rows", torch.cat(rows), persistent=False)
        self.register_buffer("_starts", sizes.cumsum(0) - sizes, persistent=False)
        self.register_buffer("_parts", 1 + sizes[:, None], persistent=False)

    def rows(self, word: str) -> torch.Tensor:
        """The rows of a word's n-grams, ``int64``, in the order of :func:`character_ngrams`."""
        grams = character_ngrams(word, self.sizes)
        return torch.tensor([fnv1a(gram) % self.buckets for gram in grams], dtype=torch.int64)

    def embed(self, word: str) -> torch.Tensor:
        """The vector ``(d,)`` of any word, seen or not, without gradient.

        Raises:
            ValueError: the word is unknown and too short to have an n-gram.
        """
        if word in self._id:
            return self.vectors()[self._id[word]]
        rows = self.rows(word).to(self._rows.device)
        if not len(rows):
            raise ValueError(f"{word!r} is unknown and has no n-gram of {self.sizes[0]} characters")
        return self.ngrams.weight.detach()[rows].mean(0)

    def represent(self, inputs: torch.Tensor) -> torch.Tensor:
        """The vectors ``(B, d)`` of words ``(B,)``."""
        return nn.functional.embedding(inputs, self._all())

    def vectors(self) -> torch.Tensor:
        """All word vectors ``(V, d)``, without gradient."""
        return self._all().detach()

    def _all(self) -> torch.Tensor:
        total = nn.functional.embedding_bag(self._rows, self.ngrams.weight, self._starts, mode="sum")
        return (self.words.weight + total) / self._parts              # (V, d)
