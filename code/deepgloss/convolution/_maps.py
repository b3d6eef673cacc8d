"""What pooling and upsampling ask of the feature maps that they are given."""

import torch

PLACES = {1: "L", 2: "H, W", 3: "D, H, W"}


def check_maps(axes: int, input: torch.Tensor, *, name: str = "input") -> None:
    """Refuse what is no stack of feature maps with ``axes`` axes, one example's or a batch's.

    A batch may be empty.

    Raises:
        TypeError: ``input`` is no tensor of floating-point numbers.
        ValueError: it has another number of axes, or an axis without elements.
    """
    if not isinstance(input, torch.Tensor) or not input.is_floating_point():
        what = input.dtype if isinstance(input, torch.Tensor) else type(input).__name__
        raise TypeError(f"{name} must be a tensor of floating-point numbers, not {what}")
    places, shape = PLACES[axes], tuple(input.shape)
    if input.ndim not in (axes + 1, axes + 2):
        raise ValueError(f"{name} must be (N, C, {places}) or (C, {places}), not {shape}")
    if 0 in shape[-axes - 1:]:
        raise ValueError(f"{name} of the shape {shape} has channels or maps without elements")


def check_batch(input: torch.Tensor) -> None:
    """Refuse what is no batch of feature maps with one to three axes.

    Raises:
        TypeError: ``input`` is no tensor of floating-point numbers.
        ValueError: it has another number of axes, or maps without elements.
    """
    axes = input.ndim - 2 if isinstance(input, torch.Tensor) else 2
    if axes not in PLACES:
        raise ValueError(f"input must be (N, C) and one to three axes, not {tuple(input.shape)}")
    check_maps(axes, input)
