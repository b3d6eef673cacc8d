"""Scores against the number of training examples, over several draws of the training set."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
import torch

from .._arguments import generator, number, shown, whole, whole_seed


class LearningCurve(NamedTuple):
    """Scores of models that saw more and more examples, ``float64``, on the CPU."""

    sizes: list[int]
    training: torch.Tensor
    """On the examples that the model was fitted to, (sizes, draws)."""
    test: torch.Tensor
    """On examples that no model was fitted to, (sizes, draws)."""


def learning_curve(fit: Callable, x: torch.Tensor, y: torch.Tensor, test_x: torch.Tensor, test_y: torch.Tensor,
                   sizes: Sequence[int], *, score: Callable, draws: int = 5, seed: int = 0) -> LearningCurve:
    """Fit a model to training sets of several sizes, and score each on its own examples and on the test set.

    Each draw shuffles the examples once and fits to the first few of them: a larger set of one draw
    contains the smaller ones. Sets of different draws have examples in common, the more the closer
    their size comes to that of ``x``, where all are the same set: there the spread says nothing.

    Args:
        fit: takes examples (n, …) and targets (n, …), and returns a function from inputs to predictions.
        x, y: what training sets are drawn from, without replacement, (N, …).
        test_x, test_y: the test set, the same for all.
        sizes: of the training sets, each in 1..N.
        score: takes predictions and targets, and returns a number.
        draws: how many training sets of each size.
        seed: of the first draw; the others follow. ``DEEPGLOSS_SHIFT`` is added to it.

    Returns:
        The scores.

    Raises:
        TypeError: the examples are no tensors, ``fit`` or ``score`` is no function, ``fit`` returns none,
            a size is no integer, or a score no number.
        ValueError: ``x`` and ``y`` differ in length, the test set is empty, a size is out of range, or
            there is none.

    Source: Perlich, Provost and Simonoff (2003) draw such curves of test scores; training scores are added here.
    """
    for name, value in (("x", x), ("y", y), ("test_x", test_x), ("test_y", test_y)):
        if not isinstance(value, torch.Tensor):
            raise TypeError(f"{name} must be a tensor, not {type(value).__name__}")
        if not value.ndim:
            raise ValueError(f"{name} must have at least one axis, not shape ()")
    _function("fit", fit)
    _function("score", score)
    if len(x) != len(y) or len(test_x) != len(test_y):
        raise ValueError(f"x and y must be of one length, not {len(x)} and {len(y)}; the test set too, "
                         f"not {len(test_x)} and {len(test_y)}")
    if not len(test_x):
        raise ValueError("test_x must hold at least one example")
    if not isinstance(sizes, (Sequence, torch.Tensor, np.ndarray)):
        raise TypeError(f"sizes must be a sequence of integers, not {shown(sizes)}")
    sizes = [whole(f"sizes[{k}]", size, 1, len(x)) for k, size in enumerate(sizes)]
    if not sizes:
        raise ValueError("sizes must hold at least one size")
    draws, seed = whole("draws", draws), whole_seed(seed)
    training, test = torch.zeros(2, len(sizes), draws, dtype=torch.float64).unbind()
    for draw in range(draws):
        order = torch.randperm(len(x), generator=generator(seed, draw)).to(x.device)
        for k, size in enumerate(sizes):
            part = order[:size]
            predict = _function("what fit returns", fit(x[part], y[part.to(y.device)]))
            training[k, draw] = float(number("score", score(predict(x[part]), y[part.to(y.device)]), nan=True))
            test[k, draw] = float(number("score", score(predict(test_x), test_y), nan=True))
    return LearningCurve(sizes, training, test)


def _function(name: str, value) -> Callable:
    if not callable(value):
        raise TypeError(f"{name} must be a function, not {shown(value)}")
    return value
