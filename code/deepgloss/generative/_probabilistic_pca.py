"""Probabilistic PCA: the linear Gaussian model, in which likelihood and posterior are known in closed form."""

from typing import NamedTuple

import torch

from .._arguments import floats, readable, same_type, whole
from .._precision import in_float32
from ._arguments import finite, table
from ._densities import LOG_2_PI


class ProbabilisticPCA(NamedTuple):
    r"""x = Wz + μ + noise with a standard normal z, so that x is normal with the covariance C = WWᵀ + σ²I.

    Attributes:
        mean: μ, (D).
        weight: W, (D, d).
        variance: σ² > 0, ().
    """

    mean: torch.Tensor
    weight: torch.Tensor
    variance: torch.Tensor

    def log_likelihood(self, x: torch.Tensor) -> torch.Tensor:
        r"""log p(x) of examples (N, D), without a bound.

        .. math:: -\tfrac12 \big( D \log 2\pi + \log |C| + (x - \mu)^\top C^{-1} (x - \mu) \big)

        Returns:
            (N).

        Raises:
            TypeError: ``x`` is no tensor of floating-point numbers of the model's type.
            ValueError: it has another shape.

        Source: Tipping and Bishop (1999), equation 4.
        """
        return _log_likelihood(self._examples(x), *self)

    def posterior(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        r"""The distribution of the code of examples (N, D), exactly.

        .. math:: z \mid x \sim \mathcal N\big(M^{-1} W^\top (x - \mu),\; \sigma^2 M^{-1}\big), \qquad M = W^\top W + \sigma^2 I

        Returns:
            Its means (N, d), and its covariance (d, d), the same for every x.

        Raises:
            TypeError, ValueError: as for :meth:`log_likelihood`.

        Source: Tipping and Bishop (1999), section 3.1.
        """
        return _posterior(self._examples(x), *self)

    def _examples(self, x: torch.Tensor) -> torch.Tensor:
        if floats("x", x).ndim != 2 or x.shape[1] != len(self.mean):
            raise ValueError(f"x must have shape (N, {len(self.mean)}), not {tuple(x.shape)}")
        same_type(mean=self.mean, x=x)
        return x


def probabilistic_pca(x: torch.Tensor, d: int) -> ProbabilisticPCA:
    r"""The linear Gaussian model of largest likelihood, in closed form.

    With the eigenvalues λ and eigenvectors u of the covariance of x, with N as the divisor,

    .. math:: \sigma^2 = \frac{1}{D - d} \sum_{j > d} \lambda_j, \qquad W = U_d (\Lambda_d - \sigma^2 I)^{1/2}

    Args:
        x: examples, (N, D), N ≥ 2.
        d: numbers in a code, in 1..D − 1.

    Returns:
        The model, with :meth:`~ProbabilisticPCA.log_likelihood` and :meth:`~ProbabilisticPCA.posterior`.

    Raises:
        TypeError: ``x`` is no tensor of floating-point numbers, or ``d`` no integer.
        ValueError: one of them is out of range, or x has no variance beyond d directions, where the likelihood has no
            maximum.

    Source: Tipping and Bishop (1999), equations 7 and 8.
    """
    finite("x", table("x", x, 2))
    if x.shape[1] < 2:
        raise ValueError(f"x must have shape (N, D) with D of at least 2, not {tuple(x.shape)}")
    mean, weight, variance = _fitted(x, whole("d", d, 1, x.shape[1] - 1))
    if readable(x) and not variance > 0:
        raise ValueError(f"x must vary in more than d = {d} directions")
    return ProbabilisticPCA(mean, weight, variance)


@in_float32
def _fitted(x: torch.Tensor, d: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    mean = x.mean(0)
    _, sizes, directions = torch.linalg.svd(x - mean, full_matrices=False)
    values = sizes.square() / len(x)                                            # (min(N, D)), the largest first
    small = values.max() * torch.finfo(x.dtype).eps * max(x.shape)
    values = torch.where(values > small, values, 0)
    variance = values[d:].sum() / (x.shape[1] - d)
    return mean, directions[:d].mT * (values[:d] - variance).clamp(min=0).sqrt(), variance


@in_float32
def _log_likelihood(x: torch.Tensor, mean: torch.Tensor, weight: torch.Tensor, variance: torch.Tensor) -> torch.Tensor:
    covariance = weight @ weight.mT + variance * torch.eye(len(mean), device=x.device, dtype=x.dtype)
    factor = torch.linalg.cholesky(covariance)
    standard = torch.linalg.solve_triangular(factor, (x - mean).mT, upper=False)                    # (D, N)
    return -0.5 * (len(mean) * LOG_2_PI + standard.square().sum(0)) - factor.diagonal().log().sum()


@in_float32
def _posterior(x: torch.Tensor, mean: torch.Tensor, weight: torch.Tensor, variance: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    inner = weight.mT @ weight + variance * torch.eye(weight.shape[1], device=x.device, dtype=x.dtype)
    inverse = torch.linalg.inv(inner)
    return (x - mean) @ weight @ inverse, variance * inverse
