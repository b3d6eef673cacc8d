"""k-means clustering: the nearest center, then the mean, again and again."""

from typing import NamedTuple

import torch

from .._arguments import floats, generator, readable, same_type, whole, whole_seed
from .._precision import in_float32, widened


class KMeans(NamedTuple):
    """Clusters, and how they were found."""

    centers: torch.Tensor
    """(K, D), each the mean of its cluster."""
    labels: torch.Tensor
    """The number of each example's center, ``int64``, (N)."""
    costs: torch.Tensor
    """After each step's assignment: squared distances to the nearest center, added up; ``float64``, (steps), on the CPU."""


@in_float32
def kmeans_step(x: torch.Tensor, centers: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    r"""One step of k-means: each example goes to its nearest center, each center to the mean of its examples.

    .. math::
        c_n = \operatorname*{arg\,min}_k \lVert x_n - \mu_k \rVert^2, \qquad
        \mu_k \leftarrow \frac{1}{|\{n : c_n = k\}|} \sum_{n :\, c_n = k} x_n

    Of centers equally near, the first counts. A center without examples stays where it is.

    Args:
        x: examples, (N, D).
        centers: μ, (K, D), K ≥ 1.

    Returns:
        c, (N), ``int64``; the new centers, (K, D); the cost, (): the squared distances to the centers
        that came in, added up.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: the shapes do not fit, or there is no center.

    Source: Lloyd (1982), for numbers on a line; here in any number of dimensions.
    """
    _examples(x)
    if floats("centers", centers).ndim != 2 or not len(centers) or centers.shape[1] != x.shape[1]:
        raise ValueError(f"centers must have shape (K, {x.shape[1]}), K ≥ 1, not {tuple(centers.shape)}")
    same_type(x=x, centers=centers)
    near = torch.stack([_distances(x, center) for center in centers], dim=1).min(1)
    member = torch.nn.functional.one_hot(near.indices, len(centers)).to(x.dtype)    # (N, K)
    counts = member.sum(0)[:, None]
    means = member.T @ x / counts.clamp(min=1)
    return near.indices, torch.where(counts > 0, means, centers), near.values.sum()


def kmeans_plus_plus(x: torch.Tensor, k: int, *, seed: int = 0) -> torch.Tensor:
    r"""Examples to begin k-means with, each far from the ones before it.

    The first is drawn with equal chances, every other with a probability in proportion to its squared
    distance from the nearest of those that were drawn. (scikit-learn draws several each time and
    keeps the best.) Examples that coincide with all that are drawn have equal chances.

    Args:
        x: examples, (N, D), N ≥ 1.
        k: how many, in 1..N.
        seed: of the draws; ``DEEPGLOSS_SHIFT`` is added to it.

    Returns:
        Centers, (k, D).

    Raises:
        TypeError: ``x`` is no tensor of floating-point numbers, or ``k`` no integer.
        ValueError: ``x`` is no matrix of finite numbers, or ``k`` is out of range.

    Source: Arthur and Vassilvitskii (2007), section 2.2.
    """
    _finite(x)
    k = whole("k", k, 1, len(x))
    return x[_spread(widened(x), k, generator(whole_seed(seed)))]


def kmeans(x: torch.Tensor, k: int, *, init: torch.Tensor | None = None, starts: int = 10, max_steps: int = 300,
           seed: int = 0) -> KMeans:
    """k-means from several starts by :func:`kmeans_plus_plus`; the result of least cost.

    Each goes on until no example changes its center. Half types are computed in ``float32``.

    Args:
        x: examples, (N, D), N ≥ 1.
        k: how many clusters, in 1..N.
        init: centers to start from instead, (k, D): there is only this one start then.
        starts: how many.
        max_steps: of each start, at most.
        seed: of the draws; ``DEEPGLOSS_SHIFT`` is added to it.

    Returns:
        Centers, labels and costs of the best start.

    Raises:
        TypeError: ``x`` or ``init`` is no tensor of floating-point numbers, their types differ, or a
            number is no integer.
        ValueError: ``x`` is no matrix of finite numbers, ``init`` does not fit, or a number is out of range.

    Source: Lloyd (1982) and Arthur and Vassilvitskii (2007).
    """
    _finite(x)
    k, starts, max_steps = whole("k", k, 1, len(x)), whole("starts", starts), whole("max_steps", max_steps)
    seed, kind, x = whole_seed(seed), x.dtype, widened(x.detach())
    if init is not None:
        if floats("init", init).shape != (k, x.shape[1]):
            raise ValueError(f"init must have shape {(k, x.shape[1])}, not {tuple(init.shape)}")
        if init.dtype != kind:
            raise TypeError(f"init must be {kind} as x is, not {init.dtype}")
        if not readable(init) or not init.isfinite().all():
            raise ValueError("init must hold finite numbers")
        runs = [_run(x, widened(init.detach()).to(x.device), max_steps)]
    else:
        runs = [_run(x, x[_spread(x, k, generator(seed, start))], max_steps) for start in range(starts)]
    best = min(runs, key=lambda run: run.costs[-1].item())
    return best._replace(centers=best.centers.to(kind))


def _run(x: torch.Tensor, centers: torch.Tensor, max_steps: int) -> KMeans:
    labels, costs = None, []
    for _ in range(max_steps):
        before = labels
        labels, means, cost = kmeans_step(x, centers)
        costs.append(cost.item())
        if before is not None and torch.equal(labels, before):
            break
        centers = means
    return KMeans(centers, labels, torch.tensor(costs, dtype=torch.float64))


def _spread(x: torch.Tensor, k: int, draws: torch.Generator) -> torch.Tensor:
    """The places of k examples far from each other, on the device of ``x``."""
    places = [int(torch.randint(len(x), (), generator=draws))]
    nearest = _distances(x, x[places[0]])
    for _ in range(k - 1):
        weights = nearest.cpu().double()
        if not weights.any():
            weights = torch.ones_like(weights)
        ends = weights.cumsum(0)
        drawn = torch.rand((), generator=draws, dtype=torch.float64) * ends[-1]
        places.append(min(int(torch.searchsorted(ends, drawn, right=True)), int(weights.nonzero()[-1])))
        nearest = torch.minimum(nearest, _distances(x, x[places[-1]]))
    return torch.tensor(places, device=x.device)


def _distances(x: torch.Tensor, center: torch.Tensor) -> torch.Tensor:
    """Squared distances (N) of examples from one center."""
    return (x - center).square().sum(1)


def _examples(x: torch.Tensor) -> None:
    if floats("x", x).ndim != 2:
        raise ValueError(f"x must have shape (N, D), not {tuple(x.shape)}")


def _finite(x: torch.Tensor) -> None:
    _examples(x)
    if not len(x) or not readable(x) or not x.isfinite().all():
        raise ValueError("x must hold at least one example, of finite numbers")
