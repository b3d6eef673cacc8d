"""The unigram language model: begin with many pieces, and drop those that are missed least."""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import torch

from .._arguments import real, share, whole
from . import _lattice
from ._tokenizer import Tokenizer, check_text, checked_size, checked_special, count_words, texts, with_unknown
from ._trie import Trie

WORDS = re.compile(r" ?[^\s]+|\s")
LONGEST_WORD = 40            # in training; what is longer is cut
PENALTY = 10.0               # an unknown character costs so much more than the rarest piece, in nats


class Unigram(Tokenizer):
    r"""Tokens with probabilities; a text is cut so that their product is largest.

    A piece may begin with the space before its word, so that decoding gives a text back, as long
    as each of its characters occurred in training; one that did not is ``<unk>``.

    Args:
        scores: each piece's log-probability.
        special_tokens: tokens besides, for what is no text; they follow ``<unk>``, whose id is 0.

    Raises:
        ValueError: there are no pieces, one is empty or a special token, or a score is no finite number.

    Source: Kudo (2018), section 3.2.
    """

    def __init__(self, scores: Mapping[str, float], special_tokens: Sequence[str] = ()):
        if not scores or "" in scores:
            raise ValueError("scores must hold at least one piece, and none that is empty")
        special_tokens = with_unknown(special_tokens)
        super().__init__((*special_tokens, *scores), special_tokens)
        self.scores = {piece: real(f"scores[{piece!r}]", score) for piece, score in scores.items()}
        self._longest = max(map(len, self.scores))
        self._unknown_score = min(self.scores.values()) - PENALTY
        self._trie = Trie(self.scores, self._unknown_score)

    @classmethod
    def train(
        cls, text: str | Iterable[str], vocab_size: int, *, special_tokens: Sequence[str] = (),
        max_length: int = 12, shrink: float = 0.75, seed_factor: int = 4, rounds: int = 2,
    ) -> "Unigram":
        """Learn pieces and their probabilities from a text.

        Begin with every substring of a word that is worth most by its frequency times its length.
        Then, until the vocabulary is small enough: fit the probabilities by expectation
        maximization, and drop the pieces whose absence costs the likelihood least. Single
        characters stay.

        Args:
            text: a text, or several.
            vocab_size: ``<unk>``, special tokens and pieces together.
            special_tokens: where they stand in the text, it is cut and they are left out.
            max_length: characters of a piece at most.
            shrink: the share of the pieces that is kept each time, in (0, 1).
            seed_factor: at most so many times ``vocab_size`` pieces to begin with.
            rounds: of expectation maximization before each pruning.

        Returns:
            The tokenizer.

        Raises:
            TypeError, ValueError: an argument is out of range, or the text is empty.
        """
        special_tokens = checked_special(special_tokens)
        others = len(with_unknown(special_tokens))
        max_length, rounds = whole("max_length", max_length), whole("rounds", rounds)
        shrink, seed_factor = share("shrink", shrink), whole("seed_factor", seed_factor)
        words = count_words(_cut, texts("text", text, special_tokens))
        characters = Counter()
        for word, count in words.items():
            for character in word:
                characters[character] += count
        if not characters:
            raise ValueError("text must hold at least one character")
        room = checked_size(vocab_size, others + len(characters),
                            "<unk>, the special tokens and all characters of the text") - others
        pieces = _seed(words, characters, max_length, seed_factor * room)
        while True:
            for _ in range(rounds):
                pieces = expectation_maximization(words, pieces, characters)[0]
            if len(pieces) <= room:
                break
            pieces = _prune(pieces, characters, max(room, int(shrink * len(pieces))))
        total = sum(pieces.values())
        order = sorted(pieces, key=lambda piece: (-pieces[piece], piece))
        return cls({piece: math.log(pieces[piece] / total) for piece in order}, special_tokens)

    def sample(self, text: str, alpha: float = 1.0, generator: torch.Generator | None = None) -> list[int]:
        r"""A random segmentation as ids: each has probability proportional to :math:`P^\alpha`.

        Args:
            text: the text.
            alpha: 1 for the model's own distribution over segmentations, larger for more of the best one, 0
                for all alike.
            generator: a CPU generator; the global one by default.

        Returns:
            The ids, in order. They decode to the same text.

        Raises:
            TypeError, ValueError: an argument is out of range.

        Source: Kudo (2018), on subword sampling, with all segmentations instead of the l best.
        """
        check_text("text", text)
        alpha = real("alpha", alpha, 0)
        ids = []
        for word in WORDS.findall(text):
            pieces = [[(start, alpha * score) for start, score in ending] for ending in self._lattice(word)]
            cuts = _lattice.sample(pieces, lambda: torch.rand((), generator=generator, dtype=torch.float64).item())
            ids += self._ids(word, cuts)
        return ids

    def log_probability(self, text: str) -> float:
        """The log-probability of the text's best segmentation, in nats: what :meth:`encode` finds."""
        check_text("text", text)
        return sum(self._trie.best(word)[1] for word in WORDS.findall(text))

    def _split(self, text: str) -> list[str]:
        return WORDS.findall(text)

    def _word(self, word: str) -> list[int]:
        return self._ids(word, self._trie.best(word)[0])

    def _lattice(self, word: str) -> _lattice.Lattice:
        return _lattice.lattice(word, self.scores, self._longest, self._unknown_score)

    def _ids(self, word: str, cuts: Iterable[tuple[int, int]]) -> list[int]:
        pieces = (word[start:end] for start, end in cuts)
        return [self.vocab[piece] if piece in self.scores else 0 for piece in pieces]

    def _join(self, ids: list[int]) -> str:
        return "".join(self.tokens[i] for i in ids)

    def _state(self) -> dict:
        return {"scores": self.scores, "special_tokens": self.special_tokens}


def expectation_maximization(
    words: Mapping[str, int], pieces: Mapping[str, float], keep: Iterable[str] = (),
) -> tuple[dict[str, float], float]:
    """One round: how often each piece is expected, given probabilities in proportion to ``pieces``.

    Args:
        words: how often each word occurs.
        pieces: how often each piece was expected before.
        keep: pieces that stay, however rare; others go when less than half an occurrence is expected.

    Returns:
        Expected counts by piece, and the log-likelihood of the words before the round, in nats.

    Source: Kudo (2018), section 3.2.
    """
    total, longest = sum(pieces.values()), max(map(len, pieces))
    probabilities = {piece: count / total for piece, count in pieces.items()}
    expected: dict[str, float] = {}
    likelihood = sum(_lattice.add_expected_counts(word, probabilities, longest, count, expected)
                     for word, count in words.items())
    kept = {piece: count for piece, count in expected.items() if count >= 0.5}
    return kept | {piece: max(expected.get(piece, 0.0), 0.5) for piece in keep}, likelihood


def _prune(pieces: dict[str, float], keep, size: int) -> dict[str, float]:
    """The ``size`` pieces without which the likelihood would lose most, and those to ``keep``."""
    total, longest = sum(pieces.values()), max(map(len, pieces))
    scores = {piece: math.log(count / total) for piece, count in pieces.items()}
    losses = {}
    for piece, count in pieces.items():
        if piece not in keep:
            score = scores.pop(piece)
            losses[piece] = count * (score - _lattice.viterbi(_lattice.lattice(piece, scores, longest))[1])
            scores[piece] = score
    best = sorted(losses, key=lambda piece: (-losses[piece], piece))[:max(0, size - len(keep))]
    return {piece: pieces[piece] for piece in (*keep, *best)}


def _seed(words: Mapping[str, int], characters: Mapping[str, int], max_length: int, size: int) -> dict[str, float]:
    """All characters, and the substrings with the highest frequency times length."""
    found: Counter = Counter()
    for word, count in words.items():
        for start in range(len(word)):
            for end in range(start + 2, min(start + max_length, len(word)) + 1):
                found[word[start:end]] += count
    worth = {piece: count * len(piece) for piece, count in found.items() if count > 1}
    best = sorted(worth, key=lambda piece: (-worth[piece], piece))[:max(0, size - len(characters))]
    return {**characters, **{piece: found[piece] for piece in best}}


def _cut(text: str) -> list[str]:
    """Words, long ones in parts."""
    return [word[start:start + LONGEST_WORD] for word in WORDS.findall(text)
            for start in range(0, len(word), LONGEST_WORD)]
