"""Instance normalization: each channel of each example gets its own mean and variance taken out."""

import math

import torch

from .._arguments import real
from ._arguments import channels, fitting, over_channels
from ._batch_norm import by_given
from ._standardize import normalized
from ._tracking import Tracking


def instance_norm(input: torch.Tensor, weight: torch.Tensor | None = None, bias: torch.Tensor | None = None,
                  eps: float = 1e-5) -> torch.Tensor:
    r"""Standardize each channel of each example over its places, then scale and shift it.

    .. math::
        y_{nci} = \gamma_c \, \frac{x_{nci} - \mu_{nc}}{\sqrt{\sigma_{nc}^2 + \varepsilon}} + \beta_c

    The contrast of a picture is lost. Half types are computed in float32 and rounded once; parameters may be float32
    beside them.

    Args:
        input: x, (N, C, …) with more than one place.
        weight: γ, (C,), or None for 1.
        bias: β, (C,), or None for 0.
        eps: ε ≥ 0.

    Returns:
        y, of the input's shape and type.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types do not fit.
        ValueError: the shapes do not fit, there is a single place, or ε is negative.

    Source: Ulyanov, Vedaldi and Lempitsky (2016), section 2.
    """
    return _normalized(input, weight, bias, real("eps", eps, 0))[0]


def _normalized(input, weight, bias, eps):
    count = channels(input, 3)
    if math.prod(input.shape[2:]) == 1:
        raise ValueError("input must have more than one place per channel in training, "
                         f"not shape {tuple(input.shape)}: normalized, a single value is 0 whatever it is")
    parameters = (over_channels(fitting(name, value, (count,), input), input.ndim)
                  for name, value in (("weight", weight), ("bias", bias)))
    return normalized(input, tuple(range(2, input.ndim)), eps, *parameters)


class InstanceNorm(Tracking):
    """What :class:`InstanceNorm1d`, :class:`InstanceNorm2d` and :class:`InstanceNorm3d` share: all but the shapes."""

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = False,
                 track_running_stats: bool = False, device=None, dtype=None, *, bias: bool = True) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """The normalized channels, (N, C, …) or (C, …)."""
        alone = isinstance(input, torch.Tensor) and input.ndim == min(self.sizes)
        self.check_input(input, 0 if alone else 1)
        batch = input[None] if alone else input
        if not self.training and self.running_mean is not None:
            given = (self.weight, self.bias, self.running_mean, self.running_var)
            y = by_given(batch, *(over_channels(x, batch.ndim) for x in given), self.eps)
        else:
            y, var, *mean = _normalized(batch, self.weight, self.bias, self.eps)
            if self.training and self.running_mean is not None and batch.numel():
                self.average(sum(mean).flatten(1).mean(0), var.flatten(1).mean(0), math.prod(batch.shape[2:]), self.momentum or 0.0)
        return y[0] if alone else y


class InstanceNorm1d(InstanceNorm):
    r"""Instance normalization of channels along one axis, a drop-in for :class:`torch.nn.InstanceNorm1d`.

    Takes (N, C, L) or (C, L). With ``track_running_stats``, evaluation mode normalizes by averages over the examples
    seen in training, each example with the unbiased variance, as PyTorch's does; else both modes do the same.

    Args:
        num_features: C ≥ 1.
        eps: ε ≥ 0.
        momentum: the share of the newest batch in the averages; with None they stay 0 and 1, as PyTorch's do.
        affine: whether there are γ and β.
        track_running_stats: whether there are averages.
        device, dtype: of parameters and averages.
        bias: whether there is β; read only with ``affine``.

    Attributes:
        weight: γ, (C,), or None; 1 at first.
        bias: β, (C,), or None; 0 at first.
        running_mean: the average of the means, (C,), or None; 0 at first.
        running_var: the average of the variances, (C,), or None; 1 at first.
        num_batches_tracked: stays 0, as PyTorch's does, or None.

    Raises:
        TypeError, ValueError: an option is out of range. Called: the input's shape does not fit, or it has a single
            place and its own statistics are wanted.
    """

    sizes = {2: "(C, L)", 3: "(N, C, L)"}


class InstanceNorm2d(InstanceNorm):
    """Instance normalization of feature maps, a drop-in for :class:`torch.nn.InstanceNorm2d`.

    Takes (N, C, H, W) or (C, H, W); see :class:`InstanceNorm1d` for the rest.
    """

    sizes = {3: "(C, H, W)", 4: "(N, C, H, W)"}


class InstanceNorm3d(InstanceNorm):
    """Instance normalization of volumes or films, a drop-in for :class:`torch.nn.InstanceNorm3d`.

    Takes (N, C, D, H, W) or (C, D, H, W); see :class:`InstanceNorm1d` for the rest.
    """

    sizes = {4: "(C, D, H, W)", 5: "(N, C, D, H, W)"}
