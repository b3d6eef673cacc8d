"""The Gaussian error linear unit, exact and in the form with tanh."""

import math

import torch
from torch import nn

from .._precision import widened
from ._check import check_floating
from ._elementwise import elementwise

APPROXIMATIONS = ("none", "tanh")
CUBIC, SCALE = 0.044715, 2 * math.sqrt(2 / math.pi)
# From here on the tanh form's gate is 0 or 1 to the last bit of float64, and its derivative is 0.
FLAT = 30.0


# Operations that end in _ work in place: fresh memory for each would cost more than arithmetic.


def _normal_cdf(x: torch.Tensor) -> torch.Tensor:
    """Φ(x), the share of a standard normal distribution below x."""
    # ½(1 + erf) is the same on paper, but erf rounds to −1 near −4 in float32, and Φ to 0 there.
    return (x * -math.sqrt(0.5)).erfc_().mul_(0.5)


def _through(gradient: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The gradient times the derivative, Φ(x) + x·φ(x), where φ is the density."""
    density = (x * x).mul_(-0.5).exp_() * (1 / math.sqrt(2 * math.pi))
    return (density * x).add_(_normal_cdf(x)) * gradient


# The derivative takes no product of x and the gradient, which may overflow.
_gelu = elementwise(lambda x: _normal_cdf(x).mul_(x), _through, keeps="input")


def _bounded(x: torch.Tensor) -> torch.Tensor:
    """x between ±FLAT, with the derivative 1 everywhere."""
    # That of a clamp is 0 outside, where it makes no difference, and at NaN, where it would.
    constant = x.detach()
    return constant.clamp(-FLAT, FLAT).add_(x - constant)


def _logit(x: torch.Tensor) -> torch.Tensor:
    """2√(2/π)·(x + 0.044715·x³): ½(1 + tanh(u)) is σ(2u)."""
    return (x * x).mul_(CUBIC * SCALE).add_(SCALE).mul_(x)


def _tanh_through(gradient: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The gradient times the derivative of the tanh form."""
    x = _bounded(x)
    logit = _logit(x)
    # σ(−u) for 1 − σ(u): the difference of two numbers near 1 has lost its digits.
    gate, rest = logit.sigmoid(), (-logit).sigmoid_()
    slope = (x * x).mul_(3 * CUBIC * SCALE).add_(SCALE)         # of the logit
    return slope.mul_(x).mul_(rest).add_(1).mul_(gate) * gradient


# x·σ(2√(2/π)(x + 0.044715·x³)), whose cube does not overflow.
_tanh_gelu = elementwise(
    lambda x: _logit(x.clamp(-FLAT, FLAT)).sigmoid_().mul_(x), _tanh_through, keeps="input"
)


def gelu(x: torch.Tensor, approximate: str = "none") -> torch.Tensor:
    r"""Gaussian error linear unit, elementwise.

    With :math:`\Phi` and :math:`\varphi` the distribution function and the density of the standard
    normal distribution,

    .. math::
        \operatorname{GELU}(x) = x\, \Phi(x) = \tfrac{x}{2} \operatorname{erfc}(-x / \sqrt2), \qquad
        \operatorname{GELU}'(x) = \Phi(x) + x\, \varphi(x).

    With ``approximate="tanh"``, :math:`\Phi(x)` is replaced by

    .. math:: \tfrac12 \bigl(1 + \tanh\bigl(\sqrt{2/\pi}\,(x + 0.044715\, x^3)\bigr)\bigr).

    Smooth, and not monotonic: the exact form falls to −0.170 at x ≈ −0.752. A departure from
    :func:`torch.nn.functional.gelu`: far below zero, where its ½(1 + erf) cancels, the values and
    derivatives here keep their digits, and near the ends of the range nothing overflows.
    PyTorch's fused kernels take about a third of the time for the exact form, half or more for the
    other.

    Args:
        x: floating-point numbers of any shape.
        approximate: ``"none"`` or ``"tanh"``, as in PyTorch.

    Returns:
        Values in :math:`[-0.1701, \infty)`, with the shape, dtype and device of ``x``.

    Raises:
        TypeError: ``x`` is no tensor, or its numbers are not floating-point.
        ValueError: there is no such approximation.

    Source: Hendrycks and Gimpel (2016), section 2.
    """
    check_floating(x)
    if approximate not in APPROXIMATIONS:
        raise ValueError(f"approximate must be one of {APPROXIMATIONS}, not {approximate!r}")
    function = _gelu if approximate == "none" else _tanh_gelu
    return function(widened(x)).to(x.dtype)


class GELU(nn.Module):
    """:func:`gelu` as a layer, without parameters.

    Args:
        approximate: ``"none"`` or ``"tanh"``.

    Shape:
        Input and output have the same shape, whatever it is.

    Raises:
        ValueError: there is no such approximation.
    """

    def __init__(self, approximate: str = "none"):
        super().__init__()
        if approximate not in APPROXIMATIONS:
            raise ValueError(f"approximate must be one of {APPROXIMATIONS}, not {approximate!r}")
        self.approximate = approximate

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply :func:`gelu` to every element."""
        return gelu(x, self.approximate)

    def extra_repr(self) -> str:
        """The approximation, for ``repr``."""
        return f"approximate={self.approximate!r}"
