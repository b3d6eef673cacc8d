"""Lower bounds of the log-likelihood, and ways to keep their two terms in balance."""

import math
from typing import NamedTuple

import torch

from .._arguments import floats, real, same_type, share, whole
from .._precision import in_float32, widened
from ._arguments import alike, examples
from ._densities import gaussian_kl


class Elbo(NamedTuple):
    r"""The two terms of the evidence lower bound, of each example.

    Attributes:
        reconstruction: log p(x | z), (N).
        kl: the divergence from the prior of each number of the code, (N, d).
    """

    reconstruction: torch.Tensor
    kl: torch.Tensor

    def value(self) -> torch.Tensor:
        """The bound itself, (N)."""
        return self.reconstruction - self.kl.sum(-1)

    def loss(self, beta: float = 1.0, floor: float = 0.0) -> torch.Tensor:
        r"""What is minimized: the negative bound, in the mean over examples.

        .. math:: -\frac1N \sum_n \log p(x_n \mid z_n) + \beta \sum_j \max\Big(\lambda, \frac1N \sum_n D_{nj}\Big)

        Args:
            beta: β ≥ 0, the weight of the divergence.
            floor: λ ≥ 0, in nats, see :func:`free_bits`.

        Raises:
            TypeError, ValueError: one of them is no such number.

        Source: Higgins and others (2017), equation 4; Kingma and others (2016), appendix C.8.
        """
        return real("beta", beta, 0) * free_bits(self.kl, floor) - self.reconstruction.mean()


def elbo(log_density: torch.Tensor, mean: torch.Tensor, log_var: torch.Tensor) -> Elbo:
    r"""The evidence lower bound of each example, its two terms apart.

    .. math:: \log p(x) \ge \mathbb E_{q(z \mid x)}[\log p(x \mid z)] - D\big(q(z \mid x) \,\|\, \mathcal N(0, I)\big)

    with the expectation estimated from one draw of z.

    Args:
        log_density: log p(x | z) of each number of each example, (N, …), as :func:`gaussian_log_density` and
            :func:`bernoulli_log_density` give them.
        mean, log_var: of q(z | x), (N, d).

    Returns:
        An :class:`Elbo`; half types are added up, and given back, in float32.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: the shapes do not fit.

    Source: Kingma and Welling (2014), equation 10.
    """
    if not floats("log_density", log_density).ndim:
        raise ValueError("log_density must have shape (N, …), not ()")
    if floats("mean", mean).ndim != 2 or len(mean) != len(log_density):
        raise ValueError(f"mean must have shape ({len(log_density)}, d), not {tuple(mean.shape)}")
    same_type(log_density=log_density, mean=mean)
    alike("log_var", log_var, "mean", mean)
    numbers = math.prod(log_density.shape[1:])
    return Elbo(widened(log_density).reshape(len(mean), numbers).sum(1), gaussian_kl(widened(mean), widened(log_var)))


def importance_bound(log_weights: torch.Tensor) -> torch.Tensor:
    r"""The importance-weighted bound, which approaches the log-likelihood as draws are added.

    .. math::
        \log p(x) \ge \mathbb E \log \frac1K \sum_{k=1}^K w_k, \qquad
        w_k = \frac{p(x \mid z_k)\, p(z_k)}{q(z_k \mid x)}, \quad z_k \sim q(z \mid x)

    One draw gives the evidence lower bound; for more of them it never falls, in expectation.

    Args:
        log_weights: log w, (K, …).

    Returns:
        The bound, (…).

    Raises:
        TypeError: ``log_weights`` is no tensor of floating-point numbers.
        ValueError: there is no draw.

    Source: Burda, Grosse and Salakhutdinov (2016), equation 8.
    """
    return _averaged(examples("log_weights", log_weights))


@in_float32
def _averaged(log_weights: torch.Tensor) -> torch.Tensor:
    return log_weights.logsumexp(0) - math.log(len(log_weights))


def free_bits(kl: torch.Tensor, floor: float = 0.0) -> torch.Tensor:
    r"""A divergence that costs nothing extra up to a floor: nothing is gained by giving a number of the code up.

    .. math:: \sum_j \max\Big(\lambda, \frac1N \sum_n D_{nj}\Big)

    Args:
        kl: divergences D of each number of the code, (N, d).
        floor: λ ≥ 0, in nats a number of the code; with 0 it is the plain divergence.

    Returns:
        A single number.

    Raises:
        TypeError: ``kl`` is no tensor of floating-point numbers, or λ no number.
        ValueError: ``kl`` has another shape or holds no example, or λ is negative.

    Source: Kingma and others (2016), appendix C.8, with each number of the code as a group.
    """
    if examples("kl", kl).ndim != 2:
        raise ValueError(f"kl must have shape (N, d), not {tuple(kl.shape)}")
    return _floored(kl, real("floor", floor, 0))


@in_float32(autocast="loss")
def _floored(kl: torch.Tensor, floor: float) -> torch.Tensor:
    return kl.mean(0).clamp(min=floor).sum()


def linear_kl_weight(step: int, steps: int) -> float:
    """A weight of the divergence that grows from 0 to 1 and stays there: KL annealing.

    Args:
        step: of training, counted from 0.
        steps: after how many it is 1.

    Raises:
        TypeError, ValueError: one of them is no integer, or out of range.

    Source: Bowman and others (2016), section 3.1.
    """
    return min(whole("step", step, 0) / whole("steps", steps), 1.0)


def cyclical_kl_weight(step: int, period: int, ramp: float = 0.5) -> float:
    """A weight of the divergence that begins again at 0 with every period.

    Args:
        step: of training, counted from 0.
        period: steps from one 0 to the next.
        ramp: the share of a period in which it grows to 1, in (0, 1).

    Raises:
        TypeError, ValueError: one of them is of a wrong kind, or out of range.

    Source: Fu and others (2019), whose R is ``ramp``; the ramp is a straight line.
    """
    return min(whole("step", step, 0) % whole("period", period) / period / share("ramp", ramp), 1.0)
