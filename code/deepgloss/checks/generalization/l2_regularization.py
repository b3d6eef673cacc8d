"""Checks of the exercises in generalization/l2-regularization."""

import math

import torch

from .. import register
from ..._device import device, wide
from .._compare import draws, near, number, same, several
from ..optimization._optimizer import check_optimizer_class, driven, start


@register("l2-regularization-prior")
def _(settings) -> None:
    for noise, spread, n in ((1.0, 1.0, 10), (2.0, 0.5, 40), (0.3, 3.0, 7)):
        penalty, alpha = (number(part, what) for part, what in zip(
            several(settings(noise, spread, n), 2, "return λ and alpha"), ("λ", "alpha")))
        case, wanted = f"for σ = {noise}, τ = {spread}, N = {n}", noise**2 / (n * spread**2)
        assert math.isclose(penalty, wanted, rel_tol=1e-5), (
            f"{case} λ is {penalty:g}, expected {wanted:g}: σ² / (N τ²), with variances and not deviations")
        assert math.isclose(alpha, n * wanted, rel_tol=1e-5), (
            f"{case} alpha is {alpha:g}, expected {n * wanted:g}: multiply the chapter's loss by 2N and compare the factors "
            "of the sum of the squared weights")


@register("l2-regularization-fit")
def _(fit) -> None:
    for n, d, penalty in ((13, 3, 0.5), (5, 7, 0.1), (11, 1, 2.0)):
        x, y = draws(n, d, seed=n) + 2, draws(n, seed=d) + 5
        w, b = several(fit(x.clone(), y.clone(), penalty), 2, "return the weights and the bias")
        rows = torch.cat([x - x.mean(0), math.sqrt(n * penalty) * torch.eye(d).to(x)])
        targets = torch.cat([y - y.mean(), y.new_zeros(d)])
        wanted = (torch.linalg.pinv(rows.cpu()) @ targets.cpu()).to(x)         # pinv asks a device for float64
        same(w, wanted, f"for {n} examples, {d} inputs and λ = {penalty} the weights",
             f"{_fitted_otherwise(w, x, y, penalty)}solve (A + λI) w = Xᵀy / N with A = XᵀX / N, with x and y centered")
        bias, right = number(b, "the bias"), (y.mean() - x.mean(0) @ wanted).item()
        assert math.isclose(bias, right, rel_tol=1e-4, abs_tol=1e-6), (
            f"for {n} examples, {d} inputs and λ = {penalty} the bias is {bias:g}, expected {right:g}: the mean target minus "
            "what the weights give for the mean input")


def _fitted_otherwise(w, x, y, penalty) -> str:
    """What an answer has fitted, where it is a known mistake."""
    ones = torch.cat([x, torch.ones_like(x[:, :1])], dim=1)
    for name, rows, targets in (("the bias is penalized, too: ", ones, y), ("nothing is centered: ", x, y)):
        A = rows.mT @ rows / len(x) + penalty * torch.eye(rows.shape[1]).to(x)
        solved = torch.linalg.solve(A, rows.mT @ targets / len(x))[:x.shape[1]]
        if isinstance(w, torch.Tensor) and w.shape == solved.shape and near(w.to(solved), solved):
            return name
    return ""


@register("l2-regularization-freedom")
def _(penalty_for) -> None:
    for n, d, size, freedom in ((17, 5, 1.0, 3.0), (23, 4, 100.0, 0.25), (11, 7, 0.01, 6.5), (13, 1, 1.0, 0.5)):
        x = size * draws(n, d, seed=n)
        x = x - x.mean(0)
        got = number(penalty_for(x.clone(), freedom), "λ")
        case = f"for {n} examples, {d} inputs and {freedom} degrees of freedom"
        assert math.isfinite(got) and got > 0, f"{case} λ is {got:g}; it must be above 0"
        mu = torch.linalg.eigvalsh((x.mT @ x / n).cpu())
        slack = 1e-5 if wide() == torch.float64 else 1e-3
        low, high = ((mu / (mu + got * factor)).sum().item() for factor in (1 + slack, 1 - slack))
        assert low <= freedom <= high, (
            f"{case} λ = {got:g} has {(mu / (mu + got)).sum():.6g}: look for Σ μ / (μ + λ) = {freedom}, μ the eigenvalues of "
            "XᵀX / N; the sum falls from D to 0 as λ grows from 0, over many powers of ten")


@register("l2-regularization-decoupled")
def _(DecayedSGD) -> None:
    check_optimizer_class(DecayedSGD, "DecayedSGD")
    beta, decay = 0.8, 0.3
    w = inside = start()
    v = u = torch.zeros_like(w)
    for step, lr, g, weight, _ in driven(DecayedSGD, momentum=beta, weight_decay=decay):
        v = beta * v - lr * g
        w = (1 - lr * decay) * w + v
        u = beta * u - lr * (g + decay * inside)
        inside = inside + u
        if not near(weight, w):
            advice = ("the decay goes through the velocity; it must go around it" if near(weight, inside) else
                      "p ← (1 − η λ) p, then v ← β v − η g and p ← p + v, with η, β and λ from self.param_groups")
            raise AssertionError(f"after step {step + 1} with lr = {lr} the weights are off: {advice}")
    p, q, r = (torch.nn.Parameter(torch.ones(2, device=device(), dtype=wide())) for _ in range(3))
    optimizer = DecayedSGD([{"params": [p], "weight_decay": 0.5}, {"params": [q]},
                            {"params": [r], "lr": 0.25, "momentum": 0.5, "weight_decay": 0.4}], lr=1.0)
    for step in range(3):
        p.grad, q.grad, r.grad = torch.zeros_like(p), torch.ones_like(q), torch.ones_like(r)
        if step == 2:
            optimizer.param_groups[2].update(momentum=0.2, weight_decay=0.8)
        optimizer.step()
        if step == 1:
            assert near(p.detach(), torch.full_like(p, 0.25)), (
                "a group with weight_decay = 0.5 of its own, gradients 0 and lr = 1 must halve its parameters at each step: "
                "take all settings from the group")
            assert near(q.detach(), torch.full_like(q, 1 - 1 - 1.9)), "momentum is 0.9 and weight_decay 0 unless given"
            assert near(r.detach(), torch.full_like(r, 0.9 * (0.9 - 0.25) - 0.375)), (
                "a group with lr, momentum and weight_decay of its own must follow them: take all settings from the group")
    last = 0.8 * (0.9 * (0.9 - 0.25) - 0.375) - 0.2 * 0.375 - 0.25
    assert near(r.detach(), torch.full_like(r, last)), (
        "momentum and weight_decay were changed in param_groups before the last step: read them there at each step")
