"""Labels in a wrong order: the control of whatever is learned from labels."""

import torch

from .._arguments import generator, real, whole_seed


def shuffle_labels(y: torch.Tensor, share: float = 1.0, *, seed: int = 0) -> torch.Tensor:
    """Labels of which a share has changed places at random: each class keeps its number of examples.

    A label may come to lie where it was, or where another of its class was: of K classes of equal size,
    about one in K of those shuffled is still right.

    Args:
        y: labels or targets, (N, …).
        share: of the examples that take part, in [0, 1]; rounded to a whole number of them.
        seed: decides which take part and in what order; ``DEEPGLOSS_SHIFT`` is added to it.

    Returns:
        A new tensor of the same shape, type and device.

    Raises:
        TypeError: ``y`` is no tensor, or ``share`` no number.
        ValueError: ``y`` has no axis, or ``share`` is out of range.

    Source: Zhang et al. (2017), section 2.1, who draw the labels anew.
    """
    if not isinstance(y, torch.Tensor):
        raise TypeError(f"y must be a tensor, not {type(y).__name__}")
    if not y.ndim:
        raise ValueError("y must have at least one axis, not shape ()")
    taking_part = round(real("share", share, 0, 1) * len(y))
    draws = generator(whole_seed(seed))
    chosen = torch.randperm(len(y), generator=draws)[:taking_part].to(y.device)
    order = torch.randperm(taking_part, generator=draws).to(y.device)
    shuffled = y.clone()
    shuffled[chosen] = y[chosen[order]]
    return shuffled
