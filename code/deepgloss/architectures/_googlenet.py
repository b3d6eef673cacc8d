"""GoogLeNet: inception modules, and classifiers on the way."""

from typing import NamedTuple

import torch
from torch import nn

from .._arguments import choice, whole
from ._blocks import check_classes, published

# The rows of the paper's table 1: #1×1, #3×3 reduce, #3×3, #5×5 reduce, #5×5, pool proj.
INCEPTIONS = {
    "3a": (64, 96, 128, 16, 32, 32), "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64), "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64), "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128), "5b": (384, 192, 384, 48, 128, 128),
}


class GoogLeNetOutputs(NamedTuple):
    """Logits of the network and of its two auxiliary classifiers, the later one first."""

    logits: torch.Tensor
    aux_logits2: torch.Tensor
    aux_logits1: torch.Tensor


class BasicConv2d(nn.Module):
    """A convolution, its batch normalization if ``batch_norm``, and a ReLU."""

    def __init__(self, in_channels: int, out_channels: int, kernel_size: int, batch_norm: bool = True,
                 **options):
        super().__init__()
        self.conv = nn.Conv2d(in_channels, out_channels, kernel_size, bias=not batch_norm, **options)
        self.bn = nn.BatchNorm2d(out_channels, eps=0.001) if batch_norm else nn.Identity()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Maps ``(B, in_channels, H, W)`` to ``(B, out_channels, H', W')``."""
        return torch.relu_(self.bn(self.conv(x)))


class Inception(nn.Module):
    """Four views of the same maps, side by side: 1 × 1, 3 × 3, 5 × 5 and pooled.

    Args:
        in_channels: channels of the input.
        ones, reduce3, threes, reduce5, fives, pooled: channels as in the paper's table 1; the two
            ``reduce`` are 1 × 1 convolutions in front of the costly ones.
        largest: kernel size of the third branch, 5 in the paper. torchvision's published weights
            have 3 there.
        batch_norm: normalize behind each convolution.

    Shape:
        ``(B, in_channels, H, W)`` to ``(B, ones + threes + fives + pooled, H, W)``.

    Raises:
        TypeError, ValueError: a number of channels is not positive, or ``largest`` even.

    Source: Szegedy et al. (2015), figure 2b.
    """

    def __init__(
        self, in_channels: int, ones: int, reduce3: int, threes: int, reduce5: int, fives: int,
        pooled: int, *, largest: int = 5, batch_norm: bool = True,
    ):
        super().__init__()
        channels = {"in_channels": in_channels, "ones": ones, "reduce3": reduce3, "threes": threes,
                    "reduce5": reduce5, "fives": fives, "pooled": pooled}
        for name, number in channels.items():
            whole(name, number)
        if whole("largest", largest) % 2 == 0:
            raise ValueError(f"largest must be odd, so that the branches agree in size, not {largest}")
        self.branch1 = BasicConv2d(in_channels, ones, 1, batch_norm)
        self.branch2 = nn.Sequential(
            BasicConv2d(in_channels, reduce3, 1, batch_norm),
            BasicConv2d(reduce3, threes, 3, batch_norm, padding=1))
        self.branch3 = nn.Sequential(
            BasicConv2d(in_channels, reduce5, 1, batch_norm),
            BasicConv2d(reduce5, fives, largest, batch_norm, padding=largest // 2))
        self.branch4 = nn.Sequential(
            nn.MaxPool2d(3, stride=1, padding=1), BasicConv2d(in_channels, pooled, 1, batch_norm))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The outputs of the four branches, concatenated along the channels."""
        return torch.cat([self.branch1(x), self.branch2(x), self.branch3(x), self.branch4(x)], 1)


class InceptionAux(nn.Module):
    """An auxiliary classifier: 4 × 4 means, a 1 × 1 convolution to 128 channels, two linear layers.

    Seven tenths of its hidden units are dropped in training.

    Args:
        in_channels: channels of the maps it reads.
        num_classes: number of logits.
        batch_norm: normalize behind the convolution.

    Shape:
        ``(B, in_channels, H, W)`` to ``(B, num_classes)``.

    Source: Szegedy et al. (2015), section 5.
    """

    def __init__(self, in_channels: int, num_classes: int, batch_norm: bool = True):
        super().__init__()
        self.conv = BasicConv2d(in_channels, 128, 1, batch_norm)
        self.fc1 = nn.Linear(2048, 1024)
        self.fc2 = nn.Linear(1024, num_classes)
        self.dropout = nn.Dropout(0.7)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits from the maps of a layer halfway."""
        x = self.conv(nn.functional.adaptive_avg_pool2d(x, 4))        # (B, 128, 4, 4)
        return self.fc2(self.dropout(torch.relu(self.fc1(x.flatten(1)))))


class GoogLeNet(nn.Module):
    """GoogLeNet, 22 layers with weights: nine inception modules and two auxiliary classifiers.

    Args:
        num_classes: number of logits.
        aux_logits: with the auxiliary classifiers; they take part in training alone.
        largest: kernel size of the third branch of the modules: 3, as in torchvision's weights, or
            5, as in the paper. The last pooling follows: 2 × 2 with 3, 3 × 3 with 5.
        batch_norm: normalize behind each convolution, as torchvision's weights do. The paper does
            not: it has biases there, and two local response normalizations, left out here.
        dropout: share of the last 1024 numbers dropped in training.
        in_channels: channels of the pictures, 3 for color.

    Shape:
        Input ``(B, in_channels, H, W)`` with H and W at least 15; output ``(B, num_classes)``, in
        training mode with auxiliary classifiers a :class:`GoogLeNetOutputs`.

    Raises:
        TypeError, ValueError: a number is not positive, or ``largest`` neither 3 nor 5.

    ``state_dict`` has the names and shapes of torchvision's, whose weights are those of the
    authors. Weights start from a normal distribution of spread 0.01, cut at ±2.

    Source: Szegedy et al. (2015), table 1 and section 5.
    """

    def __init__(
        self, *, num_classes: int = 1000, aux_logits: bool = True, largest: int = 3,
        batch_norm: bool = True, dropout: float = 0.2, in_channels: int = 3,
    ):
        super().__init__()
        check_classes(num_classes, in_channels, dropout)
        choice("largest", whole("largest", largest), (3, 5))
        self.conv1 = BasicConv2d(in_channels, 64, 7, batch_norm, stride=2, padding=3)
        self.maxpool1 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.conv2 = BasicConv2d(64, 64, 1, batch_norm)
        self.conv3 = BasicConv2d(64, 192, 3, batch_norm, padding=1)
        self.maxpool2 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        width, widths = 192, {}
        for name, channels in INCEPTIONS.items():
            module = Inception(width, *channels, largest=largest, batch_norm=batch_norm)
            self.add_module(f"inception{name}", module)
            width = widths[name] = channels[0] + channels[2] + channels[4] + channels[5]
        self.maxpool3 = nn.MaxPool2d(3, stride=2, ceil_mode=True)
        self.maxpool4 = nn.MaxPool2d(3 if largest == 5 else 2, stride=2, ceil_mode=True)
        self.aux1 = InceptionAux(widths["4a"], num_classes, batch_norm) if aux_logits else None
        self.aux2 = InceptionAux(widths["4d"], num_classes, batch_norm) if aux_logits else None
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.dropout = nn.Dropout(dropout)
        self.fc = nn.Linear(width, num_classes)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw weights from a normal distribution of spread 0.01."""
        for layer in self.modules():
            if isinstance(layer, (nn.Conv2d, nn.Linear)):
                nn.init.trunc_normal_(layer.weight, std=0.01, a=-2, b=2)

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """The maps in front of the mean: ``(B, 1024, H / 32, W / 32)``."""
        return self._maps(x)[0]

    def _maps(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None, torch.Tensor | None]:
        """The last maps and the auxiliary logits; sizes below are those of 224 × 224 pixels."""
        auxiliary = self.training and self.aux1 is not None
        x = self.maxpool1(self.conv1(x))                              # (B, 64, 56, 56)
        x = self.maxpool2(self.conv3(self.conv2(x)))                  # (B, 192, 28, 28)
        x = self.inception3b(self.inception3a(x))                     # (B, 480, 28, 28)
        x = self.inception4a(self.maxpool3(x))                        # (B, 512, 14, 14)
        aux1 = self.aux1(x) if auxiliary else None
        x = self.inception4d(self.inception4c(self.inception4b(x)))   # (B, 528, 14, 14)
        aux2 = self.aux2(x) if auxiliary else None
        x = self.maxpool4(self.inception4e(x))                        # (B, 832, 7, 7)
        return self.inception5b(self.inception5a(x)), aux1, aux2      # (B, 1024, 7, 7)

    def forward(self, x: torch.Tensor) -> torch.Tensor | GoogLeNetOutputs:
        """Logits of pictures."""
        x, aux1, aux2 = self._maps(x)
        x = self.fc(self.dropout(self.avgpool(x).flatten(1)))         # (B, num_classes)
        return x if aux1 is None else GoogLeNetOutputs(x, aux2, aux1)


googlenet = published(GoogLeNet, "googlenet", "GoogLeNet as torchvision's published weights fit it.")
