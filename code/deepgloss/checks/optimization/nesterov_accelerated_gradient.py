"""Checks of the exercises in optimization/nesterov-accelerated-gradient."""

import math

import torch

from .. import register
from ..._device import device, wide
from .._compare import draws, near, number, several, tensor


def _counted(curvatures, calls: list):
    """The gradient of a quadratic, which notes each point that it is asked for."""
    def gradient(w):
        calls.append(w)
        return curvatures * w

    return gradient


def _walk(curvatures, w, lr, beta, steps, look=1.0, sign=1.0):
    v, places = torch.zeros_like(w), [w]
    for _ in range(steps):
        v = beta * v - lr * curvatures * (w + look * beta * v)
        w = w + sign * v
        places.append(w)
    return torch.stack(places)


@register("nesterov-accelerated-gradient-path")
def _(nesterov_path) -> None:
    for size, lr, beta, steps in ((3, 0.2, 0.9, 7), (2, 0.1, 0.5, 5), (5, 0.3, 0.0, 3), (2, 0.1, 0.9, 0)):
        start, curvatures, calls = draws(size, seed=size), draws(size, seed=7).abs() + 0.5, []
        given = start.clone()
        got = tensor(nesterov_path(_counted(curvatures, calls), given, lr, beta, steps), "the weights")
        wanted = _walk(curvatures, start, lr, beta, steps)
        assert torch.equal(given, start), "w must stay as it is: work on new tensors"
        assert got.shape == wanted.shape, (
            f"for {steps} steps the weights must have shape {tuple(wanted.shape)}, not {tuple(got.shape)}: the start and "
            "one row after each step")
        assert len(calls) == steps, f"call gradient once per step: {steps} times, not {len(calls)}"
        if not near(got, wanted):
            advice = ("this is momentum: take the gradient at w + βv, not at w"
                      if near(got, _walk(curvatures, start, lr, beta, steps, look=0.0)) else
                      "w ← w + v: v carries the minus already"
                      if near(got, _walk(curvatures, start, lr, beta, steps, sign=-1.0)) else
                      "the look-ahead is w + βv, not w + v"
                      if beta and near(got, _walk(curvatures, start, lr, beta, steps, look=1 / beta)) else
                      "v ← βv − lr · gradient(w + βv), then w ← w + v, with v = 0 at the start")
            raise AssertionError(f"for lr = {lr}, β = {beta} the weights are off: {advice}")


@register("nesterov-accelerated-gradient-factor")
def _(long_run_factor) -> None:
    for lr, beta, curvature in ((0.1, 0.9, 1.0), (0.5, 0.9, 1.0), (0.1, 0.25, 1.0), (1.0, 0.9, 1.0), (1.25, 0.5, 1.0),
                                (2.0, 0.9, 1.0), (0.5, 0.0, 1.0), (0.1, 0.5, 0.0), (0.25, 0.6, 2.0)):
        got = number(long_run_factor(lr, beta, curvature), "the factor")
        q = 1 - lr * curvature
        matrix = torch.tensor([[(1 + beta) * q, -beta * q], [1.0, 0.0]], dtype=torch.float64)
        wanted = torch.linalg.eigvals(matrix).abs().max().item()
        heavy = torch.tensor([[beta + q, -beta], [1.0, 0.0]], dtype=torch.float64)
        theirs = torch.linalg.eigvals(heavy).abs().max().item()
        advice = ("these are the roots of momentum: both coefficients have the factor 1 − ηλ here"
                  if beta and math.isclose(got, theirs, rel_tol=1e-5) else
                  "complex roots have the absolute value √(β (1 − ηλ)); of two real ones take the larger absolute value, "
                  "also when it belongs to a negative root")
        assert math.isclose(got, wanted, rel_tol=1e-5, abs_tol=1e-7), (
            f"for η = {lr}, β = {beta}, λ = {curvature} the factor is {got:g}, expected {wanted:g}: {advice}")


@register("nesterov-accelerated-gradient-weights")
def _(nesterov_weights) -> None:
    def parameter(*shape, seed):
        return torch.nn.Parameter(draws(*shape, seed=seed))

    one, two, idle = parameter(3, 2, seed=1), parameter(5, seed=2), parameter(2, seed=3)
    optimizer = torch.optim.SGD([{"params": [one, idle], "lr": 0.1, "momentum": 0.9},
                                 {"params": [two], "lr": 0.25, "momentum": 0.5}], lr=0.1, momentum=0.9, nesterov=True)
    hidden = {p: (p.detach().clone(), torch.zeros_like(p)) for p in (one, two)}      # Nesterov's own w and v
    for turn in range(5):
        for group in optimizer.param_groups:
            for p in group["params"]:
                if p is not idle:
                    w, v = hidden[p]
                    p.grad = (turn + 1) * torch.sin(p.detach())
                    v = group["momentum"] * v - group["lr"] * p.grad
                    hidden[p] = w + v, v
        optimizer.step()
    before = [p.detach().clone() for p in (one, idle, two)]
    got = several(nesterov_weights(optimizer), 3, "return a list of one tensor for each parameter")
    for p, old in zip((one, idle, two), before):
        assert torch.equal(p.detach(), old), "the optimizer's parameters must stay as they are: return new tensors"
    for name, w, p, old in zip(("first", "second", "third"), got, (one, idle, two), before):
        w = tensor(w, f"the {name} w")
        wanted = old if p is idle else hidden[p][0]
        assert w.shape == wanted.shape, f"the {name} w must have shape {tuple(wanted.shape)}, not {tuple(w.shape)}"
        if not near(w, wanted):
            b = None if p is idle else optimizer.state[p]["momentum_buffer"]
            advice = ("a parameter without a buffer is w itself" if b is None else
                      "these are PyTorch's parameters, the look-ahead" if near(w, old) else
                      "plus: b points uphill, against the velocity" if near(w, 2 * old - wanted) else
                      "w = θ + ηβb, with η and β of the parameter's own group")
            raise AssertionError(f"the {name} w is off: {advice}")
        assert not w.requires_grad, f"the {name} w must need no gradient: detach it"


@register("nesterov-accelerated-gradient-restart")
def _(restarted) -> None:
    curvatures = torch.tensor([1.0, 0.1, 0.003], device=device(), dtype=wide())
    for start, lr, steps in ((torch.ones(3), 0.9, 150), (torch.tensor([-2.0, 1.0, 3.0]), 0.5, 90),
                             (torch.tensor([0.5, 0.0, 1.0]), 0.9, 0), (torch.zeros(3), 0.9, 5)):
        start, calls = start.to(curvatures), []
        w, v, k, wanted, count = start, torch.zeros_like(start), 0, [start], 0
        for _ in range(steps):
            beta = (k - 1) / (k + 2)
            g = curvatures * (w + beta * v)
            v = beta * v - lr * g
            w, k = w + v, k + 1
            wanted.append(w)
            if (g * v).sum() > 0:
                v, k, count = torch.zeros_like(v), 0, count + 1
        wanted, given = torch.stack(wanted), start.clone()
        advice = "return the weights and the number of restarts"
        places, restarts = several(restarted(_counted(curvatures, calls), given, lr, steps), 2, advice)
        places, restarts = tensor(places, "the weights"), number(restarts, "the number of restarts")
        assert torch.equal(given, start), "w must stay as it is: work on new tensors"
        assert places.shape == wanted.shape, (
            f"for {steps} steps the weights must have shape {tuple(wanted.shape)}, not {tuple(places.shape)}: the start and "
            "one row after each step")
        assert len(calls) == steps, f"call gradient once per step: {steps} times, not {len(calls)}"
        if not near(places, wanted, rtol=1e-4, atol=1e-5):
            off = int((~torch.isclose(places, wanted, rtol=1e-4, atol=1e-5)).any(1).int().argmax())
            assert off, "the first row must be the start"
            raise AssertionError(f"the weights are off from step {off} on: β = (k − 1)/(k + 2) with k steps since the start "
                                 "or the last restart; g · v > 0, with the new v, sets v and k to 0 and keeps the new w")
        assert restarts == count, f"for {steps} steps there are {count} restarts, not {restarts:g}"
