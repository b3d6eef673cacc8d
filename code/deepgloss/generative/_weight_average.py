"""The moving average of a network's weights: what is shown while the network itself goes on learning."""

import copy

import torch
from torch import nn

from .._arguments import real
from .._precision import widened
from ._arguments import module


class WeightAverage:
    r"""An exponential moving average of a network's parameters.

    .. math:: \bar\theta_0 = \theta_0, \qquad \bar\theta_t = \beta \bar\theta_{t-1} + (1 - \beta)\, \theta_t

    Buffers, such as running statistics, are copied. The average has the network's types: in half precision steps of
    1 − β = 0.001 would be rounded away, so average a float32 network.

    Args:
        network: θ's owner, which is copied.
        decay: β in [0, 1].

    Attributes:
        network: the averaged network, in evaluation mode, without gradients.

    Raises:
        TypeError: the network is no module, or β no number.
        ValueError: β is out of range; for an update, the other network has other parameters or buffers.

    Source: Polyak and Juditsky (1992) for plain averages; Yazıcı and others (2019) for generators.
    """

    def __init__(self, network: nn.Module, decay: float = 0.999) -> None:
        self.decay = real("decay", decay, 0, 1)
        self.network = copy.deepcopy(module("network", network)).eval().requires_grad_(False)

    @torch.no_grad()
    def update(self, network: nn.Module) -> None:
        """Take one step of the average towards a network of the same layers."""
        parameters, buffers = (dict(found) for found in (module("network", network).named_parameters(), network.named_buffers()))
        if _shapes(network) != _shapes(self.network):
            raise ValueError("network must have the parameters and buffers of the one that is averaged")
        for name, average in self.network.named_parameters():
            average.copy_(torch.lerp(widened(parameters[name]), widened(average), self.decay))
        for name, buffer in self.network.named_buffers():
            buffer.copy_(buffers[name])


def _shapes(network: nn.Module) -> list[dict[str, torch.Size]]:
    return [{name: x.shape for name, x in found} for found in (network.named_parameters(), network.named_buffers())]
