"""Which anchor answers for which object, and which ones a loss is computed on."""

import torch

from .._arguments import flag, generator, real, share, whole, whole_seed
from ._arguments import scores_matrix

BACKGROUND, BETWEEN = -1, -2


def match_boxes(iou: torch.Tensor, high: float = 0.5, low: float | None = None, best_for_each: bool = False) -> torch.Tensor:
    """Assign each anchor to the object that it overlaps most.

    Args:
        iou: overlaps of A anchors with G objects, ``(A, G)``.
        high: an anchor answers for its object when the overlap is at least this.
        low: below this it is background; between the two it counts for nothing. ``high`` by default.
        best_for_each: an object's best anchors answer for it, however small the overlap above 0, so that no object
            goes without. The first of two objects that want one anchor loses it.

    Returns:
        ``(A,)``, ``int64``: the place of the object, −1 for background, −2 for what lies between.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Ren et al. (2015), section 3.1.2.
    """
    iou, high = scores_matrix("iou", iou), real("high", high, 0, 1)
    low = high if low is None else real("low", low, 0, high)
    flag("best_for_each", best_for_each)
    if not iou.shape[1]:
        return torch.full((len(iou),), BACKGROUND, device=iou.device)
    best, found = iou.max(1)
    found = torch.where(best >= high, found, torch.where(best < low, BACKGROUND, BETWEEN))
    if best_for_each and len(iou):
        top = iou.max(0).values                                             # (G,)
        anchors, objects = ((iou == top) & (top > 0)).nonzero(as_tuple=True)
        for g in range(iou.shape[1]):                                       # in order, so that it is the same on each device
            found[anchors[objects == g]] = g
    return found


def sample_matches(matches: torch.Tensor, count: int, positive: float = 0.5, seed: int = 0) -> torch.Tensor:
    """Draw a few anchors for a loss, so that the many of the background do not drown the objects'.

    Args:
        matches: what :func:`match_boxes` gives, ``(A,)``.
        count: how many anchors at most.
        positive: the largest share of those that answer for an object; background fills the rest.
        seed: of the draw; ``DEEPGLOSS_SHIFT`` is added to it.

    Returns:
        Their places, ``(K,)``, ``int64``: objects' first.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Ren et al. (2015), section 3.1.3.
    """
    if not isinstance(matches, torch.Tensor) or matches.dtype != torch.int64 or matches.ndim != 1:
        raise TypeError("matches must be what match_boxes gives, a tensor of int64 of shape (A,)")
    count, most = whole("count", count), share("positive", positive)
    draws = generator(whole_seed(seed))
    chosen, left = [], count
    for members, limit in ((matches >= 0, int(count * most)), (matches == BACKGROUND, None)):
        places = members.nonzero().squeeze(1)
        taken = torch.randperm(len(places), generator=draws)[: left if limit is None else limit]
        chosen.append(places[taken.to(places.device)])
        left -= len(taken)
    return torch.cat(chosen)
