"""The perceptron: a weighted sum, a threshold, and a rule that learns from mistakes."""

import torch
from torch import nn

from .._arguments import floats, numbers, readable, real, same_type, shown, whole
from .._precision import autocast_type, widened


def perceptron_step(x: torch.Tensor, target: torch.Tensor, weight: torch.Tensor, bias: torch.Tensor,
                    lr: float = 1.0) -> tuple[torch.Tensor, torch.Tensor]:
    r"""Weights and bias after one example, by the perceptron learning rule.

    .. math::
        y = [w \cdot x + b > 0], \qquad w \leftarrow w + \eta\,(t - y)\,x, \qquad b \leftarrow b + \eta\,(t - y)

    Nothing changes where the output is right.

    Args:
        x: one example, (inputs,).
        target: t, the output wanted of each unit, 0 or 1, (units,).
        weight: (units, inputs).
        bias: (units,).
        lr: η, above 0. From zero weights it only scales them.

    Returns:
        The new weight and bias.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: the shapes do not fit, or ``lr`` is not above 0.

    Source: Rosenblatt (1958); in this form with targets, Minsky and Papert (1969), chapter 11.
    """
    if floats("weight", weight).ndim != 2:
        raise ValueError(f"weight must have shape (units, inputs), not {tuple(weight.shape)}")
    units, inputs = weight.shape
    for name, value, size in (("x", x, inputs), ("target", target, units), ("bias", bias, units)):
        if floats(name, value).shape != (size,):
            raise ValueError(f"{name} must have shape {(size,)}, not {tuple(value.shape)}")
    same_type(weight=weight, x=x, target=target, bias=bias)
    change = _rate(lr) * (target - (weight @ x + bias > 0).to(target.dtype))    # (units,)
    return weight + torch.outer(change, x), bias + change


class Perceptron(nn.Module):
    """One or several threshold units, each with weights of its own, that start at zero.

    Args:
        in_features: numbers in an example.
        units: how many units; their rules do not depend on each other.

    Attributes:
        weight: (units, in_features), a buffer: the step has no useful gradient.
        bias: (units,), a buffer.

    Raises:
        TypeError: a size is no integer.
        ValueError: it is below 1.

    Source: Rosenblatt (1958).
    """

    def __init__(self, in_features: int, units: int = 1) -> None:
        super().__init__()
        in_features, units = whole("in_features", in_features), whole("units", units)
        self.register_buffer("weight", torch.zeros(units, in_features))
        self.register_buffer("bias", torch.zeros(units))

    def scores(self, x: torch.Tensor) -> torch.Tensor:
        """Weighted sums (…, units) of inputs (…, in_features): above 0 on one side of the plane.

        Raises:
            TypeError: ``x`` is no tensor of floating-point numbers, or of another type than the weights.
            ValueError: its last axis is not ``in_features`` long.
        """
        if not floats("x", x).ndim or x.shape[-1] != self.weight.shape[1]:
            raise ValueError(f"x must end in an axis of {self.weight.shape[1]}, not have shape {tuple(x.shape)}")
        if autocast_type(x.device) is None:
            same_type(weight=self.weight, x=x)
        return nn.functional.linear(x, self.weight, self.bias)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Outputs 0 or 1, (…, units), of the input's type."""
        return (self.scores(x) > 0).to(x.dtype)

    def learn(self, x: torch.Tensor, targets: torch.Tensor, *, epochs: int = 1, lr: float = 1.0,
              generator: torch.Generator | None = None) -> torch.Tensor:
        """Go through the examples one by one, several times, and follow :func:`perceptron_step`.

        Ends early after a pass without a mistake: the weights would never change again.

        Args:
            x: examples, (N, in_features).
            targets: 0 or 1, (N, units); of integers, Boolean or floating-point numbers.
            epochs: passes over the examples at most.
            lr: learning rate, above 0.
            generator: shuffles the examples before each pass; without it they come in order.

        Returns:
            The mistakes of each unit in each pass, ``int64``, (passes, units), on the CPU.

        Raises:
            TypeError: ``x`` is no tensor of floating-point numbers, ``targets`` no tensor of real numbers,
                ``epochs`` no integer, or ``generator`` no generator.
            ValueError: the shapes do not fit, ``x`` is not finite, a target is neither 0 nor 1, or ``lr``
                is not above 0.
        """
        if floats("x", x).ndim != 2 or x.shape[1] != self.weight.shape[1]:
            raise ValueError(f"x must have shape (N, {self.weight.shape[1]}), not {tuple(x.shape)}")
        if getattr(targets, "dtype", None) != torch.bool:
            numbers("targets", targets)
        if targets.shape != (len(x), len(self.bias)):
            raise ValueError(f"targets must have shape {(len(x), len(self.bias))}, not {tuple(targets.shape)}")
        if not readable(x, targets) or not x.isfinite().all():
            raise ValueError("x and targets must hold finite numbers: there is nothing to learn from others")
        if not ((targets == 0) | (targets == 1)).all():
            raise ValueError("targets must be 0 or 1")
        if generator is not None and not isinstance(generator, torch.Generator):
            raise TypeError(f"generator must be a torch.Generator or None, not {shown(generator)}")
        epochs, lr = whole("epochs", epochs, 0), _rate(lr)
        # One small product after the other: a GPU would only wait, and the CPU gives the same on every machine.
        # Weights are running sums, for which half a precision is too little.
        inputs = widened(x.detach()).cpu()
        wanted = targets.detach().to("cpu", inputs.dtype)
        weight, bias = (part.to("cpu", inputs.dtype) for part in (self.weight, self.bias))
        passes = []
        for _ in range(epochs):
            order = range(len(inputs)) if generator is None else torch.randperm(len(inputs), generator=generator).tolist()
            mistakes = torch.zeros(len(bias), dtype=torch.int64)
            for n in order:
                change = wanted[n] - (torch.mv(weight, inputs[n]) + bias > 0).to(bias.dtype)
                if change.any():
                    mistakes += change != 0
                    weight = weight.addr(change, inputs[n], alpha=lr)
                    bias = bias.add(change, alpha=lr)
            passes.append(mistakes)
            if not mistakes.any():
                break
        self.weight.copy_(weight)
        self.bias.copy_(bias)
        return torch.stack(passes) if passes else torch.zeros(0, len(bias), dtype=torch.int64)

    def extra_repr(self) -> str:
        return f"{self.weight.shape[1]}, units={len(self.bias)}"


def _rate(lr: float) -> float:
    rate = real("lr", lr)
    if rate <= 0:
        raise ValueError(f"lr must be above 0, not {rate:g}")
    return rate
