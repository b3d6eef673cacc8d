"""Non-maximum suppression: of boxes that overlap, the one with the highest score stays."""

import math

import torch

from .._arguments import choice, integers, real
from .._precision import widened
from ._arguments import boxes, one_each
from ._boxes import box_iou


def nms(box: torch.Tensor, scores: torch.Tensor, iou_threshold: float) -> torch.Tensor:
    """Keep the box with the highest score, drop what overlaps it too much, and so on with what is left.

    Args:
        box: ``(N, 4)``, as (x1, y1, x2, y2).
        scores: ``(N,)``; of equal ones the earlier comes first.
        iou_threshold: a box goes when its IoU with a kept one is above this.

    Returns:
        The places of the kept boxes, ``(K,)``, ``int64``, highest score first. The table of all overlaps takes
        N² numbers of memory.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Girshick et al. (2014), section 2.2.
    """
    box, threshold = boxes("box", box, 2), real("iou_threshold", iou_threshold, 0, 1)
    order = one_each("scores", scores, len(box)).argsort(descending=True, stable=True)
    with torch.no_grad():
        covers = (box_iou(box[order], box[order]) > threshold).cpu().numpy()
    kept, alive = [], [True] * len(box)
    for i in range(len(box)):
        if alive[i]:
            kept.append(i)
            for j in covers[i, i + 1:].nonzero()[0]:
                alive[i + 1 + j] = False
    return order[kept]


def batched_nms(box: torch.Tensor, scores: torch.Tensor, idxs: torch.Tensor, iou_threshold: float) -> torch.Tensor:
    """:func:`nms` within each group alone: boxes of different classes, or images, do not suppress each other.

    Args:
        box, scores, iou_threshold: as for :func:`nms`.
        idxs: the group of each box, ``(N,)``, ``int64``, such as its class.

    Returns:
        The places of the kept boxes, ``(K,)``, ``int64``, highest score first.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.
    """
    box, threshold = boxes("box", box, 2), real("iou_threshold", iou_threshold, 0, 1)
    one_each("scores", scores, len(box)), one_each("idxs", idxs, len(box), integers)
    kept = torch.zeros(len(box), dtype=torch.bool, device=box.device)
    for group in idxs.unique().tolist():
        members = (idxs == group).nonzero().squeeze(1)
        kept[members[nms(box[members], scores[members], threshold)]] = True
    order = scores.argsort(descending=True, stable=True)
    return order[kept[order]]


def soft_nms(box: torch.Tensor, scores: torch.Tensor, sigma: float = 0.5, score_threshold: float = 1e-3,
             iou_threshold: float = 0.3, kind: str = "gaussian") -> tuple[torch.Tensor, torch.Tensor]:
    r"""Lower the scores of boxes that overlap a kept one, instead of dropping them.

    .. math::
        s_j \leftarrow s_j\, e^{-\mathrm{IoU}(b, b_j)^2 / \sigma} \quad\text{or}\quad
        s_j \leftarrow s_j \bigl(1 - \mathrm{IoU}(b, b_j)\bigr) \text{ where the IoU is at least the threshold}

    Args:
        box: ``(N, 4)``, as (x1, y1, x2, y2).
        scores: ``(N,)``, ≥ 0; of equal ones the earlier comes first.
        sigma: of the Gaussian, > 0.
        score_threshold: boxes whose score falls below are dropped.
        iou_threshold: of the linear rule alone.
        kind: ``"gaussian"`` or ``"linear"``.

    Returns:
        The places of the kept boxes, ``(K,)``, ``int64``, and their new scores, ``(K,)``, highest first.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Bodla et al. (2017), equations 2 and 3.
    """
    box, kind = boxes("box", box, 2), choice("kind", kind, ("gaussian", "linear"))
    sigma, least = real("sigma", sigma, 1e-12), real("score_threshold", score_threshold)
    threshold = real("iou_threshold", iou_threshold, 0, 1)
    left = widened(one_each("scores", scores, len(box))).detach().clone()
    with torch.no_grad():
        iou = box_iou(box, box)
        factors = torch.exp(-iou.square() / sigma) if kind == "gaussian" else torch.where(iou >= threshold, 1 - iou, 1)
    kept, found = [], []
    while len(box):
        best = int(left.argmax())
        score = float(left[best])
        if not score >= least or score == -math.inf:
            break
        kept.append(best)
        found.append(score)
        left *= factors[best].to(left.dtype)
        left[kept] = -math.inf
    return torch.tensor(kept, dtype=torch.int64, device=box.device), scores.new_tensor(found)
