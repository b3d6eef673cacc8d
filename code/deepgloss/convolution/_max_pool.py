"""Max pooling, and min pooling with it: one element of each window stands for all."""

import torch

from .._arguments import flag
from .._precision import rounded_once
from ._maps import check_batch, check_maps
from ._pooling_regions import adaptive, sliding


def max_pool2d(
    input: torch.Tensor, kernel_size, stride=None, padding=0, dilation=1,
    ceil_mode: bool = False, return_indices: bool = False,
):
    r"""The maximum of each window of a feature map.

    .. math::
        y_{ij} = \max_{0 \le u, v < k} x_{s i + d u - p,\; s j + d v - p}, \qquad
        \frac{\partial y_{ij}}{\partial x_{ab}} =
        \begin{cases} 1 & \text{at the first maximum} \\ 0 & \text{elsewhere} \end{cases}

    Padding stands for :math:`-\infty` and never wins. Of equal maxima the first in row-major
    order takes the whole gradient; a NaN beats every number, and the last NaN all others. The
    same function as :func:`torch.nn.functional.max_pool2d`, with one departure: a window that
    holds nothing but padding, which some dilations bring about, is an error here.

    Args:
        input: ``(N, C, H, W)``, or ``(C, H, W)`` for one example.
        kernel_size: the window's size k ≥ 1, an integer or one for each axis, as all that follow.
        stride: step s ≥ 1 of the window; its size if None, and then no two windows overlap.
        padding: elements p ≥ 0 added on either side of each axis, at most half a window.
        dilation: distance d ≥ 1 from one element of a window to the next.
        ceil_mode: keep a last window that reaches beyond the border, if it starts within it.
        return_indices: return the places of the maxima as well.

    Returns:
        The maxima, ``(N, C, H', W')`` or ``(C, H', W')``; with ``return_indices`` a pair, whose
        second part counts the places of the maxima row by row, from 0 in each map.

    Raises:
        TypeError: the input is no tensor of floating-point numbers, or an option no integer.
        ValueError: the input's shape or an option is out of range, or a window does not fit.

    Source: Boureau, Ponce and LeCun (2010); for the sizes Dumoulin and Visin (2016), section 3.
    """
    return _max_pool(2, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool1d(
    input: torch.Tensor, kernel_size, stride=None, padding=0, dilation=1,
    ceil_mode: bool = False, return_indices: bool = False,
):
    """The maximum of each window of ``(N, C, L)`` or ``(C, L)``; see :func:`max_pool2d`."""
    return _max_pool(1, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def max_pool3d(
    input: torch.Tensor, kernel_size, stride=None, padding=0, dilation=1,
    ceil_mode: bool = False, return_indices: bool = False,
):
    """The maximum of each window of ``(N, C, D, H, W)``; see :func:`max_pool2d`."""
    return _max_pool(3, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices)


def min_pool2d(
    input: torch.Tensor, kernel_size, stride=None, padding=0, dilation=1, ceil_mode: bool = False,
) -> torch.Tensor:
    r"""The minimum of each window: :math:`-\operatorname{maxpool}(-x)`; see :func:`max_pool2d`."""
    check_maps(2, input)
    return -_max_pool(2, -input, kernel_size, stride, padding, dilation, ceil_mode, False)


def adaptive_max_pool2d(input: torch.Tensor, output_size, return_indices: bool = False):
    r"""The maxima of as many windows as are asked for, whatever the size of the input.

    Window i of m over n elements reaches from :math:`\lfloor i n / m \rfloor` to
    :math:`\lceil (i+1)\, n / m \rceil`, the end excluded: equal windows side by side if m divides
    n, else windows of nearly equal size, some of which share an element. The same function as
    :func:`torch.nn.functional.adaptive_max_pool2d`.

    Args:
        input: ``(N, C, H, W)`` or ``(C, H, W)``.
        output_size: m ≥ 1, an integer or one for each axis; None keeps an axis as it is.
        return_indices: return the places of the maxima as well, as :func:`max_pool2d` does.

    Returns:
        The maxima, ``(N, C, *output_size)`` or ``(C, *output_size)``, or a pair.

    Raises:
        TypeError: the input is no tensor of floating-point numbers, or a size no integer.
        ValueError: the input's shape or a size is out of range.
    """
    check_maps(2, input)
    return _pick(input, adaptive(input.shape[-2:], output_size, slide=True), return_indices)


def adaptive_max_pool1d(input: torch.Tensor, output_size, return_indices: bool = False):
    """The maxima of ``output_size`` windows over ``(N, C, L)``; see :func:`adaptive_max_pool2d`."""
    check_maps(1, input)
    return _pick(input, adaptive(input.shape[-1:], output_size, slide=True), return_indices)


def global_max_pool(input: torch.Tensor) -> torch.Tensor:
    """The maximum of each feature map: ``(N, C, …)`` to ``(N, C)``, whatever the maps' size.

    One maximum takes the whole gradient, where :func:`torch.amax` shares it among equals.

    Args:
        input: ``(N, C, L)``, ``(N, C, H, W)`` or ``(N, C, D, H, W)``.

    Raises:
        TypeError: the input is no tensor of floating-point numbers.
        ValueError: it has another number of axes, or maps without elements.
    """
    check_batch(input)
    return input.flatten(2).max(2).values


def _max_pool(axes, input, kernel_size, stride, padding, dilation, ceil_mode, return_indices):
    check_maps(axes, input)
    regions = sliding(input.shape[-axes:], kernel_size, stride, padding, dilation, ceil_mode)
    return _pick(input, regions, return_indices)


def _pick(input: torch.Tensor, regions, return_indices: bool):
    """The maxima of the regions: first their places, then what stands there.

    Taking elements from places is linear, so autograd does the rest: each place gets the sum of
    what its outputs get, added up in float32 for half types.
    """
    flag("return_indices", return_indices)
    axes = len(regions)
    size = input.shape[-axes:]
    with torch.no_grad():
        values, places = input, torch.arange(size.numel(), device=input.device).view(size)
        for axis in reversed(range(axes)):
            values, places = _largest(values, places, axis - axes, regions[axis])
    places = places.expand(values.shape).contiguous()
    picked = places.flatten(-axes)
    maxima = rounded_once(lambda x: x.flatten(-axes).gather(-1, picked), input).view(values.shape)
    return (maxima, places) if return_indices else maxima


def _largest(values, places, dim: int, region) -> tuple[torch.Tensor, torch.Tensor]:
    """The largest element of each region along one axis, and its place; the first of equals."""
    taps = zip(region.taps(values, dim, -torch.inf), region.taps(places, dim, 0))
    best, best_places = next(taps)
    if region.padding:                    # the first tap may be padding: begin with a real element
        first = torch.tensor(region.first(), device=values.device)
        best, best_places = values.index_select(dim, first), places.index_select(dim, first)
    for tap, tap_places in taps:
        better = (tap > best).logical_or_(tap.isnan())
        best = torch.where(better, tap, best)
        best_places = torch.where(better, tap_places, best_places)
    return best, best_places
