"""Lp pooling: between the sum and the maximum of absolute values."""

from functools import reduce

import torch

from .._arguments import real
from .._precision import in_float32
from ._maps import check_maps
from ._max_pool import max_pool2d
from ._pooling_regions import sliding


@in_float32
def lp_pool2d(
    input: torch.Tensor, p: float, kernel_size, stride=None, ceil_mode: bool = False
) -> torch.Tensor:
    r"""The Lp norm of each window of a feature map.

    .. math::
        y_{ij} = \Big( \sum_{0 \le u, v < k} \left| x_{s i + u,\; s j + v} \right|^p \Big)^{1/p}

    The sum of absolute values at p = 1, the Euclidean norm at 2, the largest absolute value for
    :math:`p \to \infty`. Each sum is taken of elements divided by their largest, so that no power
    overflows or vanishes. A window of zeros passes on no gradient.

    **Not** the same as :func:`torch.nn.functional.lp_pool2d`, which takes :math:`x^p` without the
    absolute value: at p = 1 it sums with signs, at p = 3 negative elements cancel positive ones,
    or the root is of a negative number; and at a broken p it returns NaN. For elements ≥ 0 the
    two agree.

    Args:
        input: ``(N, C, H, W)`` or ``(C, H, W)``.
        p: the exponent, at least 1; ``math.inf`` for the maximum.
        kernel_size: the window's size k ≥ 1, an integer or one for each axis, as the stride.
        stride: step s ≥ 1 of the window; its size if None.
        ceil_mode: keep a last window that reaches beyond the border.

    Returns:
        Norms ≥ 0, ``(N, C, H', W')`` or ``(C, H', W')``.

    Raises:
        TypeError: the input is no tensor of floating-point numbers, or an option no number.
        ValueError: ``p`` is below 1, another option out of range, or a window does not fit.

    Source: Sermanet, Chintala and LeCun (2012).
    """
    check_maps(2, input)
    if p == torch.inf:
        return max_pool2d(input.abs(), kernel_size, stride, ceil_mode=ceil_mode)
    p = real("p", p, 1.0)
    x = input.abs()
    regions = sliding(input.shape[-2:], kernel_size, stride, 0, 1, ceil_mode)
    for axis in (1, 0):                      # the norm over both axes is the norm of the norms
        x = _norm(list(regions[axis].taps(x, axis - 2, 0.0)), p)
    return x


def _norm(taps: list[torch.Tensor], p: float) -> torch.Tensor:
    """The Lp norm of elements ≥ 0 that stand in the same place of several tensors."""
    with torch.no_grad():
        largest = reduce(torch.maximum, taps).detach()     # of a single tap: the tap itself
        empty = largest == 0
        scale = largest.masked_fill(empty, 1.0)
    total = reduce(torch.add, [(tap / scale) ** p for tap in taps])
    # The root has no slope at 0: a 1 in its place lets no gradient through.
    return largest * total.masked_fill(empty, 1.0) ** (1 / p)
