"""Layers that normalize each channel and may keep running statistics: parameters, buffers and what is asked of them."""

import torch

from .._arguments import flag, floats, real, whole
from .._precision import widened
from ._affine import Affine
from ._batch_norm import averaged


class Tracking(Affine):
    """What batch and instance normalization share: all but the axes that are averaged over.

    Buffers, too, have PyTorch's names and shapes.
    """

    _version = 2                            # of PyTorch's state dict: 2 has num_batches_tracked
    sizes: dict[int, str]                   # shapes that are taken, by their number of axes

    def __init__(self, num_features: int, eps: float, momentum: float | None, affine: bool, track_running_stats: bool,
                 device, dtype, bias: bool) -> None:
        super().__init__()
        self.num_features = whole("num_features", num_features)
        self.eps = real("eps", eps, 0)
        self.momentum = None if momentum is None else real("momentum", momentum, 0, 1)
        self.affine, self.track_running_stats = flag("affine", affine), flag("track_running_stats", track_running_stats)
        self.add_parameters(num_features, affine, bias, device, dtype)
        for name in ("running_mean", "running_var"):
            self.register_buffer(name, torch.empty(num_features, device=device, dtype=dtype) if track_running_stats else None)
        self.register_buffer("num_batches_tracked", torch.tensor(0, device=device) if track_running_stats else None)
        self.reset_parameters()

    def reset_running_stats(self) -> None:
        """Means of 0, variances of 1, no batch."""
        if self.track_running_stats:
            self.running_mean.zero_()
            self.running_var.fill_(1)
            self.num_batches_tracked.zero_()

    def reset_parameters(self) -> None:
        """The statistics as before any batch, weights of 1, biases of 0."""
        self.reset_running_stats()
        super().reset_parameters()

    def check_input(self, input: torch.Tensor, axis: int = 1) -> None:
        """Refuse an input of other axes, or of another number of channels."""
        if floats("input", input).ndim not in self.sizes:
            wanted = " or ".join(self.sizes.values())
            raise ValueError(f"input must have shape {wanted}, not {tuple(input.shape)}")
        if input.shape[axis] != self.num_features:
            raise ValueError(f"input must have num_features={self.num_features} channels in axis {axis}, "
                             f"not shape {tuple(input.shape)}")

    @torch.no_grad()
    def average(self, mean: torch.Tensor, var: torch.Tensor, count: int, share: float | torch.Tensor) -> None:
        """Move the running statistics by those of a batch, (C,), of ``count`` values a channel."""
        new = averaged(widened(self.running_mean), widened(self.running_var), mean, var, count, share)
        self.running_mean.copy_(new[0])
        self.running_var.copy_(new[1])

    def extra_repr(self) -> str:
        return (f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, affine={self.affine}, "
                f"bias={self.bias is not None}, track_running_stats={self.track_running_stats}")
