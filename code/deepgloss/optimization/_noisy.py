"""Slopes that are measured with noise."""

from collections.abc import Callable

import torch

from .._arguments import floats, shown
from ._hyperparameters import not_negative


def noisy(function: Callable[[torch.Tensor], torch.Tensor], noise: float = 1.0,
          generator: torch.Generator | None = None) -> Callable[[torch.Tensor], torch.Tensor]:
    r"""A function whose gradient is right on average alone, like that of a mini-batch.

    .. math:: f(w) + \sigma\, \xi \cdot w, \qquad \xi \sim \mathcal N(0, I)

    Each call draws a ξ for every point, so that the gradient is :math:`\nabla f(w) + \sigma \xi`.

    Args:
        function: f, of points (…, n), gives heights (…), such as :func:`saddle`.
        noise: σ ≥ 0.
        generator: of ξ, on the CPU; PyTorch's global one unless given.

    Returns:
        The function with noise, of points (…, n).

    Raises:
        TypeError, ValueError: ``function`` cannot be called, σ is no such number, or ``generator`` no generator.
    """
    if not callable(function):
        raise TypeError(f"function must be a function of points, not {shown(function)}")
    check_noise(noise, generator)

    def measured(w: torch.Tensor) -> torch.Tensor:
        if not floats("w", w).ndim:
            raise ValueError("w must be points, (…, n), not a single number")
        return function(w) + tilt(w, noise, generator).sum(-1)

    return measured


def tilt(w: torch.Tensor, noise: float, generator: torch.Generator | None) -> torch.Tensor:
    """σξw, number by number; ξ is the same for every type and device."""
    xi = torch.randn(w.shape, generator=generator, dtype=torch.float32).to(w.device, w.dtype)
    return noise * xi * w


def check_noise(noise, generator) -> None:
    """Refuse what is no size of noise, or no generator."""
    not_negative("noise", noise)
    if generator is not None and not isinstance(generator, torch.Generator):
        raise TypeError(f"generator must be a torch.Generator or None, not {shown(generator)}")
