"""Huber's loss, quadratic for small errors and linear for large ones, in two scalings."""

import math

import torch
from torch.autograd import Function

from .._arguments import number
from .._precision import in_float32
from ._absolute_error import l1_loss
from ._errors import added, both_ways, tangent_of_error, weighted
from ._reduction import Loss, check_pair, check_reduction, reduce

# A product of two vectors adds its terms one after the other: over so many, and no more, the sum
# keeps its digits.
PIECE = 2**16


class _ClippedSlope(Function):
    """(e − s ψ / 2) ψ and ψ, for the error e = y − t and the slope ψ = clip(e / s, −b, b).

    Inside the bounds that is e²/2s, beyond them b |e| − s b²/2. The slope ψ is the derivative of
    the loss for e: as an output of its own it can be differentiated again.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(input, target, scale, bound):
        error = input - target
        slope = (error if scale == 1 else error / scale).clamp(-bound, bound)
        return error.sub_(slope, alpha=scale / 2).mul_(slope), slope

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(output[1])
        ctx.save_for_forward(output[1])
        _, _, ctx.scale, ctx.bound = inputs

    @staticmethod
    def backward(ctx, gradient, gradient_slope):
        (slope,) = ctx.saved_tensors
        bent = None if gradient_slope is None else gradient_slope * _curvature(ctx, slope)
        error = added(None if gradient is None else slope * gradient, bent)
        return *both_ways(error, ctx), None, None

    @staticmethod
    def jvp(ctx, tangent_input, tangent_target, *_):
        (slope,) = ctx.saved_tensors
        tangent = tangent_of_error(tangent_input, tangent_target)
        return slope * tangent, _curvature(ctx, slope) * tangent


class _ClippedTotal(_ClippedSlope):
    """The sum of those losses, a product of e − s ψ / 2 and ψ, and ψ: no loss is written down."""

    @staticmethod
    def forward(input, target, scale, bound):
        error = (input - target).flatten()
        slope = (error if scale == 1 else error / scale).clamp(-bound, bound)
        pairs = zip(error.sub_(slope, alpha=scale / 2).split(PIECE), slope.split(PIECE))
        total = torch.stack([torch.dot(*pair) for pair in pairs]).sum()
        return total, slope.view(input.shape)

    @staticmethod
    def jvp(ctx, *tangents):
        tangent, tangent_slope = _ClippedSlope.jvp(ctx, *tangents)
        return tangent.sum(), tangent_slope


def _clipped(input: torch.Tensor, target: torch.Tensor, scale: float, bound: float, reduction: str,
             weight: torch.Tensor | None = None) -> torch.Tensor:
    """The losses, or what ``reduction`` makes of them."""
    limits = torch.finfo(torch.promote_types(input.dtype, target.dtype))
    bound = min(bound, limits.max)            # a larger number is none of this type
    if scale > limits.max:                    # no error is as large: half its square, over the scale
        losses = ((input - target) * (1 / math.sqrt(scale))).square() / 2
        return reduce(weighted(losses, weight), reduction)
    if reduction == "none" or weight is not None or input.dtype != target.dtype:
        losses, _ = _ClippedSlope.apply(input, target, scale, bound)
        return reduce(weighted(losses, weight), reduction)
    check_reduction(reduction)
    total, _ = _ClippedTotal.apply(input, target, scale, bound)
    return total if reduction == "sum" else total / input.numel()


def _curvature(ctx, slope: torch.Tensor) -> torch.Tensor:
    """The second derivative: 1/s inside the bounds, 0 beyond them and on them."""
    return (slope.abs() < ctx.bound).to(slope.dtype) / ctx.scale


@in_float32(autocast="loss")
def huber_loss(
    input: torch.Tensor,
    target: torch.Tensor,
    reduction: str = "mean",
    delta: float = 1.0,
    *,
    weight: torch.Tensor | None = None,
) -> torch.Tensor:
    r"""Huber's loss of predictions, elementwise.

    .. math::
        \ell = \begin{cases}
            \tfrac12 (y - t)^2 & |y - t| < \delta \\
            \delta\,(|y - t| - \tfrac12 \delta) & |y - t| \ge \delta \end{cases}
        \qquad
        \frac{\partial \ell}{\partial y} = \operatorname{clip}(y - t, -\delta, \delta)

    It is half the squared error inside, and :math:`\delta` times the absolute error, less a
    constant, outside. The second derivative is 1 inside and 0 elsewhere, the corners included.
    The same functions as :func:`torch.nn.functional.huber_loss`, with one departure: shapes that
    differ are an error here, where PyTorch warns and broadcasts.

    Args:
        input: predictions :math:`y`, real numbers of any shape.
        target: targets :math:`t`, with the shape of ``input``.
        reduction: 'none' | 'mean' | 'sum'.
        delta: the error :math:`\delta > 0` from which on the loss is linear, in the units of the
            targets.
        weight: a factor for each element, with the shape of ``input``; None for 1. The mean
            divides by the number of elements, whatever the weights, as in PyTorch, where that of
            the squared and the absolute error divides by the sum of the weights.

    Returns:
        Losses ≥ 0, with the shape of ``input`` for 'none', else a scalar.

    Raises:
        TypeError: an argument is no tensor of floating-point numbers.
        ValueError: the shapes differ, ``delta`` is not positive, or ``reduction`` is none of the
            three.

    Source: Huber (1964), section 1, with k for our :math:`\delta`.
    """
    check_pair(input, target)
    check_delta(delta)
    return _clipped(input, target, 1.0, delta, reduction, weight)


@in_float32(autocast="loss")
def smooth_l1_loss(
    input: torch.Tensor, target: torch.Tensor, reduction: str = "mean", beta: float = 1.0
) -> torch.Tensor:
    r"""Huber's loss divided by its threshold: the absolute error with a rounded tip.

    .. math::
        \ell = \begin{cases}
            (y - t)^2 / 2 \beta & |y - t| < \beta \\
            |y - t| - \tfrac12 \beta & |y - t| \ge \beta \end{cases}
        \qquad
        \frac{\partial \ell}{\partial y} = \operatorname{clip}\Big(\frac{y - t}{\beta}, -1, 1\Big)

    The slope outside is 1 whatever :math:`\beta` is, and for :math:`\beta \to 0` the loss becomes
    the absolute error. The same functions as :func:`torch.nn.functional.smooth_l1_loss`, with one
    departure: shapes that differ are an error here, where PyTorch warns and broadcasts.

    Args:
        input: predictions :math:`y`, real numbers of any shape.
        target: targets :math:`t`, with the shape of ``input``.
        reduction: 'none' | 'mean' | 'sum'.
        beta: the error :math:`\beta \ge 0` from which on the loss is linear, in the units of the
            targets; 0, or less than the smallest normal number of the type, for the absolute error.

    Returns:
        Losses ≥ 0 in the units of the targets, with the shape of ``input`` for 'none', else a
        scalar.

    Raises:
        TypeError: ``input`` or ``target`` is no tensor of floating-point numbers.
        ValueError: the shapes differ, ``beta`` is negative, or ``reduction`` is none of the three.

    Source: Girshick (2015), equation 3, which is :math:`\beta = 1`.
    """
    check_pair(input, target)
    check_beta(beta)
    if beta < torch.finfo(torch.promote_types(input.dtype, target.dtype)).tiny:
        return l1_loss(input, target, reduction)
    return _clipped(input, target, beta, 1.0, reduction)


def check_delta(delta: float) -> None:
    """Refuse a threshold of Huber's loss that is not positive.

    Raises:
        ValueError: ``delta`` is 0, negative or NaN.
    """
    if not number("delta", delta, nan=True) > 0:
        raise ValueError(f"delta must be greater than 0, not {delta!r}")


def check_beta(beta: float) -> None:
    """Refuse a threshold of the smooth absolute error that is negative.

    Raises:
        ValueError: ``beta`` is negative or NaN.
    """
    if not number("beta", beta, nan=True) >= 0:
        raise ValueError(f"beta must be at least 0, not {beta!r}")


class HuberLoss(Loss):
    """:func:`huber_loss` as a module.

    Args:
        reduction: 'none' | 'mean' | 'sum'.
        delta: the error from which on the loss is linear.

    Raises:
        ValueError: ``delta`` is not positive, or ``reduction`` is none of the three.
    """

    def __init__(self, reduction: str = "mean", delta: float = 1.0):
        super().__init__(reduction)
        check_delta(delta)
        self.delta = delta

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The loss of predictions of any shape against targets of the same shape."""
        return huber_loss(input, target, self.reduction, self.delta)

    def extra_repr(self) -> str:
        """Reduction and threshold, for ``repr``."""
        return f"{super().extra_repr()}, delta={self.delta}"


class SmoothL1Loss(Loss):
    """:func:`smooth_l1_loss` as a module.

    Args:
        reduction: 'none' | 'mean' | 'sum'.
        beta: the error from which on the loss is linear.

    Raises:
        ValueError: ``beta`` is negative, or ``reduction`` is none of the three.
    """

    def __init__(self, reduction: str = "mean", beta: float = 1.0):
        super().__init__(reduction)
        check_beta(beta)
        self.beta = beta

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The loss of predictions of any shape against targets of the same shape."""
        return smooth_l1_loss(input, target, self.reduction, self.beta)

    def extra_repr(self) -> str:
        """Reduction and threshold, for ``repr``."""
        return f"{super().extra_repr()}, beta={self.beta}"
