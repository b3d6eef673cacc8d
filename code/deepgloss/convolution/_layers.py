"""Convolutional layers: filters that are parameters."""

import torch
from torch import nn

from .._arguments import choice, whole
from ._conv import conv
from ._padding import MODES
from ._sizes import borders, each


class Convolution(nn.Module):
    """What :class:`Conv1d`, :class:`Conv2d` and :class:`Conv3d` share: all but the number of axes."""

    axes: int

    def __init__(
        self, in_channels: int, out_channels: int, kernel_size, stride=1, padding=0, dilation=1,
        groups: int = 1, bias: bool = True, padding_mode: str = "zeros", device=None, dtype=None,
    ):
        super().__init__()
        self.in_channels = whole("in_channels", in_channels)
        self.out_channels = whole("out_channels", out_channels)
        self.kernel_size = each("kernel_size", kernel_size, self.axes)
        self.stride = each("stride", stride, self.axes)
        self.dilation = each("dilation", dilation, self.axes)
        self.groups = whole("groups", groups)
        self.padding_mode = choice("padding_mode", padding_mode, MODES)
        borders(padding, self.kernel_size, self.stride, self.dilation)  # raises
        self.padding = padding if isinstance(padding, str) else each("padding", padding, self.axes, 0)
        for name, count in (("in_channels", in_channels), ("out_channels", out_channels)):
            if count % groups:
                raise ValueError(f"groups={groups} must divide {name}={count}")
        options = {"device": device, "dtype": dtype}
        self.weight = nn.Parameter(
            torch.empty(out_channels, in_channels // groups, *self.kernel_size, **options)
        )
        if bias:
            self.bias = nn.Parameter(torch.empty(out_channels, **options))
        else:
            self.register_parameter("bias", None)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        r"""Draw weight and bias from :math:`U(-b, b)` with :math:`b = 1 / \sqrt{\text{fan in}}`.

        The fan in is the number of products behind one output, ``in_channels / groups · taps``.
        """
        bound = self.weight[0].numel() ** -0.5
        nn.init.uniform_(self.weight, -bound, bound)
        if self.bias is not None:
            nn.init.uniform_(self.bias, -bound, bound)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """The feature maps of a batch ``(N, in_channels, …)`` or of one example."""
        return conv(self.axes, input, self.weight, self.bias, self.stride, self.padding,
                    self.dilation, self.groups, self.padding_mode)

    def extra_repr(self) -> str:
        """The arguments, those with their usual values left out, for ``repr``."""
        one = (1,) * self.axes
        said = {"kernel_size": self.kernel_size, "stride": self.stride}
        usual = {
            "padding": (self.padding, (0,) * self.axes), "dilation": (self.dilation, one),
            "groups": (self.groups, 1), "bias": (self.bias is not None, True),
            "padding_mode": (self.padding_mode, "zeros"),
        }
        said |= {name: value for name, (value, default) in usual.items() if value != default}
        return f"{self.in_channels}, {self.out_channels}, " + ", ".join(
            f"{name}={value}" for name, value in said.items()
        )


class Conv1d(Convolution):
    """A convolutional layer along one axis, a drop-in for :class:`torch.nn.Conv1d`.

    Takes ``(N, in_channels, L)``; see :class:`Conv2d` for the arguments.
    """

    axes = 1


class Conv2d(Convolution):
    """A convolutional layer along two axes, a drop-in for :class:`torch.nn.Conv2d`.

    Parameters have PyTorch's names, shapes and initialization, so a ``state_dict`` loads either
    way. Takes ``(N, in_channels, H, W)`` or ``(in_channels, H, W)``.

    Args:
        in_channels: channels of the input.
        out_channels: filters, each of which makes one feature map.
        kernel_size: taps of a filter along each axis.
        stride, padding, dilation, groups, padding_mode: as in :func:`conv2d`.
        bias: add a number to each feature map.
        device, dtype: of the parameters.

    Raises:
        TypeError, ValueError: an option is out of range, or ``groups`` does not divide the channels.
    """

    axes = 2


class Conv3d(Convolution):
    """A convolutional layer along three axes, a drop-in for :class:`torch.nn.Conv3d`.

    Takes ``(N, in_channels, D, H, W)``; see :class:`Conv2d` for the arguments.
    """

    axes = 3
