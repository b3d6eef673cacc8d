"""Labeled points in the plane, to watch decision boundaries on."""

import math

import numpy as np
import torch

from .._arguments import generator, real, whole, whole_seed
from ._split import on_device


def blobs(
    count: int = 300, *, classes: int = 3, noise: float = 0.5, radius: float = 2.0, seed: int = 0
) -> tuple[torch.Tensor, torch.Tensor]:
    r"""One round Gaussian cloud a class, their centers evenly around a circle.

    .. math:: x \sim \mathcal N\big(r (\cos 2\pi k / K, \sin 2\pi k / K),\ \sigma^2 I\big)

    Args:
        count: points in all, N; the classes' sizes differ by one at most.
        classes: number of clouds, K ≥ 1.
        noise: standard deviation σ ≥ 0 of each coordinate.
        radius: the circle's radius r ≥ 0.
        seed: the same seed gives the same points.

    Returns:
        Points ``(N, 2)``, ``float32``, and labels ``(N,)``, ``int64``, in 0..K−1.

    Raises:
        ValueError: if an argument is out of range, or there are fewer points than classes.
    """
    classes = whole("classes", classes)
    count = whole("count", count, classes)
    noise, radius = real("noise", noise, 0), real("radius", radius, 0)
    angles = 2 * math.pi * np.arange(classes) / classes
    centers = radius * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    from sklearn.datasets import make_blobs  # here, for the reason given in _digits.py

    return _tensors(*make_blobs(count, centers=centers, cluster_std=noise,
                                random_state=whole_seed(seed)))


def moons(
    count: int = 300, *, noise: float = 0.1, seed: int = 0
) -> tuple[torch.Tensor, torch.Tensor]:
    """Two interleaving half circles of radius 1 (scikit-learn's ``make_moons``).

    Args:
        count: points in all, N ≥ 2.
        noise: standard deviation of the Gaussian noise on each coordinate, ≥ 0.
        seed: the same seed gives the same points.

    Returns:
        Points ``(N, 2)``, ``float32``, and labels ``(N,)``, ``int64``, in {0, 1}.

    Raises:
        ValueError: if an argument is out of range.
    """
    count, noise = whole("count", count, 2), real("noise", noise, 0)
    from sklearn.datasets import make_moons  # here, for the reason given in _digits.py

    return _tensors(*make_moons(count, noise=noise, random_state=whole_seed(seed)))


def circles(
    count: int = 300, *, noise: float = 0.05, factor: float = 0.5, seed: int = 0
) -> tuple[torch.Tensor, torch.Tensor]:
    """A circle of radius 1 (label 0) around a smaller one (label 1); ``make_circles``.

    Args:
        count: points in all, N ≥ 2.
        noise: standard deviation of the Gaussian noise on each coordinate, ≥ 0.
        factor: the inner radius, in (0, 1).
        seed: the same seed gives the same points.

    Returns:
        Points ``(N, 2)``, ``float32``, and labels ``(N,)``, ``int64``, in {0, 1}.

    Raises:
        ValueError: if an argument is out of range.
    """
    count, noise = whole("count", count, 2), real("noise", noise, 0)
    if not 0 < real("factor", factor) < 1:
        raise ValueError(f"factor must be in (0, 1), not {factor:g}")
    from sklearn.datasets import make_circles  # here, for the reason given in _digits.py

    return _tensors(*make_circles(count, noise=noise, factor=factor,
                                  random_state=whole_seed(seed)))


def spirals(
    count: int = 300, *, classes: int = 2, turns: float = 1.0, noise: float = 0.02, seed: int = 0
) -> tuple[torch.Tensor, torch.Tensor]:
    r"""One spiral arm a class, wound around the origin.

    Arm k holds the points

    .. math:: r\,(\cos\theta, \sin\theta), \qquad
              \theta = 2\pi\,(\mathrm{turns} \cdot r + k / K), \qquad r \sim U(0.1, 1)

    Args:
        count: points in all, N; the arms' sizes differ by one at most.
        classes: number of arms, K ≥ 1.
        turns: revolutions that an arm would make from the origin to radius 1, ≥ 0.
        noise: standard deviation of the Gaussian noise on each coordinate, ≥ 0.
        seed: the same seed gives the same points.

    Returns:
        Points ``(N, 2)``, ``float32``, and labels ``(N,)``, ``int64``, in 0..K−1, shuffled.

    Raises:
        ValueError: if an argument is out of range, or there are fewer points than classes.
    """
    classes = whole("classes", classes)
    count = whole("count", count, classes)
    turns, noise = real("turns", turns, 0), real("noise", noise, 0)
    draw = generator(whole_seed(seed))
    y = torch.arange(count)[torch.randperm(count, generator=draw)] % classes
    r = 0.1 + 0.9 * torch.rand(count, generator=draw)
    theta = 2 * math.pi * (turns * r + y / classes)
    x = r.unsqueeze(1) * torch.stack([theta.cos(), theta.sin()], dim=1)
    return on_device(x + noise * torch.randn(count, 2, generator=draw), y)


def xor(
    count: int = 300, *, noise: float = 0.0, seed: int = 0
) -> tuple[torch.Tensor, torch.Tensor]:
    """Exclusive or: label 1 where the two coordinates have different signs.

    Points are uniform in the square [−1, 1]²; noise moves them after they have got their label.

    Args:
        count: points in all, N ≥ 1.
        noise: standard deviation of the Gaussian noise on each coordinate, ≥ 0.
        seed: the same seed gives the same points.

    Returns:
        Points ``(N, 2)``, ``float32``, and labels ``(N,)``, ``int64``, in {0, 1}.

    Raises:
        ValueError: if an argument is out of range.
    """
    return checkerboard(count, squares=2, noise=noise, seed=seed)


def checkerboard(
    count: int = 300, *, squares: int = 4, noise: float = 0.0, seed: int = 0
) -> tuple[torch.Tensor, torch.Tensor]:
    """A board of ``squares`` × ``squares`` fields over [−1, 1]²; neighbors differ in label.

    The field at the lower left has label 0. Noise moves points after they have got their label.

    Args:
        count: points in all, N ≥ 1.
        squares: fields along each side, ≥ 1.
        noise: standard deviation of the Gaussian noise on each coordinate, ≥ 0.
        seed: the same seed gives the same points.

    Returns:
        Points ``(N, 2)``, ``float32``, and labels ``(N,)``, ``int64``, in {0, 1}.

    Raises:
        ValueError: if an argument is out of range.
    """
    count, squares = whole("count", count), whole("squares", squares)
    noise = real("noise", noise, 0)
    draw = generator(whole_seed(seed))
    unit = torch.rand(count, 2, generator=draw)
    y = (unit * squares).long().clamp(max=squares - 1).sum(1) % 2
    return on_device(2 * unit - 1 + noise * torch.randn(count, 2, generator=draw), y)


def _tensors(x: np.ndarray, y: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
    return on_device(torch.tensor(x, dtype=torch.float32), torch.tensor(y, dtype=torch.int64))
