"""Checks of the exercises in optimization/momentum."""

import math

import torch

from .. import register
from ..._device import device, wide
from .._compare import draws, near, number, several, tensor
from ._optimizer import check_optimizer_class, driven, start


@register("momentum-velocities")
def _(velocities) -> None:
    for steps, size, lr, beta in ((1, 3, 0.1, 0.9), (7, 2, 0.5, 0.5), (5, 3, 0.25, 0.0)):
        gradients = draws(steps, size, seed=steps)
        got = tensor(velocities(gradients.clone(), lr, beta), "the velocities")
        v, wanted, averaged = torch.zeros_like(gradients[0]), [], []
        for g in gradients:
            v = beta * v - lr * g
            wanted.append(v)
            averaged.append((1 - beta) * v)
        wanted = torch.stack(wanted)
        assert got.shape == wanted.shape, (
            f"for {steps} gradients of {size} weights the velocities must have shape {tuple(wanted.shape)}, not "
            f"{tuple(got.shape)}: one row after each gradient, and none for the start")
        if not near(got, wanted):
            advice = ("the sign is turned: v carries the minus already" if near(got, -wanted) else
                      "these are means: new gradients enter with lr, not with (1 − β) lr"
                      if near(got, torch.stack(averaged)) else "v ← βv − lr · g, each from the v before, starting at 0")
            raise AssertionError(f"for lr = {lr}, β = {beta} the velocities are off: {advice}")


@register("momentum-settings")
def _(settings) -> None:
    for low, high in ((1.0, 9.0), (0.5, 50.0), (2.0, 2.0), (1e-3, 10.0)):
        parts = several(settings(low, high), 3, "return the learning rate, β, and the factor per step")
        lr, beta, factor = (number(part, what) for part, what in zip(parts, ("the learning rate", "β", "the factor")))
        root = math.sqrt(high / low)
        rho, case = (root - 1) / (root + 1), f"for curvatures from {low:g} to {high:g}"
        assert math.isclose(factor, rho, rel_tol=1e-5, abs_tol=1e-9), (
            f"{case} the factor is {factor:g}, expected {rho:g}: (√κ − 1)/(√κ + 1) with κ = high / low")
        assert math.isclose(beta, rho**2, rel_tol=1e-5, abs_tol=1e-9), (
            f"{case} β is {beta:g}, expected {rho**2:g}: the factor per step is the root of β")
        wanted = 4 / (math.sqrt(low) + math.sqrt(high)) ** 2
        assert math.isclose(lr, wanted, rel_tol=1e-5), (
            f"{case} the learning rate is {lr:g}, expected {wanted:g}: (2 / (√low + √high))²")


@register("momentum-factor")
def _(long_run_factor) -> None:
    for lr, beta, curvature in ((0.1, 0.9, 1.0), (0.1, 0.25, 1.0), (1.0, 0.25, 0.25), (0.5, 0.0, 1.0), (2.5, 0.1, 1.0),
                                (3.9, 0.9, 1.0), (0.1, 0.5, 0.0)):
        got = number(long_run_factor(lr, beta, curvature), "the factor")
        roots = torch.linalg.eigvals(torch.tensor([[1 + beta - lr * curvature, -beta], [1.0, 0.0]], dtype=torch.float64))
        wanted = roots.abs().max().item()
        assert math.isclose(got, wanted, rel_tol=1e-5, abs_tol=1e-7), (
            f"for η = {lr}, β = {beta}, λ = {curvature} the factor is {got:g}, expected {wanted:g}: complex roots have the "
            "absolute value √β; of two real ones take the larger absolute value, also when both are negative")


@register("momentum-optimizer")
def _(HeavyBall) -> None:
    check_optimizer_class(HeavyBall, "HeavyBall")
    w = torch_w = start()
    v = torch_v = torch.zeros_like(w)
    for step, lr, g, weight, state in driven(HeavyBall, beta=0.8):
        v = 0.8 * v - lr * g
        w = w + v
        torch_v = 0.8 * torch_v + g
        torch_w = torch_w - lr * torch_v
        kept = state.get("v") if step == 0 else None
        assert step or isinstance(kept, torch.Tensor) and near(kept.to(v), v), (
            "after the first step self.state[p][\"v\"] must hold the velocity, −lr · g")
        if not near(weight, w):
            advice = ("this is PyTorch's form: here the learning rate enters the velocity, so that a lower one "
                      "acts on new gradients alone" if near(weight, torch_w) else
                      "v ← βv − lr · g, p ← p + v, with lr from self.param_groups at this step")
            raise AssertionError(f"after step {step + 1} with lr = {lr} the weights are off: {advice}")
    assert HeavyBall([torch.nn.Parameter(torch.zeros(2, device=device(), dtype=wide()))], lr=1.0).param_groups[0].get(
        "beta", 0.9) == 0.9, "beta is 0.9 unless given"
