"""ResNet: blocks that add to their input, basic, bottleneck and pre-activated."""

from collections.abc import Sequence

import torch
from torch import nn

from .._arguments import choice, whole
from ._blocks import check_classes, published, reset_convolutions

WIDTHS = (64, 128, 256, 512)


class BasicBlock(nn.Module):
    r"""Two 3 × 3 convolutions and a skip connection: :math:`y = \mathrm{ReLU}(x + F(x))`.

    Args:
        in_channels: channels of :math:`x`.
        width: channels of both convolutions and of :math:`y`.
        stride: of the first convolution.
        shortcut: what :math:`x` goes through where shapes differ; None for nothing.
        residual: False leaves the addition out: a plain block, to compare.

    Shape:
        ``(B, in_channels, H, W)`` to ``(B, width, ⌈H / stride⌉, ⌈W / stride⌉)``.

    Source: He, Zhang, Ren and Sun (2016), equations 1 and 2, and figure 5, left.
    """

    expansion = 1

    def __init__(self, in_channels: int, width: int, stride: int = 1,
                 shortcut: nn.Module | None = None, *, residual: bool = True):
        super().__init__()
        self.conv1 = nn.Conv2d(in_channels, width, 3, stride, padding=1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.downsample = shortcut
        self.residual = residual

    def residual_function(self, x: torch.Tensor) -> torch.Tensor:
        """F(x), before anything is added."""
        x = torch.relu_(self.bn1(self.conv1(x)))                      # (B, width, H', W')
        return self.bn2(self.conv2(x))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """ReLU of the input plus F of it."""
        y = self.residual_function(x)
        if self.residual:
            y = y + (x if self.downsample is None else self.downsample(x))
        return torch.relu_(y)


class Bottleneck(BasicBlock):
    r"""1 × 1 down to ``width`` channels, 3 × 3 there, 1 × 1 up to four times as many, and a skip.

    Args:
        in_channels: channels of :math:`x`.
        width: channels of the 3 × 3 convolution; :math:`y` has four times as many.
        stride, shortcut, residual: as in :class:`BasicBlock`. The stride is that of the 3 × 3
            convolution, as in torchvision; the paper has it on the first 1 × 1.

    Shape:
        ``(B, in_channels, H, W)`` to ``(B, 4 * width, ⌈H / stride⌉, ⌈W / stride⌉)``.

    Source: He, Zhang, Ren and Sun (2016), figure 5, right.
    """

    expansion = 4

    def __init__(self, in_channels: int, width: int, stride: int = 1,
                 shortcut: nn.Module | None = None, *, residual: bool = True):
        nn.Module.__init__(self)
        self.conv1 = nn.Conv2d(in_channels, width, 1, bias=False)
        self.bn1 = nn.BatchNorm2d(width)
        self.conv2 = nn.Conv2d(width, width, 3, stride, padding=1, bias=False)
        self.bn2 = nn.BatchNorm2d(width)
        self.conv3 = nn.Conv2d(width, 4 * width, 1, bias=False)
        self.bn3 = nn.BatchNorm2d(4 * width)
        self.downsample = shortcut
        self.residual = residual

    def residual_function(self, x: torch.Tensor) -> torch.Tensor:
        """F(x), before anything is added."""
        x = torch.relu_(self.bn1(self.conv1(x)))                      # (B, width, H, W)
        x = torch.relu_(self.bn2(self.conv2(x)))                      # (B, width, H', W')
        return self.bn3(self.conv3(x))                                # (B, 4 width, H', W')


class PreActBlock(BasicBlock):
    r"""Normalization and ReLU in front of each convolution: :math:`y = x + F(x)`, and nothing after.

    The sum itself is the output, so that the skip connections of a whole stage are one identity.

    Args:
        in_channels, width, stride, shortcut, residual: as in :class:`BasicBlock`.

    Shape:
        As in :class:`BasicBlock`.

    Source: He, Zhang, Ren and Sun (2016), "Identity mappings in deep residual networks", figure 1b.
    """

    def __init__(self, in_channels: int, width: int, stride: int = 1,
                 shortcut: nn.Module | None = None, *, residual: bool = True):
        super().__init__(in_channels, width, stride, shortcut, residual=residual)
        self.bn1 = nn.BatchNorm2d(in_channels)

    def residual_function(self, x: torch.Tensor) -> torch.Tensor:
        """F(x), before anything is added."""
        x = self.conv1(torch.relu(self.bn1(x)))                       # (B, width, H', W')
        return self.conv2(torch.relu(self.bn2(x)))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The input plus F of it."""
        y = self.residual_function(x)
        if not self.residual:
            return y
        return y + (x if self.downsample is None else self.downsample(x))


BLOCKS = {"basic": BasicBlock, "bottleneck": Bottleneck, "preact": PreActBlock}


class ResNet(nn.Module):
    """A residual network: stem, stages of residual blocks, global average, one linear layer.

    ======== ================================================== ========================
    child    what it does                                       output for 224 × 224
    ======== ================================================== ========================
    conv1    7 × 7 convolution, stride 2                        64 × 112 × 112
    maxpool  3 × 3, stride 2                                    64 × 56 × 56
    layer1…  a stage: blocks, the first with stride 2 from the  64, 128, 256, 512 (times
             second stage on                                    4 with bottlenecks)
    avgpool  the mean of each channel                           512 (2048)
    fc       linear                                             1000
    ======== ================================================== ========================

    Args:
        block: ``"basic"``, ``"bottleneck"`` or ``"preact"``.
        depths: blocks in each stage; (2, 2, 2, 2) with basic blocks is ResNet-18.
        widths: channels of each stage, before the bottleneck's factor of 4.
        num_classes: number of logits.
        small: a stem for small pictures: one 3 × 3 convolution with stride 1 and no pooling, as in
            the paper's networks for CIFAR-10.
        residual: False leaves the additions out: the plain network, to compare.
        in_channels: channels of the pictures, 3 for color.

    Shape:
        Input ``(B, in_channels, H, W)``, output ``(B, num_classes)``.

    Raises:
        TypeError, ValueError: a number is not positive, the lengths of ``depths`` and ``widths``
            differ, or there is no such block.

    ``state_dict`` has the names and shapes of torchvision's for basic blocks and bottlenecks.
    Convolutions start at variance 2 / fan-out.

    Source: He, Zhang, Ren and Sun (2016), table 1; section 4.2 for small pictures.
    """

    def __init__(
        self, block: str, depths: Sequence[int], widths: Sequence[int] = WIDTHS, *,
        num_classes: int = 1000, small: bool = False, residual: bool = True, in_channels: int = 3,
    ):
        super().__init__()
        kind = BLOCKS[choice("block", block, BLOCKS)]
        check_classes(num_classes, in_channels)
        if len(widths) != len(depths):
            raise ValueError(f"widths must have the length of depths, {len(depths)}, not {len(widths)}")
        width = widths[0]
        self.conv1 = (nn.Conv2d(in_channels, width, 3, padding=1, bias=False) if small
                      else nn.Conv2d(in_channels, width, 7, stride=2, padding=3, bias=False))
        self.bn1 = nn.BatchNorm2d(width)
        self.maxpool = nn.Identity() if small else nn.MaxPool2d(3, stride=2, padding=1)
        self.stages = [f"layer{i}" for i in range(1, len(depths) + 1)]
        for name, depth, stage_width in zip(self.stages, depths, widths):
            stride = 1 if name == "layer1" else 2
            self.add_module(name, stage(kind, whole("depths", depth), width, stage_width, stride, residual))
            width = stage_width * kind.expansion
        self.last = nn.Sequential(nn.BatchNorm2d(width), nn.ReLU()) if block == "preact" else nn.Identity()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(width, num_classes)
        reset_convolutions(self, "relu")

    def features(self, x: torch.Tensor) -> torch.Tensor:
        """The maps in front of the mean, ``(B, 512, H / 32, W / 32)`` (2048 with bottlenecks)."""
        x = self.maxpool(torch.relu_(self.bn1(self.conv1(x))))        # (B, 64, H / 4, W / 4)
        for name in self.stages:
            x = self.get_submodule(name)(x)                           # (B, 512, H / 32, W / 32)
        return self.last(x)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of pictures."""
        return self.fc(self.avgpool(self.features(x)).flatten(1))     # (B, num_classes)


def stage(kind: type[BasicBlock], depth: int, in_channels: int, width: int, stride: int,
          residual: bool = True) -> nn.Sequential:
    """``depth`` blocks of a kind, the first with the stride; a 1 × 1 projection where shapes differ."""
    out_channels = width * kind.expansion
    shortcut = None
    if residual and (stride != 1 or in_channels != out_channels):
        projection = nn.Conv2d(in_channels, out_channels, 1, stride, bias=False)
        shortcut = projection if kind is PreActBlock else nn.Sequential(
            projection, nn.BatchNorm2d(out_channels))
    blocks = [kind(in_channels, width, stride, shortcut, residual=residual)]
    blocks += [kind(out_channels, width, residual=residual) for _ in range(depth - 1)]
    return nn.Sequential(*blocks)


def _named(layers: int, block: str, depths: Sequence[int]):
    return published(ResNet, f"resnet{layers}", f"ResNet-{layers}, of the ImageNet networks in table 1.",
                 block=block, depths=depths)


resnet18 = _named(18, "basic", (2, 2, 2, 2))
resnet34 = _named(34, "basic", (3, 4, 6, 3))
resnet50 = _named(50, "bottleneck", (3, 4, 6, 3))
resnet101 = _named(101, "bottleneck", (3, 4, 23, 3))
resnet152 = _named(152, "bottleneck", (3, 8, 36, 3))
