"""Noise for a denoising autoencoder to take away."""

import torch

from .._arguments import floats, real
from ._arguments import cpu_generator, normal_like


def gaussian_noise(x: torch.Tensor, std: float, generator: torch.Generator | None = None) -> torch.Tensor:
    r"""Add normal noise to every number.

    .. math:: \tilde x_i = x_i + \sigma \varepsilon_i, \qquad \varepsilon_i \sim \mathcal N(0, 1)

    Args:
        x: of any shape.
        std: σ ≥ 0.
        generator: a CPU generator; the global one by default.

    Returns:
        A tensor of the same shape and type, no longer bound to the range of x.

    Raises:
        TypeError: ``x`` is no tensor of floating-point numbers, or another argument of a wrong kind.
        ValueError: σ is negative.

    Source: Vincent and others (2010), section 3.3.
    """
    std = real("std", std, 0)
    return floats("x", x) + std * normal_like(x, cpu_generator(generator))


def masking_noise(x: torch.Tensor, p: float, generator: torch.Generator | None = None) -> torch.Tensor:
    """Set numbers to 0, each with probability p on its own.

    Args:
        x: of any shape.
        p: in [0, 1].
        generator: a CPU generator; the global one by default.

    Returns:
        A tensor of the same shape and type.

    Raises:
        TypeError: ``x`` is no tensor of floating-point numbers, or another argument of a wrong kind.
        ValueError: p is out of range.

    Source: Vincent and others (2010), section 3.3, who choose a fixed share of the numbers of each example.
    """
    hit = _chance(floats("x", x), generator) < real("p", p, 0, 1)
    return torch.where(hit, 0, x)               # not a product: what was infinite or NaN is 0 as well


def salt_and_pepper(x: torch.Tensor, p: float, low: float = 0.0, high: float = 1.0,
                    generator: torch.Generator | None = None) -> torch.Tensor:
    """Set numbers to the least or the largest value, each with probability p / 2 on its own.

    Args:
        x: of any shape.
        p: in [0, 1].
        low: what pepper sets, the least value.
        high: what salt sets, the largest; at least ``low``.
        generator: a CPU generator; the global one by default.

    Returns:
        A tensor of the same shape and type.

    Raises:
        TypeError: ``x`` is no tensor of floating-point numbers, or another argument of a wrong kind.
        ValueError: a number is out of range.

    Source: Vincent and others (2010), section 3.3.
    """
    p, low = real("p", p, 0, 1), real("low", low)
    high = real("high", high, low)
    chance = _chance(floats("x", x), generator)
    return torch.where(chance < p / 2, low, torch.where(chance < p, high, x))


def _chance(x: torch.Tensor, generator: torch.Generator | None) -> torch.Tensor:
    """Uniform numbers in [0, 1), drawn on the CPU in float32, whatever the type of x."""
    return torch.rand(x.shape, generator=cpu_generator(generator)).to(x.device)
