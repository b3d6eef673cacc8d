"""The squared error and its mean."""

import torch
from torch.autograd import Function

from .._precision import in_float32
from ._errors import added, both_ways, tangent_of_error, total_weight, weighted
from ._reduction import Loss, check_pair, reduce


class _SquaredError(Function):
    """(y − t)² and its derivative for y, the slope 2 (y − t), for tensors of one shape.

    The slope is an output of its own, so that it can be differentiated again; nothing else is
    kept for the backward pass.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(input, target):
        error = input - target
        return error.square(), error.mul_(2)

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(output[1])
        ctx.save_for_forward(output[1])

    @staticmethod
    def backward(ctx, gradient, gradient_slope):
        (slope,) = ctx.saved_tensors
        bent = None if gradient_slope is None else 2 * gradient_slope
        return both_ways(added(None if gradient is None else slope * gradient, bent), ctx)

    @staticmethod
    def jvp(ctx, tangent_input, tangent_target):
        (slope,) = ctx.saved_tensors
        tangent = tangent_of_error(tangent_input, tangent_target)
        return slope * tangent, 2 * tangent


class _ReducedSquaredError(Function):
    """The mean or the sum of (y − t)² in one go, half the passes over memory of the two steps."""

    generate_vmap_rule = True

    @staticmethod
    def forward(input, target, reduction):
        squares = (input - target).square_()
        return squares.mean() if reduction == "mean" else squares.sum()

    @staticmethod
    def setup_context(ctx, inputs, output):
        input, target, reduction = inputs
        # The inputs, not their difference: a second derivative has to find its way to them.
        ctx.save_for_backward(input, target)
        ctx.save_for_forward(input, target)
        ctx.factor = 2 / input.numel() if reduction == "mean" and input.numel() else 2.0

    @staticmethod
    def backward(ctx, gradient):
        input, target = ctx.saved_tensors
        return *both_ways((input - target) * (ctx.factor * gradient), ctx), None

    @staticmethod
    def jvp(ctx, tangent_input, tangent_target, _):
        input, target = ctx.saved_tensors
        tangent = tangent_of_error(tangent_input, tangent_target)
        return ((input - target) * ctx.factor * tangent).sum()


@in_float32(autocast="loss")
def mse_loss(
    input: torch.Tensor,
    target: torch.Tensor,
    reduction: str = "mean",
    *,
    weight: torch.Tensor | None = None,
) -> torch.Tensor:
    r"""Squared error of predictions, elementwise.

    .. math::
        \ell = (y - t)^2, \qquad
        \frac{\partial \ell}{\partial y} = 2\,(y - t), \qquad
        \frac{\partial^2 \ell}{\partial y^2} = 2

    There is no factor ½. The same functions as :func:`torch.nn.functional.mse_loss`, with one
    departure: shapes that differ are an error here, where PyTorch warns and broadcasts.

    Args:
        input: predictions :math:`y`, real numbers of any shape.
        target: targets :math:`t`, with the shape of ``input``.
        reduction: 'none' | 'mean' | 'sum'.
        weight: a factor for each element, with the shape of ``input``; None for 1. The mean then
            divides by the sum of the weights.

    Returns:
        Losses ≥ 0 in squared units of the targets, with the shape of ``input`` for 'none', else a
        scalar. They overflow to infinity where :math:`|y - t|` exceeds about 256 in float16 and
        1.8·10¹⁹ in bfloat16 and float32; the gradients do not. Half types are computed in float32
        and rounded once.

    Raises:
        TypeError: an argument is no tensor of floating-point numbers.
        ValueError: the shapes differ, or ``reduction`` is none of the three.

    Source: Gauss (1809), articles 177 to 179, who derives it from normally distributed errors.
    """
    check_pair(input, target)
    if weight is None and reduction in ("mean", "sum"):
        return _ReducedSquaredError.apply(input, target, reduction)
    losses, _ = _SquaredError.apply(input, target)
    return reduce(weighted(losses, weight), reduction, total_weight(weight))


class MSELoss(Loss):
    """:func:`mse_loss` as a module, with the argument ``reduction``."""

    def forward(self, input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """The loss of predictions of any shape against targets of the same shape."""
        return mse_loss(input, target, self.reduction)
