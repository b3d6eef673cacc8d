"""Penalties for codes in which few units are active."""

import torch

from .._arguments import readable, share
from .._precision import in_float32
from ._arguments import examples, table


def kl_sparsity(code: torch.Tensor, rho: float = 0.05) -> torch.Tensor:
    r"""How far the mean activations of units are from a small target.

    .. math::
        \sum_j \rho \log \frac{\rho}{\hat\rho_j} + (1 - \rho) \log \frac{1 - \rho}{1 - \hat\rho_j}, \qquad
        \hat\rho_j = \frac1N \sum_n h_{nj}

    the Kullback–Leibler divergences of two coins, 0 where every mean is ρ. Means closer to 0 or 1 than ε of float32,
    10⁻⁷, count as that far away, where the formula would be infinite.

    Args:
        code: activations h in [0, 1], such as a sigmoid's, (N, d).
        rho: ρ in (0, 1).

    Returns:
        A single number of at least 0.

    Raises:
        TypeError: ``code`` is no tensor of floating-point numbers, or ρ no number.
        ValueError: ``code`` has another shape, holds no example or a number outside [0, 1], or ρ is out of range.

    Source: Ng (2011), CS294A lecture notes, "Sparse autoencoder", section 3.
    """
    if readable(table("code", code)) and not ((code >= 0) & (code <= 1)).all():
        raise ValueError("code must be in [0, 1], as behind a sigmoid")
    return _coins(code, share("rho", rho))


@in_float32(autocast="loss")
def _coins(code: torch.Tensor, rho: float) -> torch.Tensor:
    small = torch.finfo(torch.float32).eps
    found = code.mean(0).clamp(small, 1 - small)                                # (d)
    goal = torch.full_like(found, rho)
    return (goal * (goal / found).log() + (1 - goal) * ((1 - goal) / (1 - found)).log()).sum()


def l1_sparsity(code: torch.Tensor) -> torch.Tensor:
    r"""The sum of absolute activations, in the mean over examples.

    .. math:: \frac1N \sum_n \sum_j |h_{nj}|

    Args:
        code: activations h of any size, (N, …).

    Returns:
        A single number of at least 0.

    Raises:
        TypeError: ``code`` is no tensor of floating-point numbers.
        ValueError: it holds no example.

    Source: Goodfellow, Bengio and Courville (2016), equations 14.9 to 14.12: a Laplace prior on the code.
    """
    return _absolute(examples("code", code))


@in_float32(autocast="loss")
def _absolute(code: torch.Tensor) -> torch.Tensor:
    return code.abs().sum() / len(code)
