"""A mixture of Gaussians fitted to codes: the distribution that a plain autoencoder lacks."""

from typing import NamedTuple

import torch

from .._arguments import floats, generator, whole, whole_seed
from .._device import device
from ._arguments import finite, table


class GaussianMixture(NamedTuple):
    r"""A density :math:`p(x) = \sum_k \pi_k\, \mathcal N(x; \mu_k, C_k)`, float64 on the CPU.

    Attributes:
        weights: π, at least 0, of sum 1, (K).
        means: μ, (K, D).
        covariances: C, (K, D, D).
    """

    weights: torch.Tensor
    means: torch.Tensor
    covariances: torch.Tensor

    def log_density(self, x: torch.Tensor) -> torch.Tensor:
        """log p(x) of examples (N, D), of any floating-point type: (N), float64, on the CPU.

        Raises:
            TypeError: ``x`` is no tensor of floating-point numbers.
            ValueError: it has another shape.
        """
        if floats("x", x).ndim != 2 or x.shape[1] != self.means.shape[1]:
            raise ValueError(f"x must have shape (N, {self.means.shape[1]}), not {tuple(x.shape)}")
        parts = torch.distributions.MultivariateNormal(self.means, self.covariances, validate_args=False)
        each = parts.log_prob(x.detach().cpu().double()[:, None])               # (N, K)
        return torch.logsumexp(each + self.weights.log(), 1)

    def sample(self, count: int, *, seed: int = 0) -> torch.Tensor:
        """Draws (count, D), float32, on :func:`deepgloss.device`; ``DEEPGLOSS_SHIFT`` is added to the seed.

        Raises:
            TypeError, ValueError: ``count`` is no integer of at least 1, or ``seed`` none in range.
        """
        count, draws = whole("count", count), generator(whole_seed(seed))
        which = torch.multinomial(self.weights, count, True, generator=draws)
        noise = torch.randn(count, self.means.shape[1], 1, generator=draws, dtype=torch.float64)
        spread = torch.linalg.cholesky(self.covariances)[which] @ noise         # (count, D, 1)
        return (self.means[which] + spread[..., 0]).float().to(device())


def gaussian_mixture(x: torch.Tensor, components: int = 1, *, seed: int = 0) -> GaussianMixture:
    """Fit a mixture of Gaussians with full covariances, by expectation–maximization.

    Codes that it draws turn a decoder into a generative model. The variance of each number has 10⁻⁴ of the numbers' mean
    variance added, so that every covariance can be inverted; one component is the Gaussian of the examples' mean and
    covariance.

    Args:
        x: examples, such as codes, (N, D) with N at least ``components``, and at least 2.
        components: K.
        seed: of the means to start from (k-means++); ``DEEPGLOSS_SHIFT`` is added to it.

    Returns:
        A :class:`GaussianMixture`.

    Raises:
        TypeError: an argument is of a wrong kind.
        ValueError: shape or range are wrong, a number is not finite, or all examples are equal.

    Source: Dempster, Laird and Rubin (1977) for the algorithm, as scikit-learn has it; Ghosh and others (2020), section 4,
    for fitting a distribution to an autoencoder's codes.
    """
    count, state = whole("components", components), whole_seed(seed)
    known = finite("x", table("x", x, max(2, count))).detach().cpu().double()
    spread = known.var(0, correction=0).mean().item()
    if not spread:
        raise ValueError("x must hold examples that differ")
    # Imported only here: scikit-learn takes a second.
    from sklearn.mixture import GaussianMixture as Fit

    fit = Fit(count, reg_covar=1e-4 * spread, random_state=state, max_iter=500).fit(known.numpy())
    return GaussianMixture(*map(torch.from_numpy, (fit.weights_, fit.means_, fit.covariances_)))
