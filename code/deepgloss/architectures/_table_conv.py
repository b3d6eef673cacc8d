"""A convolution whose maps each read a chosen set of input maps, as C3 of LeNet-5 does."""

from collections.abc import Sequence

import torch
from torch import nn

from .._arguments import whole

#: Which of the six maps of S2 each of the sixteen maps of C3 reads: three neighbors in a ring,
#: four neighbors, two pairs of neighbors, and all.
C3_TABLE = (
    (0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5),
    (0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5),
    (0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5),
    (0, 1, 2, 3, 4, 5),
)


class TableConv2d(nn.Module):
    r"""A convolution with a table of connections in place of the full bundle.

    .. math::
        y_{o,i,j} = b_o + \sum_{c \in T_o} \sum_{p,q} w_{o,c,p,q}\, x_{c,\,i+p,\,j+q}

    Output map :math:`o` reads the input maps in :math:`T_o`, so that there are
    :math:`k^2 \sum_o |T_o|` weights and as many biases as maps. A table that lists all maps in
    every row makes an ordinary convolution.

    The weights are spread over a full kernel with zeros in between, for one convolution: products
    with zeros are taken. Leaving them out, with a group for each output map, takes several times
    as long on today's processors.

    Args:
        in_channels: number of input maps.
        table: for each output map the indices of the input maps that it reads.
        kernel_size: the kernel's side k.

    Raises:
        TypeError: a size is no whole number.
        ValueError: a size is less than 1, the table or a row of it is empty, or a row names a map
            twice or one that is not there.

    Source: LeCun, Bottou, Bengio and Haffner (1998), section II.B, layer C3, and table I.
    """

    def __init__(self, in_channels: int, table: Sequence[Sequence[int]], kernel_size: int):
        super().__init__()
        self.in_channels = whole("in_channels", in_channels)
        k = whole("kernel_size", kernel_size)
        self.table = tuple(tuple(row) for row in table)
        if not self.table:
            raise ValueError("table must have a row for each output map, not none")
        for o, row in enumerate(self.table):
            if not row or len(set(row)) < len(row) or not set(row) <= set(range(in_channels)):
                raise ValueError(
                    f"table[{o}] must name one or more of the maps 0 to {in_channels - 1}, each "
                    f"once, not {row}"
                )
        pairs = torch.tensor([(o, c) for o, row in enumerate(self.table) for c in row])
        self.register_buffer("pairs", pairs, persistent=False)
        self.weight = nn.Parameter(torch.empty(len(pairs), k, k))
        self.bias = nn.Parameter(torch.empty(len(self.table)))
        self.reset_parameters()

    @property
    def fan_in(self) -> torch.Tensor:
        """How many weights each output map has, ``(out,)``."""
        sizes = [len(row) * self.weight[0].numel() for row in self.table]
        return torch.tensor(sizes, dtype=self.weight.dtype, device=self.weight.device)

    def reset_parameters(self) -> None:
        r"""Draw weights and biases uniformly from ±1 / √(fan-in), as ``torch.nn.Conv2d`` does."""
        bound = self.fan_in.rsqrt()
        with torch.no_grad():
            self.weight.uniform_(-1, 1).mul_(bound[self.pairs[:, 0], None, None])
            self.bias.uniform_(-1, 1).mul_(bound)

    def kernel(self) -> torch.Tensor:
        """The full kernel ``(out, in, k, k)``, with zeros where nothing is connected."""
        full = self.weight.new_zeros(len(self.table), self.in_channels, *self.weight.shape[1:])
        return full.index_put(tuple(self.pairs.T), self.weight)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Maps ``(B, in_channels, H, W)`` to ``(B, out, H − k + 1, W − k + 1)``."""
        return nn.functional.conv2d(x, self.kernel(), self.bias)

    def extra_repr(self) -> str:
        """Channels, connections and kernel, for ``repr``."""
        return (f"{self.in_channels}, {len(self.table)}, connections={len(self.pairs)}, "
                f"kernel_size={self.weight.shape[-1]}")
