"""Convolution along one, two and three axes, in one implementation."""

import torch

from .._arguments import whole
from .._precision import autocast_type, rounded_once
from ._correlate import Geometry, correlate
from ._padding import pad
from ._sizes import borders, conv_output_size, each


def conv1d(
    input: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None,
    stride=1, padding=0, dilation=1, groups: int = 1, *, padding_mode: str = "zeros",
) -> torch.Tensor:
    """Convolution along one axis: ``(N, C, L)`` or ``(C, L)``; see :func:`conv2d`."""
    return conv(1, input, weight, bias, stride, padding, dilation, groups, padding_mode)


def conv2d(
    input: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None,
    stride=1, padding=0, dilation=1, groups: int = 1, *, padding_mode: str = "zeros",
) -> torch.Tensor:
    r"""Convolution as networks have it: the cross-correlation of an input with a set of filters.

    .. math::
        y_{o,\,i j} = b_o + \sum_{c} \sum_{u, v} w_{o,\,c,\,u v}\;
        x_{c,\; s i + d u - p,\; s j + d v - p}

    The same function as :func:`torch.nn.functional.conv2d`, with ``padding_mode`` in addition;
    differentiable as often as one likes. Half types, and what autocast makes of others, are
    computed in float32 and rounded once.

    Args:
        input: ``(N, C, H, W)``, or ``(C, H, W)`` for one example.
        weight: the filters ``(O, C / groups, kH, kW)``.
        bias: ``(O,)``, or None.
        stride: step s ≥ 1 of the window, an integer or one for each axis.
        padding: elements p ≥ 0 added on either side of each axis, or 'valid' for none, or 'same'
            for as many as keep the size at stride 1; an odd one goes behind.
        dilation: distance d ≥ 1 from one tap to the next.
        groups: parts into which input and output channels fall; each part sees its own only.
        padding_mode: 'zeros' | 'reflect' | 'replicate' | 'circular'.

    Returns:
        The feature maps, ``(N, O, H', W')`` or ``(O, H', W')``, with sizes as in
        :func:`conv_output_size`.

    Raises:
        TypeError: a tensor is none of floating-point numbers, or dtypes differ.
        ValueError: a shape does not fit, the kernel is wider than the padded input, or an option
            is out of range.

    Source: Dumoulin and Visin (2016), section 1.1; Goodfellow, Bengio and Courville (2016),
    equation 9.6.
    """
    return conv(2, input, weight, bias, stride, padding, dilation, groups, padding_mode)


def conv3d(
    input: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None,
    stride=1, padding=0, dilation=1, groups: int = 1, *, padding_mode: str = "zeros",
) -> torch.Tensor:
    """Convolution along three axes: ``(N, C, D, H, W)`` or ``(C, D, H, W)``; see :func:`conv2d`."""
    return conv(3, input, weight, bias, stride, padding, dilation, groups, padding_mode)


def conv(axes, input, weight, bias, stride, padding, dilation, groups, padding_mode) -> torch.Tensor:
    """Convolution along the last ``axes`` axes; the others document the arguments."""
    groups = whole("groups", groups)
    check_operands(axes, input, weight, bias, groups)
    kernel = tuple(weight.shape[2:])
    stride, dilation = each("stride", stride, axes), each("dilation", dilation, axes)
    conv_output_size(tuple(input.shape[-axes:]), kernel, stride, padding, dilation)  # raises
    margins = borders(padding, kernel, stride, dilation)

    def filtered(input, weight, bias):
        alone = input.ndim == axes + 1
        x = pad(input[None] if alone else input, margins, padding_mode)
        y = correlate(x, weight, Geometry(tuple(x.shape[2:]), kernel, stride, dilation, groups))
        if bias is not None:
            y = y + bias.view(-1, *[1] * axes)
        return y[0] if alone else y

    return rounded_once(filtered, input, weight, bias, autocast="product")


def check_operands(axes: int, input, weight, bias, groups: int) -> None:
    """Refuse tensors that do not go together.

    Raises:
        TypeError: one is no tensor of floating-point numbers, or dtypes differ.
        ValueError: a shape does not fit.
    """
    named = {"input": input, "weight": weight} | ({} if bias is None else {"bias": bias})
    for name, tensor in named.items():
        if not isinstance(tensor, torch.Tensor) or not tensor.is_floating_point():
            what = tensor.dtype if isinstance(tensor, torch.Tensor) else type(tensor).__name__
            raise TypeError(f"{name} must be a tensor of floating-point numbers, not {what}")
        if tensor.dtype != input.dtype and autocast_type(input.device) is None:
            raise TypeError(f"{name} must be {input.dtype} like the input, not {tensor.dtype}")
    places = ("L", "H, W", "D, H, W")[axes - 1]
    if input.ndim not in (axes + 1, axes + 2):
        raise ValueError(f"input must be (N, C, {places}) or (C, {places}), not {tuple(input.shape)}")
    if weight.ndim != axes + 2 or 0 in weight.shape:
        raise ValueError(
            f"weight must be (O, C / groups, and {axes} sizes of the kernel), not {tuple(weight.shape)}"
        )
    channels = input.shape[-axes - 1]
    if channels != weight.shape[1] * groups:
        raise ValueError(
            f"weight of {tuple(weight.shape)} with groups={groups} takes {weight.shape[1] * groups} "
            f"channels, the input has {channels}"
        )
    if len(weight) % groups:
        raise ValueError(f"groups={groups} must divide the {len(weight)} filters")
    if bias is not None and bias.shape != (len(weight),):
        raise ValueError(f"bias must be ({len(weight)},), one for each filter, not {tuple(bias.shape)}")
