"""Log-densities of decoders, the divergence of Gaussians, and a draw that gradients pass through."""

import math

import torch
import torch.nn.functional as F

from .._arguments import floats, readable
from .._precision import in_float32
from ._arguments import alike, broadcast, cpu_generator, normal_like

LOG_2_PI = math.log(2 * math.pi)


def reparameterized(mean: torch.Tensor, log_var: torch.Tensor, generator: torch.Generator | None = None) -> torch.Tensor:
    r"""A draw from a Gaussian, written as a function of its mean and variance and of noise that depends on neither.

    .. math:: z = \mu + e^{\frac12 \log \sigma^2} \varepsilon, \qquad \varepsilon \sim \mathcal N(0, I)

    so that gradients reach μ and log σ².

    Args:
        mean: μ, of any shape.
        log_var: log σ², of the same shape and type.
        generator: a CPU generator; the global one by default.

    Returns:
        z, of the same shape and type.

    Raises:
        TypeError: one of them is of a wrong kind, or their types differ.
        ValueError: their shapes differ.

    Source: Kingma and Welling (2014), section 2.4.
    """
    alike("log_var", log_var, "mean", floats("mean", mean))
    return _moved(mean, log_var, normal_like(mean, cpu_generator(generator)))


@in_float32
def _moved(mean: torch.Tensor, log_var: torch.Tensor, noise: torch.Tensor) -> torch.Tensor:
    return mean + (0.5 * log_var).exp() * noise


def gaussian_kl(mean: torch.Tensor, log_var: torch.Tensor, other_mean: torch.Tensor | None = None,
                other_log_var: torch.Tensor | None = None) -> torch.Tensor:
    r"""The Kullback–Leibler divergence of two Gaussians with diagonal covariances, number by number.

    .. math::
        D\big(\mathcal N(\mu, \sigma^2) \,\|\, \mathcal N(m, s^2)\big)
            = \tfrac12 \Big( \log s^2 - \log \sigma^2 - 1 + \frac{\sigma^2 + (\mu - m)^2}{s^2} \Big)

    and with the standard normal, which is the default,
    :math:`\tfrac12 (\mu^2 + \sigma^2 - 1 - \log \sigma^2)`. The divergence of vectors is the sum over their numbers.

    Args:
        mean: μ, of any shape.
        log_var: log σ², of the same shape and type.
        other_mean: m; 0 by default.
        other_log_var: log s²; 0 by default.

    Returns:
        A tensor of the same shape, of numbers of at least 0.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: their shapes differ.

    Source: Kingma and Welling (2014), appendix B.
    """
    alike("log_var", log_var, "mean", floats("mean", mean))
    for name, value in (("other_mean", other_mean), ("other_log_var", other_log_var)):
        if value is not None:
            alike(name, value, "mean", mean)
    zero = torch.zeros_like(mean)
    return _diverged(mean, log_var, zero if other_mean is None else other_mean, zero if other_log_var is None else other_log_var)


@in_float32
def _diverged(mean: torch.Tensor, log_var: torch.Tensor, other_mean: torch.Tensor, other_log_var: torch.Tensor) -> torch.Tensor:
    ratio = log_var - other_log_var
    # expm1(r) − r, and not e^r − 1 − r: near r = 0 the difference of near equals would be rounding alone.
    return 0.5 * (torch.expm1(ratio) - ratio + (mean - other_mean).square() * (-other_log_var).exp())


def gaussian_log_density(x: torch.Tensor, mean: torch.Tensor, log_var: torch.Tensor) -> torch.Tensor:
    r"""The logarithm of a Gaussian's density, number by number.

    .. math:: \log \mathcal N(x; \mu, \sigma^2) = -\tfrac12 \Big( \log 2\pi + \log \sigma^2 + \frac{(x - \mu)^2}{\sigma^2} \Big)

    With one fixed σ² it is the squared error over 2σ² and a constant: what σ² is decides how much the error weighs
    against everything else in a loss.

    Args:
        x: of any shape.
        mean: μ, of a shape that broadcasts with x, and of its type.
        log_var: log σ², likewise.

    Returns:
        A tensor of the broadcast shape.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: the shapes do not fit.

    Source: Kingma and Welling (2014), appendix C.2.
    """
    broadcast(x=x, mean=mean, log_var=log_var)
    return _normal(x, mean, log_var)


@in_float32
def _normal(x: torch.Tensor, mean: torch.Tensor, log_var: torch.Tensor) -> torch.Tensor:
    return -0.5 * (LOG_2_PI + log_var + (x - mean).square() * (-log_var).exp())


def bernoulli_log_density(x: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    r"""The logarithm of a coin's probability, number by number, from the logit of heads.

    .. math:: x \log \pi + (1 - x) \log(1 - \pi) = x \ell - \log(1 + e^\ell), \qquad \pi = \sigma(\ell)

    For grays between 0 and 1 it is a loss, the negative cross-entropy, and no density: see Loaiza-Ganem and Cunningham
    (2019) for the constant that is missing.

    Args:
        x: in [0, 1], of any shape.
        logits: ℓ, of a shape that broadcasts with x, and of its type.

    Returns:
        A tensor of the broadcast shape, of numbers of at most 0.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: the shapes do not fit, or a number of x is outside [0, 1].

    Source: Kingma and Welling (2014), appendix C.1.
    """
    broadcast(x=x, logits=logits)
    if readable(x) and not ((x >= 0) & (x <= 1)).all():
        raise ValueError("x must be in [0, 1]")
    return _coin(x, logits)


@in_float32
def _coin(x: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    return x * F.logsigmoid(logits) + (1 - x) * F.logsigmoid(-logits)
