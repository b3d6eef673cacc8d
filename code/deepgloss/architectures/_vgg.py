"""VGG: nothing but 3 × 3 convolutions, as deep as it goes."""

from collections.abc import Sequence

import torch
from torch import nn

from .._arguments import whole
from ._blocks import check_classes, published, reset_convolutions, reset_linear

DEPTHS = {11: (1, 1, 2, 2, 2), 13: (2, 2, 2, 2, 2), 16: (2, 2, 3, 3, 3), 19: (2, 2, 4, 4, 4)}
WIDTHS = (64, 128, 256, 512, 512)


def vgg_block(in_channels: int, out_channels: int, depth: int, batch_norm: bool = False) -> list[nn.Module]:
    """``depth`` convolutions of 3 × 3 with ReLU, then max pooling that halves the size."""
    layers: list[nn.Module] = []
    for _ in range(depth):
        layers.append(nn.Conv2d(in_channels, out_channels, 3, padding=1))
        if batch_norm:
            layers.append(nn.BatchNorm2d(out_channels))
        layers.append(nn.ReLU(inplace=True))
        in_channels = out_channels
    return [*layers, nn.MaxPool2d(2, 2)]


class VGG(nn.Module):
    """VGG: five blocks of 3 × 3 convolutions, and three fully connected layers.

    =========== ============================================ ====================
    child       what it does                                 output for 224 × 224
    =========== ============================================ ====================
    features    five times: convolutions, then size halved   512 × 7 × 7
    avgpool     mean pooling to 7 × 7, for other sizes       512 × 7 × 7
    classifier  4096, 4096 and 1000 units                    1000
    =========== ============================================ ====================

    Args:
        depths: convolutions in each block; (2, 2, 3, 3, 3) is VGG-16.
        widths: channels of each block.
        num_classes: number of logits.
        batch_norm: normalize behind each convolution. The paper is older than that.
        hidden: units of the two hidden layers of the classifier.
        grid: side of the maps that go into the classifier.
        dropout: share of the hidden units dropped in training.
        in_channels: channels of the pictures, 3 for color.

    Shape:
        Input ``(B, in_channels, H, W)`` with H and W at least 2 to the number of blocks; output
        ``(B, num_classes)``.

    Raises:
        TypeError, ValueError: a number is not positive, or ``widths`` has not the length of
            ``depths``.

    ``state_dict`` has the names and shapes of torchvision's. Convolutions start at variance
    2 / fan-out, linear layers at a spread of 0.01.

    Source: Simonyan and Zisserman (2015), table 1, columns A, B, D and E.
    """

    def __init__(
        self, depths: Sequence[int], widths: Sequence[int] = WIDTHS, *, num_classes: int = 1000,
        batch_norm: bool = False, hidden: int = 4096, grid: int = 7, dropout: float = 0.5,
        in_channels: int = 3,
    ):
        super().__init__()
        check_classes(num_classes, in_channels, dropout)
        if len(widths) != len(depths):
            raise ValueError(f"widths must have the length of depths, {len(depths)}, not {len(widths)}")
        whole("hidden", hidden)
        whole("grid", grid)
        layers: list[nn.Module] = []
        for depth, width in zip(depths, widths):
            layers += vgg_block(in_channels, whole("widths", width), whole("depths", depth), batch_norm)
            in_channels = width
        self.features = nn.Sequential(*layers)
        self.avgpool = nn.AdaptiveAvgPool2d(grid)
        self.classifier = nn.Sequential(
            nn.Linear(in_channels * grid**2, hidden), nn.ReLU(inplace=True), nn.Dropout(dropout),
            nn.Linear(hidden, hidden), nn.ReLU(inplace=True), nn.Dropout(dropout),
            nn.Linear(hidden, num_classes),
        )
        reset_convolutions(self.features, "relu")
        reset_linear(self.classifier)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Logits of pictures."""
        x = self.avgpool(self.features(x))                            # (B, 512, 7, 7)
        return self.classifier(x.flatten(1))                          # (B, num_classes)


def _named(layers: int, batch_norm: bool):
    summary = f"VGG-{layers}, {layers} layers with weights" + (
        ", batch-normalized." if batch_norm else ", as in the paper.")
    return published(VGG, f"vgg{layers}" + "_bn" * batch_norm, summary, depths=DEPTHS[layers],
                 batch_norm=batch_norm)


vgg11, vgg13, vgg16, vgg19 = (_named(layers, False) for layers in DEPTHS)
vgg11_bn, vgg13_bn, vgg16_bn, vgg19_bn = (_named(layers, True) for layers in DEPTHS)
