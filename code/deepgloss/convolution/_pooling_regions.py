"""Which elements of an axis each output of pooling summarizes.

A window of pooling is a box: its maximum is the maximum over one axis of the maxima over the
other, and its sum the sum of sums. So all pooling works along one axis after the other, with
k + k steps for a window of k × k. What it needs to know of an axis is said here.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
import torch.nn.functional as F

from .._arguments import flag
from ._sizes import each, span

MOST = 10**6        # windows along an axis, each of which is looked at


@dataclass(frozen=True)
class Sliding:
    """Windows of one size, ``stride`` apart: window i starts at i · stride − padding."""

    size: int
    kernel: int
    stride: int
    padding: int
    dilation: int
    count: int

    def starts(self) -> range:
        """Where each window starts; below 0 within the padding."""
        return range(-self.padding, self.count * self.stride - self.padding, self.stride)

    def first(self) -> list[int]:
        """The first real element of each window."""
        return [start + max(-(start // self.dilation), 0) * self.dilation for start in self.starts()]

    def lengths(self, padding_counts: bool = False) -> list[int]:
        """How many elements each window holds, with or without the padding."""
        border = self.padding if padding_counts else 0
        return [min(start + self.kernel, self.size + border) - max(start, -border) for start in self.starts()]

    def taps(self, x: torch.Tensor, dim: int, fill: float) -> Iterator[torch.Tensor]:
        """The first element of all windows, then the second, …; ``fill`` beyond the border."""
        reach = (self.count - 1) * self.stride + 1
        behind = reach - 1 + span(self.kernel, self.dilation) - self.size - self.padding
        if self.padding or behind > 0:
            borders = [0, 0] * (-dim - 1) + [self.padding, max(behind, 0)]
            x = F.pad(x, borders, value=fill)
        for tap in range(self.kernel):
            yield x.narrow(dim, tap * self.dilation, reach)[_every(self.stride, dim)]


@dataclass(frozen=True)
class Adaptive:
    """Windows of any lengths: window i reaches from ``starts[i]`` up to ``ends[i]``, excluded."""

    starts: tuple[int, ...]
    ends: tuple[int, ...]
    padding = 0

    def first(self) -> list[int]:
        """The first element of each window."""
        return list(self.starts)

    def lengths(self, padding_counts: bool = False) -> list[int]:
        """How many elements each window holds."""
        return [end - start for start, end in zip(self.starts, self.ends)]

    def pieces(self) -> tuple[list[int], "Adaptive"]:
        """The sizes of the pieces between all borders, and the windows counted in pieces."""
        borders = sorted({*self.starts, *self.ends})
        number = {border: k for k, border in enumerate(borders)}
        sizes = [end - start for start, end in zip(borders, borders[1:])]
        return sizes, Adaptive(tuple(number[start] for start in self.starts),
                               tuple(number[end] for end in self.ends))

    def taps(self, x: torch.Tensor, dim: int, fill: float) -> Iterator[torch.Tensor]:
        """The first element of all windows, then the second, …; ``fill`` beyond their ends."""
        first, lengths = torch.tensor(self.starts), torch.tensor(self.lengths())
        turned = dim == -1 and x.ndim > 1      # whole rows are taken faster than single elements
        if turned:
            x, dim = x.transpose(-1, -2).contiguous(), -2
        shortest, longest = min(self.lengths()), max(self.lengths())
        for tap in range(longest):
            taken = x.index_select(dim, (first + (lengths - 1).clamp(max=tap)).to(x.device))
            if tap >= shortest:
                outside = (lengths <= tap).view(-1, *[1] * (-dim - 1)).to(x.device)
                taken = taken.masked_fill(outside, fill)
            yield taken.transpose(-1, -2) if turned else taken


def _every(step: int, dim: int) -> tuple:
    """The index that takes every ``step``-th element along a dimension counted from the end."""
    return (..., slice(None, None, step), *[slice(None)] * (-dim - 1))


def sliding(
    size: tuple, kernel_size, stride, padding, dilation=1, ceil_mode: bool = False
) -> tuple[Sliding, ...]:
    """The windows along each axis of ``size``; the stride is the window's size if it is None.

    Raises:
        TypeError: an option holds something else than integers.
        ValueError: one is out of range, a padding exceeds half a window, a window does not fit,
            or one would hold nothing but padding.
    """
    axes = len(size)
    flag("ceil_mode", ceil_mode)
    kernel = each("kernel_size", kernel_size, axes)
    stride = kernel if stride is None or stride == () else each("stride", stride, axes)
    padding, dilation = each("padding", padding, axes, 0), each("dilation", dilation, axes)
    return tuple(_window(*options, ceil_mode)
                 for options in zip(size, kernel, stride, padding, dilation))


def _window(size, kernel, stride, padding, dilation, ceil_mode) -> Sliding:
    reach = span(kernel, dilation)
    if 2 * padding > reach:
        raise ValueError(f"padding must be at most half of the window's {reach} elements, not {padding}")
    room = size + 2 * padding - reach
    if room < 0 and not (ceil_mode and room > -stride):
        raise ValueError(
            f"a window of {reach} elements does not fit into {size + 2 * padding}, padding included"
        )
    count = room // stride + 1
    if ceil_mode and room % stride and count * stride < size + padding:
        count += 1                          # a last window that reaches beyond the border
    windows = Sliding(size, kernel, stride, padding, dilation, count)
    if count < 1 or max(windows.first()) >= size:
        raise ValueError(
            f"with kernel_size={kernel}, padding={padding} and dilation={dilation} a window over "
            f"{size} elements would hold nothing but padding"
        )
    return windows


def adaptive(size: tuple, output_size, slide: bool = False) -> tuple[Sliding | Adaptive, ...]:
    """As many windows as are wanted, as equal as can be: from ⌊i n/m⌋ to ⌈(i + 1) n/m⌉.

    None keeps an axis as it is. With ``slide``, equal windows side by side are sliding ones.

    Raises:
        TypeError: ``output_size`` holds something else than integers and None.
        ValueError: it has the wrong length, or a number below 1 or above a million.
    """
    wanted = output_size if isinstance(output_size, (tuple, list)) else (output_size,) * len(size)
    filled = [n if m is None else m for n, m in zip(size, wanted)] + list(wanted[len(size):])
    counts = each("output_size", filled, len(size))
    if max(counts) > MOST:
        raise ValueError(f"output_size must be at most {MOST} along an axis, not {max(counts)}")
    return tuple(Sliding(n, n // m, n // m, 0, 1, m) if slide and n % m == 0 else
                 Adaptive(tuple(i * n // m for i in range(m)),
                          tuple(-(-(i + 1) * n // m) for i in range(m)))
                 for n, m in zip(size, counts))
