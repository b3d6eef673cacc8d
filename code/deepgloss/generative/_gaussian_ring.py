"""A ring of Gaussians, on which one can count the modes that a generator has found."""

import math
from typing import NamedTuple

import torch

from .._arguments import floats, generator, real, same_type, whole, whole_seed
from .._device import device
from .._precision import widened
from ._arguments import table


class Modes(NamedTuple):
    """What :func:`modes_covered` counted.

    Attributes:
        covered: how many modes have a sample of high quality.
        quality: share of the samples that are of high quality, in [0, 1].
        counts: samples of high quality near each mode, (K), int64.
    """

    covered: int
    quality: float
    counts: torch.Tensor


def gaussian_ring(count: int = 1000, *, modes: int = 8, radius: float = 2.0, std: float = 0.02,
                  seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    r"""Points of Gaussians whose centers stand evenly on a circle.

    .. math:: x = r\, (\cos 2\pi k / K, \sin 2\pi k / K) + \sigma \varepsilon, \qquad k \sim U\{0, \dots, K - 1\}

    Args:
        count: points, N.
        modes: Gaussians, K.
        radius: r ≥ 0.
        std: σ ≥ 0.
        seed: the same seed gives the same points; ``DEEPGLOSS_SHIFT`` is added to it.

    Returns:
        Points (N, 2) and centers (K, 2), float32, on :func:`deepgloss.device`.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Metz and others (2017), section 3.1, with these numbers.
    """
    count, modes, draws = whole("count", count), whole("modes", modes), generator(whole_seed(seed))
    radius, std = real("radius", radius, 0), real("std", std, 0)
    angles = torch.arange(modes, dtype=torch.float64) * (2 * math.pi / modes)
    centers = (radius * torch.stack([angles.cos(), angles.sin()], 1)).float()
    chosen = torch.randint(modes, (count,), generator=draws)
    points = centers[chosen] + std * torch.randn(count, 2, generator=draws)
    return points.to(device()), centers.to(device())


def modes_covered(samples: torch.Tensor, centers: torch.Tensor, std: float, within: float = 3.0) -> Modes:
    """How many modes samples reach, and how many samples lie near a mode.

    A sample is of high quality within some standard deviations of the nearest center; a mode is covered if it has such
    a sample.

    Args:
        samples: (N, D).
        centers: of the modes, (K, D).
        std: standard deviation of each mode, above 0.
        within: so many of them, above 0.

    Returns:
        :class:`Modes`.

    Raises:
        TypeError: one of them is of a wrong kind, or types differ.
        ValueError: shapes do not fit, or a number is out of range.

    Source: Srivastava and others (2017), section 4.1, with their three standard deviations.
    """
    table("samples", samples)
    if floats("centers", centers).ndim != 2 or centers.shape[1] != samples.shape[1] or not len(centers):
        raise ValueError(f"centers must have shape (K, {samples.shape[1]}), not {tuple(centers.shape)}")
    same_type(samples=samples, centers=centers)
    limit = real("std", std, 0) * real("within", within, 0)
    if not limit:
        raise ValueError("std and within must be above 0")
    offsets = widened(samples)[:, None] - widened(centers)                      # (N, K, D)
    distance, nearest = offsets.norm(dim=2).min(1)
    good = distance <= limit
    counts = torch.bincount(nearest[good], minlength=len(centers))
    return Modes(int((counts > 0).sum()), good.sum().item() / len(samples), counts)
