"""The dimension along which a function works."""

import operator

import torch


def check_dim(dim: int, x: torch.Tensor) -> int:
    """``dim`` as an ``int``, if it is a dimension of ``x``; numbers below 0 count from the end.

    Raises:
        TypeError: ``dim`` is no integer.
        ValueError: ``x`` has no such dimension.
    """
    dim = whole_dim(dim)
    count = max(x.ndim, 1)                      # PyTorch lends a scalar one dimension of size 1
    if not -count <= dim < count:
        raise ValueError(
            f"dim must be between {-count} and {count - 1} for the shape {tuple(x.shape)}, not {dim}"
        )
    return dim


def whole_dim(dim: int) -> int:
    """``dim`` as an ``int``.

    Raises:
        TypeError: ``dim`` is no integer.
    """
    try:
        return operator.index(dim)
    except TypeError:
        raise TypeError(f"dim must be an integer, not {dim!r}") from None
