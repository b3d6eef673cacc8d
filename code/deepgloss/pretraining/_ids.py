"""Checks of tokens and masks, which all models of this part read."""

import torch

from .._arguments import readable


def check_ids(name: str, ids, below: int, shape: tuple[int, ...] | None = None) -> None:
    """Refuse what is no ``int64`` tensor, has another shape, or holds a number outside 0..below−1.

    Numbers on the meta device, or in a graph of torch.compile or torch.export, are not looked at.

    Raises:
        TypeError: ``ids`` is no ``int64`` tensor.
        ValueError: the shape or a number is another.
    """
    if not isinstance(ids, torch.Tensor) or ids.dtype != torch.int64:
        got = ids.dtype if isinstance(ids, torch.Tensor) else type(ids).__name__
        raise TypeError(f"{name} must be an int64 tensor, not {got}")
    if shape is not None and ids.shape != shape:
        raise ValueError(f"{name} must be {tuple(shape)}, not {tuple(ids.shape)}")
    if not readable(ids) or not ids.numel():
        return
    low, high = (number.item() for number in ids.aminmax())
    if low < 0 or high >= below:
        raise ValueError(f"{name} must be in 0..{below - 1}, not {low if low < 0 else high}")


def check_mask(mask, shape: tuple[int, ...], name: str = "mask") -> None:
    """Refuse what is no boolean tensor of this shape.

    Raises:
        TypeError: ``mask`` is no boolean tensor.
        ValueError: the shape is another.
    """
    if not isinstance(mask, torch.Tensor) or mask.dtype != torch.bool:
        got = mask.dtype if isinstance(mask, torch.Tensor) else type(mask).__name__
        raise TypeError(f"{name} must be a boolean tensor, not {got}")
    if mask.shape != shape:
        raise ValueError(f"{name} must be {tuple(shape)}, not {tuple(mask.shape)}")
