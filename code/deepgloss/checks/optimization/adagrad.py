"""Checks of the exercises in optimization/adagrad."""

import math

import torch

from .. import register
from ..._device import device, wide
from .._compare import draws, near, number, several, tensor
from ._optimizer import check_optimizer_class, driven, start


@register("adagrad-rates")
def _(effective_rates) -> None:
    for steps, size, lr in ((1, 3, 0.5), (7, 2, 0.1), (5, 4, 1.0)):
        gradients = draws(steps, size, seed=steps)
        gradients[: steps // 2, 0] = 0                      # the first weight has to wait
        got = tensor(effective_rates(gradients.clone(), lr), "the rates")
        assert got.shape == gradients.shape, (
            f"for {steps} gradients of {size} weights the rates must have shape {tuple(gradients.shape)}, not "
            f"{tuple(got.shape)}: one row for each step")
        sums, rows, late = torch.zeros_like(gradients[0]), [], []
        for g in gradients:
            late.append(lr / sums.sqrt())
            sums = sums + g * g
            rows.append(lr / sums.sqrt())
        wanted = torch.stack(rows)
        if not near(got, wanted):
            count = torch.arange(1, steps + 1, device=wanted.device)[:, None]
            advice = ("h includes the gradient of its own step" if near(got, torch.stack(late)) else
                      "divide by the root of h" if near(got, wanted**2 / lr) else
                      "h is a sum, not a mean" if near(got, wanted * count.sqrt()) else
                      "these are steps: leave out the gradient" if near(got, wanted * gradients) else
                      "η / √h, with h the sum of the squares so far, and infinite where h is 0")
            raise AssertionError(f"the effective rates are off: {advice}")


@register("adagrad-travel")
def _(updates_for) -> None:
    for distance, lr in ((0.5, 1.0), (1.0, 1.0), (1.5, 1.0), (3.0, 0.5), (1.0, 0.1), (2.5, 0.03)):
        got = updates_for(distance, lr)
        count, covered = 0, 0.0
        while covered < distance:
            count += 1
            covered += lr / math.sqrt(count)
        value = number(got, "the number of updates")
        assert value == int(value), f"the number of updates must be whole, not {value:g}"
        advice = ("that is gradient descent, whose steps do not shrink" if count != value == math.ceil(distance / lr) else
                  "step t has the length lr / √t; add them up until the distance is reached")
        assert value == count, f"to cover {distance:g} with lr = {lr:g} takes {count} updates, not {value:g}: {advice}"


@register("adagrad-hindsight")
def _(hindsight) -> None:
    for steps, size, D in ((1, 2, 1.0), (9, 3, 2.0), (30, 5, 0.5)):
        gradients = draws(steps, size, seed=steps)
        parts = several(hindsight(gradients.clone(), D), 3, "return the best rates, their bounds and AdaGrad's bounds")
        rate, bound, ours = (tensor(part, what) for part, what in zip(parts, ("the rates", "the bounds", "AdaGrad's bounds")))
        root = (gradients * gradients).sum(0).sqrt()
        for got, wanted, what, advice in (
                (rate, D / root, "best fixed rate", "D over the root of the sum of its squared gradients, for each weight"),
                (bound, D * root, "bound of the best fixed rate", "D²/(2η) + η/2 · Σg² at η = D/√Σg²"),
                (ours, math.sqrt(2) * D * root, "bound of AdaGrad", "√2 · D · √h, with the sum at the end")):
            assert got.shape == wanted.shape, (
                f"the {what} must have shape {tuple(wanted.shape)}, one for each weight, not {tuple(got.shape)}")
            assert near(got, wanted), f"for D = {D:g} the {what} is off: {advice}"


@register("adagrad-optimizer")
def _(AdaGrad) -> None:
    check_optimizer_class(AdaGrad, "AdaGrad")
    w = inside = mean = start()
    h = torch.zeros_like(w)
    for step, lr, g, weight, state in driven(AdaGrad, eps=0.25):
        h = h + g * g
        w = w - lr * g / (h.sqrt() + 0.25)
        inside = inside - lr * g / (h + 0.25).sqrt()
        mean = mean - lr * g / ((h / (step + 1)).sqrt() + 0.25)
        if not near(weight, w):
            advice = ("ε stands beside the root, not inside it" if near(weight, inside) else
                      "h is a sum, not a mean" if near(weight, mean) else
                      "h ← h + g², then p ← p − lr · g / (√h + ε), with lr from self.param_groups at this step")
            raise AssertionError(f"after step {step + 1} with lr = {lr} the weights are off: {advice}")
        kept = state.get("h")
        assert isinstance(kept, torch.Tensor) and near(kept.to(h), h), (
            'after each step self.state[p]["h"] must hold the sum of squared gradients')
    pair = [torch.nn.Parameter(torch.zeros(1, device=device(), dtype=wide())) for _ in range(2)]
    groups = AdaGrad([{"params": pair[:1]}, {"params": pair[1:], "lr": 2.0, "eps": 1.0}], lr=0.5, eps=0.25)
    for part in pair:
        part.grad = torch.ones_like(part)
    groups.step()
    for part, wanted in zip(pair, (-0.5 / 1.25, -2.0 / 2.0)):
        assert near(part.detach(), torch.full_like(part, wanted)), (
            "with two parameter groups the weights are off: go through all of self.param_groups, and take each group's "
            "own lr and eps")
    plain = AdaGrad([torch.nn.Parameter(torch.zeros(1, device=device(), dtype=wide()))])
    plain.param_groups[0]["params"][0].grad = torch.full((1,), 1e-10, device=device(), dtype=wide())
    plain.step()
    moved = plain.param_groups[0]["params"][0].detach()
    assert near(moved, torch.full_like(moved, -0.005), rtol=1e-3), "lr is 0.01 and eps 1e-10 unless given"
