"""EfficientNet: one small network found by search, and a rule for making it larger."""

import math
from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import nn

from .._arguments import real, whole
from ._blocks import Excitation, check_classes, conv_norm, divisible, published, reset_convolutions
from ._stochastic_depth import StochasticDepth

# Expansion, kernel, stride of the first, channels, repetitions: table 1 of Tan and Le (2019).
STAGES = ((1, 3, 1, 16, 1), (6, 3, 2, 24, 2), (6, 5, 2, 40, 2), (6, 3, 2, 80, 3), (6, 5, 1, 112, 3),
          (6, 5, 2, 192, 4), (6, 3, 1, 320, 1))
# Width, depth, resolution and dropout, as in the authors' code.
SCALES = ((1.0, 1.0, 224, 0.2), (1.0, 1.1, 240, 0.2), (1.1, 1.2, 260, 0.3), (1.2, 1.4, 300, 0.3),
          (1.4, 1.8, 380, 0.4), (1.6, 2.2, 456, 0.4), (1.8, 2.6, 528, 0.5), (2.0, 3.1, 600, 0.5))


class MBConv(nn.Module):
    """An inverted residual with squeeze and excitation, SiLU, and stochastic depth.

    Args:
        in_channels, out_channels: channels at its ends.
        expansion: how many times as many channels the middle has; 1 leaves the first layer out.
        kernel_size, stride: of the depthwise convolution.
        drop: probability that the block is skipped in training, where it has a skip connection.
        norm: makes a normalization of so many channels.

    Shape:
        ``(B, in_channels, H, W)`` to ``(B, out_channels, ⌈H / stride⌉, ⌈W / stride⌉)``.

    Source: Tan and Le (2019), section 4; the gates are squeezed to a quarter of ``in_channels``.
    """

    def __init__(self, in_channels: int, out_channels: int, expansion: int, kernel_size: int, stride: int,
                 drop: float = 0.0, norm: Callable[[int], nn.Module] = nn.BatchNorm2d):
        super().__init__()
        block = partial(conv_norm, norm=norm, activation=nn.SiLU)
        wide = divisible(in_channels * expansion)
        layers = [block(in_channels, wide, 1)] if wide != in_channels else []
        self.block = nn.Sequential(
            *layers,
            block(wide, wide, kernel_size, stride=stride, groups=wide),
            Excitation(wide, max(1, in_channels // 4), nn.SiLU),
            conv_norm(wide, out_channels, 1, norm=norm, activation=None),
        )
        self.skips = stride == 1 and in_channels == out_channels
        self.stochastic_depth = StochasticDepth(real("drop", drop, 0, 1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The projected maps, with the input added where that is possible."""
        return x + self.stochastic_depth(self.block(x)) if self.skips else self.block(x)


class EfficientNet(nn.Module):
    """An EfficientNet: the stages of B0, scaled in width and in depth.

    Args:
        width: factor for all channels, rounded to multiples of 8.
        depth: factor for the repetitions, rounded up.
        stages: expansion, kernel size, stride of the first block, channels and repetitions of each
            stage, before scaling.
        stem: channels and stride of the convolution in front.
        num_classes: number of logits.
        dropout: share of the last numbers dropped in training.
        drop: the probability of stochastic depth that the last block would have; it rises linearly
            from 0 at the first.
        norm: makes a normalization of so many channels.
        in_channels: channels of the pictures, 3 for color.

    Shape:
        Input ``(B, in_channels, H, W)``, output ``(B, num_classes)``. The resolution, the third
        thing to scale, is H and W.

    Raises:
        TypeError, ValueError: a number is not positive, or a share outside [0, 1].

    ``features(x)`` gives the maps in front of the mean, ``(B, C, H / 32, W / 32)``.

    ``state_dict`` has the names and shapes of torchvision's.

    Source: Tan and Le (2019), table 1 and equation 3.
    """

    def __init__(
        self, width: float = 1.0, depth: float = 1.0, *, stages: Sequence[tuple] = STAGES,
        stem: tuple[int, int] = (32, 2), num_classes: int = 1000, dropout: float = 0.2,
        drop: float = 0.2, norm: Callable[[int], nn.Module] = nn.BatchNorm2d, in_channels: int = 3,
    ):
        super().__init__()
        check_classes(num_classes, in_channels, dropout)
        real("width", width, 1e-6)
        real("depth", depth, 1e-6)
        real("drop", drop, 0, 1)
        channels = divisible(stem[0] * width)
        features = [conv_norm(in_channels, channels, 3, stride=stem[1], norm=norm, activation=nn.SiLU)]
        repetitions = [math.ceil(whole("repetitions", row[4]) * depth) for row in stages]
        done = 0
        for (expansion, kernel_size, stride, out_channels, _), count in zip(stages, repetitions):
            blocks, out_channels = [], divisible(out_channels * width)
            for i in range(count):
                probability = drop * done / sum(repetitions)
                blocks.append(MBConv(channels, out_channels, expansion, kernel_size,
                                     stride if i == 0 else 1, probability, norm))
                channels, done = out_channels, done + 1
            features.append(nn.Sequential(*blocks))
        features.append(conv_norm(channels, 4 * channels, 1, norm=norm, activation=nn.SiLU))
        self.features = nn.Sequential(*features)
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(4 * channels, num_classes))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Convolutions at variance 2 / fan-out, the linear layer uniform in ±1/√num_classes."""
        reset_convolutions(self)
        linear = self.classifier[1]
        nn.init.uniform_(linear.weight, -(linear.out_features**-0.5), linear.out_features**-0.5)
        nn.init.zeros_(linear.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of pictures."""
        return self.classifier(self.avgpool(self.features(x)).flatten(1))


def _named(index: int):
    width, depth, resolution, dropout = SCALES[index]
    options = {"norm": partial(nn.BatchNorm2d, eps=0.001, momentum=0.01)} if index >= 5 else {}
    return published(EfficientNet, f"efficientnet_b{index}",
                 f"EfficientNet-B{index}, for {resolution} × {resolution} pixels.",
                 width=width, depth=depth, dropout=dropout, **options)


(efficientnet_b0, efficientnet_b1, efficientnet_b2, efficientnet_b3, efficientnet_b4, efficientnet_b5,
 efficientnet_b6, efficientnet_b7) = (_named(index) for index in range(8))
