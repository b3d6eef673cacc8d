"""What losses of the error y − t share: weights for elements, and derivatives for both of them."""

import torch

from ._reduction import check_floats


def weighted(losses: torch.Tensor, weight: torch.Tensor | None) -> torch.Tensor:
    """Losses times a factor for each of them; None for 1.

    Raises:
        TypeError: ``weight`` is no tensor of floating-point numbers.
        ValueError: its shape is not that of ``losses``.
    """
    if weight is None:
        return losses
    check_floats("weight", weight)
    if weight.shape != losses.shape:
        raise ValueError(
            f"weight must have the shape of input, {tuple(losses.shape)}, "
            f"not {tuple(weight.shape)}"
        )
    return weight * losses


def total_weight(weight: torch.Tensor | None) -> torch.Tensor | None:
    """What a weighted mean divides by; None for the number of losses."""
    return None if weight is None else weight.sum()


def added(*parts: torch.Tensor | None) -> torch.Tensor | None:
    """The sum of those parts of a gradient that there are; None if there are none."""
    there = [part for part in parts if part is not None]
    return sum(there[1:], start=there[0]) if there else None


def both_ways(error: torch.Tensor | None, ctx) -> tuple[torch.Tensor | None, torch.Tensor | None]:
    """The gradients for y and t, the first two inputs, given that for the error y − t."""
    return error, -error if error is not None and ctx.needs_input_grad[1] else None


def tangent_of_error(
    tangent_input: torch.Tensor | None, tangent_target: torch.Tensor | None
) -> torch.Tensor:
    """How fast the error y − t changes, given how fast y and t do; None for not at all."""
    if tangent_input is None:
        return -tangent_target
    return tangent_input if tangent_target is None else tangent_input - tangent_target
