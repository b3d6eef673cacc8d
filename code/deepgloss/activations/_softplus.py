"""Softplus, the rectifier with a rounded corner."""

from math import isfinite, log

import torch
from torch import nn
from torch.autograd import Function

from .._arguments import number
from .._precision import widened
from ._check import check_floating


class _Softplus(Function):
    """max(x, 0) − ln(1 − σ(−|βx|)) / β, and x itself where βx exceeds the threshold.

    1 − σ(−a) = 1 / (1 + exp(−a)), so that this is max(x, 0) + ln(1 + exp(−|βx|)) / β. Nothing can
    overflow, whatever the threshold, and no digit is lost below zero.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(x, beta, threshold):
        rounding = x.abs().mul_(-beta).sigmoid_().neg_().log1p_()
        y = x.clamp(min=0).sub_(rounding, alpha=1 / beta)
        return y if _rounds_anyway(threshold, x) else torch.where(x * beta > threshold, x, y)

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, ctx.beta, ctx.threshold = inputs
        ctx.save_for_backward(x)
        ctx.save_for_forward(x)

    @staticmethod
    def _slope(x, beta, threshold):
        slope = torch.sigmoid(x if beta == 1 else x * beta)
        return slope if _rounds_anyway(threshold, x) else torch.where(x * beta > threshold, 1, slope)

    @staticmethod
    def backward(ctx, gradient):
        return gradient * _Softplus._slope(*ctx.saved_tensors, ctx.beta, ctx.threshold), None, None

    @staticmethod
    def jvp(ctx, tangent, *_):
        return tangent * _Softplus._slope(*ctx.saved_tensors, ctx.beta, ctx.threshold)


def _rounds_anyway(threshold: float, x: torch.Tensor) -> bool:
    """Whether value and slope beyond the threshold round to x and 1 without any help.

    Both are off by about exp(−βx), which is lost beside 1 if it is no more than ε/4.
    """
    return threshold >= log(4 / torch.finfo(x.dtype).eps)


def softplus(x: torch.Tensor, beta: float = 1.0, threshold: float = 20.0) -> torch.Tensor:
    r"""Softplus, elementwise: a smooth function between ReLU and ReLU + ln 2/β.

    .. math::
        \operatorname{softplus}(x) = \frac{1}{\beta} \ln\left(1 + e^{\beta x}\right), \qquad
        \operatorname{softplus}'(x) = \sigma(\beta x)

    Where :math:`\beta x` exceeds the threshold the value is x and the derivative 1. In float32
    and the half types, the default changes nothing: both round to that anyway. In float64 it
    makes a step of :math:`2 \cdot 10^{-9}/\beta`, as in PyTorch; ``threshold=math.inf`` avoids
    it. A departure from :func:`torch.nn.functional.softplus`: no threshold is too high.
    There, in float32, thresholds from 89 give infinite values and gradients NaN.

    Args:
        x: floating-point numbers of any shape.
        beta: how sharp the corner is, β > 0; ReLU is the limit for β → ∞.
        threshold: beyond which value of βx the function counts as linear.

    Returns:
        Values in [0, ∞], with the shape, dtype and device of ``x``.

    Raises:
        TypeError: ``x`` holds no floating-point numbers.
        ValueError: ``beta`` is not positive and finite, or ``threshold`` is NaN.

    Source: Dugas et al. (2009), first published in 2000.
    """
    check_floating(x)
    _check_parameters(beta, threshold)
    return _Softplus.apply(widened(x), beta, threshold).to(x.dtype)


def _check_parameters(beta: float, threshold: float) -> None:
    number("beta", beta, nan=True), number("threshold", threshold)
    if not (isfinite(beta) and beta > 0):
        raise ValueError(f"beta must be positive and finite, not {beta}")


class Softplus(nn.Module):
    """:func:`softplus` as a layer, without parameters.

    Args:
        beta: how sharp the corner is, β > 0.
        threshold: beyond which value of βx the function counts as linear.

    Raises:
        ValueError: ``beta`` is not positive and finite, or ``threshold`` is NaN.

    Shape:
        Input and output have the same shape, whatever it is.
    """

    def __init__(self, beta: float = 1.0, threshold: float = 20.0):
        super().__init__()
        _check_parameters(beta, threshold)
        self.beta = beta
        self.threshold = threshold

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply :func:`softplus` to every element."""
        return softplus(x, self.beta, self.threshold)

    def extra_repr(self) -> str:
        return f"beta={self.beta}, threshold={self.threshold}"
