"""Checks of the exercises in the chapter on loss functions."""

import math
import random
import time

import torch

from ..._device import device, wide
from .. import register
from .._compare import came, near, number


def _tensor(values) -> torch.Tensor:
    return torch.tensor(values, dtype=wide(), device=device())


def _same_shape(got, wanted: torch.Tensor, name: str) -> None:
    assert got is not None, f"{name} returned None: does it end in a return statement?"
    assert isinstance(got, torch.Tensor) and got.shape == wanted.shape, (
        f"{name} should give one loss for each element, a tensor of shape "
        f"{tuple(wanted.shape)}, not {came(got)}"
    )


@register("loss-function-best-constant")
def _(best_constant) -> None:
    cases = [
        ([0, 0, 0, 1, 2, 3, 15], {"squared": 3, "absolute": 1, "zero-one": 0, "largest": 7.5}),
        ([4.0, 1.0, 3.0, 2.0], {"absolute": 2.5, "squared": 2.5, "largest": 2.5}),
        ([5, -1, 5, -1, 2], {"zero-one": -1, "absolute": 2, "squared": 2, "largest": 2}),
        ([7.0], {"squared": 7, "absolute": 7, "zero-one": 7, "largest": 7}),
        ([9, 2, 2, 1], {"absolute": 2, "squared": 3.5, "zero-one": 2, "largest": 5}),
    ]
    advice = {
        "squared": "the mean squared error is smallest at the mean",
        "absolute": "half of the values lie below the best one: sort, and mind even counts",
        "zero-one": "count how often each value occurs; of several winners, the smallest",
        "largest": "only the two outermost values matter, and it lies halfway between them",
    }
    for values, answers in cases:
        for loss, wanted in answers.items():
            got = best_constant(list(values), loss)
            assert got is not None, (
                "best_constant returned None: does it end in a return statement?"
            )
            got = number(got, "best_constant")
            assert abs(got - wanted) < 1e-9, (
                f"best_constant({values}, {loss!r}) gave {got:g}, expected {wanted:g}: "
                f"{advice[loss]}"
            )


@register("loss-function-quantile")
def _(quantile_loss) -> None:
    y, t = _tensor([[0.0], [2.0], [-1.0]]), _tensor([-1.5, 0.0, 2.0, 7.0])
    for tau in (0.5, 0.9, 0.1, 0.75):
        wanted = torch.where(t > y, tau * (t - y), (1 - tau) * (y - t))
        got = quantile_loss(y.clone(), t.clone(), tau)
        _same_shape(got, wanted, "quantile_loss")
        swapped = torch.where(t > y, (1 - tau) * (t - y), tau * (y - t))
        if near(got, swapped) and tau != 0.5:
            hint = "the two sides are swapped: falling short of t costs tau"
        elif near(got, 2 * wanted):
            hint = "twice too much: at tau = ½ it is half the absolute error"
        elif (got < -1e-12).any():
            hint = "a loss is not negative: each side has its own sign"
        else:
            hint = "tau·(t − y) where y falls short, (1 − tau)·(y − t) beyond"
        worst = (got - wanted).abs().argmax()
        assert near(got, wanted), (
            f"with tau = {tau}, y = {y.expand_as(wanted).flatten()[worst].item():g} and t = "
            f"{t.expand_as(wanted).flatten()[worst].item():g} the loss is "
            f"{got.flatten()[worst].item():g}, expected {wanted.flatten()[worst].item():g}: {hint}"
        )


@register("loss-function-poisson")
def _(poisson_loss) -> None:
    y = _tensor([[-2.0], [0.0], [1.5], [3.0]]).requires_grad_()
    t = _tensor([0.0, 1.0, 2.0, 7.0, 40.0])
    wanted = -torch.distributions.Poisson(y.exp()).log_prob(t)
    got = poisson_loss(y, t)
    _same_shape(got, wanted, "poisson_loss")
    without = wanted - torch.lgamma(t + 1)
    if near(got, -wanted):
        hint = "that is the log-likelihood: the sign is the wrong way round"
    elif near(got, without):
        hint = "the full likelihood is asked for, ln t! included"
    elif near(got, y - t * y.clamp(min=1e-9).log() + torch.lgamma(t + 1)):
        hint = "y is the logarithm of the rate, not the rate"
    elif near(got, y.exp() - t * y + torch.lgamma(t)):
        hint = "ln t! is lgamma(t + 1)"
    else:
        hint = "−ln p = λ − t ln λ + ln t!, with λ = exp(y)"
    worst = (got - wanted).abs().nan_to_num(nan=math.inf).argmax()
    assert near(got, wanted), (
        f"at y = {y.expand_as(wanted).flatten()[worst].item():g}, t = "
        f"{t.expand_as(wanted).flatten()[worst].item():g} the loss is "
        f"{got.flatten()[worst].item():g}, expected {wanted.flatten()[worst].item():g}: {hint}"
    )
    extreme = torch.tensor([-60.0, 60.0], device=device(), requires_grad=True)
    zero = torch.zeros_like(extreme)
    loss = poisson_loss(extreme, zero + torch.tensor([3.0, 0.0], device=device()))
    (slope,) = torch.autograd.grad(loss.sum(), extreme)
    assert loss.isfinite().all() and slope.isfinite().all(), (
        f"y = ±60 in float32 gave the losses {loss.tolist()} and slopes {slope.tolist()}: "
        "ln λ need not be computed, it is y"
    )
    assert near(slope[0], slope.new_tensor(-3.0)), (
        f"at y = −60, t = 3 the slope is {slope[0].item():g}, expected −3: prediction minus truth"
    )


@register("loss-function-threshold")
def _(fewest_errors) -> None:
    cases = [
        ([1.0, 2.0, 3.0, 4.0], [0, 0, 1, 1], 0, "a threshold between 2 and 3 is always right"),
        ([1.0, 2.0, 3.0, 4.0], [1, 1, 0, 0], 2, "yes means above: the sides cannot be swapped"),
        ([1.0, 2.0], [1, 1], 0, "a threshold below all scores says yes to everything"),
        ([1.0, 2.0], [0, 0], 0, "a threshold above all scores says no to everything"),
        ([4.0, 1.0, 3.0, 2.0], [1, 0, 1, 0], 0, "the scores need not be sorted"),
        ([2.0, 2.0, 2.0], [0, 1, 1], 1, "equal scores all fall on the same side"),
        ([5.0], [1], 0, "one example can always be right"),
    ]
    draws = random.Random(5)
    for size in (7, 13, 29):
        scores = [float(draws.randint(0, 6)) for _ in range(size)]
        labels = [draws.randint(0, 1) for _ in range(size)]
        wanted = min(sum((s > cut) != bool(y) for s, y in zip(scores, labels))
                     for cut in [-1.0, *scores])
        cases.append((scores, labels, wanted, "equal scores all fall on the same side"))
    for scores, labels, wanted, hint in cases:
        got = fewest_errors(_tensor(scores), torch.tensor(labels, device=device()))
        assert got is not None, "fewest_errors returned None: does it end in a return statement?"
        assert int(got) == wanted, (
            f"scores {scores} with labels {labels} gave {int(got)}, expected {wanted}: {hint}"
        )
    many = torch.rand(100_000, generator=torch.Generator().manual_seed(0))
    yes = (torch.rand(100_000, generator=torch.Generator().manual_seed(1)) < many).long()
    start = time.perf_counter()
    fewest_errors(many[:4000].to(device()), yes[:4000].to(device()))
    seconds = time.perf_counter() - start
    assert seconds < 5, (
        f"4,000 examples took {seconds:.1f} s: sort once instead of counting for each threshold"
    )
    fewest_errors(many.to(device()), yes.to(device()))
