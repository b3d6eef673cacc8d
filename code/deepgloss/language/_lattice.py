"""All ways to cut a word into pieces at once: the best one, their sum, and one drawn at random."""

import math
from collections.abc import Callable, Mapping

Lattice = list[list[tuple[int, float]]]  # for each end, the starts of pieces and their scores


def lattice(word: str, scores: Mapping[str, float], longest: int, unknown: float = -math.inf) -> Lattice:
    """The pieces that end at each position 1..n, the longest first.

    A character that is no piece is one of its own, with the score ``unknown``.
    """
    found = []
    for end in range(1, len(word) + 1):
        pieces = [(start, scores[word[start:end]]) for start in range(max(0, end - longest), end)
                  if word[start:end] in scores]
        if not pieces or pieces[-1][0] < end - 1:
            pieces.append((end - 1, unknown))
        found.append(pieces)
    return found


def viterbi(pieces: Lattice) -> tuple[list[tuple[int, int]], float]:
    """The segmentation with the highest sum of scores, as (start, end) pairs, and that sum.

    Among equals, the one whose last piece is longest.
    """
    best, came_from = [0.0], [0]
    for ending in pieces:
        score, back = max((best[start] + score, -start) for start, score in ending)
        best.append(score)
        came_from.append(-back)
    return _walk_back(len(pieces), lambda end: came_from[end]), best[-1]


def forward(pieces: Lattice) -> list[float]:
    """For each prefix, the logarithm of the summed exponentials of its segmentations' scores."""
    total = [0.0]
    for ending in pieces:
        total.append(_logsumexp([total[start] + score for start, score in ending]))
    return total


def sample(pieces: Lattice, uniform: Callable[[], float]) -> list[tuple[int, int]]:
    """A segmentation drawn in proportion to the exponential of its score, as (start, end) pairs.

    Forward sums, then a walk back that draws the last piece first. ``uniform`` gives numbers in
    [0, 1).
    """
    total = forward(pieces)

    def draw(end: int) -> int:
        left = uniform()
        for start, score in pieces[end - 1]:
            left -= math.exp(total[start] + score - total[end])
            if left < 0:
                break
        return start

    return _walk_back(len(pieces), draw)


def add_expected_counts(
    word: str, probabilities: Mapping[str, float], longest: int, count: int, into: dict[str, float],
) -> float:
    """Forward and backward: add how often each piece is expected in ``count`` words like this one.

    With plain probabilities, not logarithms: words are short.

    Returns:
        The log-likelihood of the words, in nats.
    """
    n = len(word)
    alpha, beta = [1.0] + [0.0] * n, [0.0] * n + [1.0]
    edges = []
    for end in range(1, n + 1):
        for start in range(max(0, end - longest), end):
            if p := probabilities.get(word[start:end]):
                alpha[end] += alpha[start] * p
                edges.append((start, end, p))
    for start, end, p in reversed(edges):
        beta[start] += p * beta[end]
    for start, end, p in edges:
        piece = word[start:end]
        into[piece] = into.get(piece, 0.0) + count * (alpha[start] * p * beta[end] / alpha[n])
    return count * math.log(alpha[n])


def _walk_back(end: int, before: Callable[[int], int]) -> list[tuple[int, int]]:
    cuts = []
    while end:
        start = before(end)
        cuts.append((start, end))
        end = start
    return cuts[::-1]


def _logsumexp(values: list[float]) -> float:
    """The logarithm of a sum of exponentials, without overflow."""
    top = max(values)
    return top + math.log(sum(math.exp(value - top) for value in values)) if top > -math.inf else top
