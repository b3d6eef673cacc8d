"""What a convolution finds beyond the border of its input."""

import torch
import torch.nn.functional as F

from .._arguments import choice, shown
from ._sizes import each

MODES = ("zeros", "reflect", "replicate", "circular")


def pad(input: torch.Tensor, borders, mode: str = "zeros") -> torch.Tensor:
    """Continue a tensor beyond its borders.

    With one row ``a b c d`` and two elements on either side:

    ========= =========================
    zeros     ``0 0 | a b c d | 0 0``
    reflect   ``c b | a b c d | c b``
    replicate ``a a | a b c d | d d``
    circular  ``c d | a b c d | a b``
    ========= =========================

    Args:
        input: ``(..., n₁, …, n_D)``.
        borders: D pairs (before, behind), each ≥ 0, for the last D axes in their order.
        mode: 'zeros' | 'reflect' | 'replicate' | 'circular'.

    Returns:
        The longer tensor, a copy; the input itself where nothing is added.

    Raises:
        TypeError: ``input`` is no tensor, or ``borders`` are no pairs of integers.
        ValueError: ``mode`` is none of the four, a border is negative or there are more than axes, or
            the input is too short for it: reflect needs n > p, circular n ≥ p, replicate n ≥ 1.
    """
    choice("padding_mode", mode, MODES)
    if not isinstance(input, torch.Tensor):
        raise TypeError(f"input must be a tensor, not {type(input).__name__}")
    if not isinstance(borders, (tuple, list)) or not all(
        isinstance(ends, (tuple, list)) and len(ends) == 2 for ends in borders
    ):
        raise TypeError(f"borders must be pairs of integers, such as [(1, 1)], not {shown(borders)}")
    if len(borders) > input.ndim:
        raise ValueError(f"borders must be for at most the input's {input.ndim} axes, not for {len(borders)}")
    borders = [each(f"borders[{k}]", ends, 2, 0) for k, ends in enumerate(borders)]
    if not any(before or behind for before, behind in borders):
        return input
    if mode == "zeros":
        return F.pad(input, [p for pair in reversed(borders) for p in pair])
    for axis, (before, behind) in enumerate(borders, input.ndim - len(borders)):
        if before or behind:
            input = torch.cat(_continued(input, axis, before, behind, mode), axis)
    return input


def _continued(x: torch.Tensor, axis: int, before: int, behind: int, mode: str):
    """What stands before, the tensor, and what stands behind, along one axis."""
    n, longest = x.shape[axis], max(before, behind)
    needed = {"reflect": longest + 1, "circular": longest, "replicate": 1}[mode]
    if n < needed:
        raise ValueError(
            f"padding_mode={mode!r} needs at least {needed} elements for a padding of {longest}, not {n}"
        )
    if mode == "circular":
        return x.narrow(axis, n - before, before), x, x.narrow(axis, 0, behind)
    if mode == "reflect":
        return (x.narrow(axis, 1, before).flip(axis), x,
                x.narrow(axis, n - 1 - behind, behind).flip(axis))
    first, last = x.narrow(axis, 0, 1), x.narrow(axis, n - 1, 1)
    return first.repeat_interleave(before, axis), x, last.repeat_interleave(behind, axis)
