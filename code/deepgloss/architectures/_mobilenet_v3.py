"""MobileNetV3: inverted residuals with excitation and hard swish, each row found by search."""

from collections.abc import Sequence
from functools import partial

import torch
from torch import nn

from .._arguments import real, whole
from ._blocks import (
    Excitation,
    check_classes,
    conv_norm,
    divisible,
    published,
    reset_convolutions,
    reset_linear,
)

# Kernel, channels in the middle, channels out, excitation, hard swish, stride.
LARGE = (
    (3, 16, 16, False, False, 1), (3, 64, 24, False, False, 2), (3, 72, 24, False, False, 1),
    (5, 72, 40, True, False, 2), (5, 120, 40, True, False, 1), (5, 120, 40, True, False, 1),
    (3, 240, 80, False, True, 2), (3, 200, 80, False, True, 1), (3, 184, 80, False, True, 1),
    (3, 184, 80, False, True, 1), (3, 480, 112, True, True, 1), (3, 672, 112, True, True, 1),
    (5, 672, 160, True, True, 2), (5, 960, 160, True, True, 1), (5, 960, 160, True, True, 1),
)
SMALL = (
    (3, 16, 16, True, False, 2), (3, 72, 24, False, False, 2), (3, 88, 24, False, False, 1),
    (5, 96, 40, True, True, 2), (5, 240, 40, True, True, 1), (5, 240, 40, True, True, 1),
    (5, 120, 48, True, True, 1), (5, 144, 48, True, True, 1), (5, 288, 96, True, True, 2),
    (5, 576, 96, True, True, 1), (5, 576, 96, True, True, 1),
)
Norm = partial(nn.BatchNorm2d, eps=0.001, momentum=0.01)


class ExcitedResidual(nn.Module):
    """An inverted residual with squeeze and excitation, and hard swish where ``hard`` is set.

    Args:
        in_channels, middle, out_channels: channels at its ends and in between.
        kernel_size, stride: of the depthwise convolution.
        excited: with :class:`Excitation`, squeezed to a quarter of ``middle``.
        hard: hard swish in place of ReLU.

    Shape:
        ``(B, in_channels, H, W)`` to ``(B, out_channels, ⌈H / stride⌉, ⌈W / stride⌉)``.

    Raises:
        TypeError, ValueError: a number is no positive integer, or ``kernel_size`` even.

    Source: Howard et al. (2019), figure 4 and section 5.3.
    """

    def __init__(self, in_channels: int, middle: int, out_channels: int, kernel_size: int, stride: int,
                 excited: bool, hard: bool):
        super().__init__()
        numbers = {"in_channels": in_channels, "middle": middle, "out_channels": out_channels,
                   "kernel_size": kernel_size, "stride": stride}
        for name, number in numbers.items():
            whole(name, number)
        if kernel_size % 2 == 0:
            raise ValueError(f"kernel_size must be odd, so that padding keeps the size, not {kernel_size}")
        block = partial(conv_norm, norm=Norm, activation=nn.Hardswish if hard else nn.ReLU)
        layers = [block(in_channels, middle, 1)] if middle != in_channels else []
        layers.append(block(middle, middle, kernel_size, stride=stride, groups=middle))
        if excited:
            layers.append(Excitation(middle, divisible(middle // 4), gate=nn.Hardsigmoid))
        self.block = nn.Sequential(*layers, conv_norm(middle, out_channels, 1, norm=Norm, activation=None))
        self.skips = stride == 1 and in_channels == out_channels

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The projected maps, with the input added where that is possible."""
        return x + self.block(x) if self.skips else self.block(x)


class MobileNetV3(nn.Module):
    """MobileNetV3, large or small.

    Args:
        rows: kernel size, channels in the middle, channels out, excitation, hard swish and stride
            of each block.
        hidden: units in front of the logits, 1280 in the large one, 1024 in the small.
        num_classes: number of logits.
        width: the width multiplier, which scales all channels.
        dropout: share of the hidden units dropped in training.
        in_channels: channels of the pictures, 3 for color.

    Shape:
        Input ``(B, in_channels, H, W)``, output ``(B, num_classes)``.

    Raises:
        TypeError, ValueError: a number is not positive.

    ``features(x)`` gives the maps in front of the mean, ``(B, C, H / 32, W / 32)``.

    ``state_dict`` has the names and shapes of torchvision's.

    Source: Howard et al. (2019), tables 1 and 2.
    """

    def __init__(
        self, rows: Sequence[tuple], hidden: int, *, num_classes: int = 1000, width: float = 1.0,
        dropout: float = 0.2, in_channels: int = 3,
    ):
        super().__init__()
        check_classes(num_classes, in_channels, dropout)
        real("width", width, 1e-6)
        channels = divisible(16 * width)
        features = [conv_norm(in_channels, channels, 3, stride=2, norm=Norm, activation=nn.Hardswish)]
        for kernel_size, middle, out_channels, excited, hard, stride in rows:
            out_channels = divisible(out_channels * width)
            features.append(ExcitedResidual(channels, divisible(middle * width), out_channels,
                                            kernel_size, stride, excited, hard))
            channels = out_channels
        features.append(conv_norm(channels, 6 * channels, 1, norm=Norm, activation=nn.Hardswish))
        self.features = nn.Sequential(*features)
        hidden = divisible(hidden * width)
        self.classifier = nn.Sequential(nn.Linear(6 * channels, hidden), nn.Hardswish(),
                                        nn.Dropout(dropout), nn.Linear(hidden, num_classes))
        reset_convolutions(self)
        reset_linear(self)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of pictures."""
        return self.classifier(self.features(x).mean((2, 3)))         # (B, num_classes)


mobilenet_v3_large = published(MobileNetV3, "mobilenet_v3_large", "MobileNetV3-Large at its published size.",
                           rows=LARGE, hidden=1280)
mobilenet_v3_small = published(MobileNetV3, "mobilenet_v3_small", "MobileNetV3-Small at its published size.",
                           rows=SMALL, hidden=1024)
