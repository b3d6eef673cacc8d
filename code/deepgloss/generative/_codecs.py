"""Encoders and decoders: networks from examples to codes, and back."""

import math
from collections.abc import Callable, Sequence

from torch import nn

from .._arguments import shown, whole
from ..networks import MLP
from ._arguments import whole_tuple


def mlp_encoder(shape: Sequence[int], code_size: int, hidden: Sequence[int] = (128,),
                activation: Callable[[], nn.Module] = nn.ReLU) -> nn.Sequential:
    r"""A multilayer perceptron from examples of any shape to codes.

    Args:
        shape: of one example: ``(64,)``, or ``(1, 8, 8)`` for a gray picture.
        code_size: numbers in a code, d.
        hidden: units of each hidden layer; ``()`` leaves a single linear map.
        activation: makes the nonlinearity behind each hidden layer.

    Returns:
        A module from (N, \*shape) to (N, d). Nothing follows its last linear layer.

    Raises:
        TypeError, ValueError: a size is no integer of at least 1, or ``activation`` makes no module.

    Source: Hinton and Salakhutdinov (2006), figure 1.
    """
    shape, code_size = whole_tuple("shape", shape), whole("code_size", code_size)
    hidden = whole_tuple("hidden", hidden, 0)
    return nn.Sequential(nn.Flatten(), MLP((math.prod(shape), *hidden, code_size), activation))


def mlp_decoder(shape: Sequence[int], code_size: int, hidden: Sequence[int] = (128,),
                activation: Callable[[], nn.Module] = nn.ReLU, output: Callable[[], nn.Module] | None = None) -> nn.Sequential:
    r"""A multilayer perceptron from codes to examples of any shape.

    Args:
        shape: of one example.
        code_size: numbers in a code, d.
        hidden: units of each hidden layer, from the code on.
        activation: makes the nonlinearity behind each hidden layer.
        output: makes what follows the last layer: :class:`torch.nn.Sigmoid` for values in [0, 1]; nothing by default,
            so that the outputs are logits, or means of any size.

    Returns:
        A module from (N, d) to (N, \*shape).

    Raises:
        TypeError, ValueError: as for :func:`mlp_encoder`.

    Source: Hinton and Salakhutdinov (2006), figure 1.
    """
    shape, code_size = whole_tuple("shape", shape), whole("code_size", code_size)
    hidden = whole_tuple("hidden", hidden, 0)
    layers = [MLP((code_size, *hidden, math.prod(shape)), activation), nn.Unflatten(1, shape)]
    return nn.Sequential(*layers, *made("output", output))


def conv_encoder(size: int, code_size: int, widths: Sequence[int] = (16, 32), channels: int = 1) -> nn.Sequential:
    r"""Convolutions of stride 2 from square pictures to codes.

    Each convolution, 4 × 4 with a padding of 1, halves the side; ReLU follows. A linear layer makes the code of what is
    left.

    Args:
        size: side of the pictures, n: a multiple of 2 to the number of convolutions.
        code_size: numbers in a code, d.
        widths: output channels of each convolution.
        channels: of the pictures; 1 for gray ones.

    Returns:
        A module from (N, channels, n, n) to (N, d).

    Raises:
        TypeError, ValueError: a size is no integer of at least 1, or n is no such multiple.

    Source: Masci and others (2011) pool where this one strides, as Radford, Metz and Chintala (2016) do.
    """
    size, code_size, widths, channels = checked(size, code_size, widths, channels)
    layers: list[nn.Module] = []
    for inputs, width in zip((channels, *widths), widths):
        layers += [nn.Conv2d(inputs, width, 4, 2, 1), nn.ReLU()]                # (N, width, n/2, n/2)
    side = size >> len(widths)
    return nn.Sequential(*layers, nn.Flatten(), nn.Linear(widths[-1] * side**2, code_size))


def conv_decoder(size: int, code_size: int, widths: Sequence[int] = (32, 16), channels: int = 1,
                 output: Callable[[], nn.Module] | None = None) -> nn.Sequential:
    """Transposed convolutions of stride 2 from codes to square pictures: a mirror image of :func:`conv_encoder`.

    Args:
        size: side of the pictures, n: a multiple of 2 to the number of widths.
        code_size: numbers in a code, d.
        widths: channels of the maps from the code on, each of which a transposed convolution doubles in side.
        channels: of the pictures.
        output: makes what follows the last layer, as for :func:`mlp_decoder`.

    Returns:
        A module from (N, d) to (N, channels, n, n).

    Raises:
        TypeError, ValueError: as for :func:`conv_encoder`; or ``output`` makes no module.

    Source: Radford, Metz and Chintala (2016), section 3, without their batch normalization.
    """
    size, code_size, widths, channels = checked(size, code_size, widths, channels)
    side = size >> len(widths)
    layers = [nn.Linear(code_size, widths[0] * side**2), nn.Unflatten(1, (widths[0], side, side)), nn.ReLU()]
    for inputs, width in zip(widths, (*widths[1:], channels)):
        layers += [nn.ConvTranspose2d(inputs, width, 4, 2, 1), nn.ReLU()]       # (N, width, 2 side, 2 side)
    return nn.Sequential(*layers[:-1], *made("output", output))


def checked(size, code_size, widths, channels, name: str = "code_size") -> tuple[int, int, tuple[int, ...], int]:
    """The sizes of a convolutional network whose side halves or doubles once for each width."""
    size, code_size, widths = whole("size", size), whole(name, code_size), whole_tuple("widths", widths)
    if size % 2 ** len(widths):
        raise ValueError(f"size must be a multiple of {2 ** len(widths)} for {len(widths)} widths, not {size}")
    return size, code_size, widths, whole("channels", channels)


def made(name: str, maker) -> list[nn.Module]:
    """The module that ``maker`` makes, or none."""
    if maker is None:
        return []
    try:
        layer = None if isinstance(maker, nn.Module) or not callable(maker) else maker()
    except TypeError as error:
        raise TypeError(f"{name} must make a module without arguments, such as torch.nn.Sigmoid, "
                        f"not as {shown(maker)}: {error}") from error
    if not isinstance(layer, nn.Module):
        raise TypeError(f"{name} must make a module, such as torch.nn.Sigmoid (without parentheses), not {shown(maker)}")
    return [layer]
