"""Flattening: several axes read as one, row by row; and back."""

import torch
from torch import nn

from .._arguments import LARGEST, shown, whole


def flatten(input: torch.Tensor, start_dim: int = 0, end_dim: int = -1) -> torch.Tensor:
    r"""Several neighboring axes read as one, in row-major order.

    .. math:: j = (\dots((i_1 n_2 + i_2)\, n_3 + i_3) \dots)\, n_m + i_m

    is where the element :math:`(i_1, \dots, i_m)` of axes of sizes :math:`n_1, \dots, n_m` ends up.
    A view of the same memory where the strides allow it, else a copy. The same function as
    :func:`torch.flatten`.

    Args:
        input: a tensor of any shape and type; a scalar becomes a vector of one element.
        start_dim: the first axis to merge; numbers below 0 count from the end.
        end_dim: the last axis to merge.

    Returns:
        A tensor with the axes from ``start_dim`` to ``end_dim`` merged into one.

    Raises:
        TypeError: ``input`` is no tensor, or an axis no integer.
        ValueError: there is no such axis, or ``start_dim`` comes after ``end_dim``.
    """
    start, end = _axis("start_dim", start_dim, input), _axis("end_dim", end_dim, input)
    if start > end:
        raise ValueError(f"start_dim={start_dim} comes after end_dim={end_dim}")
    if input.ndim == 0:
        return input.reshape(1)
    if start == end:
        return input
    merged = input.shape[start:end + 1].numel()
    return input.reshape(*input.shape[:start], merged, *input.shape[end + 1:])


def unflatten(input: torch.Tensor, dim: int, sizes) -> torch.Tensor:
    """One axis read as several, in row-major order: the inverse of :func:`flatten`; a view.

    The same function as :func:`torch.unflatten`.

    Args:
        input: a tensor of any shape with at least one axis.
        dim: the axis to split; numbers below 0 count from the end.
        sizes: the sizes to split it into; one may be −1, for whatever is left.

    Returns:
        A tensor with ``sizes`` in the place of the axis.

    Raises:
        TypeError: ``input`` is no tensor, ``sizes`` no sequence, or something in it no integer.
        ValueError: there is no such axis, ``sizes`` is empty, or its product is another number
            than the axis has elements.
    """
    axis = _axis("dim", dim, input)
    if not isinstance(sizes, (tuple, list)):
        raise TypeError(f"sizes must be a tuple of integers, not {sizes!r}")
    sizes = [whole(f"sizes[{k}]", n, -1) for k, n in enumerate(sizes)]
    if not sizes or not input.ndim:
        raise ValueError(f"sizes must hold at least one number, and the input one axis, not {sizes}")
    known = torch.Size(n for n in sizes if n != -1).numel()
    size = input.shape[axis]
    free = sizes.count(-1)
    if free > 1 or (size % known if free and known else size != known):
        raise ValueError(f"sizes={sizes} do not multiply up to the {size} elements of axis {dim}")
    if free and known == 0:
        raise ValueError(f"sizes={sizes} leave it open what -1 stands for")
    sizes = [size // known if n == -1 else n for n in sizes]
    return input.view(*input.shape[:axis], *sizes, *input.shape[axis + 1:])


def _axis(name: str, value: int, input: torch.Tensor) -> int:
    """``value`` as an axis of ``input``, counted from 0."""
    if not isinstance(input, torch.Tensor):
        raise TypeError(f"input must be a tensor, not {type(input).__name__}")
    count = max(input.ndim, 1)
    axis = whole(name, value, -count, count - 1)
    return axis % count


class Flatten(nn.Module):
    """:func:`flatten` as a module, which leaves the first axis, the batch, alone.

    Args:
        start_dim: the first axis to merge; 1 here, where the function's is 0.
        end_dim: the last axis to merge.
    """

    def __init__(self, start_dim: int = 1, end_dim: int = -1):
        super().__init__()
        self.start_dim, self.end_dim = whole("start_dim", start_dim, -LARGEST), whole("end_dim", end_dim, -LARGEST)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """``(N, …)`` to ``(N, product of the rest)``, unless told otherwise."""
        return flatten(input, self.start_dim, self.end_dim)

    def extra_repr(self) -> str:
        """The axes, for ``repr``."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"


class Unflatten(nn.Module):
    """:func:`unflatten` as a module.

    Args:
        dim: the axis to split.
        unflattened_size: the sizes to split it into.
    """

    def __init__(self, dim: int, unflattened_size):
        super().__init__()
        if not isinstance(unflattened_size, (tuple, list)):
            raise TypeError(f"unflattened_size must be a tuple of integers, not {shown(unflattened_size)}")
        self.dim, self.unflattened_size = whole("dim", dim, -LARGEST), tuple(unflattened_size)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """The tensor with one axis split into several."""
        return unflatten(input, self.dim, self.unflattened_size)

    def extra_repr(self) -> str:
        """The axis and the sizes, for ``repr``."""
        return f"dim={self.dim}, unflattened_size={self.unflattened_size}"
