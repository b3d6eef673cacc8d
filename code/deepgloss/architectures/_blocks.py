"""What the vision architectures share: convolution with normalization, and their initial weights."""

import inspect
from collections.abc import Callable

import torch
from torch import nn

from .._arguments import real, whole
from .._named import named

Norm = Callable[[int], nn.Module]


def conv_norm(
    in_channels: int, out_channels: int, kernel_size: int = 3, *, stride: int = 1, groups: int = 1,
    norm: Norm = nn.BatchNorm2d, activation: Callable[[], nn.Module] | None = nn.ReLU,
) -> nn.Sequential:
    """A convolution without bias that keeps the size (at stride 1), its normalization, its activation.

    The normalization subtracts every mean, and a bias with it.
    """
    layers = [
        nn.Conv2d(in_channels, out_channels, kernel_size, stride, padding=kernel_size // 2,
                  groups=groups, bias=False),
        norm(out_channels),
    ]
    return nn.Sequential(*layers, *([activation()] if activation else []))


def divisible(channels: float, divisor: int = 8) -> int:
    """The multiple of ``divisor`` nearest to ``channels``, at least one, and at least 90 % of it.

    Source: the authors' code of MobileNet, where hardware works on channels in groups of eight.
    """
    rounded = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * channels else rounded


def reset_convolutions(module: nn.Module, nonlinearity: str = "leaky_relu") -> None:
    """Draw convolutions from a normal distribution of variance 2 / fan-out; biases start at 0.

    Normalizations start as the identity of normalized numbers. ``nonlinearity`` is ``"relu"`` or
    ``"leaky_relu"``, which with a slope of 0 is the same.

    Source: He, Zhang, Ren and Sun (2015), equation 14: the variance of gradients is kept.
    """
    for layer in module.modules():
        if isinstance(layer, nn.Conv2d):
            nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity=nonlinearity)
            if layer.bias is not None:
                nn.init.zeros_(layer.bias)
        elif isinstance(layer, nn.BatchNorm2d):
            nn.init.ones_(layer.weight)
            nn.init.zeros_(layer.bias)


def reset_linear(module: nn.Module, std: float = 0.01) -> None:
    """Draw linear layers from a normal distribution of the given spread; biases start at 0."""
    for layer in module.modules():
        if isinstance(layer, nn.Linear):
            nn.init.normal_(layer.weight, 0.0, std)
            nn.init.zeros_(layer.bias)


def check_classes(num_classes: int, in_channels: int, dropout: float = 0.0) -> None:
    """Refuse numbers of classes and channels that are no positive integers, and dropout outside [0, 1].

    Raises:
        TypeError, ValueError: as said.
    """
    whole("num_classes", num_classes)
    whole("in_channels", in_channels)
    real("dropout", dropout, 0, 1)


def published(kind: type, name: str, summary: str, **options) -> Callable:
    """:func:`deepgloss._named.named` for networks that torchvision has, too, with its names in the state dict."""

    def refuse(given: dict) -> None:
        weights = "DEFAULT" if given.pop("pretrained", False) else None
        weights = given.pop("weights", weights)
        if weights is None:
            return
        weights = repr(weights) if isinstance(weights, str) else str(weights)
        plain = "aux_logits=False" if "aux_logits" in inspect.signature(kind).parameters else ""
        raise ValueError(
            f"{name} has no weights of its own: nothing is downloaded here. Its state dict has torchvision's names. "
            f"Where torchvision is installed: model = {name}({plain}); model.load_state_dict("
            f"torchvision.models.{name}(weights={weights}).state_dict()). Then put a last layer for your classes in "
            "place of the one for ImageNet's"
        )

    return named(kind, name, summary, options, refuse=refuse)


class Excitation(nn.Module):
    """Squeeze and excitation: every channel is scaled by a gate that has seen all of them.

    The mean of each channel goes through two 1 × 1 convolutions, from C to ``squeezed`` channels
    and back, and the result, squashed to [0, 1], multiplies the channels.

    Args:
        channels: C.
        squeezed: channels in between, fewer.
        activation: kind of module between the two.
        gate: kind of module behind them, with values in [0, 1].

    Shape:
        Input and output are ``(B, C, H, W)``.

    Source: Hu, Shen and Sun (2018), equations 2 to 4.
    """

    def __init__(
        self, channels: int, squeezed: int, activation: Callable[[], nn.Module] = nn.ReLU,
        gate: Callable[[], nn.Module] = nn.Sigmoid,
    ):
        super().__init__()
        self.avgpool = nn.AdaptiveAvgPool2d(1)
        self.fc1 = nn.Conv2d(channels, squeezed, 1)
        self.fc2 = nn.Conv2d(squeezed, channels, 1)
        self.activation, self.gate = activation(), gate()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Scale each channel of ``(B, C, H, W)`` by its gate."""
        squeezed = self.activation(self.fc1(self.avgpool(x)))         # (B, squeezed, 1, 1)
        return x * self.gate(self.fc2(squeezed))
