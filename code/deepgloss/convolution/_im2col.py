"""Windows as columns of a matrix, and back."""

import math

import torch

from .._arguments import shown
from .._precision import in_float32
from ._correlate import Geometry, add_columns, columns
from ._padding import pad
from ._sizes import borders, conv_output_size, each


@in_float32
def im2col(input: torch.Tensor, kernel_size, stride=1, padding=0, dilation=1) -> torch.Tensor:
    """Every window of the input as a column, so that a convolution becomes a product of matrices.

    ``weight.flatten(1) @ im2col(x, …)`` has the values of the convolution, one row a filter. For
    two axes the same as :func:`torch.nn.functional.unfold`; here any number of them.

    Args:
        input: ``(N, C, n₁, …, n_D)``.
        kernel_size, stride, padding, dilation: as in :func:`conv2d`; zeros are added.

    Returns:
        ``(N, C · taps, positions)``: rows in the order of a flattened filter, columns in that of a
        flattened feature map. For a kernel of one tap it may share the input's memory. What
        comes back to an element of a half type is added up in float32.

    Raises:
        TypeError: ``input`` is no tensor, or an option holds something else than integers.
        ValueError: ``input`` has no axis to slide along, or the window does not fit.

    Source: Chellapilla, Puri and Simard (2006).
    """
    if not isinstance(input, torch.Tensor):
        raise TypeError(f"input must be a tensor, not {type(input).__name__}")
    if input.ndim < 3:
        raise ValueError(f"input must be (N, C, and the sizes of the axes), not {tuple(input.shape)}")
    geometry, margins = _windows(tuple(input.shape[2:]), kernel_size, stride, padding, dilation)
    return columns(pad(input, margins), geometry).flatten(1, 2)


@in_float32
def col2im(
    input: torch.Tensor, output_size, kernel_size, stride=1, padding=0, dilation=1
) -> torch.Tensor:
    """The adjoint of :func:`im2col`: each element back to its place, added up where windows overlap.

    For two axes the same as :func:`torch.nn.functional.fold`. It is no inverse: an element that
    m windows hold comes back m times as large.

    Args:
        input: ``(N, C · taps, positions)``.
        output_size: sizes ``(n₁, …, n_D)`` of the tensor to make.
        kernel_size, stride, padding, dilation: as they were in :func:`im2col`.

    Returns:
        ``(N, C, n₁, …, n_D)``.

    Raises:
        TypeError: ``input`` is no tensor, or an option holds something else than integers.
        ValueError: the number of rows or of columns does not fit the options.
    """
    if not isinstance(input, torch.Tensor):
        raise TypeError(f"input must be a tensor, not {type(input).__name__}")
    if not isinstance(output_size, (tuple, list)):
        raise TypeError(f"output_size must be a tuple of integers, not {shown(output_size)}")
    size = each("output_size", output_size, len(output_size))
    geometry, margins = _windows(size, kernel_size, stride, padding, dilation)
    taps, positions = math.prod(geometry.kernel), math.prod(geometry.out)
    if input.ndim != 3 or input.shape[1] % taps or input.shape[2] != positions:
        raise ValueError(
            f"input must be (N, C · {taps}, {positions}) for these windows, not {tuple(input.shape)}"
        )
    x = add_columns(input.unflatten(1, (-1, taps)), geometry)
    return x[(..., *(slice(before, before + n) for (before, _), n in zip(margins, size)))]


def _windows(size: tuple, kernel_size, stride, padding, dilation) -> tuple[Geometry, list]:
    """Where the windows lie in the padded input, and what is added around it."""
    kernel, stride, dilation = (
        each(name, value, len(size))
        for name, value in (("kernel_size", kernel_size), ("stride", stride), ("dilation", dilation))
    )
    conv_output_size(size, kernel, stride, padding, dilation)        # raises
    margins = borders(padding, kernel, stride, dilation)
    padded = tuple(n + before + behind for n, (before, behind) in zip(size, margins))
    return Geometry(padded, kernel, stride, dilation), margins
