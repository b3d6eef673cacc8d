"""How well a score tells two kinds of examples apart, whatever the threshold."""

from typing import NamedTuple

import torch

from .._arguments import numbers, readable


class RocCurve(NamedTuple):
    """Shares of both kinds at or above each threshold, ``float64``, on the CPU, from the highest threshold on."""

    false_positive_rate: torch.Tensor
    """Of the negatives, (distinct scores + 1), from 0 to 1."""
    true_positive_rate: torch.Tensor
    """Of the positives, the same."""
    thresholds: torch.Tensor
    """The first is infinite: nothing is above it."""


def roc_curve(scores: torch.Tensor, positive: torch.Tensor) -> RocCurve:
    r"""The receiver operating characteristic: at each threshold, the share of positives against that of negatives.

    .. math::
        \text{TPR}(t) = \frac{|\{n \text{ positive} : s_n \ge t\}|}{|\text{positives}|}, \qquad
        \text{FPR}(t) = \frac{|\{n \text{ negative} : s_n \ge t\}|}{|\text{negatives}|}

    Args:
        scores: s, the higher, the likelier a positive, (N).
        positive: Boolean, (N); at least one of each kind.

    Returns:
        Both rates, a point for each distinct score and one at (0, 0).

    Raises:
        TypeError: ``scores`` is no tensor of real numbers, or ``positive`` not Boolean.
        ValueError: the shapes do not fit, a score is NaN, or a kind is missing.

    Source: Fawcett (2006), section 5.
    """
    scores, positive = _checked(scores, positive)
    thresholds, counts = _counts(scores, positive)
    thresholds = thresholds.double()
    rates = counts.flip(0).cumsum(0) / counts.sum(0)
    rates = torch.cat([rates.new_zeros(1, 2), rates])
    infinite = thresholds.new_tensor([float("inf")])
    return RocCurve(rates[:, 0], rates[:, 1], torch.cat([infinite, thresholds.flip(0)]))


def roc_auc(scores: torch.Tensor, positive: torch.Tensor) -> float:
    r"""The area under the ROC curve: how often a positive scores higher than a negative.

    .. math::
        \text{AUC} = P(s_+ > s_-) + \tfrac{1}{2} P(s_+ = s_-)

    over all pairs of a positive and a negative; computed from sorted scores, not from the pairs.

    Args:
        scores: the higher, the likelier a positive, (N).
        positive: Boolean, (N); at least one of each kind.

    Returns:
        A number in [0, 1]; chance gives ½.

    Raises:
        TypeError: ``scores`` is no tensor of real numbers, or ``positive`` not Boolean.
        ValueError: the shapes do not fit, a score is NaN, or a kind is missing.

    Source: Hanley and McNeil (1982).
    """
    _, counts = _counts(*_checked(scores, positive))
    below = counts[:, 0].cumsum(0) - counts[:, 0]                   # negatives with a lower score
    pairs = (counts[:, 1] * (below + counts[:, 0] / 2)).sum()
    return (pairs / counts.sum(0).prod()).item()


def _counts(scores: torch.Tensor, positive: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The distinct scores, rising, and how many negatives and positives have each, (…, 2)."""
    levels, places = scores.unique(return_inverse=True)
    kinds = torch.stack([~positive, positive], dim=1).double()
    return levels, kinds.new_zeros(len(levels), 2).index_add(0, places, kinds)


def _checked(scores: torch.Tensor, positive: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Both on the CPU; the scores in their own type, in which no two different ones become equal."""
    if numbers("scores", scores).ndim != 1:
        raise ValueError(f"scores must have shape (N), not {tuple(scores.shape)}")
    if not isinstance(positive, torch.Tensor) or positive.dtype != torch.bool:
        got = positive.dtype if isinstance(positive, torch.Tensor) else type(positive).__name__
        raise TypeError(f"positive must be a Boolean tensor, not {got}")
    if positive.shape != scores.shape:
        raise ValueError(f"positive must have shape {tuple(scores.shape)}, not {tuple(positive.shape)}")
    if not readable(scores, positive) or scores.isnan().any():
        raise ValueError("scores must be numbers: NaN is neither above nor below a threshold")
    if not positive.any() or positive.all():
        raise ValueError("positive must hold at least one example of each kind")
    return scores.detach().cpu(), positive.cpu()
