"""The step function, and a gradient to train through it."""

import torch
from torch import nn
from torch.autograd import Function

from .._arguments import number
from ._check import check_real
from ._relu import _gate


def _above(x: torch.Tensor) -> torch.Tensor:
    return (x >= 0).to(x.dtype)


class _Step(Function):
    """1 from 0 on and 0 below, with its true derivative, 0 wherever there is one."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x):
        return _above(x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        pass

    @staticmethod
    def backward(ctx, gradient):
        return torch.zeros_like(gradient)

    @staticmethod
    def jvp(ctx, tangent):
        return torch.zeros_like(tangent)


def step(x: torch.Tensor) -> torch.Tensor:
    r"""Step function (Heaviside function), elementwise.

    .. math::
        H(x) = \begin{cases} 1 & x \ge 0 \\ 0 & x < 0 \end{cases}
        \qquad\qquad H'(x) = 0 \quad (x \ne 0)

    The value at 0 is 1, also at −0.0; NaN gives 0, since it is not at least 0. Both are as in
    :func:`torch.heaviside` with the value 1, which has no gradient at all; this one has the
    derivative 0 everywhere, like :func:`torch.sign` and :func:`torch.round`.

    Args:
        x: real numbers of any shape, floating-point or integer; integers have no gradient.

    Returns:
        Zeros and ones, with the shape, dtype and device of ``x``.

    Raises:
        TypeError: ``x`` is no tensor, or its numbers are complex or Boolean.

    Source: McCulloch and Pitts (1943), as the all-or-none law of a neuron; Rosenblatt (1958).
    """
    check_real(x)
    return _Step.apply(x)


class _StraightThroughStep(Function):
    """The step on the way up, and on the way down what a clamp to the window would do."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x, window):
        return _above(x)

    @staticmethod
    def setup_context(ctx, inputs, output):
        x, ctx.window = inputs
        ctx.save_for_backward(x)
        ctx.save_for_forward(x)

    @staticmethod
    def backward(ctx, gradient):
        return _inside(gradient, *ctx.saved_tensors, ctx.window), None

    @staticmethod
    def jvp(ctx, tangent, _):
        return _inside(tangent, *ctx.saved_tensors, ctx.window)


def _inside(gradient: torch.Tensor, x: torch.Tensor, window: float) -> torch.Tensor:
    return _gate(gradient, (x.abs() <= window).to(x.dtype))


def step_ste(x: torch.Tensor, window: float = 1.0) -> torch.Tensor:
    r"""Step function with a straight-through estimator in place of its gradient.

    .. math::
        y = H(x), \qquad
        \frac{\partial L}{\partial x} :=
            \frac{\partial L}{\partial y} \odot [\, |x| \le \text{window} \,]

    The second equation is a definition, not a derivative: the gradient of the output is handed to
    the input where that lies within the window. It is the derivative of a clamp to the window, a
    hard tanh. With an infinite window everything but NaN passes. The second derivative is 0.

    Args:
        x: real numbers of any shape, floating-point or integer; integers have no gradient.
        window: how far from 0 the gradient passes, a positive number.

    Returns:
        :func:`step` of ``x``: zeros and ones, with the shape, dtype and device of ``x``.

    Raises:
        TypeError: ``x`` is no tensor, its numbers are complex or Boolean, or ``window`` is no number.
        ValueError: ``window`` is not positive.

    Source: Bengio, Léonard and Courville (2013), for the infinite window; Hubara et
    al. (2016), for the sign function and window 1.
    """
    check_real(x)
    return _StraightThroughStep.apply(x, _positive(window))


def _positive(window: float) -> float:
    if isinstance(window, bool) or not isinstance(window, (int, float)):
        raise TypeError(f"window must be a number, not {window!r}")
    if not number("window", window, nan=True) > 0:
        raise ValueError(f"window must be positive, not {window}")
    return float(window)


class Step(nn.Module):
    """:func:`step` as a layer, without parameters. Nothing below it can be trained by gradients.

    Shape:
        Input and output have the same shape, whatever it is.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply :func:`step` to every element."""
        return step(x)


class StraightThroughStep(nn.Module):
    """:func:`step_ste` as a layer, without parameters: binary units that can be trained.

    Args:
        window: how far from 0 the gradient passes, a positive number.

    Shape:
        Input and output have the same shape, whatever it is.

    Raises:
        TypeError: ``window`` is no number.
        ValueError: it is not positive.
    """

    def __init__(self, window: float = 1.0):
        super().__init__()
        self.window = _positive(window)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply :func:`step_ste` to every element."""
        return step_ste(x, self.window)

    def extra_repr(self) -> str:
        """The window, for ``repr``."""
        return f"window={self.window:g}"
