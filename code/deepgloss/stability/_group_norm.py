"""Group normalization: each example gets mean and variance over a group of its channels taken out."""

import torch

from .._arguments import flag, real, whole
from ._affine import Affine
from ._arguments import channels, fitting, over_channels
from ._standardize import normalized, shifted


def group_norm(input: torch.Tensor, num_groups: int, weight: torch.Tensor | None = None, bias: torch.Tensor | None = None,
               eps: float = 1e-5) -> torch.Tensor:
    r"""Standardize each group of neighboring channels of each example, then scale and shift every channel.

    One group of all channels averages as layer normalization does, but γ and β are of channels; as many groups as
    channels make instance normalization. The same function as :func:`torch.nn.functional.group_norm`. Half types are
    computed in float32 and rounded once; parameters may be float32 beside them.

    Args:
        input: x, (N, C) or (N, C, …).
        num_groups: groups, which divide C.
        weight: γ, (C,), or None for 1.
        bias: β, (C,), or None for 0.
        eps: ε ≥ 0.

    Returns:
        y, of the input's shape and type.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types do not fit.
        ValueError: the shapes do not fit, the groups do not divide the channels, ε is negative, or the batch is one
            example whose groups have a single value each.

    Source: Wu and He (2018), equations 1, 2, 6 and 7.
    """
    count = channels(input)
    if count % whole("num_groups", num_groups):
        raise ValueError(f"num_groups must divide the {count} channels, not be {num_groups}")
    if input.numel() == num_groups:
        raise ValueError(f"input must have more than one value per group, not shape {tuple(input.shape)} in "
                         f"num_groups={num_groups}: normalized, a single value is 0 whatever it is")
    weight, bias = (over_channels(fitting(name, value, (count,), input), input.ndim)
                    for name, value in (("weight", weight), ("bias", bias)))
    eps = real("eps", eps, 0)
    if not input.numel():
        return shifted(input, weight, bias).to(input.dtype)
    grouped = input.reshape(len(input), num_groups, -1, *input.shape[2:])              # (N, G, C / G, …)
    pair = [None if p is None else p.view(num_groups, -1, *p.shape[1:]) for p in (weight, bias)]
    return normalized(grouped, tuple(range(2, grouped.ndim)), eps, *pair)[0].reshape(input.shape)


class GroupNorm(Affine):
    """:func:`group_norm` as a layer, a drop-in for :class:`torch.nn.GroupNorm`.

    Args:
        num_groups: groups, which divide the channels.
        num_channels: C ≥ 1.
        eps: ε ≥ 0.
        affine: whether there are γ and β.
        device, dtype: of the parameters.
        bias: whether there is β; read only with ``affine``.

    Attributes:
        weight: γ, (C,), or None; 1 at first.
        bias: β, (C,), or None; 0 at first.

    Raises:
        TypeError: a number is no integer, or an option of a wrong kind.
        ValueError: a number is below 1, the groups do not divide the channels, or ε is negative.
    """

    def __init__(self, num_groups: int, num_channels: int, eps: float = 1e-5, affine: bool = True, device=None, dtype=None,
                 *, bias: bool = True) -> None:
        super().__init__()
        self.num_groups, self.num_channels = whole("num_groups", num_groups), whole("num_channels", num_channels)
        if num_channels % num_groups:
            raise ValueError(f"num_groups must divide num_channels={num_channels}, not be {num_groups}")
        self.eps, self.affine = real("eps", eps, 0), flag("affine", affine)
        self.add_parameters(num_channels, affine, bias, device, dtype)
        self.reset_parameters()

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """(N, C, …), of the same shape."""
        if channels(input) != self.num_channels:
            raise ValueError(f"input must have {self.num_channels} channels in axis 1, not shape {tuple(input.shape)}")
        return group_norm(input, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self) -> str:
        return f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}, bias={self.bias is not None}"
