"""ReLU with a leak whose slope is learned."""

import torch
from torch import nn
from torch.autograd import Function

from .._arguments import whole
from .._precision import autocast_type, rounded_once
from ._check import check_floating, finite


def _derivative(x: torch.Tensor, slope: torch.Tensor) -> torch.Tensor:
    """1 where x > 0, and the slope elsewhere."""
    # In words torch.where(x > 0, 1, slope), which on a CPU branches at every element and takes
    # five times as long. The sign of NaN is 0, and so NaN counts as closed.
    is_open = x.sign().clamp(min=0)
    return torch.lerp(slope, torch.ones_like(is_open), is_open)


class _PReLU(Function):
    """x where x > 0, slope·x elsewhere, for slopes of the shape of x."""

    generate_vmap_rule = True

    @staticmethod
    def forward(x, slope):
        # The two parts never meet: for x = inf, slope · x would be NaN at slope 0.
        return x.clamp(max=0).mul_(slope).add_(x.clamp(min=0))

    @staticmethod
    def setup_context(ctx, inputs, output):
        ctx.save_for_backward(*inputs)
        ctx.save_for_forward(*inputs)

    @staticmethod
    def backward(ctx, gradient):
        x, slope = ctx.saved_tensors
        for_x = for_slope = None
        if ctx.needs_input_grad[0]:
            for_x = gradient * _derivative(x, slope)
        if ctx.needs_input_grad[1]:
            for_slope = gradient * x.clamp(max=0)
        return for_x, for_slope

    @staticmethod
    def jvp(ctx, x_tangent, slope_tangent):
        x, slope = ctx.saved_tensors
        tangent = 0
        if x_tangent is not None:
            tangent = x_tangent * _derivative(x, slope)
        if slope_tangent is not None:
            tangent = tangent + slope_tangent * x.clamp(max=0)
        return tangent


def prelu(x: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    r"""Parametric ReLU: a leak whose slope is learned, one for all or one for each channel.

    .. math::
        f(x) = \max(0, x) + a \min(0, x), \qquad
        \frac{\partial f}{\partial x} = \begin{cases} 1 & x > 0 \\ a & x \le 0 \end{cases},
        \qquad \frac{\partial f}{\partial a} = \min(0, x)

    A slope gets the sum of its gradients over all elements that it serves.

    Args:
        x: floating-point numbers, ``(N, C, ...)``, or any shape for a single slope.
        weight: the slopes :math:`a`, ``(C,)``, or ``(1,)`` or ``()`` for a single one, of the dtype and
            on the device of ``x``.

    Returns:
        Values with the shape, dtype and device of ``x``.

    Raises:
        TypeError: ``x`` or ``weight`` is no tensor of floating-point numbers, or their dtypes
            differ.
        ValueError: ``weight`` has more than one dimension, or neither one slope nor one for each
            channel.

    Source: He, Zhang, Ren and Sun (2015), equations 1 to 3.
    """
    check_floating(x)
    check_floating(weight, "weight")
    if weight.dtype != x.dtype and autocast_type(x.device) is None:
        raise TypeError(f"weight must have the dtype of x, {x.dtype}, not {weight.dtype}")
    if weight.ndim > 1:
        raise ValueError(f"weight must have at most one dimension, not the shape {tuple(weight.shape)}")
    weight = weight.reshape(-1)
    channels = x.shape[1] if x.ndim > 1 else 1
    if len(weight) not in (1, channels):
        raise ValueError(
            f"weight must hold 1 slope, or one for each of the {channels} channels in the second "
            f"dimension of x, {tuple(x.shape)}, not {len(weight)}"
        )
    if x.ndim > 1:
        weight = weight.view(-1, *[1] * (x.ndim - 2))            # (C, 1, ..., 1)

    def bent(x, weight):
        return _PReLU.apply(x, weight.expand_as(x) if x.ndim else weight[0])

    return rounded_once(bent, x, weight, autocast="product")     # as PyTorch's


class PReLU(nn.Module):
    """:func:`prelu` as a layer, whose ``weight``, the slopes, is learned.

    Args:
        num_parameters: 1 slope for all channels, or as many as there are channels.
        init: the slopes before training, a finite number.
        device, dtype: of the slopes; PyTorch's defaults if None.

    Raises:
        TypeError: ``num_parameters`` is no integer, or ``init`` no number.
        ValueError: ``num_parameters`` is less than 1, or ``init`` not finite.

    Shape:
        Input ``(N, C, ...)``, or any shape for a single slope; output the same.

    Weight decay pulls the slopes towards 0, that is towards ReLU; He et al. (2015), section 2.1,
    leave it off.
    """

    def __init__(self, num_parameters: int = 1, init: float = 0.25, *, device=None, dtype=None):
        super().__init__()
        self.num_parameters, self.init = whole("num_parameters", num_parameters), finite("init", init)
        self.weight = nn.Parameter(torch.empty(num_parameters, device=device, dtype=dtype))
        self.reset_parameters()

    @torch.no_grad()
    def reset_parameters(self) -> None:
        """Set all slopes back to ``init``."""
        self.weight.fill_(self.init)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply :func:`prelu` with the slopes as they are now."""
        return prelu(x, self.weight)

    def extra_repr(self) -> str:
        """How many slopes there are, as in PyTorch's own layer."""
        return f"num_parameters={self.num_parameters}"
