"""Where a model's error comes from: it is wrong on average, it depends on the sample, or nobody could know better."""

from collections.abc import Callable
from typing import NamedTuple

import torch

from .._arguments import floats, real, shown, whole
from .._precision import widened


class BiasVariance(NamedTuple):
    """The parts of an expected squared error, each a mean over the points.

    Attributes:
        bias: (mean prediction − truth)².
        variance: of the predictions over samples.
        noise: of new targets.
        error: their sum.
    """

    bias: float
    variance: float
    noise: float
    error: float


def bias_variance(predictions: torch.Tensor, truth: torch.Tensor, noise: float = 0.0) -> BiasVariance:
    r"""Split the expected squared error of a model that was fitted to many samples.

    .. math::
        \mathbb E (\hat f(x) - y)^2 = (\mathbb E \hat f(x) - f(x))^2
        + \mathbb E (\hat f(x) - \mathbb E \hat f(x))^2 + \sigma^2

    Args:
        predictions: of the model fitted to each sample, at the same points, (samples, points).
        truth: f at these points, (points).
        noise: σ ≥ 0, the standard deviation of a target around f.

    Returns:
        A :class:`BiasVariance`; the variance is divided by the number of samples, so that the parts add up exactly.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or σ no number.
        ValueError: the shapes do not fit, or σ is negative.

    Source: Geman, Bienenstock and Doursat (1992), section 3.1.
    """
    if floats("predictions", predictions).ndim != 2 or not predictions.numel():
        raise ValueError(f"predictions must have shape (samples, points), not {tuple(predictions.shape)}")
    if floats("truth", truth).shape != predictions.shape[1:]:
        raise ValueError(f"truth must have shape {tuple(predictions.shape[1:])}, not {tuple(truth.shape)}")
    predictions, truth = widened(predictions), widened(truth)
    unexplained = real("noise", noise, 0) ** 2
    mean = predictions.mean(0)
    bias, variance = (mean - truth).square().mean().item(), (predictions - mean).square().mean().item()
    return BiasVariance(bias, variance, unexplained, bias + variance + unexplained)


def fitted_to_samples(fit: Callable, sample: Callable, points: torch.Tensor, samples: int = 100) -> torch.Tensor:
    """Predictions at the same points of a model fitted to one sample after another.

    Args:
        fit: takes x and y, and gives a function from points to predictions.
        sample: takes the number of the sample, from 0, and gives its x and y.
        points: where to predict.
        samples: how many, at least 2.

    Returns:
        (samples, points), for :func:`bias_variance`.

    Raises:
        TypeError: ``fit`` or ``sample`` cannot be called, or ``samples`` is no integer.
        ValueError: there are fewer than two samples.
    """
    for name, function in (("fit", fit), ("sample", sample)):
        if not callable(function):
            raise TypeError(f"{name} must be a function, not {shown(function)}")
    return torch.stack([floats("the predictions of a fitted model", fit(*sample(k))(points))
                        for k in range(whole("samples", samples, 2))])
