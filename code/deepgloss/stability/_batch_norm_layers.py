"""Batch normalization as layers, which keep running statistics for inference."""

import math

import torch

from ._arguments import fitting, over_channels
from ._batch_norm import by_given, over_batch, several
from ._standardize import normalized
from ._tracking import Tracking


class BatchNorm(Tracking):
    """What :class:`BatchNorm1d`, :class:`BatchNorm2d` and :class:`BatchNorm3d` share: all but the shapes."""

    def __init__(self, num_features: int, eps: float = 1e-5, momentum: float | None = 0.1, affine: bool = True,
                 track_running_stats: bool = True, device=None, dtype=None, *, bias: bool = True) -> None:
        super().__init__(num_features, eps, momentum, affine, track_running_stats, device, dtype, bias)

    def forward(self, input: torch.Tensor) -> torch.Tensor:
        """The normalized channels, (N, C, …); in training mode the running statistics move."""
        self.check_input(input)
        weight, bias = (over_channels(fitting(name, getattr(self, name), (self.num_features,), input), input.ndim)
                        for name in ("weight", "bias"))
        if not self.training and self.running_mean is not None:
            mean, var = (over_channels(x, input.ndim) for x in (self.running_mean, self.running_var))
            return by_given(input, weight, bias, mean, var, self.eps)
        several(input, self.eps)
        y, var, *mean = normalized(input, over_batch(input), self.eps, weight, bias)
        if self.training and self.running_mean is not None:
            self._track(sum(mean).detach().view(-1), var.detach().view(-1), math.prod(input.shape[k] for k in over_batch(input)))
        return y

    @torch.no_grad()
    def _track(self, mean: torch.Tensor, var: torch.Tensor, count: int) -> None:
        self.num_batches_tracked.add_(1)
        if not count:                                                    # of no examples there is no statistic
            return
        self.average(mean, var, count, 1 / self.num_batches_tracked if self.momentum is None else self.momentum)


class BatchNorm1d(BatchNorm):
    r"""Batch normalization of features, or of channels along one axis, a drop-in for :class:`torch.nn.BatchNorm1d`.

    Takes (N, C) or (N, C, L). In training mode it is :func:`batch_norm` by the batch's statistics, and
    :func:`running_statistics` keeps averages of them; in evaluation mode it is :func:`batch_norm` by those averages.

    Args:
        num_features: C ≥ 1.
        eps: ε ≥ 0; it must be above 0 where the batch's statistics are used.
        momentum: α in [0, 1], the share of the newest batch in the averages; None takes the mean over all batches.
        affine: whether there are γ and β.
        track_running_stats: whether there are averages; without them evaluation mode uses the batch's statistics, too.
        device, dtype: of parameters and averages.
        bias: whether there is β; read only with ``affine``.

    Attributes:
        weight: γ, (C,), or None; 1 at first.
        bias: β, (C,), or None; 0 at first.
        running_mean: the average of the means, (C,), or None; 0 at first.
        running_var: the average of the variances, (C,), or None; 1 at first.
        num_batches_tracked: t, batches so far, or None.

    Raises:
        TypeError, ValueError: an option is out of range. Called: the input's shape does not fit; or, by the batch's
            statistics, ε is 0 or a channel has a single value.
    """

    sizes = {2: "(N, C)", 3: "(N, C, L)"}


class BatchNorm2d(BatchNorm):
    """Batch normalization of feature maps, a drop-in for :class:`torch.nn.BatchNorm2d`.

    Takes (N, C, H, W); see :class:`BatchNorm1d` for the rest.
    """

    sizes = {4: "(N, C, H, W)"}


class BatchNorm3d(BatchNorm):
    """Batch normalization of volumes or films, a drop-in for :class:`torch.nn.BatchNorm3d`.

    Takes (N, C, D, H, W); see :class:`BatchNorm1d` for the rest.
    """

    sizes = {5: "(N, C, D, H, W)"}
