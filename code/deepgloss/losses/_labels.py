"""What losses of scores against labels ask of their arguments."""

import torch

from .._arguments import readable
from ._reduction import check_floats, integer_labels


def check_scores(input: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Refuse what is not a batch of scores, or one example's, with one label an example.

    Returns:
        The labels as ``int64``.

    Raises:
        TypeError: ``input`` is no tensor of floating-point numbers, or ``target`` none of integers.
        ValueError: ``input`` is neither (N, classes) nor (classes,), ``target`` has another
            shape than ``input`` without its classes, or a label is out of range.
    """
    check_floats("input", input)
    target = integer_labels(target)
    if input.ndim not in (1, 2) or input.shape[-1] == 0:
        raise ValueError(
            f"input must be (N, classes) or (classes,), not {tuple(input.shape)}"
        )
    if target.shape != input.shape[:-1]:
        raise ValueError(
            f"target must hold one label an example, {tuple(input.shape[:-1])}, "
            f"not {tuple(target.shape)}"
        )
    classes = input.shape[-1]
    if target.numel() and readable(target) and not 0 <= target.min() <= target.max() < classes:
        raise ValueError(
            f"target must hold labels in 0..{classes - 1}, "
            f"not {target.min().item()}..{target.max().item()}"
        )
    return target
