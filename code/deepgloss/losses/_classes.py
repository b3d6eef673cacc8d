"""Arguments that losses over classes share: labels and class weights."""

import torch

from .._arguments import readable
from ._reduction import check_floats


def check_scores(input: torch.Tensor) -> None:
    """Refuse what is no (C,) or (N, C, d₁, …) tensor of floating-point numbers with C ≥ 1.

    Raises:
        TypeError: ``input`` is no tensor of floating-point numbers.
        ValueError: ``input`` has no dimension of classes, or no classes.
    """
    check_floats("input", input)
    if input.ndim == 0 or input.shape[class_dim(input)] == 0:
        raise ValueError(
            "input must have the shape (C,) or (N, C, d1, ...) with at least one class, "
            f"not {tuple(input.shape)}"
        )


def class_dim(input: torch.Tensor) -> int:
    """Which dimension counts the classes: 0 for (C,), else 1."""
    return 0 if input.ndim == 1 else 1


def check_labels(input: torch.Tensor, target: torch.Tensor, ignore_index: int) -> None:
    """Refuse labels that are no class of ``input``, or of another shape.

    Raises:
        TypeError: ``target`` holds no integers.
        ValueError: ``target`` has the wrong shape, or a label that is neither a class nor
            ``ignore_index``.
    """
    if target.is_floating_point() or target.is_complex() or target.dtype == torch.bool:
        raise TypeError(f"target must hold class indices, integers, not {target.dtype}")
    dim = class_dim(input)
    wanted = input.shape[:dim] + input.shape[dim + 1:]
    if target.shape != wanted:
        raise ValueError(
            f"target must have the shape {tuple(wanted)} for class indices with an input of "
            f"shape {tuple(input.shape)}, not {tuple(target.shape)}"
        )
    if not readable(target):
        return
    classes = input.shape[dim]
    wrong = ((target < 0) | (target >= classes)) & (target != ignore_index)
    if wrong.any():
        raise ValueError(
            f"target must hold class indices from 0 to {classes - 1}, or ignore_index = "
            f"{ignore_index}, not {target[wrong][0].item()}"
        )


def check_class_weight(weight: torch.Tensor | None, input: torch.Tensor) -> None:
    """Refuse a ``weight`` that does not hold one number for each class.

    Raises:
        TypeError: ``weight`` is no tensor of floating-point numbers.
        ValueError: it is not of shape (C,).
    """
    if weight is None:
        return
    check_floats("weight", weight)
    classes = input.shape[class_dim(input)]
    if weight.shape != (classes,):
        raise ValueError(
            f"weight must have the shape ({classes},), one number for each class, "
            f"not {tuple(weight.shape)}"
        )


def along_classes(weight: torch.Tensor, input: torch.Tensor) -> torch.Tensor:
    """Class weights (C,), in a shape that broadcasts along the classes of ``input``."""
    trailing = input.ndim - 1 - class_dim(input)
    return weight.to(input.dtype).reshape(-1, *[1] * trailing)


def label_weights(
    input: torch.Tensor, target: torch.Tensor, weight: torch.Tensor | None, ignore_index: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """What each label counts for.

    Returns:
        Labels without the ignored ones, which become 0, as int64; where labels are ignored; and
        the weight of each label's class, 0 where it is ignored. All have the shape of ``target``.
    """
    ignored = target == ignore_index
    labels = torch.where(ignored, 0, target.long())
    weights = torch.ones_like(labels, dtype=input.dtype)
    if weight is not None:
        weights = weight.to(input.dtype)[labels]
    return labels, ignored, weights.masked_fill(ignored, 0)
