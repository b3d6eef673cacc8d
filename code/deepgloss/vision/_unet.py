"""U-Net: down to small maps and up again, with what was seen on the way down put beside what comes up."""

from collections.abc import Sequence

import torch
from torch import nn

from .._arguments import flag, floats, whole
from ._arguments import listed


def double_conv(in_channels: int, out_channels: int, padding: int, batch_norm: bool) -> nn.Sequential:
    """Two convolutions of 3 × 3, each with ReLU."""
    layers: list[nn.Module] = []
    for channels in (in_channels, out_channels):
        layers.append(nn.Conv2d(channels, out_channels, 3, padding=padding, bias=not batch_norm))
        layers += [nn.BatchNorm2d(out_channels)] * batch_norm + [nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


def center_crop(x: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """The middle of maps; of an odd rest, the larger part is cut off behind."""
    top, left = ((have - want) // 2 for have, want in zip(x.shape[-2:], size))
    return x[..., top:top + size[0], left:left + size[1]]


class UNet(nn.Module):
    """U-Net: a contracting and an expanding path, with a connection across at each size.

    ========== =================================================== =========================
    child      what it does                                        output for 572 × 572
    ========== =================================================== =========================
    down       at each size two convolutions; pooling in between   64 × 568 × 568 and smaller
    bottom     two convolutions at the smallest size               1024 × 28 × 28
    up         transposed convolutions that double the size        512 × 56 × 56 and larger
    join       two convolutions of what came up, beside what       512 × 52 × 52 and larger
               came across
    head       a score for each class and pixel                    2 × 388 × 388
    ========== =================================================== =========================

    Args:
        in_channels: channels of the pictures.
        num_classes: scores for each pixel.
        widths: channels at each size, the last one at the bottom.
        padding: 0 as in the paper, where maps shrink at every convolution and are cropped when they go across, so that
            the output is smaller than the input; or 1, which keeps the size.
        skip: whether anything goes across.
        batch_norm: normalize behind each convolution. The paper does not.

    Shape:
        ``(B, in_channels, H, W)`` to ``(B, num_classes, H', W')``. With padding H' = H, a multiple of 2 to the number of
        poolings. Without, every map that is pooled must have even sides, see :meth:`output_size`.

    Raises:
        TypeError, ValueError: a number is out of range, or the size does not fit.

    Source: Ronneberger, Fischer and Brox (2015), figure 1. The two dropout layers, which the paper mentions without a
    place or rate, are left out. Weights start at variance 2 / fan-in, as it says.
    """

    def __init__(self, in_channels: int = 1, num_classes: int = 2, widths: Sequence[int] = (64, 128, 256, 512, 1024), *,
                 padding: int = 0, skip: bool = True, batch_norm: bool = False):
        super().__init__()
        channels, classes = whole("in_channels", in_channels), whole("num_classes", num_classes)
        widths = [whole(f"widths[{k}]", width) for k, width in enumerate(listed("widths", widths))]
        if len(widths) < 2:
            raise ValueError(f"widths must name two sizes at least, not {len(widths)}")
        self.padding, self.skip = whole("padding", padding, 0, 1), flag("skip", skip)
        flag("batch_norm", batch_norm)
        self.down, self.up, self.join = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        for width in widths[:-1]:
            self.down.append(double_conv(channels, width, padding, batch_norm))
            channels = width
        self.bottom = double_conv(channels, widths[-1], padding, batch_norm)
        for above, width in zip(widths[:0:-1], widths[-2::-1]):
            self.up.append(nn.ConvTranspose2d(above, width, 2, stride=2))
            self.join.append(double_conv(2 * width if skip else width, width, padding, batch_norm))
        self.pool, self.head = nn.MaxPool2d(2), nn.Conv2d(widths[0], classes, 1)
        for layer in self.modules():
            if isinstance(layer, (nn.Conv2d, nn.ConvTranspose2d)):
                nn.init.kaiming_normal_(layer.weight, mode="fan_in", nonlinearity="relu")
                if layer.bias is not None:
                    nn.init.zeros_(layer.bias)

    def output_size(self, size: int) -> int:
        """The side of the output for a side of the input.

        Raises:
            TypeError, ValueError: the side is no positive integer, or does not fit; the next ones that do are named.
        """
        found = self._side(whole("size", size))
        if found is None:
            near = [s for s in range(max(size - 40, 1), size + 200) if self._side(s)]
            below, beyond = [s for s in near if s < size][-1:], [s for s in near if s > size][:1]
            raise ValueError(f"size must fit through {len(self.down)} poolings: next to {size} are {[*below, *beyond]}")
        return found

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scores of each pixel."""
        if floats("input", x).ndim != 4:
            raise ValueError(f"input must have shape (B, C, H, W), not {tuple(x.shape)}")
        for side in x.shape[2:]:
            self.output_size(side)
        seen = []
        for block in self.down:
            seen.append(block(x))
            x = self.pool(seen[-1])
        x = self.bottom(x)
        for up, join in zip(self.up, self.join):
            x, across = up(x), seen.pop()
            x = join(torch.cat([center_crop(across, x.shape[-2:]), x], 1) if self.skip else x)
        return self.head(x)                                                     # (B, num_classes, H', W')

    def _side(self, size: int) -> int | None:
        lost = 4 * (1 - self.padding)
        for _ in self.down:
            size -= lost
            if size < 2 or size % 2:
                return None
            size //= 2
        for _ in self.up:
            size = 2 * (size - lost)
            if size < 2:
                return None
        return size - lost if size > lost else None
