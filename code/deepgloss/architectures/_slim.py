"""Every architecture of the part, slim enough to learn 8 × 8 digits in seconds on a laptop."""

from collections.abc import Callable

import torch
from torch import nn

from .._arguments import choice
from ._densenet import DenseNet
from ._efficientnet import EfficientNet
from ._googlenet import BasicConv2d, Inception
from ._mobilenet import MobileNetV1, MobileNetV2
from ._resnet import ResNet
from ._vgg import VGG

SMALL = {"num_classes": 10, "in_channels": 1}


class SlimGoogLeNet(nn.Module):
    """A stem and three inception modules for small pictures.

    Shape:
        ``(B, 1, H, W)`` to ``(B, 10)``.
    """

    def __init__(self):
        super().__init__()
        self.stem = BasicConv2d(1, 16, 3, padding=1)
        self.inception3a = Inception(16, 8, 8, 16, 4, 8, 8)
        self.maxpool = nn.MaxPool2d(2)
        self.inception4a = Inception(40, 16, 16, 32, 8, 16, 16)
        self.inception4b = Inception(80, 16, 16, 32, 8, 16, 16)
        self.fc = nn.Linear(80, 10)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of pictures."""
        x = self.maxpool(self.inception3a(self.stem(x)))              # (B, 40, H / 2, W / 2)
        x = self.inception4b(self.inception4a(x))                     # (B, 80, H / 2, W / 2)
        return self.fc(x.mean((2, 3)))                                # (B, 10)


def _lenet() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 6, 3, padding=1), nn.Tanh(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 3, padding=1), nn.Tanh(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(64, 120), nn.Tanh(), nn.Linear(120, 84), nn.Tanh(), nn.Linear(84, 10),
    )


SLIM: dict[str, Callable[[], nn.Module]] = {
    "LeNet": _lenet,
    "VGG": lambda: VGG((2, 2), (16, 32), batch_norm=True, hidden=64, grid=2, dropout=0.0, **SMALL),
    "GoogLeNet": SlimGoogLeNet,
    "ResNet": lambda: ResNet("basic", (1, 1), (16, 32), small=True, **SMALL),
    "DenseNet": lambda: DenseNet(8, (3, 3), 16, small=True, **SMALL),
    "MobileNet": lambda: MobileNetV1(layers=((32, 1), (64, 2), (64, 1)), stem=(16, 1), **SMALL),
    "MobileNetV2": lambda: MobileNetV2(
        blocks=((1, 16, 1, 1), (4, 24, 2, 2), (4, 32, 1, 1)), stem=(16, 1), last=64, dropout=0.0, **SMALL),
    "EfficientNet": lambda: EfficientNet(
        stages=((1, 3, 1, 16, 1), (4, 3, 2, 24, 2), (4, 5, 1, 32, 1)), stem=(16, 1), dropout=0.0,
        drop=0.1, **SMALL),
}


def slim(name: str) -> nn.Module:
    """A network in the manner of an architecture, for the 8 × 8 digits: gray, ten classes.

    Args:
        name: one of ``"LeNet"``, ``"VGG"``, ``"GoogLeNet"``, ``"ResNet"``, ``"DenseNet"``,
            ``"MobileNet"``, ``"MobileNetV2"`` and ``"EfficientNet"``.

    Returns:
        An untrained network from ``(B, 1, 8, 8)`` to ``(B, 10)``, with 9,000 to 30,000
        parameters.

    Raises:
        ValueError: there is no such architecture.
    """
    return SLIM[choice("name", name, SLIM)]()
