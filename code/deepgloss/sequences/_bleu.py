"""BLEU: how much of a translation's n-grams its references have."""

import math
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

from .._arguments import whole

LONGEST = 1000      # n-grams: every length of them is counted


class Bleu(NamedTuple):
    """A BLEU score and what it is made of.

    Attributes:
        score: in [0, 1].
        precisions: modified n-gram precisions, for n = 1, 2, …
        brevity_penalty: in (0, 1], or 0 where all candidates are empty.
    """

    score: float
    precisions: tuple[float, ...]
    brevity_penalty: float


def ngrams(tokens: Sequence[Hashable], n: int) -> Counter:
    """How often each run of ``n`` tokens occurs."""
    tokens = tuple(tokens)
    return Counter(tokens[i:i + n] for i in range(len(tokens) - n + 1))


def bleu(candidates: Sequence[Sequence[Hashable]], references: Sequence[Sequence[Sequence[Hashable]]],
         max_n: int = 4) -> Bleu:
    r"""BLEU of a set of translations against one or more references each.

    .. math::
        p_n &= \frac{\sum_c \sum_g \min\bigl(\#_g(c), \max_r \#_g(r)\bigr)}{\sum_c \sum_g \#_g(c)},
        \qquad b = \min\bigl(1, e^{1 - R / C}\bigr) \\
        \mathrm{BLEU} &= b \, \exp\Bigl(\frac1N \sum_{n=1}^{N} \log p_n\Bigr)

    over candidates c and their n-grams g; :math:`\#_g` counts. C is the length of all candidates,
    R of the references that are nearest to each in length (of two equally near, the shorter one).
    One :math:`p_n` of 0 makes the score 0; no smoothing.

    Args:
        candidates: N translations, each a sequence of tokens (words, or the characters of a str).
        references: N lists of references, at least one for each candidate.
        max_n: longest n-gram, from 1 to 1,000.

    Returns:
        A :class:`Bleu`.

    Raises:
        TypeError: ``references`` are not nested as deep as that.
        ValueError: there is no candidate, a candidate has no reference, or numbers differ.

    Source: Papineni et al. (2002), sections 2.1 to 2.3.
    """
    max_n = whole("max_n", max_n, 1, LONGEST)
    if not len(candidates) or len(candidates) != len(references):
        raise ValueError(
            f"references must be a list for each of at least one candidate, not {len(references)} "
            f"for {len(candidates)}"
        )
    hits, totals, length, wanted = [0] * max_n, [0] * max_n, 0, 0
    for k, (candidate, several) in enumerate(zip(candidates, references)):
        if isinstance(several, str):
            raise TypeError(f"references[{k}] must be a list of references, not the reference {several!r}")
        if not len(several):
            raise ValueError(f"references[{k}] must hold at least one reference")
        length += len(candidate)
        wanted += min((abs(len(r) - len(candidate)), len(r)) for r in several)[1]
        for n in range(1, max_n + 1):
            counts, most = ngrams(candidate, n), Counter()
            for reference in several:
                most |= ngrams(reference, n)             # the larger of the counts
            hits[n - 1] += (counts & most).total()
            totals[n - 1] += counts.total()
    precisions = tuple(hit / total if total else 0.0 for hit, total in zip(hits, totals))
    penalty = min(1.0, math.exp(1 - wanted / length)) if length else 0.0
    if not all(precisions):
        return Bleu(0.0, precisions, penalty)
    return Bleu(penalty * math.exp(sum(map(math.log, precisions)) / max_n), precisions, penalty)
