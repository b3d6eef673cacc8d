"""Two ways to the gradient of an expectation with respect to the distribution that it is taken over."""

from collections.abc import Callable
from typing import NamedTuple

import torch

from .._arguments import floats, real, whole
from ._arguments import alike, cpu_generator, function, normal_like


class GradientDraws(NamedTuple):
    """One estimate a draw; their mean over the first axis is the estimate, their variance says how good it is.

    Attributes:
        mean: of the derivatives by μ, (S, …).
        log_var: of those by log σ², (S, …).
    """

    mean: torch.Tensor
    log_var: torch.Tensor


def score_function_gradient(f: Callable[[torch.Tensor], torch.Tensor], mean: torch.Tensor, log_var: torch.Tensor,
                            draws: int = 1000, baseline: float = 0.0, generator: torch.Generator | None = None) -> GradientDraws:
    r"""The gradient of an expectation from values of the function alone: REINFORCE.

    .. math::
        \nabla\, \mathbb E_{z \sim q}[f(z)] = \mathbb E_q\big[(f(z) - b) \nabla \log q(z)\big], \qquad
        \frac{\partial \log q}{\partial \mu} = \frac{z - \mu}{\sigma^2}, \quad
        \frac{\partial \log q}{\partial \log \sigma^2} = \frac12 \Big( \frac{(z - \mu)^2}{\sigma^2} - 1 \Big)

    for a Gaussian q with diagonal covariance. The function need not be differentiable.

    Args:
        f: from draws (S, …) to values (S).
        mean: μ, of any shape.
        log_var: log σ², of the same shape and type.
        draws: S.
        baseline: b, which changes the variance and not the mean.
        generator: a CPU generator; the global one by default.

    Returns:
        The estimates, one a draw, without gradients of their own.

    Raises:
        TypeError: one of them is of a wrong kind.
        ValueError: shapes do not fit, or S is below 1.

    Source: Williams (1992); Mohamed and others (2020), section 4.
    """
    mean, log_var, noise, baseline = _drawn(f, mean, log_var, draws, generator, baseline)
    std = (0.5 * log_var).exp()
    with torch.no_grad():
        values = _values(f, mean + std * noise) - baseline
    values = values.view(-1, *[1] * mean.ndim)                                  # (S, 1, …)
    return GradientDraws(values * noise / std, values * 0.5 * (noise.square() - 1))


def pathwise_gradient(f: Callable[[torch.Tensor], torch.Tensor], mean: torch.Tensor, log_var: torch.Tensor,
                      draws: int = 1000, generator: torch.Generator | None = None) -> GradientDraws:
    r"""The gradient of an expectation through the draws themselves, by reparameterization.

    .. math::
        z = \mu + \sigma \varepsilon, \qquad
        \nabla_\mu \mathbb E[f(z)] = \mathbb E\big[\nabla f(z)\big], \quad
        \nabla_{\log \sigma^2} \mathbb E[f(z)] = \mathbb E\big[\tfrac12 \sigma \varepsilon\, \nabla f(z)\big]

    Args:
        f: differentiable, from draws (S, …) to values (S), each of which depends on its own draw alone.
        mean, log_var, draws, generator: as for :func:`score_function_gradient`; equal generators give equal draws.

    Returns:
        The estimates, one a draw, without gradients of their own.

    Raises:
        TypeError, ValueError: as there; or the values do not depend on the draws.

    Source: Kingma and Welling (2014), section 2.4; Mohamed and others (2020), section 5.
    """
    mean, log_var, noise, _ = _drawn(f, mean, log_var, draws, generator)
    std = (0.5 * log_var).exp()
    with torch.enable_grad():
        z = (mean + std * noise).requires_grad_()
        values = _values(f, z)
        if not values.requires_grad:
            raise ValueError("f must be differentiable: its values do not depend on z")
        slope, = torch.autograd.grad(values.sum(), z)
    return GradientDraws(slope, 0.5 * std * noise * slope)


def _drawn(f, mean, log_var, draws, generator, baseline=0.0):
    """Checked arguments, and standard normal numbers (S, …)."""
    function("f", f)
    alike("log_var", log_var, "mean", floats("mean", mean))
    noise = normal_like(mean, cpu_generator(generator), whole("draws", draws))
    return mean.detach(), log_var.detach(), noise, real("baseline", baseline)


def _values(f, z: torch.Tensor) -> torch.Tensor:
    values = floats("f's values", f(z))
    if values.shape != z.shape[:1]:
        raise ValueError(f"f must give one number a draw, shape ({len(z)},), not {tuple(values.shape)}")
    return values
