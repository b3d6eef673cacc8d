"""What all losses share: their arguments, their reduction, and the module around them."""

import torch
from torch import nn

REDUCTIONS = ("none", "mean", "sum")


def check_reduction(reduction: str) -> None:
    """Refuse any ``reduction`` but 'none', 'mean' and 'sum'.

    Raises:
        ValueError: ``reduction`` is none of the three.
    """
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction must be 'none', 'mean' or 'sum', not {reduction!r}")


def check_floats(name: str, value: torch.Tensor) -> None:
    """Refuse what is no tensor of floating-point numbers.

    Raises:
        TypeError: ``value`` is no tensor, or holds no floating-point numbers.
    """
    if not isinstance(value, torch.Tensor):
        raise TypeError(f"{name} must be a tensor, not {type(value).__name__}")
    if not value.is_floating_point():
        raise TypeError(f"{name} must hold floating-point numbers, not {value.dtype}")


def integer_labels(target: torch.Tensor) -> torch.Tensor:
    """Labels of any integer type as ``int64``, in which no comparison with them overflows.

    Raises:
        TypeError: ``target`` is no tensor, or holds no integers.
    """
    if not isinstance(target, torch.Tensor):
        raise TypeError(f"target must be a tensor, not {type(target).__name__}")
    if target.is_floating_point() or target.is_complex() or target.dtype == torch.bool:
        raise TypeError(f"target must hold class indices, integers, not {target.dtype}")
    return target.long()


def check_pair(input: torch.Tensor, target: torch.Tensor) -> None:
    """Refuse predictions and targets that are no floating-point tensors of one shape.

    PyTorch lets some losses broadcast, with a warning: a column of predictions against a row of
    targets then trains on all pairs. Here it is an error.

    Raises:
        TypeError: ``input`` or ``target`` is no tensor of floating-point numbers.
        ValueError: their shapes differ.
    """
    check_floats("input", input)
    check_floats("target", target)
    if input.shape != target.shape:
        raise ValueError(
            f"target must have the shape of input, {tuple(input.shape)}, not {tuple(target.shape)}"
        )


def reduce(losses: torch.Tensor, reduction: str, total: torch.Tensor | None = None) -> torch.Tensor:
    r"""The losses themselves, their sum, or their mean.

    .. math::
        \text{sum} = \sum_i \ell_i, \qquad
        \text{mean} = \frac{1}{T} \sum_i \ell_i, \qquad T = \text{total, or the number of losses}

    Args:
        losses: one loss for each example or element, of any shape.
        reduction: 'none' | 'mean' | 'sum'.
        total: what 'mean' divides by, a scalar; the number of losses if None. Losses that are
            weighted by class divide by the sum of the weights.

    Returns:
        ``losses`` for 'none', else a scalar. The mean of nothing is NaN, its sum is 0.

    Raises:
        ValueError: ``reduction`` is none of the three.
    """
    check_reduction(reduction)
    if reduction == "none":
        return losses
    if reduction == "sum":
        return losses.sum()
    return losses.mean() if total is None else losses.sum() / total


class Loss(nn.Module):
    """A loss as a module: what is common to all of them.

    Args:
        reduction: 'none' | 'mean' | 'sum'.

    Raises:
        ValueError: ``reduction`` is none of the three.
    """

    def __init__(self, reduction: str = "mean"):
        super().__init__()
        check_reduction(reduction)
        self.reduction = reduction

    def extra_repr(self) -> str:
        """The reduction, for ``repr``."""
        return f"reduction={self.reduction!r}"
