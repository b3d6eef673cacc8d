"""Multilayer perceptrons of one shape, trained side by side: a grid of learning rates times several seeds."""

import math
from collections.abc import Iterable, Sequence

import torch
from torch import nn
from torch.nn import functional as F

from .._arguments import choice, floats, generator, integers, numbers, real, whole, whole_seed
from .._budget import budget
from .._device import device


class MLPStack(nn.Module):
    """One network for each pair of a learning rate and a seed, with ReLU between its linear layers.

    Networks of one seed start from the same weights. They share nothing else, and each ends where it would
    end if it were trained alone; together they take far less time. Weights are drawn with variance 2 / fan-in,
    biases uniformly within ±1 / √fan-in.

    Args:
        sizes: units of each layer, from the inputs to the outputs: ``[64, 10]`` has no hidden layer.
        rates: learning rates, each above 0.
        seeds: of the first weights; ``DEEPGLOSS_SHIFT`` is added to each.

    Raises:
        TypeError: a size or a seed is no integer, a rate no number.
        ValueError: fewer than two sizes, a size below 1, a rate of 0 or below, or no rate or seed.

    Source: He et al. (2015), equation 10, for the weights.
    """

    def __init__(self, sizes: Sequence[int], *, rates: Sequence[float], seeds: Sequence[int] = (0, 1, 2)) -> None:
        super().__init__()
        for name, values in (("sizes", sizes), ("rates", rates), ("seeds", seeds)):
            if not isinstance(values, Iterable):
                raise TypeError(f"{name} must be a sequence of numbers, not {values!r}")
        self.sizes = [whole(f"sizes[{k}]", size) for k, size in enumerate(sizes)]
        self.rates = [real(f"rates[{k}]", rate, 0) for k, rate in enumerate(rates)]
        seeds = [whole_seed(seed) for seed in seeds]
        if len(self.sizes) < 2 or not self.rates or not seeds or not all(self.rates):
            raise ValueError("two sizes at least, one seed, and rates above 0 are wanted, not "
                             f"sizes {self.sizes}, rates {self.rates}, {len(seeds)} seeds")
        self.seeds = len(seeds)
        self.weights, self.biases = nn.ParameterList(), nn.ParameterList()
        streams = [generator(seed) for seed in seeds]
        for before, after in zip(self.sizes, self.sizes[1:]):
            weight = torch.stack([torch.randn(before, after, generator=draws) for draws in streams])
            bias = torch.stack([torch.rand(1, after, generator=draws) for draws in streams])
            for parameters, drawn in ((self.weights, weight * math.sqrt(2 / before)),
                                      (self.biases, (2 * bias - 1) / math.sqrt(before))):
                parameters.append(nn.Parameter(drawn.repeat(len(self.rates), 1, 1).to(device())))

    @property
    def parameters_each(self) -> int:
        """Parameters of one network."""
        return sum(before * after + after for before, after in zip(self.sizes, self.sizes[1:]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Outputs (rates, seeds, N, out) for inputs (N, in), or (seeds, N, in) where each seed has its own."""
        if floats("x", x).ndim not in (2, 3) or x.shape[-1] != self.sizes[0] or x.ndim == 3 and len(x) != self.seeds:
            raise ValueError(f"x must have shape (N, {self.sizes[0]}) or ({self.seeds}, N, {self.sizes[0]}), "
                             f"not {tuple(x.shape)}")
        if x.dtype != self.weights[0].dtype:
            raise TypeError(f"x must be of the weights' type, {self.weights[0].dtype}, not {x.dtype}")
        count = len(self.rates) * self.seeds
        hidden = x.repeat(len(self.rates), 1, 1) if x.ndim == 3 else x.expand(count, *x.shape)
        for k, (weight, bias) in enumerate(zip(self.weights, self.biases)):
            hidden = torch.baddbmm(bias, hidden.relu() if k else hidden, weight)
        return hidden.unflatten(0, (len(self.rates), self.seeds))

    def fit(self, x: torch.Tensor, y: torch.Tensor, steps: int, *, batch_size: int | None = None,
            loss: str = "cross-entropy", seed: int = 0) -> None:
        """Train by Adam, with a learning rate that falls to 0 along half a cosine.

        Args:
            x: inputs, as for the call.
            y: classes or targets, (N), or (seeds, N) where ``x`` has seeds, too.
            steps: updates; ``DEEPGLOSS_BUDGET`` multiplies them.
            batch_size: examples of an update, drawn with replacement, the same for all; None takes all.
            loss: ``"cross-entropy"`` or ``"squared"``, the mean squared error of a single output.
            seed: of the batches.

        Raises:
            TypeError: ``x`` is of another type than the weights, classes are no integers, targets no
                floating-point numbers.
            ValueError: a shape does not fit, there are no examples, a class is none of the outputs, ``loss`` is
                neither, or the mean squared error is asked of networks with several outputs.
        """
        self._fitting(x, y, loss)
        steps, draws = budget(whole("steps", steps)), generator(whole_seed(seed), 1)
        batch_size = None if batch_size is None else whole("batch_size", batch_size)
        rates = torch.tensor(self.rates).repeat_interleave(self.seeds)[:, None, None].to(x.device)
        parameters = list(self.parameters())
        means = [torch.zeros_like(p) for p in parameters]
        squares = [torch.zeros_like(p) for p in parameters]
        for step in range(steps):
            part = slice(None)
            if batch_size is not None:
                part = torch.randint(y.shape[-1], (batch_size,), generator=draws).to(x.device)
            total = _losses(self(x[..., part, :]), y[..., part], loss).sum()
            fraction = 0.5 * (1 + math.cos(math.pi * step / steps))
            first, second = 1 - 0.9 ** (step + 1), 1 - 0.999 ** (step + 1)
            gradients = torch.autograd.grad(total, parameters)
            with torch.no_grad():
                for p, gradient, mean, square in zip(parameters, gradients, means, squares):
                    mean.lerp_(gradient, 0.1)
                    square.mul_(0.999).addcmul_(gradient, gradient, value=0.001)
                    p -= rates * fraction * (mean / first) / ((square / second).sqrt() + 1e-8)

    def losses(self, x: torch.Tensor, y: torch.Tensor, loss: str = "cross-entropy") -> torch.Tensor:
        """The mean loss of each network, (rates, seeds)."""
        self._fitting(x, y, loss)
        with torch.no_grad():
            return _losses(self(x), y, loss)

    def accuracy(self, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        """The share of examples whose largest output is that of their class, (rates, seeds)."""
        self._fitting(x, y, "cross-entropy")
        with torch.no_grad():
            return (self(x).argmax(-1) == y).float().mean(-1)

    def _fitting(self, x: torch.Tensor, y: torch.Tensor, loss: str) -> None:
        """Refuse targets that do not fit the inputs, or the loss."""
        choice("loss", loss, ("cross-entropy", "squared"))
        if numbers("y", y).shape != floats("x", x).shape[:-1]:
            raise ValueError(f"y must have shape {tuple(x.shape[:-1])}, not {tuple(y.shape)}")
        if not y.numel():
            raise ValueError("there must be at least one example, not 0")
        if loss == "squared":
            floats("y", y)
            if self.sizes[-1] != 1:
                raise ValueError(f"the mean squared error is that of a single output, not of {self.sizes[-1]}")
        elif not ((integers("y", y) >= 0) & (y < self.sizes[-1])).all():
            raise ValueError(f"the classes in y must be 0..{self.sizes[-1] - 1}, not {y.min()}..{y.max()}")


def _losses(outputs: torch.Tensor, y: torch.Tensor, loss: str) -> torch.Tensor:
    if loss == "squared":
        return (outputs[..., 0] - y).square().mean(-1)
    y = y.long().expand(outputs.shape[:-1])
    return F.cross_entropy(outputs.movedim(-1, 1), y, reduction="none").mean(-1)
