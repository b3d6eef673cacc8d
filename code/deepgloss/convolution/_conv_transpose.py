"""Transposed convolution along one, two and three axes: the adjoint of a convolution."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from .._arguments import whole
from .._precision import autocast_type, rounded_once
from ._correlate import Geometry, spread
from ._maps import check_maps
from ._sizes import check_sizes, each


def conv_transpose2d(
    input: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None,
    stride=1, padding=0, output_padding=0, groups: int = 1, dilation=1,
) -> torch.Tensor:
    r"""Each element lays its multiple of the kernel into the output; overlaps add up.

    .. math::
        y_{o,\; s i + d u - p,\; s j + d v - p} \mathrel{+}= x_{c,\, i j}\; w_{c,\,o,\,u v},
        \qquad m = s\,(n - 1) + d\,(k - 1) + 1 - 2p + q

    Where a convolution with the same weight and options multiplies by a matrix M, this multiplies
    by its transpose: it is what the gradient of that convolution by its input is. The same
    function as :func:`torch.nn.functional.conv_transpose2d`. Half types, and what autocast makes of
    others, are computed in float32 and rounded once.

    Args:
        input: ``(N, C, H, W)``, or ``(C, H, W)`` for one example.
        weight: ``(C, O / groups, kH, kW)``: the input's channels first, as in the weight of the
            convolution whose adjoint this is.
        bias: ``(O,)``, or None.
        stride: step s ≥ 1 from one kernel to the next *in the output*, an integer or one for each
            axis, as all that follow but ``groups``.
        padding: elements p ≥ 0 cut *off* on either side of the output.
        output_padding: elements q added behind, to choose among the sizes whose convolution has
            the size of this input; below the stride or the dilation.
        groups: parts into which input and output channels fall.
        dilation: distance d ≥ 1 between the taps of the kernel.

    Returns:
        ``(N, O, H', W')`` or ``(O, H', W')``, with sizes m.

    Raises:
        TypeError: a tensor is none of floating-point numbers, or dtypes differ.
        ValueError: a shape does not fit, an option is out of range, or nothing is left.

    Source: Dumoulin and Visin (2016), section 4; Zeiler et al. (2010), whose
    deconvolution is this operation.
    """
    return _conv_transpose(2, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose1d(
    input: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None,
    stride=1, padding=0, output_padding=0, groups: int = 1, dilation=1,
) -> torch.Tensor:
    """Transposed convolution of ``(N, C, L)`` or ``(C, L)``; see :func:`conv_transpose2d`."""
    return _conv_transpose(1, input, weight, bias, stride, padding, output_padding, groups, dilation)


def conv_transpose3d(
    input: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor | None = None,
    stride=1, padding=0, output_padding=0, groups: int = 1, dilation=1,
) -> torch.Tensor:
    """Transposed convolution of ``(N, C, D, H, W)``; see :func:`conv_transpose2d`."""
    return _conv_transpose(3, input, weight, bias, stride, padding, output_padding, groups, dilation)


def _conv_transpose(axes, input, weight, bias, stride, padding, output_padding, groups, dilation):
    groups = whole("groups", groups)
    _check_operands(axes, input, weight, bias, groups)
    stride, dilation = each("stride", stride, axes), each("dilation", dilation, axes)
    padding = each("padding", padding, axes, 0)
    behind = each("output_padding", output_padding, axes, 0)
    for q, s, d in zip(behind, stride, dilation):
        if q >= max(s, d):
            raise ValueError(
                f"output_padding={q} must be below the stride, {s}, or the dilation, {d}"
            )
    kernel = tuple(weight.shape[2:])
    whole_size = tuple(s * (n - 1) + d * (k - 1) + 1
                       for n, k, s, d in zip(input.shape[-axes:], kernel, stride, dilation))
    sizes = [n - 2 * p + q for n, p, q in zip(whole_size, padding, behind)]
    if min(sizes) < 1:
        raise ValueError(f"with padding={padding} an output of the size {tuple(sizes)} is left")
    geometry = Geometry(whole_size, kernel, stride, dilation, groups)
    cut = [border for p, q in zip(reversed(padding), reversed(behind)) for border in (-p, q - p)]

    def laid(input, weight, bias):
        alone = input.ndim == axes + 1
        y = spread(input[None] if alone else input, weight, geometry)
        y = F.pad(y, cut) if any(cut) else y                 # negative: cut off
        if bias is not None:
            y = y + bias.view(-1, *[1] * axes)
        return y[0] if alone else y

    return rounded_once(laid, input, weight, bias, autocast="product")


def _check_operands(axes: int, input, weight, bias, groups: int) -> None:
    """Refuse tensors that do not go together."""
    check_maps(axes, input)
    for name, tensor in {"weight": weight, "bias": bias}.items():
        if name == "bias" and bias is None:
            continue
        fits = isinstance(tensor, torch.Tensor) and tensor.is_floating_point() and (
            tensor.dtype == input.dtype or autocast_type(input.device) is not None)
        if not fits:
            what = tensor.dtype if isinstance(tensor, torch.Tensor) else type(tensor).__name__
            raise TypeError(f"{name} must be a tensor of {input.dtype} like the input, not {what}")
    if weight.ndim != axes + 2 or 0 in weight.shape:
        raise ValueError(f"weight must be (C, O / groups, and {axes} sizes of the kernel), "
                         f"not {tuple(weight.shape)}")
    channels, outputs = input.shape[-axes - 1], weight.shape[1] * groups
    if channels != len(weight) or channels % groups:
        raise ValueError(f"weight of {tuple(weight.shape)} takes {len(weight)} channels in "
                         f"{groups} groups, the input has {channels}")
    if bias is not None and bias.shape != (outputs,):
        raise ValueError(f"bias must be ({outputs},), one for each output channel, "
                         f"not {tuple(bias.shape)}")


class ConvTranspose2d(nn.Module):
    """:func:`conv_transpose2d` as a layer, with PyTorch's parameters and initial values.

    Args:
        in_channels, out_channels: channels of input and output.
        kernel_size: taps of the kernel, an integer or one for each axis.
        stride, padding, output_padding, groups, dilation: as in the function.
        bias: whether to add one number to each output channel.
        device, dtype: where the parameters live, and as what.

    Raises:
        TypeError: an option is of a wrong kind.
        ValueError: one is out of range, or ``groups`` divides one of the channels not.
    """

    axes, function = 2, staticmethod(conv_transpose2d)

    def __init__(self, in_channels: int, out_channels: int, kernel_size, stride=1, padding=0,
                 output_padding=0, groups: int = 1, bias: bool = True, dilation=1,
                 device=None, dtype=None):
        super().__init__()
        groups = whole("groups", groups)
        for name, count in (("in_channels", in_channels), ("out_channels", out_channels)):
            if whole(name, count) % groups:
                raise ValueError(f"groups={groups} must divide {name}={count}")
        kernel = each("kernel_size", kernel_size, self.axes)
        check_sizes(stride=stride, padding=padding, output_padding=output_padding, dilation=dilation)
        self.options = {"stride": stride, "padding": padding, "output_padding": output_padding,
                        "groups": groups, "dilation": dilation}
        where = {"device": device, "dtype": dtype}
        self.weight = nn.Parameter(torch.empty(in_channels, out_channels // groups, *kernel, **where))
        self.bias = nn.Parameter(torch.empty(out_channels, **where)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw all parameters from U(−b, b) with b = 1/√(O / groups · taps), as PyTorch does."""
        bound = 1 / math.sqrt(self.weight[0].numel())
        with torch.no_grad():
            for parameter in self.parameters():
                parameter.uniform_(-bound, bound)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """The upsampled maps of ``(N, C, …)`` or ``(C, …)``."""
        return self.function(input, self.weight, self.bias, **self.options)

    def extra_repr(self) -> str:
        """Shape and options, for ``repr``."""
        options = ", ".join(f"{name}={value}" for name, value in self.options.items())
        return f"weight={tuple(self.weight.shape)}, {options}"


class ConvTranspose1d(ConvTranspose2d):
    """:func:`conv_transpose1d` as a layer; see :class:`ConvTranspose2d`."""

    axes, function = 1, staticmethod(conv_transpose1d)


class ConvTranspose3d(ConvTranspose2d):
    """:func:`conv_transpose3d` as a layer; see :class:`ConvTranspose2d`."""

    axes, function = 3, staticmethod(conv_transpose3d)
