"""Precision and recall along a ranking, and the area below their curve."""

import numpy as np
import torch

from .._arguments import choice, whole

METHODS = ("voc2007", "voc", "coco")


def precision_recall(hits: torch.Tensor, truths: int) -> tuple[torch.Tensor, torch.Tensor]:
    r"""Precision and recall after each detection of a ranking.

    .. math:: P_k = \frac{\#\{\text{hits among the first } k\}}{k}, \qquad
        R_k = \frac{\#\{\text{hits among the first } k\}}{\text{truths}}

    Args:
        hits: ``(n,)``, whether each detection is right, highest score first.
        truths: how many objects there are; with none, recall is NaN.

    Returns:
        Precision and recall, ``(n,)`` each, ``float64`` on the CPU.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.
    """
    if not isinstance(hits, torch.Tensor) or hits.dtype != torch.bool or hits.ndim != 1:
        raise TypeError("hits must be a tensor of True and False of shape (n,)")
    found = hits.cpu().double().cumsum(0)
    count = whole("truths", truths, 0)
    if int(hits.sum()) > count:
        raise ValueError(f"hits holds {int(hits.sum())} right detections of {count} objects: each is found once at most")
    return found / torch.arange(1, len(found) + 1), found / count if count else torch.full_like(found, torch.nan)


def average_precision(recall: torch.Tensor, precision: torch.Tensor, method: str = "coco") -> float:
    r"""The mean precision over all levels of recall, each precision raised to the best at this recall or beyond.

    .. math:: \tilde P(r) = \max_{k:\, R_k \ge r} P_k

    - ``"voc2007"``: the mean of P̃ at the eleven levels 0, 0.1, …, 1.
    - ``"voc"``: the area below P̃, as PASCAL VOC has computed it since 2010.
    - ``"coco"``: the mean of P̃ at the 101 levels 0, 0.01, …, 1.

    Args:
        recall, precision: after each detection, ``(n,)``, as :func:`precision_recall` gives.
        method: see above.

    Returns:
        A number in [0, 1]; 0 of no detection, NaN where there is no object to find.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind, or recall falls.

    Source: Everingham et al. (2010), section 4.2; Everingham et al. (2015), section 2.3; the COCO evaluation code.
    """
    r, p = (_curve(name, values) for name, values in (("recall", recall), ("precision", precision)))
    if len(r) != len(p):
        raise ValueError(f"recall and precision must have one length, not {len(r)} and {len(p)}")
    method = choice("method", method, METHODS)
    if r.isnan().any():
        return float("nan")
    if not len(r):
        return 0.0
    if (r.diff() < 0).any():
        raise ValueError("recall must not fall: it is taken along the ranking")
    best = p.flip(0).cummax(0).values.flip(0)
    if method == "voc":
        return float((r.diff(prepend=r.new_zeros(1)) * best).sum())
    # NumPy's levels, as in COCO's code: some are a rounding above k/100, and a recall of exactly k/100 falls short of them.
    levels = torch.from_numpy(np.linspace(0, 1, 11 if method == "voc2007" else 101))
    at = torch.searchsorted(r, levels)                                          # the first with recall ≥ the level
    return float(torch.where(at < len(r), best[at.clamp(max=len(r) - 1)], 0).mean())


def _curve(name: str, values) -> torch.Tensor:
    if not isinstance(values, torch.Tensor) or not values.is_floating_point() or values.ndim != 1:
        raise TypeError(f"{name} must be a tensor of floating-point numbers of shape (n,)")
    if len(values) and not (values.isnan().any() or (0 <= values.min() and values.max() <= 1)):
        raise ValueError(f"{name} must be in [0, 1]")
    return values.detach().cpu().double()
