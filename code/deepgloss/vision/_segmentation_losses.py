"""Losses for classes of very different sizes: one that weighs regions, one that weighs hard examples."""

import torch
import torch.nn.functional as F

from .._arguments import choice, floats, integers, real
from .._precision import widened

REDUCTIONS = ("mean", "sum", "none")


def dice_loss(input: torch.Tensor, target: torch.Tensor, smooth: float = 1.0) -> torch.Tensor:
    r"""One less the Dice coefficient of each class, softened to probabilities, in the mean over classes.

    .. math:: L = 1 - \frac1K \sum_{k=1}^K \frac{2 \sum_i p_{ik} y_{ik} + s}{\sum_i p_{ik} + \sum_i y_{ik} + s}

    where i runs over all pixels of the batch, p is the softmax of the scores and y the target as zeros and ones. A class
    of few pixels weighs as much as the background.

    Args:
        input: scores, ``(N, K, …)``.
        target: classes 0..K − 1, ``(N, …)``, ``int64``.
        smooth: s ≥ 0, which gives a class that occurs nowhere a loss near 0.

    Returns:
        A single number in [0, 1].

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Milletari, Navab and Ahmadi (2016), section 3, whose denominator has squares; the plain sums are those of
    Sudre et al. (2017).
    """
    scores, truth = _scores(input, target)
    s = real("smooth", smooth, 0)
    p = scores.softmax(1).transpose(0, 1).flatten(1)                            # (K, pixels)
    y = F.one_hot(truth, scores.shape[1]).movedim(-1, 0).flatten(1).to(p.dtype)
    share = (2 * (p * y).sum(1) + s) / (p.sum(1) + y.sum(1) + s).clamp(min=torch.finfo(p.dtype).tiny)
    return (1 - share.mean()).to(input.dtype)


def focal_loss(input: torch.Tensor, target: torch.Tensor, gamma: float = 2.0, alpha: torch.Tensor | None = None,
               reduction: str = "mean") -> torch.Tensor:
    r"""Cross-entropy in which what is already right counts for little.

    .. math:: L = -\alpha_y (1 - p_y)^\gamma \log p_y,

    with the probability p_y of the true class, softmax of the scores. At γ = 0 it is the cross-entropy.

    Args:
        input: scores, ``(N, K, …)``.
        target: classes 0..K − 1, ``(N, …)``, ``int64``.
        gamma: γ ≥ 0.
        alpha: a weight for each class, ``(K,)``; all 1 by default.
        reduction: ``"mean"`` over all targets, ``"sum"`` or ``"none"``.

    Returns:
        A single number, or ``(N, …)``.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Lin et al. (2017), equation 5.
    """
    scores, truth = _scores(input, target)
    gamma, reduction = real("gamma", gamma, 0), choice("reduction", reduction, REDUCTIONS)
    log_p = scores.log_softmax(1).gather(1, truth.unsqueeze(1)).squeeze(1)
    # At p = 1 the power's slope is infinite for γ < 1, and its product with the other factor NaN.
    missing = -torch.expm1(log_p)
    loss = -(missing.clamp(min=torch.finfo(log_p.dtype).tiny) ** gamma) * log_p
    if alpha is not None:
        weights = floats("alpha", alpha)
        if weights.shape != (scores.shape[1],):
            raise ValueError(f"alpha must have one weight a class, shape ({scores.shape[1]},), not {tuple(weights.shape)}")
        loss = loss * weights.to(loss.dtype)[truth]
    loss = {"mean": torch.mean, "sum": torch.sum, "none": lambda x: x}[reduction](loss)
    return loss.to(input.dtype)


def _scores(input, target) -> tuple[torch.Tensor, torch.Tensor]:
    scores, truth = floats("input", input), integers("target", target)
    if scores.ndim < 2 or truth.shape != (scores.shape[0], *scores.shape[2:]):
        wanted = (scores.shape[0], *scores.shape[2:]) if scores.ndim > 1 else "(N, …)"
        raise ValueError(f"target must have shape {wanted} for scores (N, K, …), not {tuple(truth.shape)}")
    if truth.numel() and not truth.is_meta and not 0 <= int(truth.min()) <= int(truth.max()) < scores.shape[1]:
        raise ValueError(f"target must be in 0..{scores.shape[1] - 1}, not {int(truth.min())}..{int(truth.max())}")
    return widened(scores), truth.long()
