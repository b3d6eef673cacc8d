"""DenseNet: every layer of a block reads what all layers before it wrote."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext

import torch
from torch import nn
from torch.utils.checkpoint import checkpoint

from .._arguments import real, whole
from ._blocks import check_classes, published


@contextmanager
def without_tracking(norm: nn.BatchNorm2d) -> Iterator[None]:
    """Leave a normalization's running statistics as they are; what it computes stays the same."""
    momentum, batches = norm.momentum, norm.num_batches_tracked.clone()
    norm.momentum = 0.0
    try:
        yield
    finally:
        norm.momentum = momentum
        norm.num_batches_tracked.copy_(batches)


class DenseLayer(nn.Module):
    """1 × 1 down to ``bottleneck * growth`` channels, 3 × 3 to ``growth``; normalized and rectified before each.

    Args:
        in_channels: channels of all maps that it reads, together.
        growth: k, the channels that it adds.
        bottleneck: channels between the two convolutions, in units of ``growth``.
        dropout: share of the new maps dropped in training.
        recompute: keep only the maps themselves for the backward pass; concatenation,
            normalization and ReLU are computed again there. Running statistics see each batch
            once, as without.

    Shape:
        A list of maps ``(B, C_i, H, W)``, their channels ``in_channels`` together, to
        ``(B, growth, H, W)``.

    Source: Huang et al. (2017), section 3, DenseNet-B; recomputing: Pleiss et al. (2017).
    """

    def __init__(self, in_channels: int, growth: int, bottleneck: int = 4, dropout: float = 0.0,
                 recompute: bool = False):
        super().__init__()
        self.norm1 = nn.BatchNorm2d(in_channels)
        self.conv1 = nn.Conv2d(in_channels, bottleneck * growth, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(bottleneck * growth)
        self.conv2 = nn.Conv2d(bottleneck * growth, growth, 3, padding=1, bias=False)
        self.dropout, self.recompute = dropout, recompute

    def squeeze(self, *maps: torch.Tensor) -> torch.Tensor:
        """From all maps so far to the bottleneck."""
        return self.conv1(torch.relu_(self.norm1(torch.cat(maps, 1))))

    def _passes(self):
        """What surrounds the first pass through ``squeeze``, and the second one."""
        return nullcontext(), without_tracking(self.norm1)

    def forward(self, maps: list[torch.Tensor]) -> torch.Tensor:
        """The ``growth`` new maps."""
        if self.recompute and any(x.requires_grad for x in maps):
            x = checkpoint(self.squeeze, *maps, use_reentrant=False, context_fn=self._passes)
        else:
            x = self.squeeze(*maps)                                   # (B, 4 growth, H, W)
        x = self.conv2(torch.relu_(self.norm2(x)))                    # (B, growth, H, W)
        return nn.functional.dropout(x, self.dropout, self.training) if self.dropout else x


class DenseBlock(nn.Module):
    """``depth`` dense layers: layer l reads ``in_channels + (l - 1) * growth`` channels.

    Args:
        depth: number of layers.
        in_channels, growth, bottleneck, dropout, recompute: as in :class:`DenseLayer`.

    Shape:
        ``(B, in_channels, H, W)`` to ``(B, in_channels + depth * growth, H, W)``.

    Source: Huang et al. (2017), equation 2 and figure 1.
    """

    def __init__(self, depth: int, in_channels: int, growth: int, bottleneck: int = 4,
                 dropout: float = 0.0, recompute: bool = False):
        super().__init__()
        for i in range(depth):
            layer = DenseLayer(in_channels + i * growth, growth, bottleneck, dropout, recompute)
            self.add_module(f"denselayer{i + 1}", layer)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The input and everything that the layers added, concatenated."""
        maps = [x]
        for layer in self.children():
            maps.append(layer(maps))
        return torch.cat(maps, 1)


def transition(in_channels: int, out_channels: int) -> nn.Sequential:
    """Between blocks: 1 × 1 convolution to fewer channels, and mean pooling that halves the size."""
    layers = nn.Sequential()
    layers.add_module("norm", nn.BatchNorm2d(in_channels))
    layers.add_module("relu", nn.ReLU(inplace=True))
    layers.add_module("conv", nn.Conv2d(in_channels, out_channels, 1, bias=False))
    layers.add_module("pool", nn.AvgPool2d(2, 2))
    return layers


class DenseNet(nn.Module):
    """A densely connected network (DenseNet-BC): dense blocks, and transitions that halve.

    Args:
        growth: k, the channels that each layer adds.
        depths: layers of each block; (6, 12, 24, 16) is DenseNet-121.
        stem: channels in front of the first block.
        bottleneck: channels between the two convolutions of a layer, in units of ``growth``.
        dropout: share of the new maps of each layer dropped in training.
        num_classes: number of logits.
        small: a stem for small pictures: one 3 × 3 convolution with stride 1 and no pooling, as in
            the paper's networks for CIFAR.
        recompute: trade time for memory, see :class:`DenseLayer`.
        in_channels: channels of the pictures, 3 for color.

    Shape:
        Input ``(B, in_channels, H, W)``, output ``(B, num_classes)``.

    Raises:
        TypeError, ValueError: a number is not positive.

    ``features(x)`` gives the maps in front of the last ReLU and the mean, ``(B, C, H / 32, W / 32)``.

    ``state_dict`` has the names and shapes of torchvision's. Convolutions start at variance
    2 / fan-in.

    Source: Huang, Liu, van der Maaten and Weinberger (2017), section 3 and table 1.
    """

    def __init__(
        self, growth: int = 32, depths: Sequence[int] = (6, 12, 24, 16), stem: int = 64, *,
        bottleneck: int = 4, dropout: float = 0.0, num_classes: int = 1000, small: bool = False,
        recompute: bool = False, in_channels: int = 3,
    ):
        super().__init__()
        check_classes(num_classes, in_channels)
        whole("growth", growth)
        whole("bottleneck", bottleneck)
        real("dropout", dropout, 0, 1)
        self.features = nn.Sequential()
        self.features.add_module("conv0", (
            nn.Conv2d(in_channels, whole("stem", stem), 3, padding=1, bias=False) if small
            else nn.Conv2d(in_channels, whole("stem", stem), 7, stride=2, padding=3, bias=False)))
        if not small:
            self.features.add_module("norm0", nn.BatchNorm2d(stem))
            self.features.add_module("relu0", nn.ReLU(inplace=True))
            self.features.add_module("pool0", nn.MaxPool2d(3, stride=2, padding=1))
        channels = stem
        for i, depth in enumerate(depths, start=1):
            block = DenseBlock(whole("depths", depth), channels, growth, bottleneck, dropout, recompute)
            self.features.add_module(f"denseblock{i}", block)
            channels += depth * growth
            if i < len(depths):
                self.features.add_module(f"transition{i}", transition(channels, channels // 2))
                channels //= 2
        self.features.add_module(f"norm{len(depths) + 1}", nn.BatchNorm2d(channels))
        self.classifier = nn.Linear(channels, num_classes)
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw convolutions from a normal distribution of variance 2 / fan-in."""
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight)
        nn.init.zeros_(self.classifier.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of pictures."""
        x = torch.relu_(self.features(x))                             # (B, channels, H / 32, W / 32)
        return self.classifier(x.mean((2, 3)))                        # (B, num_classes)


def _named(layers: int, growth: int, depths: Sequence[int], stem: int):
    return published(DenseNet, f"densenet{layers}", f"DenseNet-{layers} with growth {growth}.",
                 growth=growth, depths=depths, stem=stem)


densenet121 = _named(121, 32, (6, 12, 24, 16), 64)
densenet161 = _named(161, 48, (6, 12, 36, 24), 96)
densenet169 = _named(169, 32, (6, 12, 32, 32), 64)
densenet201 = _named(201, 32, (6, 12, 48, 32), 64)
