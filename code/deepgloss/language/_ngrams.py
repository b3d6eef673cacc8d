"""N-gram language models, smoothed by a constant or by Kneser and Ney's method."""

import math
from collections import Counter
from collections.abc import Iterable, Sequence

import torch

from .._arguments import choice, real, whole
from ._sentences import checked_words

START, END, UNKNOWN = "<s>", "</s>", "<unk>"


class NGramModel:
    r"""Predicts each word of a sentence from the n − 1 words before it.

    With :math:`c(hw)` for how often word w followed the history h, *add-k* smoothing is

    .. math:: P(w \mid h) = \frac{c(hw) + k}{c(h) + k V},

    and interpolated *Kneser–Ney* takes a discount d off every count and gives what that frees to
    the shorter history h′, h without its first word:

    .. math::
        P(w \mid h) = \frac{\max(a(hw) - d, 0) + d\, N_h\, P(w \mid h')}{\sum_v a(hv)}

    :math:`N_h` is the number of different words seen after h. At full length, and where h begins
    with the start of the sentence, :math:`a` is the count :math:`c`; else it is the number of
    different words seen *before* hw. Below the empty history stands the uniform distribution, and
    a history that was never seen leaves the word to h′.

    Words that occur fewer than ``min_count`` times are read as ``<unk>``, in training and after.
    A sentence begins with one ``<s>``, which is never predicted, and ends with ``</s>``, which is.

    Args:
        n: the order, at least 1; the history is up to n − 1 words long.
        smoothing: 'kneser-ney' | 'add-k'.
        k: what 'add-k' adds, > 0.
        discount: what 'kneser-ney' takes off, in (0, 1).
        min_count: at least 1.

    Attributes:
        words: the V words that can come next, ``</s>`` and ``<unk>`` among them, sorted.

    Raises:
        TypeError: an argument has another type.
        ValueError: an argument is out of range.

    Source: Kneser and Ney (1995), interpolated as in Chen and Goodman (1999); counts at the start of
    a sentence as in Heafield et al. (2013).
    """

    def __init__(self, n: int, smoothing: str = "kneser-ney", *, k: float = 0.1, discount: float = 0.75,
                 min_count: int = 1):
        self.n = whole("n", n)
        self.smoothing = choice("smoothing", smoothing, ("kneser-ney", "add-k"))
        self.k, self.discount = real("k", k, 0), real("discount", discount, 0, 1)
        if self.k == 0:
            raise ValueError("k must be greater than 0: an unseen history would leave 0 / 0")
        if self.discount in (0, 1):
            raise ValueError(f"discount must be in (0, 1), not {self.discount:g}")
        self.min_count = whole("min_count", min_count)
        self.words: tuple[str, ...] = ()

    def fit(self, sentences: Iterable[Sequence[str]]) -> "NGramModel":
        """Count; what was counted before is forgotten.

        Args:
            sentences: each a sequence of words.

        Returns:
            The model itself.

        Raises:
            TypeError: a sentence is a ``str``.
            ValueError: there is no sentence, or a word is ``<s>`` or ``</s>``.
        """
        sentences = [_checked(sentence) for sentence in sentences]
        if not sentences:
            raise ValueError("sentences must hold at least one sentence")
        often = Counter(word for sentence in sentences for word in sentence)
        known = {word for word, number in often.items() if number >= self.min_count}
        self.words = tuple(sorted(known | {END, UNKNOWN}))
        self._id = {word: i for i, word in enumerate(self.words)}
        longest = max(map(len, sentences)) + 2           # with both marks; what is longer never occurs
        grams = [Counter() for _ in range(min(self.n, longest + 1))]      # by length
        for sentence in sentences:
            line = (START, *self._known(sentence), END)
            for i in range(1, len(line)):
                for length in range(1, min(self.n, i + 1) + 1):
                    grams[length - 1][line[i + 1 - length:i + 1]] += 1
        # history -> {word: count}: full counts for the longest, different predecessors for others
        self._after: dict[tuple, dict[str, int]] = {}
        for length in range(len(grams), 0, -1):
            if length == self.n or self.smoothing == "add-k":
                counts = grams[length - 1]
            else:
                longer = grams[length] if length < len(grams) else ()
                counts = Counter(gram[1:] for gram in longer)
                counts |= Counter({g: c for g, c in grams[length - 1].items() if g[0] == START})
            for gram, count in counts.items():
                self._after.setdefault(gram[:-1], {})[gram[-1]] = count
        self._total = {history: sum(seen.values()) for history, seen in self._after.items()}
        return self

    def probability(self, word: str, history: Sequence[str] = ()) -> float:
        """The probability that ``word`` comes next.

        Args:
            word: ``</s>`` for the end; an unknown word counts as ``<unk>``.
            history: all words of the sentence so far, from its first one on.

        Returns:
            A number in (0, 1).

        Raises:
            RuntimeError: the model has not been fitted.
        """
        self._check_fitted()
        word = word if word in self._id else UNKNOWN
        return self._probability(word, self._history(history))

    def probabilities(self, history: Sequence[str] = ()) -> torch.Tensor:
        """The probabilities of all words, in the order of ``words``, after a history.

        Args:
            history: all words of the sentence so far.

        Returns:
            ``(V,)``, ``float64``, on the CPU, where the counts are; the sum is 1.

        Raises:
            RuntimeError: the model has not been fitted.
        """
        self._check_fitted()
        return self._all(self._history(history))

    def log_probabilities(self, sentence: Sequence[str]) -> torch.Tensor:
        """The natural logarithm of each word's probability in its place, and of the end's.

        Args:
            sentence: T words.

        Returns:
            ``(T + 1,)``, ``float64``, on the CPU.

        Raises:
            RuntimeError: the model has not been fitted.
            TypeError, ValueError: see :meth:`fit`.
        """
        self._check_fitted()
        line = (START, *self._known(_checked(sentence)), END)
        return torch.tensor([
            math.log(self._probability(line[i], self._cut(line[:i]))) for i in range(1, len(line))
        ], dtype=torch.float64)

    def perplexity(self, sentences: Iterable[Sequence[str]]) -> float:
        r"""The perplexity :math:`\exp(-\tfrac1M \sum \ln P)` over all M words and ends.

        Raises:
            RuntimeError: the model has not been fitted.
            ValueError: there is no sentence.
        """
        logs = [self.log_probabilities(sentence) for sentence in sentences]
        if not logs:
            raise ValueError("sentences must hold at least one sentence")
        return math.exp(-torch.cat(logs).mean().item())

    def sample(self, generator: torch.Generator | None = None, max_words: int = 50) -> list[str]:
        """Draw a sentence, word by word, until its end or ``max_words``.

        Args:
            generator: a CPU generator; the global one by default.
            max_words: at least 1.

        Raises:
            RuntimeError: the model has not been fitted.
        """
        sentence: list[str] = []
        for _ in range(whole("max_words", max_words)):
            p = self.probabilities(sentence)
            word = self.words[torch.multinomial(p, 1, generator=generator).item()]
            if word == END:
                break
            sentence.append(word)
        return sentence

    def _from_short(self, history: tuple):
        """What was counted after each ending of a history, from the empty one on, and its total."""
        for start in range(len(history), -1, -1):
            if history[start:] in self._total:
                yield self._after[history[start:]], self._total[history[start:]]

    def _probability(self, word: str, history: tuple) -> float:
        if self.smoothing == "add-k":
            seen, total = self._after.get(history, {}), self._total.get(history, 0)
            return (seen.get(word, 0) + self.k) / (total + self.k * len(self.words))
        p = 1 / len(self.words)
        for seen, total in self._from_short(history):
            left = max(seen.get(word, 0) - self.discount, 0)
            p = (left + self.discount * len(seen) * p) / total
        return p

    def _all(self, history: tuple) -> torch.Tensor:
        size = len(self.words)
        if self.smoothing == "add-k":
            counts = self._counts(self._after.get(history, {}))
            return (counts + self.k) / (self._total.get(history, 0) + self.k * size)
        p = torch.full((size,), 1 / size, dtype=torch.float64)
        for seen, total in self._from_short(history):
            left = (self._counts(seen) - self.discount).clamp(min=0)
            p = (left + self.discount * len(seen) * p) / total
        return p

    def _counts(self, seen: dict[str, int]) -> torch.Tensor:
        """How often each of the words was seen, ``(V,)``, ``float64``."""
        counts = torch.zeros(len(self.words), dtype=torch.float64)
        counts[[self._id[word] for word in seen]] = torch.tensor(list(seen.values()), dtype=torch.float64)
        return counts

    def _history(self, history: Sequence[str]) -> tuple:
        return self._cut((START, *self._known(_checked(history))))

    def _cut(self, line: tuple) -> tuple:
        return line[len(line) - min(len(line), self.n - 1):]

    def _known(self, sentence: Sequence[str]) -> list[str]:
        return [word if word in self._id else UNKNOWN for word in sentence]

    def _check_fitted(self) -> None:
        if not self.words:
            raise RuntimeError("the model has counted nothing yet: call fit first")


def _checked(sentence: Sequence[str]) -> Sequence[str]:
    sentence = checked_words("sentence", sentence)
    if START in sentence or END in sentence:
        raise ValueError(f"{START} and {END} are set by the model: a sentence must not hold them")
    return sentence
