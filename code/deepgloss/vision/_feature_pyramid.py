"""A feature pyramid: maps of several sizes, all of which have seen the deepest layer."""

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional as F

from .._arguments import flag, whole
from ._arguments import listed


class FeaturePyramid(nn.Module):
    r"""From the top of a network down, each map is enlarged and added to the one below.

    .. math:: M_l = W_l C_l + \mathrm{up}(M_{l+1}), \qquad P_l = V_l * M_l,

    with a 1 × 1 convolution W, nearest-neighbor enlargement and a 3 × 3 convolution V.

    Args:
        in_channels: channels of the maps C_l, largest map first.
        out_channels: channels of all maps P_l.
        extra: add one more map above, every second place of the topmost one, for large objects.

    Shape:
        A list of maps ``(B, in_channels[l], H_l, W_l)`` to a list of ``(B, out_channels, H_l, W_l)``.

    Raises:
        TypeError, ValueError: a number is out of range, or maps are not as many as there are channels.

    ``state_dict`` has the shapes of torchvision's, whose ``inner_blocks`` are ``lateral`` here and ``layer_blocks``
    ``output``.

    Source: Lin et al. (2017), *Feature pyramid networks for object detection*, section 3.
    """

    def __init__(self, in_channels: Sequence[int], out_channels: int = 256, extra: bool = False):
        super().__init__()
        widths, out = [whole(f"in_channels[{k}]", n) for k, n in enumerate(listed("in_channels", in_channels))], whole("out_channels", out_channels)
        if not widths:
            raise ValueError("in_channels must name one map at least")
        self.lateral = nn.ModuleList(nn.Conv2d(n, out, 1) for n in widths)
        self.output = nn.ModuleList(nn.Conv2d(out, out, 3, padding=1) for _ in widths)
        self.extra = flag("extra", extra)
        for layer in (*self.lateral, *self.output):
            nn.init.kaiming_uniform_(layer.weight, a=1)
            nn.init.zeros_(layer.bias)

    def forward(self, maps: Sequence[torch.Tensor]) -> list[torch.Tensor]:
        """The pyramid, largest map first."""
        if len(maps) != len(self.lateral):
            raise ValueError(f"maps must be {len(self.lateral)}, as in_channels says, not {len(maps)}")
        above, found = None, []
        for x, lateral, output in zip(reversed(maps), reversed(self.lateral), reversed(self.output)):
            inner = lateral(x)
            if above is not None:
                inner = inner + F.interpolate(above, size=inner.shape[-2:], mode="nearest")
            above = inner
            found.insert(0, output(inner))
        return [*found, F.max_pool2d(found[-1], 1, 2)] if self.extra else found
