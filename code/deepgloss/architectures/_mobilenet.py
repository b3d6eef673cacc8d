"""MobileNet, versions 1 and 2: depthwise separable convolutions, then inverted residuals."""

from collections.abc import Sequence
from functools import partial

import torch
from torch import nn

from .._arguments import real, whole
from ._blocks import check_classes, conv_norm, divisible, published, reset_convolutions, reset_linear

# Output channels and stride of the separable layers, table 1 of Howard et al. (2017).
SEPARABLE = ((64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5, (1024, 2), (1024, 1))
# Expansion, channels, repetitions and stride, table 2 of Sandler et al. (2018).
INVERTED = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
            (6, 320, 1, 1))


class MobileNetV1(nn.Module):
    """MobileNet: one full convolution, then nothing but depthwise separable ones.

    Args:
        num_classes: number of logits.
        width: the width multiplier α, which scales all channels.
        layers: output channels and stride of each separable layer.
        stem: channels and stride of the full convolution in front.
        separable: False puts a full 3 × 3 convolution in place of each separable one, to compare.
        dropout: share of the last numbers dropped in training.
        in_channels: channels of the pictures, 3 for color.

    Shape:
        Input ``(B, in_channels, H, W)``, output ``(B, num_classes)``. The paper's resolution
        multiplier is a smaller H and W.

    Raises:
        TypeError, ValueError: a number is not positive.

    ``features(x)`` gives the maps in front of the mean, ``(B, C, H / 32, W / 32)``.

    Source: Howard et al. (2017), table 1 and section 3.3. torchvision has no such network; names
    are those of its version 2 where there is a counterpart.
    """

    def __init__(
        self, *, num_classes: int = 1000, width: float = 1.0,
        layers: Sequence[tuple[int, int]] = SEPARABLE, stem: tuple[int, int] = (32, 2),
        separable: bool = True, dropout: float = 0.001, in_channels: int = 3,
    ):
        super().__init__()
        check_classes(num_classes, in_channels, dropout)
        scaled = partial(_scaled, width=real("width", width, 1e-6))
        channels = scaled(stem[0])
        features = [conv_norm(in_channels, channels, 3, stride=stem[1])]
        for out_channels, stride in layers:
            if separable:
                features.append(nn.Sequential(
                    conv_norm(channels, channels, 3, stride=stride, groups=channels),
                    conv_norm(channels, scaled(out_channels), 1)))
            else:
                features.append(conv_norm(channels, scaled(out_channels), 3, stride=stride))
            channels = scaled(out_channels)
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(channels, num_classes))
        reset_convolutions(self)
        reset_linear(self)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of pictures."""
        return self.classifier(self.features(x).mean((2, 3)))         # (B, num_classes)


def _scaled(channels: int, width: float) -> int:
    return divisible(channels * width)


class InvertedResidual(nn.Module):
    """Wide in the middle: 1 × 1 up, depthwise 3 × 3, 1 × 1 down without an activation; skip if shapes agree.

    Args:
        in_channels, out_channels: channels at the two narrow ends.
        stride: of the depthwise convolution.
        expansion: how many times as many channels the middle has; 1 leaves the first layer out.

    Shape:
        ``(B, in_channels, H, W)`` to ``(B, out_channels, ⌈H / stride⌉, ⌈W / stride⌉)``.

    Raises:
        TypeError, ValueError: a number is no positive integer.

    Source: Sandler et al. (2018), table 1 and figure 3b.
    """

    def __init__(self, in_channels: int, out_channels: int, stride: int, expansion: int):
        super().__init__()
        numbers = {"in_channels": in_channels, "out_channels": out_channels, "stride": stride,
                   "expansion": expansion}
        for name, number in numbers.items():
            whole(name, number)
        wide = in_channels * expansion
        layers = [conv_norm(in_channels, wide, 1, activation=nn.ReLU6)] if expansion != 1 else []
        layers.append(conv_norm(wide, wide, 3, stride=stride, groups=wide, activation=nn.ReLU6))
        self.conv = nn.Sequential(
            *layers, nn.Conv2d(wide, out_channels, 1, bias=False), nn.BatchNorm2d(out_channels))
        self.skips = stride == 1 and in_channels == out_channels

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The projected maps, with the input added where that is possible."""
        return x + self.conv(x) if self.skips else self.conv(x)


class MobileNetV2(nn.Module):
    """MobileNetV2: inverted residuals with linear bottlenecks.

    Args:
        num_classes: number of logits.
        width: the width multiplier α; the last 1280 channels grow with it but do not shrink.
        blocks: rows of expansion, channels, repetitions and stride of the first.
        stem: channels and stride of the full convolution in front.
        last: channels of the 1 × 1 convolution behind the blocks.
        dropout: share of the last numbers dropped in training.
        in_channels: channels of the pictures, 3 for color.

    Shape:
        Input ``(B, in_channels, H, W)``, output ``(B, num_classes)``.

    Raises:
        TypeError, ValueError: a number is not positive.

    ``features(x)`` gives the maps in front of the mean, ``(B, C, H / 32, W / 32)``.

    ``state_dict`` has the names and shapes of torchvision's.

    Source: Sandler et al. (2018), table 2.
    """

    def __init__(
        self, *, num_classes: int = 1000, width: float = 1.0,
        blocks: Sequence[tuple[int, int, int, int]] = INVERTED, stem: tuple[int, int] = (32, 2),
        last: int = 1280, dropout: float = 0.2, in_channels: int = 3,
    ):
        super().__init__()
        check_classes(num_classes, in_channels, dropout)
        real("width", width, 1e-6)
        channels = divisible(stem[0] * width)
        features: list[nn.Module] = [
            conv_norm(in_channels, channels, 3, stride=stem[1], activation=nn.ReLU6)]
        for expansion, out_channels, repetitions, stride in blocks:
            out_channels = divisible(out_channels * width)
            for i in range(whole("repetitions", repetitions)):
                features.append(
                    InvertedResidual(channels, out_channels, stride if i == 0 else 1, expansion))
                channels = out_channels
        last = divisible(last * max(1.0, width))
        features.append(conv_norm(channels, last, 1, activation=nn.ReLU6))
        self.features = nn.Sequential(*features)
        self.classifier = nn.Sequential(nn.Dropout(dropout), nn.Linear(last, num_classes))
        reset_convolutions(self)
        reset_linear(self)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of pictures."""
        return self.classifier(self.features(x).mean((2, 3)))         # (B, num_classes)


mobilenet_v2 = published(MobileNetV2, "mobilenet_v2", "MobileNetV2 at its published size.")
