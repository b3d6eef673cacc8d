"""The absolute error and its mean."""

import torch

from .._precision import in_float32
from ._errors import total_weight, weighted
from ._reduction import Loss, check_pair, reduce


@in_float32(autocast="loss")
def l1_loss(
    input: torch.Tensor,
    target: torch.Tensor,
    reduction: str = "mean",
    *,
    weight: torch.Tensor | None = None,
) -> torch.Tensor:
    r"""Absolute error of predictions, elementwise.

    .. math::
        \ell = |y - t|, \qquad
        \frac{\partial \ell}{\partial y} = \operatorname{sign}(y - t)

    At :math:`y = t`, where any slope in [−1, 1] is a subgradient, it is 0 by convention. The
    second derivative is 0 everywhere. The same functions as :func:`torch.nn.functional.l1_loss`,
    with one departure: shapes that differ are an error here, where PyTorch warns and broadcasts.

    Args:
        input: predictions :math:`y`, real numbers of any shape.
        target: targets :math:`t`, with the shape of ``input``.
        reduction: 'none' | 'mean' | 'sum'.
        weight: a factor for each element, with the shape of ``input``; None for 1. The mean then
            divides by the sum of the weights.

    Returns:
        Losses ≥ 0 in the units of the targets, with the shape of ``input`` for 'none', else a
        scalar.

    Raises:
        TypeError: an argument is no tensor of floating-point numbers.
        ValueError: the shapes differ, or ``reduction`` is none of the three.
    """
    check_pair(input, target)
    losses = (input - target).abs()
    return reduce(weighted(losses, weight), reduction, total_weight(weight))


class L1Loss(Loss):
    """:func:`l1_loss` as a module, with the argument ``reduction``."""

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The loss of predictions of any shape against targets of the same shape."""
        return l1_loss(input, target, self.reduction)
