"""The exponential linear unit, and its self-normalizing relative."""

import torch
from torch import nn
from torch.autograd import Function

from .._precision import in_float32
from ._check import check_floating, finite

SELU_ALPHA = 1.6732632423543772848
SELU_SCALE = 1.0507009873554804934


def _slope(gradient: torch.Tensor, x: torch.Tensor, alpha: float, scale: float) -> torch.Tensor:
    """The gradient times the derivative: scale where x > 0, and scale·α·eˣ elsewhere."""
    # In words gradient * torch.where(x > 0, scale, scale * alpha * torch.exp(x.clamp(max=0))).
    # Written so, on a CPU, five passes over memory take several times as long as this one.
    return torch.ops.aten.elu_backward(gradient, alpha, scale, 1.0, False, x)


class _ELU(Function):
    """scale·x where x > 0, scale·α·(eˣ − 1) elsewhere; the slope scale·α at 0."""

    @staticmethod
    def forward(x, alpha, scale):
        closed = x.clamp(max=0).expm1_().mul_(alpha * scale)
        if scale == 1 and 0 <= alpha <= 1:                   # eˣ − 1 ≥ x: one pass less
            return closed.clamp_(min=x)
        return x.clamp(min=0).mul_(scale).add_(closed)

    @staticmethod
    def vmap(info, in_dims, x, *constants):
        # Elementwise, so that the batch is just one more dimension.
        return _ELU.apply(x, *constants), in_dims[0]

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, *ctx.constants = inputs
        ctx.save_for_backward(x)
        ctx.save_for_forward(x)

    @staticmethod
    def backward(ctx, gradient):
        return _slope(gradient, *ctx.saved_tensors, *ctx.constants), None, None

    @staticmethod
    def jvp(ctx, tangent, *_):
        return _slope(tangent, *ctx.saved_tensors, *ctx.constants)


@in_float32
def elu(x: torch.Tensor, alpha: float = 1.0) -> torch.Tensor:
    r"""Exponential linear unit, elementwise.

    .. math::
        f(x) = \begin{cases} x & x > 0 \\ \alpha\,(e^x - 1) & x \le 0 \end{cases}, \qquad
        f'(x) = \begin{cases} 1 & x > 0 \\ \alpha\,e^x & x \le 0 \end{cases}

    At 0 the derivative is :math:`\alpha`; only for :math:`\alpha = 1` is it continuous there. No
    exponential of a positive number is taken, and for small :math:`|x|` no digit is lost to
    :math:`e^x - 1`. The derivative is computed from ``x``: it is right where the value has
    rounded to :math:`-\alpha`, until :math:`e^x` itself underflows. NaN stays NaN.

    Args:
        x: floating-point numbers of any shape.
        alpha: the negative of the limit for :math:`x \to -\infty`, any finite number.

    Returns:
        Values from :math:`-\alpha` up (for positive :math:`\alpha`), with the shape, dtype and
        device of ``x``.

    Raises:
        TypeError: ``x`` is no tensor of floating-point numbers, or ``alpha`` no number.
        ValueError: ``alpha`` is not finite.

    Source: Clevert, Unterthiner and Hochreiter (2016), section 3.
    """
    check_floating(x)
    alpha = finite("alpha", alpha)
    return _ELU.apply(x, alpha, 1.0)


@in_float32
def selu(x: torch.Tensor) -> torch.Tensor:
    r"""Scaled exponential linear unit, elementwise.

    .. math::
        f(x) = \lambda \begin{cases} x & x > 0 \\ \alpha\,(e^x - 1) & x \le 0 \end{cases},
        \qquad
        \alpha = \frac{\sqrt{2/\pi}}{1 - \sqrt{e}\,\operatorname{erfc}(1/\sqrt{2})}
        \approx 1.6733, \qquad \lambda \approx 1.0507

    For a standard normal ``x`` the result has mean 0 and variance 1, which is what determines
    both constants. At 0 the derivative is :math:`\lambda\alpha`.

    Args:
        x: floating-point numbers of any shape.

    Returns:
        Values from :math:`-\lambda\alpha \approx -1.7581` up, with the shape, dtype and device
        of ``x``.

    Raises:
        TypeError: ``x`` is no tensor of floating-point numbers.

    Source: Klambauer, Unterthiner, Mayr and Hochreiter (2017), equation 2.
    """
    check_floating(x)
    return _ELU.apply(x, SELU_ALPHA, SELU_SCALE)


class ELU(nn.Module):
    """:func:`elu` as a layer, without parameters to learn.

    Args:
        alpha: the negative of the limit for ever smaller inputs, a finite number.

    Raises:
        TypeError, ValueError: ``alpha`` is no number, or not finite.

    Shape:
        Input and output have the same shape, whatever it is.

    A departure from :class:`torch.nn.ELU`: there is no ``inplace``, which keeps the output alone
    and loses the small derivatives of very negative inputs.
    """

    def __init__(self, alpha: float = 1.0):
        super().__init__()
        self.alpha = finite("alpha", alpha)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply :func:`elu` to every element."""
        return elu(x, self.alpha)

    def extra_repr(self) -> str:
        """The limit, as in PyTorch's own layer."""
        return f"alpha={self.alpha}"


class SELU(nn.Module):
    """:func:`selu` as a layer, without parameters.

    Shape:
        Input and output have the same shape, whatever it is.

    It normalizes by itself only behind weights of mean 0 and variance one over the number of
    inputs (``nn.init.kaiming_normal_(weight, nonlinearity="linear")``).
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply :func:`selu` to every element."""
        return selu(x)
