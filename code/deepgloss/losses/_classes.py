"""Arguments that losses over classes share: labels and class weights."""

import torch

from .._arguments import readable, whole
from ._reduction import check_floats, integer_labels


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


def check_ignored(ignore_index: int) -> int:
    """A label that counts for nothing, any integer of 64 bits."""
    return whole("ignore_index", ignore_index, -2**63, 2**63 - 1)


def check_labels(input: torch.Tensor, target: torch.Tensor, ignore_index: int) -> torch.Tensor:
    """Refuse labels that are no class of ``input``, or of another shape.

    Returns:
        The labels as ``int64``: in eight bits, −100 is 156, and 300 classes are none.

    Raises:
        TypeError: ``target`` holds no integers.
        ValueError: ``target`` has the wrong shape, or a label that is neither a class nor
            ``ignore_index``.
    """
    given, target = target, integer_labels(target)
    dim = class_dim(input)
    wanted = input.shape[:dim] + input.shape[dim + 1:]
    if target.shape != wanted:
        raise ValueError(
            f"target must have the shape {tuple(wanted)} for class indices with an input of "
            f"shape {tuple(input.shape)}, not {tuple(target.shape)}"
        )
    if not readable(target):
        return target
    classes = input.shape[dim]
    wrong = ((target < 0) | (target >= classes)) & (target != ignore_index)
    if given.dtype == torch.uint64:
        wrong |= target < 0                         # what is beyond int64 is no label at all
    if wrong.any():
        raise ValueError(
            f"target must hold class indices from 0 to {classes - 1}, or ignore_index = "
            f"{ignore_index}, not {given[wrong][0].item()}"
        )
    return target


def check_weight(weight: torch.Tensor | None) -> torch.Tensor | None:
    """Class weights (C,), or None; for modules, which do not know C yet.

    Raises:
        TypeError: ``weight`` is no tensor of floating-point numbers.
        ValueError: it has not one dimension.
    """
    if weight is not None:
        check_floats("weight", weight)
        if weight.ndim != 1:
            raise ValueError(f"weight must hold one number for each class, not {tuple(weight.shape)}")
    return weight


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
        Labels without the ignored ones, which become 0; where labels are ignored; and
        the weight of each label's class, 0 where it is ignored. All have the shape of ``target``.
    """
    ignored = target == ignore_index
    labels = torch.where(ignored, 0, target)
    weights = torch.ones_like(labels, dtype=input.dtype)
    if weight is not None:
        weights = weight.to(input.dtype)[labels]
    return labels, ignored, weights.masked_fill(ignored, 0)
