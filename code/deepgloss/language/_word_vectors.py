"""Asking word vectors: similarity, neighbors, analogies."""

from collections.abc import Sequence

import torch

from .._arguments import whole
from .._precision import widened


class WordVectors:
    r"""Words and their vectors, compared by the cosine of the angle between them.

    .. math:: \cos(v, w) = \frac{v \cdot w}{\lVert v \rVert \, \lVert w \rVert}

    Args:
        words: V words, each once.
        vectors: ``(V, d)``.

    Attributes:
        words: the words.
        unit: the vectors at length 1 ``(V, d)``; a vector of zeros stays one, and its cosine with
            any other is 0. In float32 for half types.

    Raises:
        ValueError: there are not as many vectors as words, or a word stands twice.
    """

    def __init__(self, words: Sequence[str], vectors: torch.Tensor):
        self.words = tuple(words)
        self._id = {word: i for i, word in enumerate(self.words)}
        if vectors.ndim != 2 or len(vectors) != len(self.words):
            raise ValueError(f"vectors must be ({len(self.words)}, d), one row a word, not {tuple(vectors.shape)}")
        if len(self._id) < len(self.words):
            raise ValueError("words must be different from one another: one stands twice")
        self.unit = torch.nn.functional.normalize(widened(vectors.detach()), dim=1)

    def __contains__(self, word: str) -> bool:
        return word in self._id

    def __getitem__(self, word: str) -> torch.Tensor:
        """The unit vector ``(d,)`` of a word.

        Raises:
            KeyError: the word is not there.
        """
        return self.unit[self.id(word)]

    def id(self, word: str) -> int:
        """The row of a word.

        Raises:
            KeyError: the word is not there.
        """
        if word not in self._id:
            raise KeyError(f"{word!r} is none of the {len(self.words)} words")
        return self._id[word]

    def similarity(self, a: str, b: str) -> float:
        """The cosine of two words, in [−1, 1]."""
        return (self[a] @ self[b]).item()

    def rank(self, word: str, other: str) -> int:
        """Which neighbor of ``word`` ``other`` is: 1 for the nearest."""
        if word == other:
            raise ValueError(f"other must be another word than {word!r}")
        cosines = self.unit @ self[word]
        cosines[self.id(word)] = -torch.inf
        return 1 + int((cosines > cosines[self.id(other)]).sum())

    def neighbors(self, word: str | torch.Tensor, count: int = 5, without: Sequence[str] = ()) -> list[str]:
        """The words with the largest cosine, nearest first.

        Args:
            word: a word, which is not its own neighbor, or any vector ``(d,)``.
            count: how many.
            without: words to leave out.

        Returns:
            Words, ``count`` of them if there are as many.

        Raises:
            KeyError: a word is not there.
            ValueError: the vector has another shape.
        """
        if isinstance(word, str):
            query, without = self[word], (word, *without)
        else:
            query = word
            if query.shape != self.unit.shape[1:]:
                raise ValueError(f"a vector must be ({self.unit.shape[1]},), not {tuple(query.shape)}")
        cosines = self.unit @ query.to(self.unit)
        cosines[[self.id(each) for each in without]] = -torch.inf
        nearest = cosines.topk(min(whole("count", count), len(cosines) - len(set(without)))).indices
        return [self.words[i] for i in nearest.tolist()]

    def analogy(self, a: str, b: str, c: str, count: int = 1) -> list[str]:
        r"""Words that are to ``c`` as ``b`` is to ``a``.

        .. math:: \arg\max_w \cos(w,\; b - a + c), \qquad w \notin \{a, b, c\}

        Args:
            a, b, c: three words, whose vectors have length 1 before they are added.
            count: how many.

        Returns:
            The nearest words, nearest first.

        Raises:
            KeyError: a word is not there.

        Source: Mikolov, Yih and Zweig (2013), section 4.
        """
        return self.neighbors(self[b] - self[a] + self[c], count, without=(a, b, c))
