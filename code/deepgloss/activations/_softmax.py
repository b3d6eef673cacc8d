"""Softmax and its logarithm, along one dimension."""

import math

import torch
from torch import nn
from torch.autograd import Function

from .._precision import widened
from ._check import check_floating
from ._dim import check_dim, whole_dim

LOG2_E = math.log2(math.e)


# eˣ is computed as 2 to the power of x·log₂e below: exp2 is several times faster than exp on some
# processors. Rounding the product puts the result off by the share |x|·ε. For x ≤ 0 that is
# harmless: measured against 1, the largest of the powers, it is |x|·eˣ·ε, at most 0.37·ε.


class _Softmax(Function):
    """exp(x) / Σ exp(x), with the Jacobian diag(p) − ppᵀ."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x, dim):
        p = (x - x.amax(dim, keepdim=True)).mul_(LOG2_E).exp2_()
        return p.mul_(p.sum(dim, keepdim=True).reciprocal_())

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.dim = inputs[1]
        ctx.save_for_backward(output)
        ctx.save_for_forward(output)

    @staticmethod
    def _product(p, vector, dim):
        """(diag(p) − ppᵀ) · vector: no matrix is ever built."""
        weighted = p * vector
        return weighted.addcmul(p, weighted.sum(dim, keepdim=True), value=-1)

    @staticmethod
    def backward(ctx, gradient):
        return _Softmax._product(*ctx.saved_tensors, gradient, ctx.dim), None

    @staticmethod
    def jvp(ctx, tangent, _):
        return _Softmax._product(*ctx.saved_tensors, tangent, ctx.dim)


class _LogSoftmax(Function):
    """x − ln Σ exp(x), with the Jacobian I − 1pᵀ.

    The shifted powers and their sum are outputs too: p is their ratio, which saves the way back
    another round of powers, and as outputs they can be differentiated again. The result does not
    depend on the shift, which counts as a constant.
    """

    generate_vmap_rule = True

    @staticmethod
    def forward(x, dim):
        shifted = x - x.amax(dim, keepdim=True)
        powers = (shifted * LOG2_E).exp2_()
        total = powers.sum(dim, keepdim=True)
        # In this order: the largest logit may be huge, and adding it to the logarithm first
        # would round the logarithm away.
        return shifted.sub_(total.log()), powers, total

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.dim = inputs[1]
        ctx.set_materialize_grads(False)
        ctx.save_for_backward(*output[1:])
        ctx.save_for_forward(*output[1:])

    @staticmethod
    def backward(ctx, gradient, gradient_powers, gradient_total):
        powers, total = ctx.saved_tensors
        scale = 0 if gradient is None else -gradient.sum(ctx.dim, keepdim=True) / total
        for other in (gradient_powers, gradient_total):
            scale = scale if other is None else scale + other
        return powers * scale if gradient is None else gradient.addcmul(powers, scale), None

    @staticmethod
    def jvp(ctx, tangent, _):
        powers, total = ctx.saved_tensors
        tangent_powers = powers * tangent
        tangent_total = tangent_powers.sum(ctx.dim, keepdim=True)
        return tangent - tangent_total / total, tangent_powers, tangent_total


def softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
    r"""Softmax: positive numbers that add up to 1 along a dimension, in the ratios of exp(x).

    .. math::
        p_i = \frac{e^{x_i}}{\sum_k e^{x_k}}, \qquad
        \frac{\partial p_i}{\partial x_j} = p_i \left([i = j] - p_j\right)

    The largest logit is subtracted first, which changes nothing and lets no power overflow. A
    logit of −∞ gets the probability 0; a row with NaN or +∞ in it, or of −∞ alone, becomes NaN,
    as in :func:`torch.softmax`. Half types are computed in float32 and rounded once.

    Args:
        x: logits of any shape.
        dim: the dimension whose numbers compete; below 0 it counts from the end. Unlike in
            :func:`torch.nn.functional.softmax` it cannot be left out.

    Returns:
        Probabilities in [0, 1], with the shape, dtype and device of ``x``.

    Raises:
        TypeError: ``x`` holds no floating-point numbers, or ``dim`` is no integer.
        ValueError: ``x`` has no dimension ``dim``.

    Source: Bridle (1990), who brought it into neural networks and named it.
    """
    check_floating(x)
    dim = check_dim(dim, x)
    return _Softmax.apply(widened(x), dim).to(x.dtype) if x.numel() else x.clone()


def log_softmax(x: torch.Tensor, dim: int) -> torch.Tensor:
    r"""The logarithm of :func:`softmax`, right where the probability itself rounds to 0 or 1.

    .. math::
        y_i = x_i - \ln \sum_k e^{x_k}, \qquad
        \frac{\partial y_i}{\partial x_j} = [i = j] - e^{y_j}

    A logit of −∞ stays −∞; a row with NaN or +∞ in it, or of −∞ alone, becomes NaN, as in
    :func:`torch.log_softmax`. Half types are computed in float32 and rounded once.

    Args:
        x: logits of any shape.
        dim: the dimension whose numbers compete; below 0 it counts from the end.

    Returns:
        Log-probabilities in [−∞, 0], in nats, with the shape, dtype and device of ``x``.

    Raises:
        TypeError: ``x`` holds no floating-point numbers, or ``dim`` is no integer.
        ValueError: ``x`` has no dimension ``dim``.

    Source: Blanchard, Higham and Higham (2021), section 1, on the logarithm and the shift.
    """
    check_floating(x)
    dim = check_dim(dim, x)
    return _LogSoftmax.apply(widened(x), dim)[0].to(x.dtype) if x.numel() else x.clone()


class _Along(nn.Module):
    """A function along a dimension, as a layer without parameters."""

    def __init__(self, dim: int):
        super().__init__()
        self.dim = whole_dim(dim)

    def extra_repr(self) -> str:
        return f"dim={self.dim}"


class Softmax(_Along):
    """:func:`softmax` as a layer, without parameters.

    Args:
        dim: the dimension whose numbers compete.

    Raises:
        TypeError: ``dim`` is no integer.

    Shape:
        Input and output have the same shape, whatever it is.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Probabilities along ``dim``."""
        return softmax(x, self.dim)


class LogSoftmax(_Along):
    """:func:`log_softmax` as a layer, without parameters.

    Args:
        dim: the dimension whose numbers compete.

    Raises:
        TypeError: ``dim`` is no integer.

    Shape:
        Input and output have the same shape, whatever it is.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Log-probabilities along ``dim``."""
        return log_softmax(x, self.dim)
