"""Fully convolutional networks: a classifier whose last layers are convolutions, and its scores enlarged."""

from collections.abc import Sequence

import torch
from torch import nn

from .._arguments import floats, real, whole
from ..architectures._vgg import WIDTHS, vgg_block
from ._arguments import listed

STRIDES = (8, 16, 32)


def bilinear_kernel(channels: int, factor: int) -> torch.Tensor:
    r"""The weights of a transposed convolution that interpolates each channel bilinearly.

    .. math:: w_i = 1 - \frac{|i - c|}{f}, \qquad c = \frac{k - 1}{2},\; k = 2f,

    along both axes, for an enlargement by an even factor f with stride f and padding f / 2.

    Args:
        channels: C.
        factor: f, an even number.

    Returns:
        ``(C, C, 2f, 2f)``, ``float32``, on the CPU.

    Raises:
        TypeError, ValueError: a number is out of range, or the factor is odd.

    Source: Long, Shelhamer and Darrell (2015), section 3.3.
    """
    channels, factor = whole("channels", channels), whole("factor", factor, 2)
    if factor % 2:
        raise ValueError(f"factor must be even, not {factor}")
    row = 1 - (torch.arange(2 * factor) - (2 * factor - 1) / 2).abs() / factor
    kernel = torch.zeros(channels, channels, 2 * factor, 2 * factor)
    kernel[range(channels), range(channels)] = row[:, None] * row
    return kernel


class FCN(nn.Module):
    """A VGG made fully convolutional, with scores from one, two or three sizes.

    =========== ===================================================== ==========================
    child       what it does                                          output for 224 × 224, FCN-8s
    =========== ===================================================== ==========================
    blocks      VGG's five blocks, each halves the size               64 × 112 × 112 to 512 × 7 × 7
    classifier  the two hidden layers as convolutions, and scores     21 × 7 × 7
    score       scores of earlier blocks, by 1 × 1 convolutions       21 × 14 × 14, 21 × 28 × 28
    enlarge     transposed convolutions to the next larger size       21 × 14 × 14, 21 × 28 × 28
    last        fixed bilinear enlargement to the picture's size      21 × 224 × 224
    =========== ===================================================== ==========================

    Args:
        num_classes: scores for each pixel; 21 are PASCAL VOC's 20 and the background.
        stride: 32, 16 or 8: how far the last enlargement goes. At 32 the scores come from the last block alone, at 16
            and 8 those of one and two earlier blocks are added. With fewer than five blocks, strides are shorter
            accordingly: 2 to the number of blocks, a half and a quarter of it.
        depths, widths: of :class:`deepgloss.architectures.VGG`; VGG-16's by default.
        hidden: channels of the two hidden layers.
        kernel: side of the first hidden layer's kernel, odd.
        dropout: share of hidden channels' numbers dropped in training.
        in_channels: channels of the pictures.

    Shape:
        ``(B, in_channels, H, W)`` to ``(B, num_classes, H, W)``, with sides that are multiples of 2 to the number of
        blocks. The paper pads by 100 and crops instead, so that any size fits.

    Raises:
        TypeError, ValueError: a number is out of range, or the size does not fit.

    Source: Long, Shelhamer and Darrell (2015), section 4. Scores start at 0, transposed convolutions as bilinear
    interpolation; the last one stays so.
    """

    def __init__(self, num_classes: int = 21, stride: int = 8, depths: Sequence[int] = (2, 2, 3, 3, 3),
                 widths: Sequence[int] = WIDTHS, *, hidden: int = 4096, kernel: int = 7, dropout: float = 0.5, in_channels: int = 3):
        super().__init__()
        classes, channels = whole("num_classes", num_classes), whole("in_channels", in_channels)
        depths, widths = ([whole(f"{name}[{k}]", n) for k, n in enumerate(listed(name, values))] for name, values in (("depths", depths), ("widths", widths)))
        if len(depths) != len(widths) or len(depths) < 3:
            raise ValueError(f"depths and widths must have one length of at least 3, not {len(depths)} and {len(widths)}")
        whole("hidden", hidden), real("dropout", dropout, 0, 1)
        if whole("kernel", kernel) % 2 == 0:
            raise ValueError(f"kernel must be odd, not {kernel}")
        coarsest = 2 ** len(depths)
        strides = {coarsest: 0, coarsest // 2: 1, coarsest // 4: 2}
        if whole("stride", stride) not in strides:
            raise ValueError(f"stride must be one of {', '.join(map(str, strides))} with {len(depths)} blocks, not {stride}")
        self.stride, fused = stride, strides[stride]
        self.blocks = nn.ModuleList()
        for depth, width in zip(depths, widths):
            self.blocks.append(nn.Sequential(*vgg_block(channels, width, depth)))
            channels = width
        self.classifier = nn.Sequential(
            nn.Conv2d(channels, hidden, kernel, padding=kernel // 2), nn.ReLU(inplace=True), nn.Dropout(dropout),
            nn.Conv2d(hidden, hidden, 1), nn.ReLU(inplace=True), nn.Dropout(dropout), nn.Conv2d(hidden, classes, 1))
        self.score = nn.ModuleList(nn.Conv2d(width, classes, 1) for width in widths[-2:-2 - fused:-1])
        self.enlarge = nn.ModuleList(nn.ConvTranspose2d(classes, classes, 4, 2, 1, bias=False) for _ in range(fused))
        self.last = nn.ConvTranspose2d(classes, classes, 2 * stride, stride, stride // 2, bias=False)
        self._reset()

    def _reset(self) -> None:
        for layer in self.modules():
            if isinstance(layer, nn.Conv2d):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)
        with torch.no_grad():
            for layer in (*self.score, self.classifier[-1]):
                layer.weight.zero_()
            for layer in (*self.enlarge, self.last):
                layer.weight.copy_(bilinear_kernel(layer.in_channels, layer.stride[0]))
        self.last.requires_grad_(False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scores of each pixel."""
        least = 2 ** len(self.blocks)
        if floats("input", x).ndim != 4 or any(side % least or not side for side in x.shape[2:]):
            raise ValueError(f"input must have shape (B, C, H, W) with sides that are multiples of {least}, not {tuple(x.shape)}")
        seen = []
        for block in self.blocks:
            x = block(x)
            seen.append(x)
        scores = self.classifier(seen.pop())
        for enlarge, score in zip(self.enlarge, self.score):
            scores = enlarge(scores) + score(seen.pop())
        return self.last(scores)                                                # (B, num_classes, H, W)
