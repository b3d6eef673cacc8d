"""Dividing examples into parts: for fitting, for choosing, for judging; at random, by class or by group."""

from collections.abc import Sequence
from typing import NamedTuple

import torch

from .._arguments import generator, share, shown, whole, whole_seed


class Parts(NamedTuple):
    """Places of the examples of each part, ascending, ``int64``, on the CPU."""

    train: torch.Tensor
    validation: torch.Tensor
    test: torch.Tensor


def train_val_test_split(n: int, validation_share: float = 0.2, test_share: float = 0.2, *,
                         groups: torch.Tensor | Sequence[int] | None = None, seed: int = 0) -> Parts:
    """Places of three parts of n examples that have nothing in common and leave nothing out.

    Without groups the examples are shuffled, and the shares are those of examples. With groups the
    groups are shuffled, the shares are those of groups, and no group is divided.

    Args:
        n: how many examples there are.
        validation_share: in [0, 1), rounded to whole examples or groups.
        test_share: in [0, 1), rounded in the same way.
        groups: for each example, the number of its group, such as the person it comes from, (n).
        seed: of the shuffle; ``DEEPGLOSS_SHIFT`` is added to it.

    Returns:
        The places, :class:`Parts`.

    Raises:
        TypeError: ``n`` or a group's number is no integer, or a share no number.
        ValueError: a share is out of range, ``groups`` is not one number an example, or nothing is left
            to train on.

    Source: Hastie, Tibshirani and Friedman (2009), section 7.2.
    """
    n = whole("n", n)
    held = [share("validation_share", validation_share, zero=True), share("test_share", test_share, zero=True)]
    inverse = torch.arange(n) if groups is None else _numbers("groups", groups, n)
    units = int(inverse.max()) + 1
    validated, tested = (round(part * units) for part in held)
    if validated + tested >= units:
        raise ValueError(f"validation_share={held[0]:g} and test_share={held[1]:g} leave nothing of {units} "
                         f"{'examples' if groups is None else 'groups'} to train on")
    order = torch.randperm(units, generator=generator(whole_seed(seed)))
    part = torch.zeros(units, dtype=torch.int64)
    part[order[:tested]] = 2
    part[order[tested:tested + validated]] = 1
    return Parts(*(torch.nonzero(part[inverse] == k)[:, 0] for k in range(3)))


def kfold(n: int, folds: int = 5, *, y: torch.Tensor | Sequence[int] | None = None,
          groups: torch.Tensor | Sequence[int] | None = None, seed: int = 0) -> list[tuple[torch.Tensor, torch.Tensor]]:
    """Pairs (training part, held-out part) in which each example is held out exactly once.

    Plain, the folds differ in size by one example at most. *Stratified* by ``y``, they also differ by one
    example at most in each class. With ``groups``, no group is divided: from the largest to the smallest,
    each joins the fold that has the fewest examples.

    Args:
        n: how many examples there are.
        folds: how many parts, in 2..n.
        y: the class of each example, (n); for stratified folds.
        groups: for each example, the number of its group, (n).
        seed: of the shuffle; ``DEEPGLOSS_SHIFT`` is added to it.

    Returns:
        For each fold the places of both parts, ascending, ``int64``, on the CPU.

    Raises:
        TypeError: a number is no integer.
        ValueError: ``folds`` is out of range, ``y`` or ``groups`` is not one number an example, both are
            given, or there are fewer groups than folds.

    Source: Kohavi (1995), section 2.2, plain and stratified.
    """
    n = whole("n", n, 2)
    folds = whole("folds", folds, 2, n)
    if y is not None and groups is not None:
        raise ValueError("give y or groups, not both")
    draws = generator(whole_seed(seed))
    order = torch.randperm(n, generator=draws)
    fold = torch.empty(n, dtype=torch.int64)
    if groups is not None:
        fold = _fold_of_groups(_numbers("groups", groups, n), folds, draws)
    else:
        if y is not None:
            order = order[_numbers("y", y, n)[order].argsort(stable=True)]
        fold[order] = torch.arange(n) % folds                       # class after class, dealt out like cards
    return [(torch.nonzero(fold != k)[:, 0], torch.nonzero(fold == k)[:, 0]) for k in range(folds)]


def _fold_of_groups(inverse: torch.Tensor, folds: int, draws: torch.Generator) -> torch.Tensor:
    sizes = inverse.bincount()
    if len(sizes) < folds:
        raise ValueError(f"groups must hold at least {folds} groups for {folds} folds, not {len(sizes)}")
    order = torch.randperm(len(sizes), generator=draws)
    filled, fold = [0] * folds, torch.empty(len(sizes), dtype=torch.int64)
    for group in order[sizes[order].argsort(descending=True, stable=True)].tolist():
        lightest = filled.index(min(filled))
        fold[group] = lightest
        filled[lightest] += int(sizes[group])
    return fold[inverse]


def _numbers(name: str, values, n: int) -> torch.Tensor:
    """Classes or groups, numbered 0, 1, 2, … in ascending order."""
    try:
        numbers = torch.as_tensor(values).cpu()
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(f"{name} must be integers, not {shown(values)}") from None
    if numbers.is_floating_point() or numbers.is_complex() or numbers.dtype == torch.bool:
        raise TypeError(f"{name} must be integers, not {numbers.dtype}")
    if numbers.shape != (n,):
        raise ValueError(f"{name} must have shape {(n,)}, one number an example, not {shown(tuple(numbers.shape))}")
    return numbers.unique(return_inverse=True)[1]
