r"""The three sums behind every convolution, each linear in both of its arguments.

.. math:: \langle g,\, x \star w \rangle = \sum_{i} \sum_{t} g_i\, w_t\, x_{s i + d t}

is one number made of three tensors: input x, weight w, and g in the shape of the output. Its
derivative by any one of them is a sum over the other two: :func:`correlate` (by g),
:func:`spread` (by x: a transposed convolution) and :func:`overlap` (by w). The gradients of each
are the other two, so that all of them can be differentiated as often as one likes.
"""

import itertools
import math
from dataclasses import dataclass

import torch
from torch.autograd import Function

# Windows are copied out for so many examples at a time that the copies stay in the cache.
ELEMENTS = {"cpu": 2**19}
ELEMENTS_ELSEWHERE = 2**27


@dataclass(frozen=True)
class Geometry:
    """Where windows lie: sizes of input and kernel, steps of windows and taps, one for each axis."""

    size: tuple[int, ...]
    kernel: tuple[int, ...]
    stride: tuple[int, ...]
    dilation: tuple[int, ...]
    groups: int = 1

    @property
    def pointwise(self) -> bool:
        """Whether every window is one element and every element a window."""
        return self.out == self.size

    def places(self):
        """For each tap, in the order of the flattened kernel, an index of the elements it meets."""
        for taps in itertools.product(*map(range, self.kernel)):
            yield (..., *(slice(t * d, t * d + (o - 1) * s + 1, s)
                          for t, o, s, d in zip(taps, self.out, self.stride, self.dilation)))

    @property
    def out(self) -> tuple[int, ...]:
        """How many windows there are along each axis."""
        return tuple((n - (k - 1) * d - 1) // s + 1
                     for n, k, s, d in zip(self.size, self.kernel, self.stride, self.dilation))

    def chunk(self, x: torch.Tensor, channels: int) -> int:
        """How many examples to take at a time."""
        limit = ELEMENTS.get(x.device.type, ELEMENTS_ELSEWHERE)
        return max(1, limit // (channels * math.prod(self.kernel) * math.prod(self.out)))


def correlate(x: torch.Tensor, weight: torch.Tensor, geometry: Geometry) -> torch.Tensor:
    """(N, C, *size) and (O, C / groups, *kernel) to (N, O, *out); nothing is padded or checked."""
    return _Correlate.apply(x, weight, geometry)


def spread(y: torch.Tensor, weight: torch.Tensor, geometry: Geometry) -> torch.Tensor:
    """The adjoint of :func:`correlate` in its input: (N, O, *out) to (N, C, *size)."""
    return _Spread.apply(y, weight, geometry)


def overlap(x: torch.Tensor, y: torch.Tensor, geometry: Geometry) -> torch.Tensor:
    """The adjoint of :func:`correlate` in its weight: to (O, C / groups, *kernel)."""
    return _Overlap.apply(x, y, geometry)


def windows(x: torch.Tensor, kernel: tuple, stride: tuple, dilation: tuple) -> torch.Tensor:
    """A view of all windows, without a copy: (N, C, *size) to (N, C, *out, *kernel)."""
    for axis, (k, s, d) in enumerate(zip(kernel, stride, dilation), 2):
        x = x.unfold(axis, (k - 1) * d + 1, s)[..., ::d]
    return x


def columns(x: torch.Tensor, geometry: Geometry) -> torch.Tensor:
    """All windows, one a column: (N, C, *size) to (N, C, taps, positions); for one tap a view."""
    if geometry.pointwise:
        return x.flatten(2).unsqueeze(2)
    view = windows(x, geometry.kernel, geometry.stride, geometry.dilation)
    axes = range(2, x.ndim)
    view = view.permute(0, 1, *(axis + len(axes) for axis in axes), *axes)
    return view.reshape(*x.shape[:2], math.prod(geometry.kernel), math.prod(geometry.out))


def add_columns(columns: torch.Tensor, geometry: Geometry) -> torch.Tensor:
    """The adjoint of :func:`columns`: every element back to where it came from, added up there."""
    if geometry.pointwise:
        return columns.reshape(*columns.shape[:2], *geometry.size)
    x = columns.new_zeros(*columns.shape[:2], *geometry.size)
    rows = columns.unflatten(3, geometry.out)                # (N, C, taps, *out)
    for tap, place in enumerate(geometry.places()):
        x[place].add_(rows[:, :, tap])
    return x


class _Bilinear(Function):
    """A function of two tensors that is linear in each: its tangent is that of a product."""

    generate_vmap_rule = True

    @staticmethod
    def setup_context(ctx, inputs, output):
        first, second, ctx.geometry = inputs
        ctx.save_for_backward(first, second)
        ctx.save_for_forward(first, second)

    @staticmethod
    def tangent(function, ctx, first, second):
        """f(da, b) + f(a, db)."""
        a, b = ctx.saved_tensors
        return function(first, b, ctx.geometry) + function(a, second, ctx.geometry)


class _Correlate(_Bilinear):
    """Each window's products with the filters, as one product of matrices."""

    @staticmethod
    def forward(x, weight, geometry):
        groups = geometry.groups
        matrix = weight.reshape(groups, len(weight) // groups, -1)   # (G, O / G, C / G · taps)
        parts = []
        for part in x.split(geometry.chunk(x, x.shape[1])):
            stacked = columns(part, geometry)                        # (n, C, taps, positions)
            stacked = stacked.reshape(len(part), groups, matrix.shape[2], stacked.shape[3])
            parts.append(matrix @ stacked)                           # (n, G, O / G, positions)
        y = parts[0] if len(parts) == 1 else torch.cat(parts)
        return y.view(len(x), len(weight), *geometry.out)

    @staticmethod
    def backward(ctx, g):
        x, weight = ctx.saved_tensors
        by_x = spread(g, weight, ctx.geometry) if ctx.needs_input_grad[0] else None
        by_w = overlap(x, g, ctx.geometry) if ctx.needs_input_grad[1] else None
        return by_x, by_w, None

    @staticmethod
    def jvp(ctx, x, weight, _):
        return _Bilinear.tangent(correlate, ctx, x, weight)


class _Spread(_Bilinear):
    """Each element puts its multiple of the filter where its window lies; overlaps add up."""

    @staticmethod
    def forward(y, weight, geometry):
        groups, channels = geometry.groups, geometry.groups * weight.shape[1]
        matrix = weight.reshape(groups, len(weight) // groups, -1).transpose(1, 2)
        parts = []
        for part in y.split(geometry.chunk(y, channels)):
            rows = part.reshape(len(part), groups, matrix.shape[2], math.prod(geometry.out))
            stacked = (matrix @ rows).view(len(part), channels, math.prod(geometry.kernel), rows.shape[3])
            parts.append(add_columns(stacked, geometry))
        return parts[0] if len(parts) == 1 else torch.cat(parts)

    @staticmethod
    def backward(ctx, g):
        y, weight = ctx.saved_tensors
        by_y = correlate(g, weight, ctx.geometry) if ctx.needs_input_grad[0] else None
        by_w = overlap(g, y, ctx.geometry) if ctx.needs_input_grad[1] else None
        return by_y, by_w, None

    @staticmethod
    def jvp(ctx, y, weight, _):
        return _Bilinear.tangent(spread, ctx, y, weight)


class _Overlap(_Bilinear):
    """What each tap met, weighted by y and summed over all positions and examples."""

    @staticmethod
    def forward(x, y, geometry):
        groups = geometry.groups
        size = geometry.chunk(x, x.shape[1])
        total = y.new_zeros(groups, y.shape[1] // groups,
                            x.shape[1] // groups * math.prod(geometry.kernel))
        positions = math.prod(geometry.out)
        for part, g in zip(x.split(size), y.split(size)):
            stacked = columns(part, geometry).reshape(len(part), groups, total.shape[2], positions)
            g = g.reshape(len(part), groups, total.shape[1], positions)
            total = total + (g @ stacked.transpose(2, 3)).sum(0)
        return total.view(y.shape[1], x.shape[1] // groups, *geometry.kernel)

    @staticmethod
    def backward(ctx, g):
        x, y = ctx.saved_tensors
        by_x = spread(y, g, ctx.geometry) if ctx.needs_input_grad[0] else None
        by_y = correlate(x, g, ctx.geometry) if ctx.needs_input_grad[1] else None
        return by_x, by_y, None

    @staticmethod
    def jvp(ctx, x, y, _):
        return _Bilinear.tangent(overlap, ctx, x, y)
