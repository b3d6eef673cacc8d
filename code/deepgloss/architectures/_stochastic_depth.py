"""Stochastic depth: residual blocks that are sometimes skipped in training."""

import torch
from torch import nn

from .._arguments import flag, floats, real
from .._precision import rounded_once


def stochastic_depth(x: torch.Tensor, p: float, training: bool = True) -> torch.Tensor:
    r"""Drop whole examples of a residual branch, and scale up the others.

    .. math:: y_i = \frac{b_i}{1 - p}\, x_i, \qquad b_i \sim \operatorname{Bernoulli}(1 - p)

    independently for each example, so that the mean of :math:`y` is :math:`x`.

    Args:
        x: the branch, ``(B, …)``.
        p: probability in [0, 1] with which an example is dropped.
        training: False returns ``x`` itself.

    Returns:
        A tensor like ``x``. The draws are made on the CPU.

    Raises:
        TypeError, ValueError: ``p`` is no number in [0, 1].

    Source: Huang et al. (2016), section 3; scaled in training instead of in testing, and drawn for
    each example, as EfficientNet does.
    """
    p = real("p", p, 0, 1)
    flag("training", training), floats("x", x)
    if not training or p == 0:
        return x
    kept = (torch.rand(len(x)) >= p).view(-1, *[1] * (x.ndim - 1))    # (B, 1, …)
    share = 1 - p if p < 1 else 1.0
    return rounded_once(lambda x: x * (kept.to(x) / share), x)


class StochasticDepth(nn.Module):
    """:func:`stochastic_depth` as a layer.

    Args:
        p: probability in [0, 1] with which an example is dropped in training.

    Raises:
        TypeError, ValueError: ``p`` is no number in [0, 1].
    """

    def __init__(self, p: float):
        super().__init__()
        self.p = real("p", p, 0, 1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Drop examples of ``x`` in training mode."""
        return stochastic_depth(x, self.p, self.training)

    def extra_repr(self) -> str:
        """The probability, for ``repr``."""
        return f"p={self.p:g}"
