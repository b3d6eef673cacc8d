"""Batch normalization: each channel gets the mean and the variance that it has over the batch taken out."""

import torch

from .._arguments import floats, real, same_type, whole
from .._precision import in_float32, widened, without_autocast
from ._arguments import channels, fitting, over_channels
from ._standardize import check_grad, moments, normalized, pulled_back, shifted


def batch_norm(input: torch.Tensor, weight: torch.Tensor | None = None, bias: torch.Tensor | None = None,
               mean: torch.Tensor | None = None, var: torch.Tensor | None = None, eps: float = 1e-5) -> torch.Tensor:
    r"""Standardize each channel, by statistics of the batch or by given ones, then scale and shift it.

    .. math::
        y = \gamma \, \frac{x - \mu_\mathcal{B}}{\sqrt{\sigma_\mathcal{B}^2 + \varepsilon}} + \beta

    Mean and variance of a channel are taken over the batch and all places, with division by their number, m: the
    biased variance. With a given ``mean`` and ``var``, as at inference, examples do not depend on each other.
    Half types are computed in float32 and rounded once; parameters may be float32 beside them.

    Args:
        input: x, (N, C) or (N, C, …).
        weight: γ, (C,), or None for 1.
        bias: β, (C,), or None for 0.
        mean: in place of the batch's, (C,); together with ``var``.
        var: in place of the batch's, (C,).
        eps: ε, above 0; at least 0 where ``var`` is given.

    Returns:
        y, of the input's shape and type.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types do not fit.
        ValueError: shapes do not fit; one of ``mean`` and ``var`` is missing; or the statistics are to come from a
            single value a channel, of which nothing would be left.

    Source: Ioffe and Szegedy (2015), algorithms 1 and 2.
    """
    parameters = _checked(input, weight=weight, bias=bias, mean=mean, var=var)
    if (mean is None) != (var is None):
        raise ValueError(f"mean and var must be given together, not {'var' if mean is None else 'mean'} alone")
    eps = real("eps", eps, 0)
    if mean is None:
        several(input, eps)
        return normalized(input, over_batch(input), eps, *parameters[:2])[0]
    return by_given(input, *parameters, eps)


def by_given(input, weight, bias, mean, var, eps):
    """Batch normalization by given statistics; all parameters broadcast to the input."""
    with without_autocast(input.device):
        scale = (widened(var) + eps).rsqrt()
        scale = scale if weight is None else scale * widened(weight)
        if torch.is_grad_enabled():
            return shifted(widened(input) - widened(mean), scale, bias).to(input.dtype)
        # In one tensor, so that under vmap the difference is of as many examples as what multiplies it in place.
        mean, scale, bias = torch.stack([widened(mean), scale, torch.zeros_like(scale) if bias is None else widened(bias)])
        return (widened(input) - mean).mul_(scale).add_(bias).to(input.dtype)


def over_batch(input: torch.Tensor) -> tuple[int, ...]:
    """The axes over which a channel is averaged."""
    return (0, *range(2, input.ndim))


def several(input: torch.Tensor, eps: float) -> None:
    """Refuse statistics of one value a channel, and a division by 0 where all values are the same."""
    if input.numel() == input.shape[1] and input.numel():
        raise ValueError("input must have more than one value per channel in training, "
                         f"not shape {tuple(input.shape)}: normalized, a single value is 0 whatever it is")
    if not eps:
        raise ValueError("eps must be above 0 where the statistics are the batch's, not 0")


def _checked(input, **parameters) -> list[torch.Tensor | None]:
    count = channels(input)
    return [over_channels(fitting(name, value, (count,), input), input.ndim) for name, value in parameters.items()]


@in_float32
def batch_statistics(input: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    r"""Mean and variance of each channel over a batch.

    .. math::
        \mu_\mathcal{B} = \frac1m \sum_i x_i, \qquad \sigma_\mathcal{B}^2 = \frac1m \sum_i (x_i - \mu_\mathcal{B})^2

    Args:
        input: x, (N, C) or (N, C, …), with m = N · … ≥ 1 values a channel.

    Returns:
        The means and the biased variances, each (C,).

    Raises:
        TypeError: ``input`` is no tensor of floating-point numbers.
        ValueError: it has fewer than two axes, or a channel has no value.

    Source: Ioffe and Szegedy (2015), algorithm 1.
    """
    count = channels(input)
    if count and not input.numel():
        raise ValueError(f"input must have at least one value per channel, not shape {tuple(input.shape)}")
    _, var, mean, rest = moments(input, over_batch(input), True)
    return (mean + rest).view(count), var.view(count)


def running_statistics(running_mean: torch.Tensor, running_var: torch.Tensor, mean: torch.Tensor, var: torch.Tensor,
                       count: int, momentum: float = 0.1) -> tuple[torch.Tensor, torch.Tensor]:
    r"""The averages over batches that stand in for a batch's statistics at inference, one batch later.

    .. math::
        \bar\mu \leftarrow (1 - \alpha)\, \bar\mu + \alpha\, \mu_\mathcal{B}, \qquad
        \bar\sigma^2 \leftarrow (1 - \alpha)\, \bar\sigma^2 + \alpha\, \frac{m}{m - 1}\, \sigma_\mathcal{B}^2

    The variance that is kept is the unbiased one, although the batch itself is divided by the root of the biased
    one. With α = 1/t at batch t, the averages are the means over all batches so far.

    Args:
        running_mean, running_var: the averages so far, (C,).
        mean, var: of the batch, as :func:`batch_statistics` gives them, (C,).
        count: m ≥ 2, values a channel.
        momentum: α in [0, 1], the share of the new batch; other rules called so keep a share of the old.

    Returns:
        The new averages, of the type of the old ones.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, types differ, or ``count`` is no integer.
        ValueError: shapes differ, or a number is out of range.

    Source: Ioffe and Szegedy (2015), algorithm 2, which takes plain means; the exponential form with this
    α is that of :class:`torch.nn.BatchNorm1d`.
    """
    named = {"running_mean": running_mean, "running_var": running_var, "mean": mean, "var": var}
    for name, value in named.items():
        if floats(name, value).shape != running_mean.shape:
            raise ValueError(f"{name} must have shape {tuple(running_mean.shape)} as running_mean has, "
                             f"not {tuple(value.shape)}")
    same_type(**named)
    return averaged(running_mean, running_var, mean, var, whole("count", count, 2), real("momentum", momentum, 0, 1))


@in_float32
def averaged(running_mean, running_var, mean, var, count, momentum):
    return (running_mean * (1 - momentum) + mean * momentum,
            running_var * (1 - momentum) + var * (count / (count - 1)) * momentum)


def batch_norm_vjp(x: torch.Tensor, weight: torch.Tensor | None, grad: torch.Tensor,
                   eps: float = 1e-5) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    r"""Gradients through :func:`batch_norm` in training, where the statistics depend on the batch, too.

    .. math::
        \frac{\partial L}{\partial \beta} = \sum_i \delta_i, \qquad
        \frac{\partial L}{\partial \gamma} = \sum_i \delta_i \hat x_i, \qquad
        \frac{\partial L}{\partial x_i} = \frac{\gamma}{\sqrt{\sigma_\mathcal{B}^2 + \varepsilon}} \left( \delta_i
        - \frac1m \frac{\partial L}{\partial \beta} - \frac{\hat x_i}{m} \frac{\partial L}{\partial \gamma} \right)

    Args:
        x: the input, (N, C) or (N, C, …), with m ≥ 2 values a channel.
        weight: γ, (C,), or None for 1.
        grad: δ, the gradient with respect to the output, of the shape of ``x``.
        eps: ε > 0.

    Returns:
        The gradients with respect to ``x``, γ (C,) and β (C,).

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: shapes do not fit, ε is not above 0, or a channel has a single value.

    Source: Ioffe and Szegedy (2015), section 3, the formulas after algorithm 1, put together.
    """
    if floats("x", x).ndim < 2:
        raise ValueError(f"x must have at least 2 axes, (N, C, …), not shape {tuple(x.shape)}")
    check_grad(x, grad, "x")
    if weight is not None and floats("weight", weight).shape != x.shape[1:2]:
        raise ValueError(f"weight must have shape {tuple(x.shape[1:2])}, not {tuple(weight.shape)}")
    same_type(x=x, **{} if weight is None else {"weight": weight})
    eps = real("eps", eps, 0)
    several(x, eps)
    return _gradients(x, weight, grad, eps)


@in_float32
def _gradients(x, weight, grad, eps):
    dims, (gamma,) = over_batch(x), _checked(x, weight=weight)
    for_x, normal = pulled_back(x, dims, grad, eps)
    return for_x if gamma is None else for_x * gamma, (grad * normal).sum(dims), grad.sum(dims)
