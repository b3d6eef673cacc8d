"""Checks of the exercises in the chapter on cross-entropy."""

import math

import torch

from ..._device import device, precise, wide
from .. import register
from .._compare import near


def _logits(*shape: int, seed: int = 0) -> torch.Tensor:
    draws = torch.Generator().manual_seed(seed)
    return 2 * torch.randn(shape, generator=draws, dtype=wide()).to(device())


def _number(value, name: str) -> float:
    assert value is not None, f"{name} returned None: does it end in a return statement?"
    assert isinstance(value, (int, float)) or getattr(value, "numel", lambda: 0)() == 1, (
        f"{name} should return a number, not {value!r}"
    )
    return float(value)


@register("cross-entropy-floor")
def _(smallest_loss) -> None:
    cases = [(10, 0.1), (2, 0.5), (3, 0.0), (7, 1.0), (1, 0.3), (1000, 0.01)]
    for classes, smoothing in cases:
        try:
            got = _number(smallest_loss(classes, smoothing), "smallest_loss")
        except (ValueError, ZeroDivisionError) as error:
            raise AssertionError(
                f"smallest_loss({classes}, {smoothing}) raised {error}: 0·ln 0 counts as 0"
            ) from None
        rest = smoothing / classes
        true = 1 - smoothing + rest
        wanted = -sum(p * math.log(p) for p in [true] + [rest] * (classes - 1) if p > 0)
        others = smoothing / max(classes - 1, 1)
        shared = [1 - smoothing] + [others] * (classes - 1)
        if abs(got - wanted / math.log(2)) < 1e-9 < wanted:
            hint = "that is in bits, nats are asked for"
        elif classes > 1 and abs(got + sum(p * math.log(p) for p in shared if p > 0)) < 1e-9:
            hint = "PyTorch spreads the smoothing over all classes, the true one included"
        elif got > 0 and abs(got + true * math.log(true)) < 1e-9:
            hint = "the other classes have a share of the target, too"
        elif abs(got) < 1e-9:
            hint = "which prediction is best, and what does it cost?"
        else:
            hint = "the best prediction is the smoothed target itself; its loss is an entropy"
        assert abs(got - wanted) < 1e-9, (
            f"smallest_loss({classes}, {smoothing}) gave {got:.6g}, expected {wanted:.6g}: {hint}"
        )


@register("cross-entropy-weighted")
def _(weighted_gradient) -> None:
    for n, classes, weight in [
        (5, 3, [1.0, 1.0, 1.0]), (7, 3, [0.2, 1.0, 3.0]), (2, 5, [0.0, 1.0, 2.0, 0.5, 4.0]),
    ]:
        x = _logits(n, classes).requires_grad_()
        target = _logits(n, classes, seed=1).softmax(1)
        target[0] = torch.eye(classes, dtype=wide())[1]
        w = torch.tensor(weight, dtype=wide(), device=device())
        loss = -(w * target * torch.log_softmax(x, 1)).sum()
        (wanted,) = torch.autograd.grad(loss, x)
        got = weighted_gradient(x.detach().clone(), target.clone(), w.clone())
        assert got is not None, "weighted_gradient returned None: does it end in a return statement?"
        assert isinstance(got, torch.Tensor) and got.shape == wanted.shape, (
            f"logits of shape {tuple(x.shape)} should give a gradient of the same shape, not "
            f"{tuple(got.shape) if isinstance(got, torch.Tensor) else got!r}"
        )
        p = x.detach().softmax(1)
        if near(got.to(p), w * (p - target)):
            hint = "w·(p − t) would be right if each logit moved its own probability alone"
        elif near(got.to(p), p - w * target):
            hint = "a row of the gradient must add up to 0: what does p have to be multiplied by?"
        elif near(got.to(p), p - target):
            hint = "the weights are missing"
        elif near(got.to(p), wanted / n):
            hint = "the gradient of each row's own loss is asked for, not of their mean"
        elif near(got.to(p), -wanted):
            hint = "the sign is the wrong way round"
        else:
            hint = "start from ℓ = Σ wₖtₖ·(ln Σ exp(x) − xₖ)"
        assert near(got.to(p), wanted, atol=1e-6), (
            f"with weights {weight} the gradient is off by up to "
            f"{(got.to(p) - wanted).abs().max().item():.3g}: {hint}"
        )
    huge = torch.tensor([[1e4, -1e4, 0.0]], dtype=wide(), device=device())
    got = weighted_gradient(huge, torch.full_like(huge, 1 / 3), torch.ones_like(huge[0]))
    assert torch.isfinite(got).all(), "logits of ±10,000 should give a finite gradient"


@register("cross-entropy-parts")
def _(whole_mean) -> None:
    nan = math.nan
    weight = torch.tensor([1.0, 3.0, 0.5, 2.0], dtype=wide(), device=device())
    even = torch.ones_like(weight)

    def part(*labels):
        return torch.tensor(labels, device=device())

    cases = [
        ([1.0, 3.0], [part(0, 1), part(2, 3)], even, -100, 2.0, "parts of equal weight"),
        ([1.0, 5.0], [part(0, 1, 2), part(3)], even, -100, 2.0,
         "the first part has three labels, the second one"),
        ([1.0, 5.0], [part(0, 1, 2), part(3, -100, -100)], even, -100, 2.0,
         "ignored labels do not count"),
        ([1.0, 5.0], [part(0, 0), part(1, 1)], weight, -100, 4.0,
         "PyTorch's mean divides by the sum of the labels' class weights"),
        ([2.0, nan], [part(1, 1), part(-100, -100)], weight, -100, 2.0,
         "a part of ignored labels alone has the mean NaN and no weight"),
        ([1.0, 5.0], [part(0, 0, 1), part(1, 1, 0)], weight, 0, 11 / 3,
         "ignore_index may be a class: its labels do not count then"),
        ([1.0, 4.0], [part(0, 1).view(2, 1), part(2, 3, 3, 3).view(2, 2)], weight, -100,
         (4 + 6.5 * 4) / 10.5, "labels may have any shape"),
    ]
    for means, labels, weights, ignore_index, wanted, hint in cases:
        got = whole_mean(list(means), [p.clone() for p in labels], weights.clone(), ignore_index)
        got = _number(got, "whole_mean")
        assert abs(got - wanted) < 1e-6, (
            f"means {means} of labels {[p.tolist() for p in labels]} with weights "
            f"{weights.tolist()} and ignore_index {ignore_index} gave {got:.6g}, expected "
            f"{wanted:.6g}: {hint}"
        )
    try:
        got = _number(whole_mean([nan], [part(-100)], weight), "whole_mean")
    except ZeroDivisionError:
        raise AssertionError("if all labels are ignored the answer is NaN, not an error") from None
    assert math.isnan(got), f"if all labels are ignored the answer is NaN, not {got}"


@register("cross-entropy-temperature")
def _(temperature) -> None:
    x = _logits(200, 5, seed=2).to(precise())
    draws = torch.Generator().manual_seed(3)
    honest = torch.multinomial(x.softmax(1).cpu(), 1, generator=draws)[:, 0].to(precise())
    for scale, kind in [(1.0, torch.float64), (3.0, torch.float64), (0.2, torch.float64),
                        (40.0, torch.float64), (0.01, torch.float64), (1.0, torch.float32)]:
        logits = (x * scale).to(kind)
        got = _number(temperature(logits.clone(), honest.clone()), "temperature")
        assert got > 0, f"a temperature is positive, not {got}"
        best = _best_temperature(logits, honest)
        if abs(got * best - 1) < 1e-3 and abs(best - 1) > 0.01:
            hint = "that is β = 1/T, and T is asked for"
        elif best < 1 <= got:
            hint = "a network may be too timid, too: T can be below 1"
        elif best > 20 > got or best < 0.05 < got:
            hint = "search the whole range from 0.001 to 1000"
        else:
            hint = "the slope for β is the mean of Σ pₖxₖ − x_y; a fine grid is too coarse"
        assert abs(got / best - 1) < 2e-4, (
            f"for logits of standard deviation {logits.std().item():.3g} the answer was "
            f"{got:.6g}, expected {best:.6g}: {hint}"
        )


def _best_temperature(logits: torch.Tensor, labels: torch.Tensor) -> float:
    """Bisection on ln(1/T): the slope of the loss rises with it."""
    x = logits.double()
    picked = x.gather(1, labels[:, None])[:, 0]
    low, high = math.log(1e-4), math.log(1e4)
    for _ in range(100):
        middle = (low + high) / 2
        p = torch.softmax(x * math.exp(middle), 1)
        if ((p * x).sum(1) - picked).mean() > 0:
            high = middle
        else:
            low = middle
    return math.exp(-middle)
