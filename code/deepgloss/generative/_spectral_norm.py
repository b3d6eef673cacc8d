"""Spectral normalization: a weight divided by the most that it stretches any vector."""

import torch
import torch.nn.functional as F
from torch import nn

from .._arguments import floats, same_type, whole
from .._precision import in_float32
from ._arguments import cpu_generator, input_of, module, table


def power_iteration(matrix: torch.Tensor, v: torch.Tensor, steps: int = 1) -> tuple[torch.Tensor, torch.Tensor]:
    r"""Steps towards the pair of singular vectors of a matrix's largest singular value.

    .. math:: u \leftarrow \frac{W v}{\lVert W v \rVert}, \qquad v \leftarrow \frac{W^\top u}{\lVert W^\top u \rVert}

    The largest singular value is then about :math:`u^\top W v`, from below; the error falls by the square of the ratio
    of the second largest to the largest with each step.

    Args:
        matrix: W, (m, n).
        v: a vector to start from, (n).
        steps: at least 1.

    Returns:
        u (m) and v (n), without gradients.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, types differ, or ``steps`` is no integer.
        ValueError: shapes do not fit, or ``steps`` is below 1.

    Source: Miyato and others (2018), algorithm 1, which begins half a step later, from u.
    """
    if floats("v", v).shape != table("matrix", matrix).shape[1:]:
        raise ValueError(f"v must have shape ({matrix.shape[1]},), not {tuple(v.shape)}")
    same_type(matrix=matrix, v=v)
    return _iterated(matrix.detach(), v.detach(), whole("steps", steps))


@in_float32
def _iterated(matrix: torch.Tensor, v: torch.Tensor, steps: int) -> tuple[torch.Tensor, torch.Tensor]:
    for _ in range(steps):
        u = F.normalize(matrix @ v, dim=0, eps=1e-12)
        v = F.normalize(matrix.mT @ u, dim=0, eps=1e-12)
    return u, v


class SpectralNorm(nn.Module):
    r"""A linear layer or a convolution whose weight is divided by its largest singular value.

    .. math:: \bar W = \frac{W}{u^\top W v}

    The weight counts as a matrix, one row an output channel. Each call in training mode takes one step of
    :func:`power_iteration` from the last v; evaluation leaves u and v as they are. Gradients pass through u and v as
    through constants. Step by step it is :func:`torch.nn.utils.parametrizations.spectral_norm`.

    Args:
        layer: a :class:`torch.nn.Linear` or a convolution, not a transposed one, which becomes a part of this module.
        steps: of the power iteration each call.
        generator: a CPU generator for v's start, which fifteen steps follow; the global one by default.

    Raises:
        TypeError: ``layer`` is no such layer.
        ValueError: ``steps`` is below 1.

    Source: Miyato and others (2018), equation 8 and algorithm 1.
    """

    def __init__(self, layer: nn.Module, steps: int = 1, generator: torch.Generator | None = None) -> None:
        super().__init__()
        if not isinstance(module("layer", layer), (nn.Linear, nn.Conv1d, nn.Conv2d, nn.Conv3d)):
            raise TypeError(f"layer must be a torch.nn.Linear or a convolution, not {type(layer).__name__}")
        self.layer, self.steps = layer, whole("steps", steps)
        matrix = layer.weight.detach().flatten(1)
        v = torch.randn(matrix.shape[1], generator=cpu_generator(generator)).to(matrix)
        u, v = power_iteration(matrix, F.normalize(v, dim=0, eps=1e-12), 15)
        self.register_buffer("u", u)
        self.register_buffer("v", v)

    def weight(self) -> torch.Tensor:
        """The normalized weight, of the layer's own shape; u and v stay as they are."""
        return _divided(self.layer.weight, self.u.clone(), self.v.clone())

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """What the layer gives with the normalized weight."""
        input_of(self.layer, "x", x)
        if self.training:
            u, v = power_iteration(self.layer.weight.flatten(1), self.v, self.steps)
            self.u.copy_(u)
            self.v.copy_(v)
        weight = self.weight()
        if isinstance(self.layer, nn.Linear):
            return F.linear(x, weight, self.layer.bias)
        return self.layer._conv_forward(x, weight, self.layer.bias)


@in_float32
def _divided(weight: torch.Tensor, u: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    return weight / (u @ weight.flatten(1) @ v)
