"""Checks of the exercises in optimization/gradient-descent."""

import math

import torch

from .. import register
from ..._device import device, wide
from .._compare import draws, near, number, several, tensor


@register("gradient-descent-walk")
def _(walk) -> None:
    for size, lr, steps in ((1, 0.5, 1), (3, 0.25, 7), (5, 0.1, 0)):
        curvatures = torch.arange(1, size + 1).to(device(), wide())
        w = draws(size, seed=size)
        got = tensor(walk(lambda w: curvatures * w, w.clone(), lr, steps), "the path")
        t = torch.arange(steps + 1).to(w)[:, None]
        wanted = w * (1 - lr * curvatures) ** t
        assert got.shape == wanted.shape, (
            f"for {steps} steps of {size} weights the path must have shape {tuple(wanted.shape)}, not "
            f"{tuple(got.shape)}: the start belongs to it, and each step adds a row")
        if not near(got, wanted):
            uphill = w * (1 + lr * curvatures) ** t
            raise AssertionError(f"for {steps} steps with lr = {lr} the path is off: " + (
                "this one climbs, the step goes against the gradient" if near(got, uphill) else
                "each step starts where the last one ended, with the gradient there"))


@register("gradient-descent-rates")
def _(rates) -> None:
    for curvatures in ((1.0, 9.0), (0.5, 0.5, 0.5), (2.0, 3.0, 5.0, 7.0)):
        low, high = min(curvatures), max(curvatures)
        q, _ = torch.linalg.qr(draws(len(curvatures), len(curvatures), seed=len(curvatures)).cpu())
        A = (q @ torch.tensor(curvatures).to(q).diag() @ q.T).to(device(), wide())
        parts = several(rates((A + A.T) / 2), 3, "return the border, the best rate, and the factor per step")
        border, best, factor = (number(part, what) for part, what in
                                zip(parts, ("the border", "the best rate", "the factor")))
        case = f"for eigenvalues from {low:g} to {high:g}"
        assert math.isclose(border, 2 / high, rel_tol=1e-4), (
            f"{case} the border is {border:g}, expected {2 / high:g}: the greatest curvature sets it, as 2/λmax")
        assert math.isclose(best, 2 / (low + high), rel_tol=1e-4), (
            f"{case} the best rate is {best:g}, expected {2 / (low + high):g}: it makes 1 − ηλ equal in size at both ends")
        wanted = (high - low) / (high + low)
        assert math.isclose(factor, wanted, rel_tol=1e-4, abs_tol=1e-5), (
            f"{case} the factor is {factor:g}, expected {wanted:g}: (κ − 1)/(κ + 1) with κ = λmax/λmin")


@register("gradient-descent-backtracking")
def _(backtracking) -> None:
    kind = {"device": device(), "dtype": wide()}
    one, two = torch.tensor([3.0], **kind), torch.tensor([1.0, -2.0], **kind)

    def barrier(w):
        return torch.where((w > 0).all(), w.square().sum() - w.log().sum(), float("nan"))

    cases = (
        ("a parabola of curvature 1, whose first step is exact", lambda w: w.square().sum() / 2, one, one, 1.0, 1.0),
        ("a parabola of curvature 10", lambda w: 5 * w.square().sum(), two, 10 * two, 1.0, 1 / 16),
        ("the same with lr = 0.1, which is good enough at once", lambda w: 5 * w.square().sum(), two, 10 * two, 0.1, 0.1),
        ("a gradient of zero", lambda w: w.square().sum(), 0 * one, 0 * one, 0.5, 0.5),
        ("a loss that is NaN for weights below zero", barrier, one, 2 * one - 1 / one, 1.0, 0.25),
    )
    for what, loss, w, gradient, lr, wanted in cases:
        got = number(backtracking(loss, w.clone(), gradient.clone(), lr), "the rate")
        assert math.isclose(got, wanted, rel_tol=1e-6), (
            f"for {what}, the rate is {got:g}, expected {wanted:g}: halve while the loss after the step is not "
            "at most L(w) − ½ η‖g‖², with the squared length of the gradient and the rate of that step; NaN is not good enough")


@register("gradient-descent-steps")
def _(steps) -> None:
    for kappa, factor in ((3, 0.25), (3, 0.2), (1, 0.5), (1, 1e-9), (100, 1e-6), (1.01, 0.9), (1000, 0.1)):
        got = number(steps(kappa, factor), "the number of steps")
        assert got == int(got), f"the number of steps must be whole, not {got:g}: round up"
        rho = (kappa - 1) / (kappa + 1)
        assert got >= 1, f"steps({kappa}, {factor}) is {got:g}: without a step the error is not yet smaller"
        assert rho**got <= factor * (1 + 1e-9), (
            f"after {got:g} steps with κ = {kappa} the error is {rho**got:g} of its start, more than {factor}: "
            "ρ = (κ − 1)/(κ + 1), and ρ to the power of the steps must be at most the factor")
        assert got == 1 or rho ** (got - 1) > factor * (1 - 1e-9), (
            f"{got:g} steps are more than κ = {kappa} and the factor {factor} need: the smallest number is asked for")
