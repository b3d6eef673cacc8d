"""The logistic sigmoid, and the logit, which undoes it."""

import math

import torch
from torch import nn

from .._precision import widened
from ._check import check_floating, check_real
from ._elementwise import elementwise


def _times_slope(gradient: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """gradient · σ'(x) from y = σ(x), as y(1 − y), which neither overflows nor turns NaN."""
    # In words gradient * y * (1 - y), which in separate operations needs two temporary tensors:
    # with a million numbers the whole function can take several times as long on a CPU.
    return torch.ops.aten.sigmoid_backward(gradient, y)


def _value(x: torch.Tensor) -> torch.Tensor:
    """1 / (1 + e⁻ˣ)."""
    # e⁻ˣ as a power of 2, for which PyTorch needs a third of the time. Where it overflows,
    # the reciprocal is 0, and that is right.
    power = widened(x).mul(-math.log2(math.e)).exp2_()
    return power.add_(1).reciprocal_().to(x.dtype)


_sigmoid = elementwise(_value, _times_slope, keeps="output")


def sigmoid(x: torch.Tensor) -> torch.Tensor:
    r"""Logistic sigmoid, elementwise.

    .. math::
        \sigma(x) = \frac{1}{1 + e^{-x}}, \qquad
        \sigma'(x) = \sigma(x) \bigl(1 - \sigma(x)\bigr) \le \tfrac14

    The derivative is taken from the rounded output, as in :func:`torch.sigmoid`: it is exactly 0
    from where the output rounds to 1 (in float32 at x ≈ 17), and nowhere NaN for a number x.
    The half types are computed in float32 and rounded once. The absolute error stays below one
    unit in the last place of 1; on the far left, where the output is tiny, the relative one grows
    with :math:`|x|`, in float32 to 5·10⁻⁶ at −88.

    Args:
        x: real numbers of any shape, floating-point or integer.

    Returns:
        Values in [0, 1], 0 and 1 by rounding only, with the shape and device of ``x``, and its
        dtype; PyTorch's default one for integers, which have no gradient.

    Raises:
        TypeError: ``x`` is no tensor, or its numbers are complex or Boolean.

    Source: Verhulst (1845); Rumelhart, Hinton and Williams (1986), equation 2, as the response of
    a unit.
    """
    check_real(x)
    return _sigmoid(x if x.is_floating_point() else x.to(torch.get_default_dtype()))


class Sigmoid(nn.Module):
    """:func:`sigmoid` as a layer, without parameters.

    Shape:
        Input and output have the same shape, whatever it is.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply :func:`sigmoid` to every element."""
        return sigmoid(x)


def _over_spread(gradient: torch.Tensor, p: torch.Tensor) -> torch.Tensor:
    """gradient / (p (1 − p)), and NaN where p is no probability."""
    return gradient / (p * (1 - p)).masked_fill((p < 0) | (p > 1), torch.nan)


# log1p keeps the digits of p near 0, where 1 − p rounds to 1. The derivatives of the two logarithms
# alone would be numbers outside [0, 1], too.
_logit = elementwise(lambda p: p.log() - p.neg().log1p(), _over_spread, keeps="input")


def logit(p: torch.Tensor) -> torch.Tensor:
    r"""Log-odds of a probability, elementwise: the inverse of :func:`sigmoid`.

    .. math:: \operatorname{logit}(p) = \ln \frac{p}{1 - p}

    Args:
        p: floating-point numbers of any shape; −∞ at 0, ∞ at 1, NaN outside [0, 1], the derivative
            included.

    Returns:
        Values in :math:`[-\infty, \infty]`, with the shape, dtype and device of ``p``.

    Raises:
        TypeError: ``p`` is no tensor, or its numbers are not floating-point.

    Source: Berkson (1944), who named it.
    """
    check_floating(p, "p")
    return _logit(widened(p)).to(p.dtype)
