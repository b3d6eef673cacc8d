"""Checks of the exercises in generalization/l1-regularization."""

import math

import torch

from .. import register
from .._compare import draws, near, number, same


def _problem(n: int, d: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Centered examples with columns of different lengths, and targets."""
    x = draws(n, d, seed=n) * torch.linspace(0.5, 2, d).to(draws(1))
    y = 3 * x[:, 0] - x[:, -1] + draws(n, seed=d)
    return x - x.mean(0), y - y.mean()


def _soft(a: torch.Tensor, t: float) -> torch.Tensor:
    return a - a.clamp(-t, t)


@register("l1-regularization-largest")
def _(largest_penalty) -> None:
    for n, d in ((13, 3), (7, 11), (17, 1)):
        x, y = _problem(n, d)
        for targets in (y, -y):
            got = number(largest_penalty(x.clone(), targets.clone()), "λ")
            wanted = (x.mT @ y / n).abs().max().item()
            assert math.isclose(got, wanted, rel_tol=1e-5), (
                f"for {n} examples and {d} inputs λ is {got:g}, expected {wanted:g}: at w = 0 all weights stay if the largest "
                "pull, of either sign, is at most λ; the loss is a mean over the examples")


@register("l1-regularization-net")
def _(net_step) -> None:
    for t, s in ((0.7, 0.0), (0.0, 0.5), (0.3, 2.0), (5.0, 1.0)):
        listed = torch.cat([draws(11, seed=1), torch.tensor([0.0, t, -t]).to(draws(1))])
        for a in (listed, draws(3, 4, seed=2), draws(seed=3)):
            wanted = _soft(a, t) / (1 + s)
            got = net_step(a.clone(), t, s)
            advice = "the smooth part of the slope is (1 + s) u − a, and t sign(u) is added to it where u ≠ 0"
            if isinstance(got, torch.Tensor) and got.shape == wanted.shape:
                if not got.isfinite().all():
                    advice = "it holds numbers that are not finite, but a may hold 0, and t may be 0: do not divide by a"
                elif s and t and near(got.to(wanted), _soft(a / (1 + s), t)):
                    advice = "you divide before you take the threshold away: the threshold is t for a, not for a / (1 + s)"
            same(got, wanted, f"for t = {t}, s = {s} and numbers of shape {tuple(a.shape)} the step", advice)


@register("l1-regularization-descent")
def _(coordinate_descent) -> None:
    for n, d, penalty, sweeps in ((13, 3, 0.2, 1), (17, 5, 0.3, 2), (7, 11, 0.1, 3), (13, 4, 100.0, 2), (11, 1, 0.0, 1)):
        x, y = _problem(n, d)
        w = torch.zeros_like(x[0])
        for _ in range(sweeps):
            for i in range(d):
                rest = y - x @ w + x[:, i] * w[i]
                w[i] = _soft(x[:, i] @ rest / n, penalty) / x[:, i].square().mean()
        same(coordinate_descent(x.clone(), y.clone(), penalty, sweeps), w,
             f"for {n} examples, {d} inputs and λ = {penalty} the weights after {sweeps} sweeps",
             "a weight's best value is S_λ(xᵢ · r / N) divided by the mean of xᵢ², r the errors without input i; each weight "
             "already uses the new values of those before it")


@register("l1-regularization-violation")
def _(violation) -> None:
    for n, d, penalty in ((13, 3, 0.2), (17, 5, 1.0), (7, 11, 0.3), (11, 2, 100.0)):
        x, y = _problem(n, d)
        sparse = draws(d, seed=3)
        sparse[::2] = 0
        for what, w in (("w = 0", torch.zeros_like(sparse)), ("a w with zeros", sparse), ("a w without zeros", draws(d, seed=4)),
                        ("one gradient step", x.mT @ y / n)):
            pull = x.mT @ (y - x @ w) / n
            missed = torch.where(w == 0, (pull.abs() - penalty).clamp(min=0), (pull - penalty * w.sign()).abs())
            got, wanted = number(violation(x.clone(), y.clone(), w.clone(), penalty), "the violation"), missed.max().item()
            assert math.isclose(got, wanted, rel_tol=1e-4, abs_tol=1e-6), (
                f"for {n} examples, {d} inputs, λ = {penalty} and {what} the violation is {got:g}, expected {wanted:g}: "
                "weights at 0 may be pulled with up to λ either way, the others must be pulled with exactly λ sign(w)")
