"""Checks of the exercises in optimization/adadelta."""

import math

import torch

from .. import register
from .._compare import draws, near, number, several, tensor
from ._optimizer import check_optimizer_class


def _rows(gradients: torch.Tensor, rho: float, eps: float, *, late: bool = True) -> torch.Tensor:
    """The steps (T, D); with ``late`` false each is divided by the mean before its gradient."""
    h, s, rows = torch.zeros_like(gradients[0]), torch.zeros_like(gradients[0]), []
    for g in gradients:
        before, h = h, rho * h + (1 - rho) * g * g
        rows.append((s + eps).sqrt() / ((h if late else before) + eps).sqrt() * g)
        s = rho * s + (1 - rho) * rows[-1] ** 2
    return torch.stack(rows)


@register("adadelta-first-step")
def _(first_step) -> None:
    for rho, eps in ((0.95, 1e-6), (0.9, 1e-2), (0.0, 0.25), (0.5, 1.0)):
        g = draws(5, seed=3)
        g[0] = 0
        got = tensor(first_step(g.clone(), rho, eps), "the first step")
        assert got.shape == g.shape, f"the first step must have shape {tuple(g.shape)} as g has, not {tuple(got.shape)}"
        wanted = _rows(g[None], rho, eps)[0]
        if not near(got, wanted):
            advice = ("it has the sign of g" if near(got, wanted.abs()) or near(got, -wanted) else
                      "h includes the present gradient: h = (1 − ρ) g²" if near(got, _rows(g[None], rho, eps, late=False)[0])
                      else "both square roots hold ε" if near(got, eps * g / ((1 - rho) * g * g + eps).sqrt()) else
                      "√ε / √((1 − ρ) g² + ε) · g")
            raise AssertionError(f"for ρ = {rho}, ε = {eps:g} the first step is off: {advice}")


@register("adadelta-steps")
def _(deltas) -> None:
    for count, size, rho, eps in ((1, 3, 0.95, 1e-6), (7, 2, 0.9, 1e-2), (20, 3, 0.5, 1e-4)):
        gradients = draws(count, size, seed=count)
        got = tensor(deltas(gradients.clone(), rho, eps), "the steps")
        wanted = _rows(gradients, rho, eps)
        assert got.shape == wanted.shape, (
            f"for {count} gradients of {size} weights the steps must have shape {tuple(wanted.shape)}, not {tuple(got.shape)}: "
            "one row for each update")
        if not near(got, wanted):
            advice = ("these have the sign of −g: d is subtracted later" if near(got, -wanted) else
                      "h includes the present gradient" if near(got, _rows(gradients, rho, eps, late=False)) else
                      "h with the present g, then d with the s from before, then s with d²")
            raise AssertionError(f"for ρ = {rho}, ε = {eps:g} the steps are off: {advice}")


@register("adadelta-constants")
def _(constants) -> None:
    for eps_w, eps_g, unit, loss in ((1e-6, 1e-6, 1.0, 1.0), (1e-6, 1e-4, 10.0, 1.0), (1e-3, 1e-6, 1.0, 100.0),
                                     (0.5, 0.25, 4.0, 3.0)):
        parts = several(constants(eps_w, eps_g, unit, loss), 2, "return ε_w and ε_g")
        new_w, new_g = (number(part, what) for part, what in zip(parts, ("ε_w", "ε_g")))
        case = f"for weights × {unit:g} and a loss × {loss:g}"
        assert math.isclose(new_w, eps_w * unit**2, rel_tol=1e-6), (
            f"{case} ε_w is {new_w:g}, expected {eps_w * unit**2:g}: it is added to a squared step")
        wanted = eps_g * (loss / unit) ** 2
        assert math.isclose(new_g, wanted, rel_tol=1e-6), (
            f"{case} ε_g is {new_g:g}, expected {wanted:g}: it is added to a squared gradient, loss over weight")


@register("adadelta-optimizer")
def _(AdaDelta) -> None:
    check_optimizer_class(AdaDelta, "AdaDelta")
    for constants in ({"rho": 0.5, "eps": 0.25}, {}):
        p, frozen = (torch.nn.Parameter(draws(3, seed=seed)) for seed in (1, 2))
        start, untouched = p.detach().clone(), frozen.detach().clone()
        optimizer = AdaDelta([p, frozen], **constants)
        gradients = draws(6, 3, seed=10)
        taken = _rows(gradients, constants.get("rho", 0.95), constants.get("eps", 1e-6))
        for k, g in enumerate(gradients):
            p.grad = g.clone()
            optimizer.step()
            assert torch.equal(p.grad, g), "step() must not change the gradients"
            advice = ("ρ is 0.95 and ε 1e-6 unless given" if not constants and k == 0 else
                      "p ← p − d" if near(p.detach(), start + taken[: k + 1].sum(0)) else
                      "h with the present gradient, d with the s from before, then s with d²")
            assert near(p.detach(), start - taken[: k + 1].sum(0), rtol=1e-6), (
                f"after step {k + 1} the weights are off: {advice}")
            for name in ("h", "s"):
                assert isinstance(optimizer.state[p].get(name), torch.Tensor), (
                    f'after each step self.state[p]["{name}"] must hold a running mean')
        assert torch.equal(frozen.detach(), untouched), "a parameter without a gradient must stay where it is"
