"""Contrast: which of the others is my partner? The loss, and the two things that it asks for."""

import torch
from torch.nn import functional as F

from .._arguments import real
from .._precision import widened, without_autocast
from ..losses._reduction import check_floats


def nt_xent(z1: torch.Tensor, z2: torch.Tensor, temperature: float = 0.5) -> torch.Tensor:
    r"""The normalized, temperature-scaled cross-entropy of pairs: SimCLR's loss.

    .. math::
        \ell_i = -\log \frac{e^{s_{i p(i)} / \tau}}{\sum_{j \ne i} e^{s_{ij} / \tau}}, \qquad
        s_{ij} = \frac{z_i^\top z_j}{\|z_i\| \|z_j\|}

    The 2N vectors of a batch are two views of each of N things; :math:`p(i)` is the other view of the
    same thing. Each vector picks its partner among the 2N − 1 others, and the loss is the mean over all.
    It is :math:`\log(2N - 1)` when all vectors are equal.

    Args:
        z1, z2: one view each, ``(..., N, D)`` with N of at least 2. Axes in front are other batches: their
            vectors never meet.
        temperature: :math:`\tau > 0`.

    Returns:
        The mean loss, a scalar; ``float32`` for inputs of half precision.

    Raises:
        TypeError: a view is no tensor of floating-point numbers.
        ValueError: the shapes differ, N is below 2, or the temperature is not positive.

    Source: Chen et al. (2020), equation 1; for one pair of batches of unit vectors, the symmetric form of the InfoNCE
    loss of van den Oord et al. (2018) with the negatives of both views.
    """
    check_views(z1, z2)
    if not real("temperature", temperature) > 0:
        raise ValueError(f"temperature must be greater than 0, not {temperature!r}")
    n = z1.shape[-2]
    z = _unit(torch.cat([z1, z2], -2))                             # (..., 2N, D)
    itself = torch.eye(2 * n, dtype=torch.bool, device=z.device)
    with without_autocast(z.device):
        scores = (z @ z.mT / temperature).masked_fill(itself, -torch.inf)
    partner = (z[..., :n, :] * z[..., n:, :]).sum(-1) / temperature      # (..., N), the same for both
    return scores.logsumexp(-1).mean() - partner.mean()


def alignment(z1: torch.Tensor, z2: torch.Tensor) -> torch.Tensor:
    r"""The mean squared distance of partners on the unit sphere: 0 when two views are one.

    .. math:: \mathbb{E}\, \|z - z^+\|^2 = 2 - 2\, \mathbb{E}\, z^\top z^+

    Args:
        z1, z2: views ``(..., N, D)``; their lengths do not count.

    Returns:
        A scalar in [0, 4].

    Raises:
        TypeError: a view is no tensor of floating-point numbers.
        ValueError: the shapes differ, or N is below 2.

    Source: Wang and Isola (2020), with their exponent 2.
    """
    check_views(z1, z2)
    return (_unit(z1) - _unit(z2)).square().sum(-1).mean()


def uniformity(z: torch.Tensor, t: float = 2.0) -> torch.Tensor:
    r"""How evenly vectors cover the unit sphere: the lower, the more evenly; 0 when all are one.

    .. math:: \log \mathbb{E}\, e^{-t \|z_i - z_j\|^2}, \qquad i \ne j

    Args:
        z: vectors ``(N, D)`` with N of at least 2; their lengths do not count.
        t: the width of the kernel, > 0.

    Returns:
        A scalar in [−4t, 0].

    Raises:
        TypeError: ``z`` is no tensor of floating-point numbers.
        ValueError: ``z`` has another shape, or ``t`` is not positive.

    Source: Wang and Isola (2020), with their t = 2.
    """
    check_floats("z", z)
    if z.ndim != 2 or len(z) < 2:
        raise ValueError(f"z must be (N, D) with N of at least 2, not {tuple(z.shape)}")
    if not real("t", t) > 0:
        raise ValueError(f"t must be greater than 0, not {t!r}")
    distances = F.pdist(_unit(z))
    return (-t * distances.square()).logsumexp(0) - torch.log(distances.new_tensor(len(distances)))


def check_views(z1: torch.Tensor, z2: torch.Tensor) -> None:
    """Refuse what are no two views of at least two things.

    Raises:
        TypeError: a view is no tensor of floating-point numbers.
        ValueError: the shapes differ, or are not ``(..., N, D)`` with N of at least 2.
    """
    check_floats("z1", z1)
    check_floats("z2", z2)
    if z1.shape != z2.shape:
        raise ValueError(f"z2 must have the shape of z1, {tuple(z1.shape)}, not {tuple(z2.shape)}")
    if z1.ndim < 2 or z1.shape[-2] < 2 or not z1.shape[-1]:
        raise ValueError(f"z1 must be (..., N, D) with N of at least 2, not {tuple(z1.shape)}")


def _unit(z: torch.Tensor) -> torch.Tensor:
    """Vectors of length 1, in single precision at least."""
    return F.normalize(widened(z), dim=-1)
