"""Generators and discriminators for small pictures, after DCGAN."""

import math
from collections.abc import Sequence

from torch import nn

from .._arguments import choice, flag
from ..networks import MLP
from ._arguments import whole_tuple
from ._codecs import checked
from ._spectral_norm import SpectralNorm


class LeakyReLU(nn.LeakyReLU):
    """With the slope of 0.2 that DCGAN has."""

    def __init__(self) -> None:
        super().__init__(0.2)


def mlp_discriminator(shape: Sequence[int], hidden: Sequence[int] = (128, 128)) -> nn.Sequential:
    r"""A multilayer perceptron from examples of any shape to one logit each, with leaky ReLUs of slope 0.2.

    A generator of the same kind is :func:`mlp_decoder`, with noise in the place of a code.

    Args:
        shape: of one example: ``(2,)``, or ``(1, 8, 8)``.
        hidden: units of each hidden layer.

    Returns:
        A module from (N, \*shape) to (N).

    Raises:
        TypeError, ValueError: a size is no integer of at least 1.

    Source: Goodfellow and others (2014), section 5, who have maxout in the place of leaky ReLUs.
    """
    shape, hidden = whole_tuple("shape", shape), whole_tuple("hidden", hidden, 0)
    return nn.Sequential(nn.Flatten(), MLP((math.prod(shape), *hidden, 1), LeakyReLU), nn.Flatten(0))


def conv_generator(size: int, noise_size: int, widths: Sequence[int] = (64, 32), channels: int = 1,
                   output: str = "sigmoid") -> nn.Sequential:
    """Transposed convolutions of stride 2 from noise to square pictures, with batch normalization behind all but the last.

    Args:
        size: side of the pictures, n: a multiple of 2 to the number of widths.
        noise_size: numbers of noise for one picture, d.
        widths: channels of the maps, from the noise on, each of which a transposed convolution doubles in side.
        channels: of the pictures.
        output: ``"sigmoid"`` for pictures in [0, 1], ``"tanh"`` for such in [−1, 1].

    Returns:
        A module from (N, d) to (N, channels, n, n). Weights start at N(0, 0.02²), those of the normalization at
        N(1, 0.02²).

    Raises:
        TypeError, ValueError: a size is no integer of at least 1 or no such multiple, or there is no such output.

    Source: Radford, Metz and Chintala (2016), sections 3 and 4; they have tanh.
    """
    size, noise_size, widths, channels = checked(size, noise_size, widths, channels, "noise_size")
    last = {"sigmoid": nn.Sigmoid, "tanh": nn.Tanh}[choice("output", output, ("sigmoid", "tanh"))]()
    side = size >> len(widths)
    layers = [nn.Linear(noise_size, widths[0] * side**2, bias=False), nn.Unflatten(1, (widths[0], side, side)),
              nn.BatchNorm2d(widths[0]), nn.ReLU()]
    for inputs, width in zip(widths, widths[1:]):
        layers += [nn.ConvTranspose2d(inputs, width, 4, 2, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
    return started(nn.Sequential(*layers, nn.ConvTranspose2d(widths[-1], channels, 4, 2, 1), last))


def conv_discriminator(size: int, widths: Sequence[int] = (32, 64), channels: int = 1, *, batch_norm: bool = False,
                       spectral_norm: bool = False) -> nn.Sequential:
    """Convolutions of stride 2 from square pictures to one logit each, with leaky ReLUs of slope 0.2.

    Args:
        size: side of the pictures, n: a multiple of 2 to the number of widths.
        widths: output channels of each convolution.
        channels: of the pictures.
        batch_norm: normalize behind each convolution but the first, as DCGAN does. A gradient penalty forbids it.
        spectral_norm: make each layer a :class:`SpectralNorm`.

    Returns:
        A module from (N, channels, n, n) to (N).

    Raises:
        TypeError, ValueError: a size is no integer of at least 1 or no such multiple, or a flag is neither True nor False.

    Source: Radford, Metz and Chintala (2016), sections 3 and 4; Miyato and others (2018).
    """
    size, _, widths, channels = checked(size, 1, widths, channels)
    flag("batch_norm", batch_norm)
    wrap = SpectralNorm if flag("spectral_norm", spectral_norm) else lambda layer: layer
    layers: list[nn.Module] = []
    for k, (inputs, width) in enumerate(zip((channels, *widths), widths)):
        layers.append(nn.Conv2d(inputs, width, 4, 2, 1))
        layers += [nn.BatchNorm2d(width)] * (batch_norm and k > 0) + [LeakyReLU()]
    side = size >> len(widths)
    layers = started(nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * side**2, 1)))
    return nn.Sequential(*(wrap(layer) if isinstance(layer, (nn.Conv2d, nn.Linear)) else layer for layer in layers), nn.Flatten(0))


def started(network: nn.Sequential) -> nn.Sequential:
    """With DCGAN's initial weights."""
    for layer in network.modules():
        if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm2d)):
            nn.init.normal_(layer.weight, float(isinstance(layer, nn.BatchNorm2d)), 0.02)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
    return network
