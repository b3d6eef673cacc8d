"""Collapse, when an encoder says the same of everything: how to see it, and a loss that forbids it."""

import torch

from .._arguments import real
from .._precision import widened, without_autocast
from ..losses._reduction import check_floats
from ._contrastive import check_views


def vicreg(z1: torch.Tensor, z2: torch.Tensor, invariance: float = 25.0, variance: float = 25.0,
           covariance: float = 1.0) -> torch.Tensor:
    r"""Two views should agree, and neither may collapse: a loss without negatives.

    .. math::
        \lambda\, \tfrac{1}{ND} \sum_i \|z_i - z_i'\|^2
        + \mu\, [v(Z) + v(Z')] + \nu\, [c(Z) + c(Z')]

    .. math::
        v(Z) = \tfrac{1}{D} \sum_d \max\bigl(0,\, 1 - \sqrt{C_{dd} + 10^{-4}}\bigr), \qquad
        c(Z) = \tfrac{1}{D} \sum_{d \ne e} C_{de}^2

    :math:`C` is the covariance of the features over the batch, divided by N − 1. The second term keeps every
    feature's standard deviation at 1 or above, the third makes features differ from each other.

    Args:
        z1, z2: views ``(N, D)`` with N of at least 2; their lengths count.
        invariance, variance, covariance: :math:`\lambda, \mu, \nu \ge 0`.

    Returns:
        A scalar; ``float32`` for inputs of half precision.

    Raises:
        TypeError: an argument has another type.
        ValueError: the shapes differ or are not ``(N, D)``, or a weight is negative.

    Source: Bardes, Ponce and LeCun (2022), algorithm 1, with their weights. Their equation for the first term sums over
    the features where their algorithm takes the mean, as here: it is the mean that fits these weights.
    """
    check_views(z1, z2)
    if z1.ndim != 2:
        raise ValueError(f"z1 must be (N, D), not {tuple(z1.shape)}")
    weights = [real(name, value, 0) for name, value in
               (("invariance", invariance), ("variance", variance), ("covariance", covariance))]
    z1, z2 = widened(z1), widened(z2)
    apart = (z1 - z2).square().mean()
    with without_autocast(z1.device):
        (v1, c1), (v2, c2) = _spread(z1), _spread(z2)
    return weights[0] * apart + weights[1] * (v1 + v2) + weights[2] * (c1 + c2)


def _spread(z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """v(Z) and c(Z)."""
    z = z - z.mean(0)
    c = z.mT @ z / (len(z) - 1)                                    # (D, D)
    diagonal = c.diagonal()
    too_narrow = (1 - (diagonal + 1e-4).sqrt()).relu().mean()
    return too_narrow, (c.square().sum() - diagonal.square().sum()) / len(c)


def effective_rank(z: torch.Tensor) -> torch.Tensor:
    r"""In how many directions vectors really vary: a number between 0 and D.

    .. math::
        \exp\Bigl(-\sum_k p_k \log p_k\Bigr), \qquad p_k = \sigma_k \big/ \textstyle\sum_l \sigma_l

    :math:`\sigma_k` are the singular values of the vectors less their mean. Equal spread in k directions and
    none in the others gives k; one and the same vector for everything gives 0.

    Args:
        z: vectors ``(..., N, D)`` with N of at least 2. Axes in front are other sets of vectors.

    Returns:
        One number for each set, ``(...)``; NaN where a number of the set is infinite or NaN.

    Raises:
        TypeError: ``z`` is no tensor of floating-point numbers.
        ValueError: ``z`` has another shape.

    Source: Roy and Vetterli (2007); as a measure of collapse, Garrido et al. (2023). Both take the vectors as they
    are; here the mean is taken off first, since a constant says nothing.
    """
    check_floats("z", z)
    if z.ndim < 2 or z.shape[-2] < 2 or not z.shape[-1]:
        raise ValueError(f"z must be (..., N, D) with N of at least 2, not {tuple(z.shape)}")
    z = widened(z)
    mean = z.mean(-2, keepdim=True)
    broken = ~z.isfinite().flatten(-2).all(-1)
    values = torch.linalg.svdvals((z - mean).masked_fill(broken[..., None, None], 0))    # (..., min(N, D))
    # what rounding leaves of equal vectors is no direction
    least = z.abs().amax((-1, -2)).unsqueeze(-1) * z.shape[-2] * torch.finfo(z.dtype).eps
    values = torch.where(values > least, values, 0)
    total = values.sum(-1, keepdim=True)
    p = values / total.clamp_min(torch.finfo(z.dtype).tiny)
    rank = torch.where(total.squeeze(-1) > 0, torch.special.entr(p).sum(-1).exp(), 0)
    return rank.masked_fill(broken, torch.nan)
