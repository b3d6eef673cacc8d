"""The hyperbolic tangent."""

import torch
from torch import nn

from .._precision import widened
from ._check import check_real
from ._elementwise import elementwise


def _slope(y: torch.Tensor) -> torch.Tensor:
    """tanh'(x) from y = tanh(x): 1 − y²."""
    return torch.addcmul(y.new_ones(()), y, y, value=-1)


def _value(x: torch.Tensor) -> torch.Tensor:
    """(1 − e⁻²ˣ) / (1 + e⁻²ˣ) for |x|, with the sign of x."""
    wide = widened(x)
    # Of |x|, so that nothing overflows; expm1, since 1 − e⁻²ˣ loses all digits of a small x.
    below = wide.abs().mul_(-2).expm1_()
    return below.div_(below + 2).copysign_(wide).to(x.dtype)


def _through(gradient: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """The gradient times the derivative."""
    return (_slope(widened(y)) * gradient).to(y.dtype)


_tanh = elementwise(_value, _through, keeps="output")


def tanh(x: torch.Tensor) -> torch.Tensor:
    r"""Hyperbolic tangent, elementwise.

    .. math::
        \tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}} = 2\,\sigma(2x) - 1, \qquad
        \tanh'(x) = 1 - \tanh^2(x) \le 1

    Odd to the last bit, also in −0.0. The derivative is taken from the rounded output, as in
    :func:`torch.tanh`: it is exactly 0 from where the output rounds to ±1 (in float32 at
    \|x\| ≈ 9), and nowhere NaN for a number x. The half types are computed in float32 and
    rounded once. With ε the distance from 1 to the next number, the absolute error stays below
    1.75 ε, and near 0 the relative one below 3 ε.

    Args:
        x: real numbers of any shape, floating-point or integer.

    Returns:
        Values in [−1, 1], ±1 by rounding only, with the shape and device of ``x``, and its dtype;
        PyTorch's default one for integers, which have no gradient.

    Raises:
        TypeError: ``x`` is no tensor, or its numbers are complex or Boolean.

    Source: LeCun, Bottou, Orr and Müller (1998), section 4.4, on its use in networks.
    """
    check_real(x)
    return _tanh(x if x.is_floating_point() else x.to(torch.get_default_dtype()))


class Tanh(nn.Module):
    """:func:`tanh` as a layer, without parameters.

    Shape:
        Input and output have the same shape, whatever it is.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply :func:`tanh` to every element."""
        return tanh(x)
