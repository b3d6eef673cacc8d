"""The sigmoid linear unit, and the gated unit built on it."""

import torch
from torch import nn

from .._arguments import shown
from .._precision import in_float32, widened
from ._check import check_floating
from ._elementwise import elementwise


def _through(gradient: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The gradient times the derivative, σ(x) + x·σ(x)(1 − σ(x))."""
    gate = x.sigmoid()
    # x·σ'(x), the derivative of the sigmoid in one pass over memory in place of three.
    bend = torch.ops.aten.sigmoid_backward(x, gate)
    return bend.add_(gate) * gradient


# The derivative takes no product of x and the gradient, which may overflow.
_silu = elementwise(lambda x: x.sigmoid().mul_(x), _through, keeps="input")


def silu(x: torch.Tensor) -> torch.Tensor:
    r"""Sigmoid linear unit, elementwise; also called swish.

    .. math::
        \operatorname{SiLU}(x) = x\, \sigma(x), \qquad
        \operatorname{SiLU}'(x) = \sigma(x) \bigl(1 + x\,(1 - \sigma(x))\bigr)

    Smooth, and not monotonic: it falls to −0.278 at x ≈ −1.278 and comes back to 0 from below. At
    −∞ the value is NaN, 0 · ∞, as in :func:`torch.nn.functional.silu`.
    PyTorch's fused kernel takes about two thirds of the time.

    Args:
        x: floating-point numbers of any shape.

    Returns:
        Values in :math:`[-0.2785, \infty)`, with the shape, dtype and device of ``x``.

    Raises:
        TypeError: ``x`` is no tensor, or its numbers are not floating-point.

    Source: Hendrycks and Gimpel (2016), who named it in passing; Elfwing, Uchibe and Doya (2018);
    Ramachandran, Zoph and Le (2017), who found it again by search, as swish.
    """
    check_floating(x)
    return _silu(widened(x)).to(x.dtype)


@in_float32
def swiglu(x: torch.Tensor, dim: int = -1) -> torch.Tensor:
    r"""Gated linear unit whose gate is a SiLU: one half of the input times SiLU of the other.

    .. math::
        \operatorname{SwiGLU}(a, b) = a \odot \operatorname{SiLU}(b)

    The halves :math:`a` and :math:`b` of ``x`` are two affine maps of the same layer's input, so
    a layer of :math:`2n` outputs becomes one of :math:`n`. The second half is the gate, as in
    :func:`torch.nn.functional.glu`.

    Args:
        x: floating-point numbers, an even number of them along ``dim``.
        dim: the dimension that is cut in half.

    Returns:
        The product, half as long as ``x`` along ``dim``, and unbounded on both sides.

    Raises:
        TypeError: ``x`` is no tensor, or its numbers are not floating-point.
        IndexError: ``x`` has no dimension ``dim``.
        ValueError: its length is odd.

    Source: Shazeer (2020), section 2, where the first factor is the gate.
    """
    check_floating(x)
    if not isinstance(dim, int) or isinstance(dim, bool):
        raise TypeError(f"dim must be an integer, not {shown(dim)}")
    if x.ndim == 0 or not -x.ndim <= dim < x.ndim:
        raise IndexError(f"dim must be a dimension of x, which has {x.ndim}, not {shown(dim)}")
    if x.shape[dim] % 2:
        raise ValueError(
            f"x must have an even length along dim {dim}, to be cut in half, not {x.shape[dim]}"
        )
    value, gate = x.chunk(2, dim)
    return value * silu(gate)


class SiLU(nn.Module):
    """:func:`silu` as a layer, without parameters.

    Shape:
        Input and output have the same shape, whatever it is.

    A departure from :class:`torch.nn.SiLU`: there is no ``inplace``.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Apply :func:`silu` to every element."""
        return silu(x)
