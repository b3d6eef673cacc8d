"""Initialization that keeps the size of signals from layer to layer: Xavier's and Kaiming's."""

import math

import torch

from .._arguments import choice, floats, real

# What a product of weights must be multiplied by, so that its activation gives back the variance.
GAINS = {
    **dict.fromkeys(["linear", "conv1d", "conv2d", "conv3d", "conv_transpose1d", "conv_transpose2d", "conv_transpose3d",
                     "sigmoid"], 1.0),
    "tanh": 5 / 3, "relu": math.sqrt(2), "selu": 3 / 4,
}


def xavier_uniform_(tensor: torch.Tensor, gain: float = 1.0,
                    generator: torch.Generator | None = None) -> torch.Tensor:
    r"""Fill a weight in place from a uniform distribution that suits both directions.

    .. math::
        w \sim U(-a, a), \qquad a = g \sqrt{\frac{6}{n_\text{in} + n_\text{out}}}

    Its standard deviation is that of :func:`xavier_normal_`: a uniform distribution on (−a, a) has a/√3.

    Args:
        tensor: the weight (out, in, …), as in :class:`torch.nn.Linear` and in convolutions; taps count for both fans.
        gain: g ≥ 0.
        generator: a CPU generator; the global one by default. Draws are made on the CPU in float32.

    Returns:
        The same tensor.

    Raises:
        TypeError: it is no tensor of floating-point numbers.
        ValueError: it has fewer than two axes, or the gain is negative.

    Source: Glorot and Bengio (2010), equation 16; the gain is PyTorch's, :func:`torch.nn.init.xavier_uniform_`.
    """
    return fill(tensor, _xavier(tensor, gain), uniform=True, generator=generator)


def xavier_normal_(tensor: torch.Tensor, gain: float = 1.0,
                   generator: torch.Generator | None = None) -> torch.Tensor:
    r"""Fill a weight in place from a normal distribution that suits both directions.

    .. math::
        w \sim N(0, \sigma^2), \qquad \sigma = g \sqrt{\frac{2}{n_\text{in} + n_\text{out}}}

    Arguments, result and errors are those of :func:`xavier_uniform_`.

    Source: Glorot and Bengio (2010), equation 12.
    """
    return fill(tensor, _xavier(tensor, gain), uniform=False, generator=generator)


def kaiming_uniform_(tensor: torch.Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu",
                     generator: torch.Generator | None = None) -> torch.Tensor:
    r"""Fill a weight in place from a uniform distribution that suits one direction and the activation.

    .. math::
        w \sim U(-\sqrt3\, \sigma, \sqrt3\, \sigma), \qquad \sigma = \frac{g}{\sqrt{n}}

    Args:
        tensor: the weight (out, in, …), as in :class:`torch.nn.Linear` and in convolutions; taps count for both fans.
        a: slope of the leaky ReLU for negative numbers; read for ``"leaky_relu"`` alone.
        mode: ``"fan_in"``, n inputs behind one output, keeps the forward pass; ``"fan_out"``, n outputs behind one
            input, the backward pass.
        nonlinearity: decides g: √2 for ``"relu"``, √(2 / (1 + a²)) for ``"leaky_relu"``, 1 for ``"linear"``,
            ``"sigmoid"`` and convolutions, 5/3 for ``"tanh"``, 3/4 for ``"selu"``.
        generator: a CPU generator; the global one by default. Draws are made on the CPU in float32.

    Returns:
        The same tensor.

    Raises:
        TypeError: it is no tensor of floating-point numbers.
        ValueError: it has fewer than two axes, or an option is unknown.

    Source: He and others (2015), equations 10, 14 and 15; the other gains are PyTorch's,
    :func:`torch.nn.init.calculate_gain`.
    """
    return fill(tensor, _kaiming(tensor, a, mode, nonlinearity), uniform=True, generator=generator)


def kaiming_normal_(tensor: torch.Tensor, a: float = 0, mode: str = "fan_in", nonlinearity: str = "leaky_relu",
                    generator: torch.Generator | None = None) -> torch.Tensor:
    r"""Fill a weight in place from a normal distribution that suits one direction and the activation.

    .. math::
        w \sim N(0, \sigma^2), \qquad \sigma = \frac{g}{\sqrt{n}}

    Arguments, result and errors are those of :func:`kaiming_uniform_`.

    Source: He and others (2015), equations 10, 14 and 15.
    """
    return fill(tensor, _kaiming(tensor, a, mode, nonlinearity), uniform=False, generator=generator)


def _xavier(tensor: torch.Tensor, gain: float) -> float:
    return real("gain", gain, 0) * math.sqrt(2 / max(sum(_fans(tensor)), 1))


def _kaiming(tensor: torch.Tensor, a: float, mode: str, nonlinearity: str) -> float:
    a, mode = real("a", a), choice("mode", mode, ("fan_in", "fan_out"))
    nonlinearity = choice("nonlinearity", nonlinearity, ("leaky_relu", *GAINS))
    gain = math.sqrt(2 / (1 + a * a)) if nonlinearity == "leaky_relu" else GAINS[nonlinearity]
    return gain / math.sqrt(max(_fans(tensor)[mode == "fan_out"], 1))


def _fans(tensor: torch.Tensor) -> tuple[int, int]:
    """Inputs behind one output, and outputs behind one input."""
    if floats("tensor", tensor).ndim < 2:
        raise ValueError(f"tensor must have shape (out, in, …), not {tuple(tensor.shape)}")
    taps = math.prod(tensor.shape[2:])
    return tensor.shape[1] * taps, tensor.shape[0] * taps


@torch.no_grad()
def fill(tensor: torch.Tensor, std: float, *, uniform: bool,
         generator: torch.Generator | None = None) -> torch.Tensor:
    """Numbers of mean 0, drawn on the CPU, so that every device and every type starts from the same ones."""
    if tensor.is_meta:
        return tensor
    draws = torch.empty(tensor.shape)
    if uniform:
        bound = math.sqrt(3) * std
        draws.uniform_(-bound, bound, generator=generator)
    else:
        draws.normal_(0, std, generator=generator)
    return tensor.copy_(draws)
