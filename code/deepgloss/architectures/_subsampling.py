"""The trainable subsampling of LeNet-5: pooling with two parameters a map."""

import torch
import torch.nn.functional as F
from torch import nn

from .._arguments import floats, whole
from .._precision import in_float32


@in_float32
def subsample(
    x: torch.Tensor, coefficient: torch.Tensor, bias: torch.Tensor, size: int = 2
) -> torch.Tensor:
    r"""The sum over windows that do not overlap, times one coefficient a map, plus one bias.

    .. math::
        y_{c,i,j} = w_c \sum_{p,q=0}^{k-1} x_{c,\,ki+p,\,kj+q} + b_c

    With :math:`w_c = 1/k^2` and :math:`b_c = 0` this is average pooling. Rows and columns that do
    not fill a window are left out.

    Args:
        x: maps ``(..., C, H, W)``.
        coefficient: :math:`w`, ``(C,)``.
        bias: :math:`b`, ``(C,)``.
        size: the window's side :math:`k`, which is the stride as well.

    Returns:
        Maps ``(..., C, H // k, W // k)``.

    Raises:
        TypeError: an argument is no tensor of floating-point numbers.
        ValueError: ``x`` has no axis of C channels, or ``size`` is less than 1.

    Source: LeCun, Bottou, Bengio and Haffner (1998), section II.B, layer S2 (before the
    squashing function).
    """
    size = whole("size", size)
    for name, tensor in (("x", x), ("coefficient", coefficient), ("bias", bias)):
        floats(name, tensor)
    if x.ndim < 3 or coefficient.shape != bias.shape or x.shape[-3:-2] != coefficient.shape:
        raise ValueError(
            f"x must be (..., C, H, W) with coefficient and bias of (C,), not {tuple(x.shape)}, "
            f"{tuple(coefficient.shape)} and {tuple(bias.shape)}"
        )
    sums = F.avg_pool2d(x, size, divisor_override=1)
    return sums * coefficient[:, None, None] + bias[:, None, None]


class TrainableSubsampling(nn.Module):
    """:func:`subsample` as a module, which starts as average pooling.

    Args:
        channels: number of maps C.
        size: the window's side.

    Raises:
        TypeError: an argument is no whole number.
        ValueError: an argument is less than 1.
    """

    def __init__(self, channels: int, size: int = 2):
        super().__init__()
        channels, self.size = whole("channels", channels), whole("size", size)
        self.coefficient = nn.Parameter(torch.full((channels,), 1 / self.size**2))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Maps ``(..., C, H, W)`` at 1/size of their height and width."""
        return subsample(x, self.coefficient, self.bias, self.size)

    def extra_repr(self) -> str:
        """Channels and size, for ``repr``."""
        return f"{len(self.bias)}, size={self.size}"
