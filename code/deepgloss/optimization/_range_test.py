"""Which learning rates a model can be trained with: the rate rises while it learns."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn
from torch.optim import Optimizer

from .._arguments import real, shown, whole
from ._hyperparameters import memory, positive
from ._restored import restored


@dataclass(frozen=True)
class RangeTest:
    """What a learning-rate range test has measured.

    Attributes:
        rates: the learning rate of each update, rising by a constant factor.
        losses: the loss before the update.
        smoothed: a running mean of the losses, its start corrected.
        diverged: whether the losses ran away before the last rate.
    """

    rates: list[float]
    losses: list[float]
    smoothed: list[float]
    diverged: bool

    @property
    def lowest(self) -> float:
        """The rate at which the smoothed loss was lowest; what trains well lies below, often by a factor of 3 to 10."""
        return self.rates[min(range(len(self.rates)), key=self.smoothed.__getitem__)]

    @property
    def steepest(self) -> float:
        """The rate at which the smoothed loss fell fastest, against the logarithm of the rate, before its lowest point."""
        end = max(self.rates.index(self.lowest), 2)
        falls = [self.smoothed[k + 1] - self.smoothed[k - 1] for k in range(1, min(end, len(self.rates) - 1))]
        return self.rates[1 + min(range(len(falls)), key=falls.__getitem__)] if falls else self.rates[0]


def lr_range_test(model: nn.Module, optimizer: Optimizer, loss: Callable[[], torch.Tensor], lr_min: float = 1e-6,
                  lr_max: float = 10.0, steps: int = 100, smoothing: float = 0.9, stop: float = 4.0) -> RangeTest:
    r"""Train for some updates while the learning rate rises from one number to another, and watch the loss.

    .. math:: \eta_k = \eta_{\min} \Bigl(\frac{\eta_{\max}}{\eta_{\min}}\Bigr)^{k / (n - 1)}

    Where the loss begins to fall, rates are large enough; where it rises, they are too large. Whatever
    the model and the optimizer, both are afterwards as they were before, to the bit. Groups keep the ratios
    of their rates, and the first one's is η. ``DEEPGLOSS_BUDGET`` leaves ``steps`` alone: with more of
    them it would be another test.

    Args:
        model: whose parameters the optimizer holds.
        optimizer: any of ``torch.optim``, or of here.
        loss: computes the loss of the model on the next batch, one number with a gradient.
        lr_min, lr_max: the first and the last rate, 0 < ``lr_min`` < ``lr_max``.
        steps: how many updates, at least 3.
        smoothing: how much of the running mean stays, in [0, 1).
        stop: end when the smoothed loss is above its lowest by more than this times what it has fallen
            from the start, but by no less than this times a tenth of the first loss.

    Returns:
        The rates and losses; a loss that is not finite ends the test and is left out.

    Raises:
        TypeError: an argument is of a wrong kind, or ``loss`` returns no tensor.
        ValueError: it is out of range, or the first loss is no finite number with a gradient.

    Source: Smith (2017), section 3.3; on a logarithmic scale and with a running mean as in the library fastai.
    """
    if not isinstance(model, nn.Module):
        raise TypeError(f"model must be a torch.nn.Module, not {shown(model)}")
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer must be a torch.optim.Optimizer, not {shown(optimizer)}")
    if not callable(loss):
        raise TypeError(f"loss must be a function that computes the loss of a batch, not {shown(loss)}")
    positive("lr_min", lr_min), positive("lr_max", lr_max), memory("smoothing", smoothing)
    if lr_min >= lr_max:
        raise ValueError(f"lr_max must be above lr_min, {lr_min:g}, not {lr_max:g}")
    steps, stop = whole("steps", steps, 3), real("stop", stop, 0)
    ratios = _ratios(optimizer)
    rates, losses, smoothed, mean, diverged = [], [], [], 0.0, False
    with restored(model, optimizer):
        for k in range(steps):
            lr = lr_min * (lr_max / lr_min) ** (k / (steps - 1))
            for group, ratio in zip(optimizer.param_groups, ratios):
                group["lr"] = lr * ratio
            value = _update(optimizer, loss, first=not k)
            if not math.isfinite(value):
                diverged = True
                break
            mean = smoothing * mean + (1 - smoothing) * value
            rates.append(lr), losses.append(value), smoothed.append(mean / (1 - smoothing ** (k + 1)))
            fallen = max(smoothed[0] - min(smoothed), abs(smoothed[0]) / 10)
            if smoothed[-1] > min(smoothed) + stop * fallen:
                diverged = True
                break
    return RangeTest(rates, losses, smoothed, diverged)


def _ratios(optimizer: Optimizer) -> list[float]:
    rates = [float(group["lr"]) for group in optimizer.param_groups]
    return [rate / rates[0] if rates[0] else 1.0 for rate in rates]


def _update(optimizer: Optimizer, loss: Callable[[], torch.Tensor], first: bool) -> float:
    """One update; the loss before it. Methods that evaluate the loss several times return their first one's."""
    def closure() -> torch.Tensor:
        optimizer.zero_grad()
        value = loss()
        if not isinstance(value, torch.Tensor):
            raise TypeError(f"loss must return a tensor, not {shown(value)}")
        if value.numel() != 1 or not value.requires_grad:
            raise ValueError("loss must return one number that has a gradient, not a tensor of shape "
                             f"{tuple(value.shape)}{'' if value.requires_grad else ' without'}")
        if first and not value.isfinite():
            raise ValueError(f"loss must be finite at the start, not {value.item()}")
        value.backward()
        return value

    found = optimizer.step(closure)
    return found.item() if isinstance(found, torch.Tensor) else float(found)
