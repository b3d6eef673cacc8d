"""Nearest neighbors: does a sample copy its training data, and do two sets cover each other?"""

from typing import NamedTuple

import torch

from .._arguments import floats, same_type, whole
from .._precision import widened, without_autocast
from ._arguments import finite, table


class Neighbors(NamedTuple):
    """What :func:`nearest_neighbors` found.

    Attributes:
        distances: the smallest first, (N, k).
        indices: of the neighbors in the set that was searched, (N, k), int64.
    """

    distances: torch.Tensor
    indices: torch.Tensor


class PrecisionRecall(NamedTuple):
    """What :func:`precision_recall_by_neighbors` measured, both in [0, 1].

    Attributes:
        precision: share of the samples that lie among the data.
        recall: share of the data that lie among the samples.
    """

    precision: float
    recall: float


def nearest_neighbors(x: torch.Tensor, among: torch.Tensor, k: int = 1, chunk: int = 1024) -> Neighbors:
    """The nearest examples of a set, by Euclidean distance, for each of some others.

    Args:
        x: examples, (N, …).
        among: the set that is searched, (M, …), M ≥ k.
        k: neighbors of each.
        chunk: examples whose distances to the whole set are held at a time.

    Returns:
        :class:`Neighbors`; among equals the one of smaller index comes first. Half types give float32.

    Raises:
        TypeError: one of them is of a wrong kind, or types differ.
        ValueError: shapes do not fit, a number is out of range or not finite.
    """
    if floats("x", x).shape[1:] != floats("among", among).shape[1:] or not x.ndim or not among.ndim:
        raise ValueError(f"among must have shape (M, …) with the axes behind M that x has, {tuple(x.shape)}, not {tuple(among.shape)}")
    same_type(x=x, among=among)
    k, chunk = whole("k", k, 1, max(len(among), 1)), whole("chunk", chunk)
    if not len(among):
        raise ValueError("among must hold at least one example")
    finite("x", x)
    flat, pool = widened(x.detach()).flatten(1), widened(finite("among", among).detach()).flatten(1)
    found = [_nearest(part, pool, k) for part in flat.split(chunk)] if len(flat) else [
        (flat.new_zeros(0, k), torch.zeros(0, k, dtype=torch.int64, device=flat.device))]
    return Neighbors(*(torch.cat(parts) for parts in zip(*found)))


def _nearest(x: torch.Tensor, pool: torch.Tensor, k: int) -> tuple[torch.Tensor, torch.Tensor]:
    distances, places = torch.sort(apart(x, pool), dim=1, stable=True)
    return distances[:, :k], places[:, :k]


def apart(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Euclidean distances (N, M), from differences: by products of vectors, near ones would be lost in rounding."""
    with without_autocast(x.device):
        return torch.cdist(x, y, compute_mode="donot_use_mm_for_euclid_dist")


def precision_recall_by_neighbors(real: torch.Tensor, fake: torch.Tensor, k: int = 3, chunk: int = 1024) -> PrecisionRecall:
    r"""How many samples lie among the data, and how many data among the samples.

    A set's manifold is the union of balls around its examples, each of which reaches the example's k-th neighbor in the
    set:

    .. math::
        \text{precision} = \frac1M \sum_j \mathbf 1\big[ \exists i: \lVert \tilde x_j - x_i \rVert \le r_k(x_i) \big],
        \qquad \text{recall: the same with the sets exchanged.}

    Args:
        real: features of data, (N, D), N > k.
        fake: features of samples, (M, D), M > k; both measures depend on N and M.
        k: of the neighbor.
        chunk: examples whose distances are held at a time.

    Returns:
        :class:`PrecisionRecall`.

    Raises:
        TypeError, ValueError: as for :func:`nearest_neighbors`.

    Source: Kynkäänniemi and others (2019), equations 1 and 2, with their k = 3.
    """
    k, chunk = whole("k", k), whole("chunk", chunk)
    finite("real", table("real", real, k + 1))
    finite("fake", table("fake", fake, k + 1))
    if real.shape[1] != fake.shape[1]:
        raise ValueError(f"fake must have {real.shape[1]} columns as real has, not {fake.shape[1]}")
    same_type(real=real, fake=fake)
    real, fake = widened(real.detach()), widened(fake.detach())
    return PrecisionRecall(_inside(fake, real, k, chunk), _inside(real, fake, k, chunk))


def _inside(x: torch.Tensor, manifold: torch.Tensor, k: int, chunk: int) -> float:
    """The share of x in the balls of a manifold."""
    # The nearest of all is the example itself: the k-th neighbor is the one behind k others.
    radii = torch.cat([apart(part, manifold).kthvalue(k + 1, 1).values for part in manifold.split(chunk)])
    return sum(int((apart(part, manifold) <= radii).any(1).sum()) for part in x.split(chunk)) / len(x)
