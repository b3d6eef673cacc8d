"""Regression on random features: the test error peaks where there are as many features as examples, and falls again."""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import torch

from .._arguments import floats, generator, real, same_type, whole, whole_seed
from .._precision import rounded_once


class Descent(NamedTuple):
    """What :func:`double_descent` measured.

    Attributes:
        train: mean squared errors on the training data, (counts, seeds).
        test: on the test data, of the same shape.
        norms: lengths of the weights, (counts, seeds).
    """

    train: torch.Tensor
    test: torch.Tensor
    norms: torch.Tensor


def random_features(x: torch.Tensor, count: int, seed: int = 0) -> torch.Tensor:
    r"""ReLU units whose weights are drawn once and never learned.

    .. math:: \phi_k(x) = \max(0, v_k \cdot x), \qquad v_k \sim \mathcal N(0, I / D)

    The first features are the same for every ``count``.

    Args:
        x: examples, (N, D).
        count: features.
        seed: of their weights; ``DEEPGLOSS_SHIFT`` is added to it.

    Returns:
        (N, count).

    Raises:
        TypeError: ``x`` is no tensor of floating-point numbers, or a number is no integer.
        ValueError: it does not have two axes, or a number is out of range.

    Source: Rahimi and Recht (2007), for other units.
    """
    if floats("x", x).ndim != 2 or not x.shape[1]:
        raise ValueError(f"x must have shape (N, D), not {tuple(x.shape)}")
    draws = generator(whole_seed(seed))
    count = whole("count", count)
    # PyTorch makes normal numbers sixteen at a time: of whole groups, the first do not depend on how many there are.
    v = torch.randn(-(-count // 16) * 16, x.shape[1], generator=draws)[:count]
    return (x @ (v / x.shape[1] ** 0.5).to(x.device, x.dtype).mT).relu()


def double_descent(x: torch.Tensor, y: torch.Tensor, test_x: torch.Tensor, test_y: torch.Tensor, counts: Sequence[int],
                   seeds: Sequence[int] = (0, 1, 2), penalty: float = 0.0) -> Descent:
    r"""Errors of the shortest least-squares solution on more and more random features.

    .. math:: w = \Phi^{+} y, \qquad \text{or with a penalty} \quad w = (\Phi^\top \Phi + N\lambda I)^{-1} \Phi^\top y

    Args:
        x, y: examples (N, D) and targets (N).
        test_x, test_y: those that are tested.
        counts: numbers of features.
        seeds: of the features.
        penalty: λ ≥ 0.

    Returns:
        A :class:`Descent`.

    Raises:
        TypeError: one of them is of a wrong kind.
        ValueError: the shapes do not fit, or a number is out of range.

    Source: Belkin and others (2019), figure 2, with random Fourier features.
    """
    for name, a, b in (("y", x, y), ("test_y", test_x, test_y)):
        if floats(name, b).shape != floats(name.replace("y", "x"), a).shape[:1]:
            raise ValueError(f"{name} must have shape {tuple(a.shape[:1])}, not {tuple(b.shape)}")
    same_type(x=x, y=y, test_x=test_x, test_y=test_y)
    if not len(y) or not len(test_y):
        raise ValueError(f"x and test_x must hold at least one example each, not {len(y)} and {len(test_y)}")
    counts, seeds, penalty, rows = list(counts), list(seeds), real("penalty", penalty, 0), []
    for count in counts:
        for seed in seeds:
            train, test = (random_features(a, count, seed) for a in (x, test_x))
            rows.append(rounded_once(partial(_errors, penalty), train, y, test, test_y))
    if not rows:
        raise ValueError("counts and seeds must hold at least one number each")
    return Descent(*torch.stack(rows).view(len(counts), -1, 3).unbind(-1))


def _errors(penalty, train, y, test, test_y):
    w = _solution(train, y, penalty)
    return torch.stack([(train @ w - y).square().mean(), (test @ w - test_y).square().mean(), w.norm()])


def _solution(features, y, penalty):
    u, s, vt = torch.linalg.svd(features, full_matrices=False)
    seen = s > s.max() * torch.finfo(s.dtype).eps * max(features.shape)
    inverse = torch.where(seen, s / (s.square() + len(y) * penalty), 0)
    return (y @ u * inverse) @ vt
