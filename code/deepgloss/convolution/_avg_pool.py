"""Average pooling, and blur pooling with it: sums over windows, with equal or unequal weights."""

import math
from functools import reduce

import torch

from .._arguments import flag, whole
from .._precision import in_float32
from ._maps import check_batch, check_maps
from ._padding import pad
from ._pooling_regions import Adaptive, adaptive, sliding
from ._sizes import each


@in_float32
def avg_pool2d(
    input: torch.Tensor, kernel_size, stride=None, padding=0, ceil_mode: bool = False,
    count_include_pad: bool = True, divisor_override: int | None = None,
) -> torch.Tensor:
    r"""The mean of each window of a feature map.

    .. math::
        y_{ij} = \frac{1}{k^2} \sum_{0 \le u, v < k} x_{s i + u - p,\; s j + v - p}
        \qquad
        \frac{\partial y_{ij}}{\partial x_{ab}} = \frac{1}{k^2} \text{ within the window}

    The same function as :func:`torch.nn.functional.avg_pool2d`, and the same as a convolution of
    each channel with the constant kernel 1/k². Half types are added up in float32, so that no sum
    overflows or stops counting, and rounded once.

    Args:
        input: ``(N, C, H, W)``, or ``(C, H, W)`` for one example.
        kernel_size: the window's size k ≥ 1, an integer or one for each axis, as the next two.
        stride: step s ≥ 1 of the window; its size if None, and then no two windows overlap.
        padding: zeros p ≥ 0 added on either side of each axis, at most half a window.
        ceil_mode: keep a last window that reaches beyond the border, if it starts within it.
        count_include_pad: count the padding among the elements that the sum is divided by;
            what lies beyond it, with ``ceil_mode``, never counts.
        divisor_override: divide every sum by this instead.

    Returns:
        The means, ``(N, C, H', W')`` or ``(C, H', W')``.

    Raises:
        TypeError: the input is no tensor of floating-point numbers, or an option no integer.
        ValueError: the input's shape or an option is out of range, or a window does not fit.

    Source: LeCun et al. (1998), section II.B, whose subsampling also learns a factor and a bias.
    """
    return _avg_pool(2, input, kernel_size, stride, padding, ceil_mode, count_include_pad,
                     divisor_override)


@in_float32
def avg_pool1d(
    input: torch.Tensor, kernel_size, stride=None, padding=0, ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> torch.Tensor:
    """The mean of each window of ``(N, C, L)`` or ``(C, L)``; see :func:`avg_pool2d`."""
    return _avg_pool(1, input, kernel_size, stride, padding, ceil_mode, count_include_pad, None)


@in_float32
def avg_pool3d(
    input: torch.Tensor, kernel_size, stride=None, padding=0, ceil_mode: bool = False,
    count_include_pad: bool = True, divisor_override: int | None = None,
) -> torch.Tensor:
    """The mean of each window of ``(N, C, D, H, W)``; see :func:`avg_pool2d`."""
    return _avg_pool(3, input, kernel_size, stride, padding, ceil_mode, count_include_pad,
                     divisor_override)


@in_float32
def adaptive_avg_pool2d(input: torch.Tensor, output_size) -> torch.Tensor:
    """The means of as many windows as are asked for, whatever the size of the input.

    The windows are those of :func:`adaptive_max_pool2d`. The same function as
    :func:`torch.nn.functional.adaptive_avg_pool2d`.

    Args:
        input: ``(N, C, H, W)`` or ``(C, H, W)``.
        output_size: m ≥ 1, an integer or one for each axis; None keeps an axis as it is.

    Returns:
        The means, ``(N, C, *output_size)`` or ``(C, *output_size)``.

    Raises:
        TypeError: the input is no tensor of floating-point numbers, or a size no integer.
        ValueError: the input's shape or a size is out of range.
    """
    check_maps(2, input)
    return _means(input, adaptive(input.shape[-2:], output_size))


@in_float32
def adaptive_avg_pool1d(input: torch.Tensor, output_size) -> torch.Tensor:
    """The means of ``output_size`` windows over ``(N, C, L)``; see :func:`adaptive_avg_pool2d`."""
    check_maps(1, input)
    return _means(input, adaptive(input.shape[-1:], output_size))


@in_float32
def global_avg_pool(input: torch.Tensor) -> torch.Tensor:
    """The mean of each feature map: ``(N, C, …)`` to ``(N, C)``, whatever the maps' size.

    Args:
        input: ``(N, C, L)``, ``(N, C, H, W)`` or ``(N, C, D, H, W)``.

    Raises:
        TypeError: the input is no tensor of floating-point numbers.
        ValueError: it has another number of axes, or maps without elements.

    Source: Lin, Chen and Yan (2014), section 3.2.
    """
    check_batch(input)
    return input.flatten(2).mean(2)


@in_float32
def blur_pool2d(
    input: torch.Tensor, kernel_size: int = 3, stride=2, padding_mode: str = "reflect"
) -> torch.Tensor:
    r"""Blur each channel by binomial weights, then keep every ``stride``-th element.

    .. math::
        y_{ij} = \sum_{0 \le u, v < k} b_u b_v\; x_{s i + u - p,\; s j + v - p}, \qquad
        b_u = 2^{1-k} \binom{k-1}{u}, \qquad p = \Big\lfloor \frac{k-1}{2} \Big\rfloor

    Behind a max pooling of stride 1 it makes one of stride s that hardly aliases.

    Args:
        input: ``(N, C, H, W)`` or ``(C, H, W)``.
        kernel_size: taps k ≥ 1 along either axis; 1 takes every ``stride``-th element unblurred.
        stride: step s ≥ 1, an integer or one for each axis.
        padding_mode: 'reflect' | 'zeros' | 'replicate' | 'circular', as in :func:`pad`. The
            k − 1 elements are added on both sides, an odd one behind.

    Returns:
        The blurred maps, ``(N, C, ⌈H / s⌉, ⌈W / s⌉)``, without a batch as they came.

    Raises:
        TypeError: the input is no tensor of floating-point numbers, or an option no integer.
        ValueError: an option is out of range, or the maps are too small for the padding.

    Source: Zhang (2019).
    """
    check_maps(2, input)
    kernel_size, stride = whole("kernel_size", kernel_size), each("stride", stride, 2)
    missing = kernel_size - 1
    x = pad(input, [(missing // 2, missing - missing // 2)] * 2, padding_mode)
    weights = [math.comb(missing, u) / 2**missing for u in range(kernel_size)]
    for axis, region in enumerate(sliding(x.shape[-2:], kernel_size, stride, 0)):
        taps = region.taps(x, axis - 2, 0.0)
        x = sum(weight * tap for weight, tap in zip(weights, taps))
    return x


def _avg_pool(
    axes, input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override
) -> torch.Tensor:
    check_maps(axes, input)
    regions = sliding(input.shape[-axes:], kernel_size, stride, padding, 1, ceil_mode)
    flag("count_include_pad", count_include_pad)
    if divisor_override is not None:
        return window_sum(input, regions) / whole("divisor_override", divisor_override)
    return _means(input, regions, count_include_pad)


def _means(input: torch.Tensor, regions, count_include_pad: bool = False) -> torch.Tensor:
    """Sums over the regions, each divided by the number of its elements."""
    lengths = torch.meshgrid(*(torch.tensor(r.lengths(count_include_pad)) for r in regions), indexing="ij")
    return window_sum(input, regions) / math.prod(lengths).to(input)


def window_sum(x: torch.Tensor, regions) -> torch.Tensor:
    """The sum over each region, one axis after the other."""
    for dim, region in enumerate(regions, -len(regions)):
        if isinstance(region, Adaptive):     # first what lies between two borders of windows
            pieces, region = region.pieces()
            number = torch.arange(len(pieces)).repeat_interleave(torch.tensor(pieces)).to(x.device)
            shape = list(x.shape)
            shape[dim] = len(pieces)
            x = x.new_zeros(shape).index_add(dim, number, x)
        x = reduce(torch.add, region.taps(x, dim, 0.0))
    return x
