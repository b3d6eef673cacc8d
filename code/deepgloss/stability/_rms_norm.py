"""Root mean square normalization: layer normalization that leaves the mean where it is."""

import torch

from .._arguments import flag, real
from .._precision import widened
from ._affine import Affine
from ._arguments import ends_in, fitting, trailing
from ._standardize import normalized


def rms_norm(input: torch.Tensor, normalized_shape: int | tuple[int, ...], weight: torch.Tensor | None = None,
             eps: float | None = None) -> torch.Tensor:
    r"""Divide by the root mean square over the last axes, each example by itself, then scale every feature.

    .. math::
        y_i = \gamma_i \, \frac{x_i}{\sqrt{\frac1D \sum_j x_j^2 + \varepsilon}}

    The same function as :func:`torch.nn.functional.rms_norm`. Half types are computed in float32 and rounded once; the
    weight may be float32 beside them.

    Args:
        input: x, (…, \*normalized_shape).
        normalized_shape: of the axes that are averaged over, D numbers in all; a size, where it is the last axis alone.
        weight: γ, of that shape, or None for 1.
        eps: ε ≥ 0; None takes the distance from 1 to the next number, 2⁻²³ for float32 and half types, 2⁻⁵² for float64.

    Returns:
        y, of the input's shape and type.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, their types do not fit, or a size is no integer.
        ValueError: the shapes do not fit, or ε is negative.

    Source: Zhang and Sennrich (2019), equation 4.
    """
    shape = trailing("normalized_shape", normalized_shape)
    dims = ends_in(input, shape)
    weight = fitting("weight", weight, shape, input)
    eps = torch.finfo(widened(input[:0]).dtype).eps if eps is None else real("eps", eps, 0)
    return normalized(input, dims, eps, weight, center=False)[0]


class RMSNorm(Affine):
    """:func:`rms_norm` as a layer, a drop-in for :class:`torch.nn.RMSNorm`.

    Args:
        normalized_shape: of the last axes, which are averaged over; a size, where it is the last one alone.
        eps: ε ≥ 0, or None, see :func:`rms_norm`.
        elementwise_affine: whether there is γ.
        device, dtype: of the parameter.

    Attributes:
        weight: γ, of ``normalized_shape``, or None; 1 at first.

    Raises:
        TypeError: a size is no integer, or an option of a wrong kind.
        ValueError: a size is negative, there is none, or ε is negative.
    """

    def __init__(self, normalized_shape: int | tuple[int, ...], eps: float | None = None, elementwise_affine: bool = True,
                 device=None, dtype=None) -> None:
        super().__init__()
        self.normalized_shape = trailing("normalized_shape", normalized_shape)
        self.eps = None if eps is None else real("eps", eps, 0)
        self.elementwise_affine = flag("elementwise_affine", elementwise_affine)
        self.add_parameters(self.normalized_shape, elementwise_affine, False, device, dtype)
        self.reset_parameters()

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """A tensor whose last axes are ``normalized_shape``; the result has its shape."""
        return rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self) -> str:
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={self.elementwise_affine}"
