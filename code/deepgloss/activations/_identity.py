"""The identity function."""

import torch
from torch import nn

from ._check import check_real


def identity(x: torch.Tensor) -> torch.Tensor:
    r"""Identity function, the activation that changes nothing.

    .. math::
        f(x) = x, \qquad f'(x) = 1

    The output activation of a regression: its range is that of a mean.

    Args:
        x: real numbers of any shape, floating-point or integer.

    Returns:
        ``x`` itself, not a copy, with the range of ``x``.

    Raises:
        TypeError: ``x`` is no tensor, or its numbers are complex or Boolean.

    Source: Nelder and Wedderburn (1972), where it is the link function of the normal distribution.
    """
    check_real(x)
    return x


class Identity(nn.Module):
    """:func:`identity` as a layer, without parameters.

    Shape:
        Input and output have the same shape, whatever it is.

    A departure from :class:`torch.nn.Identity`: no arguments are accepted and then ignored.
    """

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return ``x``."""
        return identity(x)
