"""The center of every normalization: subtract the mean, divide by the standard deviation, over some axes."""

import inspect
import math

import torch
from torch.autograd import Function

from .._arguments import floats, real, same_type
from .._precision import in_float32, widened, without_autocast
from ._arguments import axes


def moments(x: torch.Tensor, dims: tuple[int, ...], center: bool) -> tuple[torch.Tensor, ...]:
    """x without its mean, the mean square of what is left, and the mean in two parts: none where nothing is centered."""
    if not center:
        return x, x.square().mean(dims, keepdim=True)
    mean = x.mean(dims, keepdim=True)
    centered = x - mean
    # Far from 0 a mean is rounded by more than some numbers vary: what is left of it goes now.
    rest = centered.mean(dims, keepdim=True)
    centered = centered - rest
    return centered, centered.square().mean(dims, keepdim=True), mean, rest


def formula(x, weight, bias, dims, eps, center):
    """What :class:`_Normalize` gives, as operations that can be differentiated."""
    centered, square, *mean = moments(x, dims, center)
    return shifted(centered * (square + eps).rsqrt(), weight, bias), square, *mean


def _turned(normal, scale, vector, dims, center):
    """The Jacobian of standardizing, which is symmetric, times a vector."""
    along = normal * (vector * normal).mean(dims, keepdim=True)
    return (((vector - vector.mean(dims, keepdim=True)) if center else vector) - along) * scale


class _Normalize(Function):
    """x̂ · weight + bias, the mean square, and the mean in two parts; only the first can be differentiated.

    Each pass over the numbers and each piece of memory of their size takes time: what can be summed up first is, what
    is small is multiplied first, and what is new is written over.
    """

    @staticmethod
    def forward(x, weight, bias, dims, eps, center):
        y, *mean = x, *([x.mean(dims, keepdim=True)] if center else [])
        if center:
            y = x - mean[0]
            mean.append(y.mean(dims, keepdim=True))
            y.sub_(mean[1])
        square = _mean_square(y, dims)
        scale = (square + eps).rsqrt_()
        if _narrow(weight, x, dims):
            scale, weight = scale * weight, None
        y = y.mul_(scale) if center else y * scale
        if weight is not None and bias is not None:
            return torch.addcmul(bias, y, weight, out=y), square, *mean
        y = y if weight is None else y.mul_(weight)
        return y if bias is None else y.add_(bias), square, *mean

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, weight, bias, ctx.dims, ctx.eps, ctx.center = inputs
        ctx.bias = None if bias is None else bias.shape
        ctx.mark_non_differentiable(*output[1:])
        ctx.save_for_backward(x, weight, *output[1:])
        ctx.save_for_forward(x, weight)

    @staticmethod
    def backward(ctx, gradient, *_):
        x, weight, square, *mean = ctx.saved_tensors
        wanted, dims = ctx.needs_input_grad, ctx.dims
        if torch.is_grad_enabled():                                     # it shall be differentiated once more
            normal, square, *_ = formula(x, None, None, dims, ctx.eps, ctx.center)
            inner = gradient if weight is None else gradient * weight
            return (_turned(normal, (square + ctx.eps).rsqrt(), inner, dims, ctx.center),
                    (gradient * normal).sum_to_size(weight.shape) if wanted[1] else None,
                    gradient.sum_to_size(ctx.bias) if wanted[2] else None, None, None, None)
        scale = (square + ctx.eps).rsqrt_()
        centered = (x - mean[0]).sub_(mean[1]) if ctx.center else x
        count = math.prod(x.shape[axis] for axis in dims)
        if weight is None or _narrow(weight, x, dims):
            # Along these axes neither weight nor scale changes: they are summed over first, and little is left.
            shared = [axis for axis in dims if weight is None or weight.shape[axis] == 1]
            products, sums = (gradient * centered).sum(shared, keepdim=True), gradient.sum(shared, keepdim=True)
            for_weight = (products * scale).sum_to_size(weight.shape) if wanted[1] else None
            for_bias = sums.sum_to_size(ctx.bias) if wanted[2] else None
            outer = inner = scale if weight is None else scale * weight
            if weight is not None and len(shared) < len(dims):          # along the others the weight does change
                products, sums = ((z * weight).sum_to_size(scale.shape) for z in (products, sums))
                outer = scale
            along = products * (square + ctx.eps).reciprocal_() * outer / -count
            for_x = (centered * along).addcmul_(gradient, inner)
            return (for_x.sub_(sums * outer / count) if ctx.center else for_x), for_weight, for_bias, None, None, None
        normal = centered.mul_(scale) if ctx.center else centered * scale
        work = gradient * normal
        # Of a single example the sum is the tensor itself, which is written over now.
        for_weight = (work.clone() if work.shape == weight.shape else work.sum_to_size(weight.shape)) if wanted[1] else None
        for_bias = gradient.sum_to_size(ctx.bias) if wanted[2] else None
        along = work.mul_(weight).sum(dims, keepdim=True) / -count
        del work                                                        # the next one takes its place
        for_x = gradient * weight
        less = for_x.sum(dims, keepdim=True) / count if ctx.center else None
        for_x.addcmul_(normal, along)
        for_x = for_x.sub_(less) if ctx.center else for_x
        return for_x.mul_(scale), for_weight, for_bias, None, None, None

    @staticmethod
    def vmap(info, in_dims, x, weight, bias, dims, eps, center):
        tensors = [None if t is None else t[None] if place is None else t.movedim(place, 0)
                   for t, place in zip((x, weight, bias), in_dims)]
        results = _Normalize.apply(*tensors, tuple(axis + 1 for axis in dims), eps, center)
        return results, (0,) * len(results)

    @staticmethod
    def jvp(ctx, tangent, of_weight, of_bias, *_):
        x, weight = ctx.saved_tensors
        normal, square, *mean = formula(x, None, None, ctx.dims, ctx.eps, ctx.center)
        result = _turned(normal, (square + ctx.eps).rsqrt(), torch.zeros_like(x) if tangent is None else tangent,
                         ctx.dims, ctx.center)
        result = result if weight is None else result * weight
        result = result if of_weight is None else result + normal * of_weight
        return result if of_bias is None else result + of_bias, None, *(None for _ in mean)


# PyTorch binds the arguments at each call, to a signature that it works out anew unless it is written down.
_Normalize.forward.__signature__ = inspect.signature(lambda *arguments: None)


def _mean_square(x, dims):
    """The mean of squares, without memory for the squares where a fast way is as exact."""
    count = math.prod(x.shape[axis] for axis in dims)
    if dims[0] == x.ndim - len(dims) and count <= 2**16:
        return torch.linalg.vector_norm(x, dim=dims, keepdim=True).square_().div_(count)
    return x.square().mean(dims, keepdim=True)


def _narrow(weight, x, dims):
    """Whether a weight stays the same along some of the axes that are averaged over."""
    return weight is not None and any(weight.shape[axis] == 1 < x.shape[axis] for axis in dims)


def normalized(x: torch.Tensor, dims: tuple[int, ...], eps: float, weight: torch.Tensor | None = None,
               bias: torch.Tensor | None = None, *, center: bool = True) -> tuple[torch.Tensor, ...]:
    """x̂ · weight + bias, the mean square, and the mean in two parts: all but the first in float32 where x is of a half type.

    Weight and bias broadcast to x. The compiler gets the formula alone, which it fuses by itself.
    """
    with without_autocast(x.device):
        run = formula if torch.compiler.is_compiling() else _Normalize.apply
        # As many axes as x has, so that their places say the same.
        parameters = (t if t is None or t.ndim == x.ndim else t.view(*[1] * (x.ndim - t.ndim), *t.shape)
                      for t in (weight, bias))
        y, square, *mean = run(widened(x), *(None if t is None else widened(t) for t in parameters), dims, eps, center)
        return y.to(x.dtype), square, *mean


def shifted(normal: torch.Tensor, weight: torch.Tensor | None, bias: torch.Tensor | None) -> torch.Tensor:
    """normal · weight + bias; either may be missing."""
    normal = normal if weight is None else normal * widened(weight)
    return normal if bias is None else normal + widened(bias)


def standardize(x: torch.Tensor, dim: int | tuple[int, ...], eps: float = 1e-5) -> torch.Tensor:
    r"""Numbers of mean 0 and, but for ε, of variance 1 along some axes: what all normalizations have in common.

    .. math::
        \hat x = \frac{x - \mu}{\sqrt{\sigma^2 + \varepsilon}}, \qquad
        \mu = \frac1m \sum_i x_i, \quad \sigma^2 = \frac1m \sum_i (x_i - \mu)^2

    Of feature maps (N, C, H, W), batch normalization averages over the axes (0, 2, 3), layer normalization over
    (1, 2, 3) and instance normalization over (2, 3). The variance is computed from numbers whose mean is gone,
    twice, so that it keeps its digits where the mean is large. Half types are computed in float32 and rounded once.

    Args:
        x: numbers of any shape with at least one axis.
        dim: the axes over which is averaged, one or several; below 0 they count from the end.
        eps: ε ≥ 0.

    Returns:
        A tensor of the shape and type of ``x``.

    Raises:
        TypeError: ``x`` is no tensor of floating-point numbers, or an axis no integer.
        ValueError: there is no such axis, one is given twice, or ε is negative.

    Source: Ioffe and Szegedy (2015), algorithm 1; the variance: Chan, Golub and LeVeque (1983), on
    the corrected two-pass algorithm.
    """
    dims = axes("dim", dim, floats("x", x).ndim)
    return normalized(x, dims, real("eps", eps, 0))[0]


def standardize_vjp(x: torch.Tensor, dim: int | tuple[int, ...], grad: torch.Tensor, eps: float = 1e-5) -> torch.Tensor:
    r"""The gradient through :func:`standardize`.

    .. math::
        \frac{\partial L}{\partial x_i} = \frac{1}{\sqrt{\sigma^2 + \varepsilon}} \left(
        g_i - \frac1m \sum_j g_j - \hat x_i \, \frac1m \sum_j g_j \hat x_j \right),
        \qquad g = \frac{\partial L}{\partial \hat x}

    What of g is constant or, for ε = 0, proportional to x̂ is lost: shifting and scaling x change nothing.

    Args:
        x, dim, eps: as there.
        grad: g, the gradient with respect to the output, of the shape of ``x``.

    Returns:
        The gradient with respect to ``x``.

    Raises:
        TypeError: one of the tensors holds no floating-point numbers, or their types differ.
        ValueError: the shapes differ, or an axis or ε is not as there.

    Source: Ioffe and Szegedy (2015), section 3, the formulas after algorithm 1, put together.
    """
    dims, eps = axes("dim", dim, floats("x", x).ndim), real("eps", eps, 0)
    check_grad(x, grad, "x")
    return pulled_back(x, dims, grad, eps)[0]


def check_grad(x: torch.Tensor, grad: torch.Tensor, name: str) -> None:
    """Refuse a gradient that is not of the input's shape and type."""
    if floats("grad", grad).shape != x.shape:
        raise ValueError(f"grad must have shape {tuple(x.shape)} as {name} has, not {tuple(grad.shape)}")
    same_type(**{name: x, "grad": grad})


@in_float32
def pulled_back(x, dims, grad, eps):
    """The gradient with respect to x, and x̂."""
    normal, square, *_ = formula(x, None, None, dims, eps, True)
    return _turned(normal, (square + eps).rsqrt(), grad, dims, True), normal
