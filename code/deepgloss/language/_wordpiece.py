"""WordPiece: merge what makes the text likelier, then take the longest piece that fits."""

from collections.abc import Iterable, Sequence

import numpy as np

from .._arguments import whole
from ._pairs import Pairs
from ._tokenizer import Tokenizer, checked_size, checked_special, count_words, texts
from ._unicode import bert_words, controls, without_accents

BERT_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


class WordPiece(Tokenizer):
    """BERT's tokenizer: words cut greedily into the longest pieces of the vocabulary.

    A text is cut at white space and around marks and ideographs. A piece that continues a word is
    written with ``##`` before it. A word that cannot be put together is ``[UNK]`` as a whole.

    Decoding joins pieces to words and words with spaces: what stood between words is lost, and so
    are capitals and accents where ``lowercase`` is on.

    Args:
        tokens: the vocabulary, special tokens included.
        lowercase: small letters and no accents, as in BERT's "uncased" models. It takes the
            voicing marks off kana and falls Korean syllables apart into their letters: leave it
            off for Japanese and Korean.
        special_tokens: those of ``tokens`` that are no text; ``[UNK]`` must be one.
        max_word_length: longer words are ``[UNK]``.

    Raises:
        ValueError: ``[UNK]`` is missing, or an argument is out of range.

    Source: Schuster and Nakajima (2012); with the marks of BERT, Devlin et al. (2019).
    """

    def __init__(
        self, tokens: Sequence[str], *, lowercase: bool = True,
        special_tokens: Sequence[str] = BERT_SPECIAL, max_word_length: int = 100,
    ):
        super().__init__(tokens, special_tokens)
        if "[UNK]" not in self.special_tokens:
            raise ValueError(f"special_tokens must hold '[UNK]', not only {self.special_tokens}")
        self.lowercase = bool(lowercase)
        self.max_word_length = whole("max_word_length", max_word_length)
        self._longest = max((len(token) for token in self.tokens), default=0)

    @classmethod
    def train(
        cls, text: str | Iterable[str], vocab_size: int, *, lowercase: bool = True,
        special_tokens: Sequence[str] = BERT_SPECIAL, min_frequency: int = 2,
    ) -> "WordPiece":
        r"""Learn a vocabulary from a text: merge the pair that raises its likelihood most.

        Pieces count as drawn independently, each with its share of all N pieces, so that the
        logarithm of the likelihood is :math:`\sum_i n_i \ln n_i - N \ln N`. Merging m pairs of a
        and b changes it by

        .. math::
            f(n_a - m) - f(n_a) + f(n_b - m) - f(n_b) + f(m) + f(N) - f(N - m),
            \qquad f(x) = x \ln x,

        which is about :math:`m\,(\ln (m N / n_a n_b) - 1)` where m is small against the other three.

        Args:
            text: a text, or several.
            vocab_size: special tokens, characters and merges together. There are fewer where no
                merge raises the likelihood.
            lowercase: as for the class.
            special_tokens: they come first in the vocabulary.
            min_frequency: how often a pair must occur to be merged.

        Returns:
            The tokenizer.

        Raises:
            TypeError, ValueError: an argument is out of range.
        """
        special_tokens = checked_special(special_tokens)
        min_frequency = whole("min_frequency", min_frequency, 1)
        parts = texts("text", text, special_tokens)
        counts = count_words(lambda part: words(part, lowercase), parts)
        spelled = {word: (word[0], *("##" + mark for mark in word[1:])) for word in counts}
        alphabet = sorted({piece for pieces in spelled.values() for piece in pieces})
        tokens = [*special_tokens, *alphabet]
        size = checked_size(vocab_size, len(tokens), "the special tokens and all characters of the text")
        ids = {token: i for i, token in enumerate(tokens)}
        pairs = Pairs(([ids[piece] for piece in spelled[word]], count) for word, count in counts.items())
        gains = _Gains(pairs, size)
        while len(tokens) < size and (best := gains.best(min_frequency)):
            merged = tokens[best[0]] + tokens[best[1]].removeprefix("##")
            if merged not in ids:
                ids[merged] = len(tokens)
                tokens.append(merged)
            gains.merge(best, ids[merged])
        return cls(tokens, lowercase=lowercase, special_tokens=special_tokens)

    def _split(self, text: str) -> list[str]:
        return words(text, self.lowercase)

    def _word(self, word: str) -> list[int]:
        if len(word) > self.max_word_length:
            return [self.vocab["[UNK]"]]
        ids, start = [], 0
        while start < len(word):
            mark = "##" if start else ""
            end = min(len(word), start + self._longest)
            while end > start and mark + word[start:end] not in self.vocab:
                end -= 1
            if end == start:
                return [self.vocab["[UNK]"]]
            ids.append(self.vocab[mark + word[start:end]])
            start = end
        return ids

    def _join(self, ids: list[int]) -> str:
        return " ".join(self.tokens[i] for i in ids).replace(" ##", "")

    def _state(self) -> dict:
        return {"tokens": self.tokens, "lowercase": self.lowercase,
                "special_tokens": self.special_tokens, "max_word_length": self.max_word_length}


def words(text: str, lowercase: bool) -> list[str]:
    """A text as BERT cuts it."""
    text = controls().sub("", text)
    return bert_words().findall(without_accents(text.lower()) if lowercase else text)


def likelihood_gain(pair, left, right, total, same=False):
    """By how much merging ``pair`` occurrences raises the log-likelihood, in nats; see ``train``.

    Args:
        pair: how often the two stand side by side, a number or an array, as the next three.
        left, right: how often each of them occurs.
        total: all pieces of the text.
        same: True where both are the same piece, which loses two occurrences a merge.
    """
    def f(count):
        count = np.maximum(count, 0.0)
        return count * np.log(np.maximum(count, 1.0))

    apart = f(left - pair) - f(left) + f(right - pair) - f(right)
    twins = f(left - 2 * pair) - f(left)
    return np.where(same, twins, apart) + f(pair) + f(total) - f(total - pair)


class _Gains:
    """What every merge would gain, in arrays, so that one step looks at all pairs at once."""

    def __init__(self, pairs: Pairs, size: int):
        self.pairs = pairs
        self.often = np.zeros(size)                         # of each piece
        for word, count in zip(pairs.words, pairs.occurrences):
            np.add.at(self.often, word, count)
        self.row = {pair: i for i, pair in enumerate(pairs.counts)}
        self.table = np.array([(*pair, count) for pair, count in pairs.counts.items()], dtype=np.int64)
        self.table = self.table.reshape(-1, 3)              # left, right, how often together

    def best(self, min_frequency: int):
        """The pair whose merge gains most, the one with the smaller ids among equals, or None."""
        left, right, count = self.table[self.table[:, 2] >= min_frequency].T
        gains = likelihood_gain(count, self.often[left], self.often[right], self.often.sum(), left == right)
        if not len(gains) or gains.max() <= 0:
            return None
        among = gains == gains.max()
        return min(zip(left[among].tolist(), right[among].tolist()))

    def merge(self, pair, new: int) -> None:
        """Merge, and take the counts anew where they changed."""
        touched, words, times = self.pairs.places[pair].copy(), self.pairs.words, self.pairs.occurrences
        for place in touched:
            np.subtract.at(self.often, words[place], times[place])
        changes = self.pairs.merge(pair, new)
        for place in touched:
            np.add.at(self.often, words[place], times[place])
        fresh = [changed for changed in changes if changed not in self.row]
        self.row.update((changed, len(self.table) + i) for i, changed in enumerate(fresh))
        added = np.array([(*changed, 0) for changed in fresh], dtype=np.int64).reshape(-1, 3)
        self.table = np.concatenate([self.table, added])
        for changed in changes:
            self.table[self.row[changed], 2] = self.pairs.counts[changed]
