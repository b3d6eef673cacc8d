"""Pairs of sentences, of which every other one is torn apart, as BERT reads them."""

from collections.abc import Sequence
from typing import NamedTuple

import torch

from .._arguments import whole
from .._device import device


class TextBatch(NamedTuple):
    """Texts as BERT reads them.

    Attributes:
        ids: tokens ``(N, T)``, ``int64``, with padding behind them.
        segments: 0 up to the first separator, 1 behind it, 0 at padding, ``(N, T)``.
        mask: True at tokens, False at padding, ``(N, T)``.
    """

    ids: torch.Tensor
    segments: torch.Tensor
    mask: torch.Tensor


def pack(texts: Sequence, longest: int, *, pad: int = 0, cls: int = 2, sep: int = 3) -> TextBatch:
    """Sentences or pairs of sentences as rows ``[CLS] a [SEP]`` or ``[CLS] a [SEP] b [SEP]``.

    What is too long loses tokens from its end, one at a time from the longer sentence.

    Args:
        texts: each a pair of sentences, the second one empty where there is none; a sentence is a
            sequence of ids.
        longest: tokens of a row with its marks, at least 5. Rows are as long as the longest needs.
        pad, cls, sep: ids of the marks, by default those of :class:`deepgloss.language.WordPiece`.

    Returns:
        The texts, on :func:`deepgloss.device`.

    Raises:
        TypeError, ValueError: an argument does not fit.
    """
    longest = whole("longest", longest, 5)
    if not len(texts):
        raise ValueError("texts must hold one at least")
    rows, kinds = [], []
    for first, second in texts:
        first, second = _fitted(list(first), list(second), longest)
        rows.append([cls, *first, sep, *second, *([sep] if second else [])])
        kinds.append([0] * (len(first) + 2) + [1] * (len(rows[-1]) - len(first) - 2))
    length = max(map(len, rows))
    ids = torch.tensor([row + [pad] * (length - len(row)) for row in rows])
    segments = torch.tensor([kind + [0] * (length - len(kind)) for kind in kinds])
    mask = torch.arange(length) < torch.tensor([len(row) for row in rows])[:, None]
    return TextBatch(*(part.to(device()) for part in (ids, segments, mask)))


def _fitted(first: list, second: list, longest: int) -> tuple[list, list]:
    """Both, cut to what fits with the marks between them."""
    room = longest - (3 if second else 2)
    while len(first) + len(second) > room:
        (first if len(first) > len(second) else second).pop()
    return first, second


def sentence_pairs(
    documents: Sequence[Sequence[Sequence[int]]], generator: torch.Generator | None = None
) -> tuple[list[tuple], torch.Tensor]:
    """Each sentence with the next one, or with one from another document: heads or tails.

    Args:
        documents: at least two with a sentence; each a sequence of sentences in order, each of
            those a sequence of ids.
        generator: a CPU generator; the global one by default.

    Returns:
        A pair for each two neighbors, in order, and labels ``(N,)``, ``int64``, on
        :func:`deepgloss.device`: 0 where the second sentence follows the first, 1 where it comes
        from elsewhere. All sentences elsewhere are equally likely.

    Raises:
        ValueError: no document has two sentences, or only one has any.

    Source: Devlin et al. (2019), section 3.1. There a "sentence" is a piece of text of up to
    hundreds of tokens; here it is one sentence.
    """
    flat = [sentence for document in documents for sentence in document]
    pairs, elsewhere, start = [], [], 0
    for document in documents:
        for here, following in zip(document, document[1:]):
            others = len(flat) - len(document)
            if not others:
                raise ValueError("documents must hold sentences in two of them at least")
            torn = bool(torch.rand((), generator=generator) < 0.5)
            if torn:
                place = int(torch.randint(others, (), generator=generator))
                following = flat[place if place < start else place + len(document)]
            pairs.append((here, following))
            elsewhere.append(int(torn))
        start += len(document)
    if not pairs:
        raise ValueError("documents must hold one with two sentences at least")
    return pairs, torch.tensor(elsewhere).to(device())
