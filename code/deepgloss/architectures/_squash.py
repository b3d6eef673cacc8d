"""The scaled hyperbolic tangent of LeNet-5."""

import torch
from torch import nn

from .._arguments import numbers
from .._precision import in_float32

AMPLITUDE, SLOPE = 1.7159, 2 / 3


@in_float32
def squash(x: torch.Tensor) -> torch.Tensor:
    r"""LeNet-5's activation function, elementwise.

    .. math:: f(a) = 1.7159 \tanh\left(\tfrac23 a\right)

    The constants make :math:`f(\pm 1) = \pm 1` (up to :math:`10^{-4}`) and put the largest
    curvature there, so that targets of ±1 lie within reach and not on the flat ends.

    Args:
        x: real numbers of any shape.

    Returns:
        Values in (−1.7159, 1.7159), with the shape of ``x``.

    Source: LeCun, Bottou, Bengio and Haffner (1998), section II.B and appendix A.
    """
    return AMPLITUDE * torch.tanh(SLOPE * numbers("x", x))


class Squash(nn.Module):
    """:func:`squash` as a module."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """The activations of ``x``, in its shape."""
        return squash(x)
