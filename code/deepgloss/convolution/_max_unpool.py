"""Max unpooling: maxima back to where they came from, zeros everywhere else."""

import torch
from torch import nn

from .._arguments import readable, shown
from ._maps import check_maps
from ._sizes import check_sizes, each


def max_unpool2d(
    input: torch.Tensor, indices: torch.Tensor, kernel_size, stride=None, padding=0,
    output_size=None,
) -> torch.Tensor:
    """Put each element where max pooling had found it; all other places get 0.

    Not an inverse: what max pooling threw away stays lost. Where windows overlap and two of them
    had one maximum, the two elements meet in one place, and which of them stays is left open.
    The same function as :func:`torch.nn.functional.max_unpool2d`.

    Args:
        input: ``(N, C, H, W)`` or ``(C, H, W)``, for instance pooled maps after some layers.
        indices: places within each map, counted row by row, with the shape of ``input``, as
            :func:`max_pool2d` returns them.
        kernel_size: the pooling's window, an integer or one for each axis, as the next two.
        stride: its step; the window's size if None.
        padding: its padding.
        output_size: the size of the pooling's input, (H, W), leading axes included or not;
            without it (n − 1) · stride − 2 · padding + kernel_size, the smallest that is possible.

    Returns:
        The sparse maps, ``(N, C, *output_size)`` or ``(C, *output_size)``.

    Raises:
        TypeError: the input is no tensor of floating-point numbers, or the indices no integers.
        ValueError: shapes or options do not fit, or an index lies outside the map.

    Source: Zeiler, Taylor and Fergus (2011); Zeiler and Fergus (2014), section 2.1.
    """
    check_maps(2, input)
    if not isinstance(indices, torch.Tensor) or indices.dtype != torch.int64:
        raise TypeError("indices must be a tensor of int64, as max_pool2d returns it")
    if indices.shape != input.shape:
        raise ValueError(
            f"indices must have the shape of input, {tuple(input.shape)}, not {tuple(indices.shape)}"
        )
    kernel = each("kernel_size", kernel_size, 2)
    stride = kernel if stride is None else each("stride", stride, 2)
    padding = each("padding", padding, 2, 0)
    if output_size is None:
        size = tuple((n - 1) * s - 2 * p + k
                     for n, s, p, k in zip(input.shape[-2:], stride, padding, kernel))
    else:
        if not isinstance(output_size, (tuple, list)):
            raise TypeError(f"output_size must be (H, W), leading axes included or not, not {shown(output_size)}")
        size = each("output_size", output_size[-2:], 2)
    if indices.numel() and readable(indices) and not 0 <= indices.min() <= indices.max() < size[0] * size[1]:
        raise ValueError(f"an index lies outside a map of {size[0]} × {size[1]}")
    maps = input.new_zeros(*input.shape[:-2], size[0] * size[1])
    return maps.scatter(-1, indices.flatten(-2), input.flatten(-2)).unflatten(-1, size)


class MaxUnpool2d(nn.Module):
    """:func:`max_unpool2d` as a module.

    Args:
        kernel_size: the pooling's window.
        stride: its step; the window's size if None.
        padding: its padding.
    """

    def __init__(self, kernel_size, stride=None, padding=0):
        super().__init__()
        check_sizes(kernel_size=kernel_size, stride=stride, padding=padding)
        self.kernel_size, self.stride, self.padding = kernel_size, stride, padding

    def forward(self, input: torch.Tensor, indices: torch.Tensor, output_size=None) -> torch.Tensor:
        """The elements of ``(N, C, H, W)`` at their indices, among zeros."""
        return max_unpool2d(
            input, indices, self.kernel_size, self.stride, self.padding, output_size
        )

    def extra_repr(self) -> str:
        """The options, for ``repr``."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"
