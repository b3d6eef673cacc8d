"""What the best discriminator of two densities says, and the divergence that it measures."""

import torch

from .._arguments import floats, readable, real
from .._precision import in_float32
from ._arguments import alike, finite


def optimal_discriminator(p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    r"""The probability of "real" that no discriminator improves, where data and samples have these densities.

    .. math:: D^*(x) = \frac{p(x)}{p(x) + q(x)}

    Args:
        p: density of the data at some points, at least 0, of any shape.
        q: density of the samples there.

    Returns:
        In [0, 1], of the same shape; ½ where both are 0, and the discriminator never looks.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: the shapes differ, or a density is negative or not finite.

    Source: Goodfellow and others (2014), proposition 1.
    """
    return _share(*_densities(p, q))


@in_float32
def _share(p: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    both = p + q
    never = both == 0
    return torch.where(never, 0.5, p / torch.where(never, 1, both))


def jensen_shannon(p: torch.Tensor, q: torch.Tensor, spacing: float = 1.0) -> torch.Tensor:
    r"""The Jensen–Shannon divergence of two densities on a grid.

    .. math::
        \tfrac12 D(p \,\|\, m) + \tfrac12 D(q \,\|\, m), \qquad m = \tfrac12 (p + q), \qquad
        D(p \,\|\, m) = \sum_i p_i \log \frac{p_i}{m_i} \, \Delta

    The value of the game against the best discriminator is −log 4 and twice this divergence.

    Args:
        p, q: densities at points of a grid of any shape, each with the integral 1; probabilities with a spacing of 1.
        spacing: Δ > 0, what one point stands for: the product of the distances along all axes.

    Returns:
        A single number, between 0 for equal densities and log 2 for such as never meet.

    Raises:
        TypeError, ValueError: as for :func:`optimal_discriminator`; the spacing is not above 0, or an integral differs
            from 1 by more than 0.05.

    Source: Lin (1991), section IV; Goodfellow and others (2014), equations 5 and 6.
    """
    p, q = _densities(p, q)
    if not real("spacing", spacing, 0):
        raise ValueError("spacing must be above 0, not 0")
    for name, density in (("p", p), ("q", q)):
        if readable(density) and abs(float(density.detach().double().sum().cpu()) * spacing - 1) > 0.05:
            raise ValueError(f"{name} must have the integral 1, not {float(density.detach().double().sum().cpu()) * spacing:g}")
    return _shared(p, q, spacing)


@in_float32
def _shared(p: torch.Tensor, q: torch.Tensor, spacing: float) -> torch.Tensor:
    found = 0.5 * spacing * sum((torch.xlogy(x, 2 * x) - torch.xlogy(x, p + q)).sum() for x in (p, q))
    return found.clamp_min(0)                                                   # for nearly equal densities, rounding


def _densities(p, q) -> tuple[torch.Tensor, torch.Tensor]:
    for name, density in (("p", p), ("q", alike("q", q, "p", floats("p", p)))):
        if readable(finite(name, density)) and (density < 0).any():
            raise ValueError(f"{name} must be at least 0 everywhere")
    return p, q
