"""Which tokens are hidden, and how: BERT's 15 percent, of which it masks most, swaps some and keeps some."""

from collections.abc import Sequence

import torch

from .._arguments import real, share as a_share, whole
from ._ids import check_ids

IGNORED = -100


def mask_tokens(
    ids: torch.Tensor, vocab_size: int, special: Sequence[int], mask_id: int, *, share: float = 0.15,
    masked: float = 0.8, swapped: float = 0.1, generator: torch.Generator | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """Choose tokens to be predicted, and hide them.

    Each token that is not special is chosen with probability ``share``, on its own. A chosen one
    becomes the mask token with probability ``masked``, any token that is not special with
    probability ``swapped``, and else stays as it is; it is to be predicted in all three cases. The
    published code chooses a fixed number in each text instead; the shares are the same.

    Args:
        ids: tokens of any shape, ``int64``, in [0, vocab_size).
        vocab_size: size of the vocabulary.
        special: ids that are never chosen and never put in: padding, separators and the like.
        mask_id: the mask token's id, one of ``special``.
        share: in (0, 1).
        masked, swapped: at least 0, together at most 1.
        generator: a CPU generator; the global one by default.

    Returns:
        What the model reads, and what it is to say, both like ``ids``. Targets are −100 where
        nothing is asked, which :func:`torch.nn.functional.cross_entropy` passes over.

    Raises:
        TypeError: an argument is of another type.
        ValueError: a number is out of range, or all ids are special.

    Source: Devlin et al. (2019), section 3.1 and appendix A.1.
    """
    vocab_size, share = whole("vocab_size", vocab_size), a_share("share", share)
    check_ids("ids", ids, vocab_size)
    masked, swapped = real("masked", masked, 0, 1), real("swapped", swapped, 0, 1)
    if masked + swapped > 1 + 1e-9:
        raise ValueError(f"masked and swapped must be at most 1 together, not {masked + swapped:g}")
    special = sorted({whole("special", number, 0, vocab_size - 1) for number in special})
    if whole("mask_id", mask_id, 0) not in special:
        raise ValueError(f"special must hold mask_id = {mask_id}, not only {special}")
    ordinary = torch.ones(vocab_size, dtype=torch.bool)
    ordinary[special] = False
    words = ordinary.nonzero()[:, 0]                                  # ids that may be put in
    if not len(words):
        raise ValueError("special must leave an id that is none")

    choose, fate = torch.rand(2, *ids.shape, generator=generator).to(ids.device)
    other = words[torch.randint(len(words), ids.shape, generator=generator)].to(ids.device)
    chosen = (choose < share) & ordinary.to(ids.device)[ids]
    targets = ids.masked_fill(~chosen, IGNORED)
    inputs = ids.masked_fill(chosen & (fate < masked), mask_id)
    inputs = torch.where(chosen & (fate >= masked) & (fate < masked + swapped), other, inputs)
    return inputs, targets
