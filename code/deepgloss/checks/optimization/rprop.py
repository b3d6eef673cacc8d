"""Checks of the exercises in optimization/rprop."""

import math

import torch

from .. import register
from ..._device import device, wide
from .._compare import draws, near, number, tensor
from ._optimizer import check_optimizer_class


def _sizes(gradients, first, *, wait=True, keep=True) -> torch.Tensor:
    """Step sizes after each gradient; without the wait, or with a zero that wipes nothing out, for advice."""
    s, size, rows = torch.zeros_like(gradients[0]), torch.full_like(gradients[0], first), []
    for g in gradients:
        agreement = s * g.sign()
        size = size * torch.where(agreement > 0, 1.2, torch.where(agreement < 0, 0.5, 1.0)).to(size)
        new = g.sign() if keep else torch.where(g == 0, s, g.sign())
        s = torch.where(agreement < 0, torch.zeros_like(s), new) if wait else new
        rows.append(size)
    return torch.stack(rows)


@register("rprop-sizes")
def _(step_sizes) -> None:
    zeros = draws(9, 2, seed=5)
    zeros[2::3] = 0
    tiny = 1e-200 if wide() == torch.float64 else 1e-30      # the product of two is 0
    for gradients, first in ((torch.ones_like(draws(4, 1)), 0.5), (draws(11, 3, seed=1), 0.1), (tiny * draws(11, 2, seed=2), 1.0),
                             (zeros, 0.25)):
        got = tensor(step_sizes(gradients.clone(), first), "the step sizes")
        wanted = _sizes(gradients, first)
        assert got.shape == wanted.shape, (
            f"for gradients of shape {tuple(gradients.shape)} the step sizes must have the same shape, not "
            f"{tuple(got.shape)}: one row after each gradient")
        if not near(got, wanted):
            advice = ("after a flip the sign counts as 0, so that the next step keeps Δ"
                      if near(got, _sizes(gradients, first, wait=False)) else
                      "a gradient of 0 has the sign 0, and the step after it keeps Δ"
                      if near(got, _sizes(gradients, first, keep=False)) else
                      "compare signs, not products of gradients, which can be too small for a number"
                      if gradients.abs().max() < 1e-25 else "× 1.2 for the same sign, × 0.5 for a flip, else as before")
            raise AssertionError(f"for a first step size of {first} the step sizes are off: {advice}")


@register("rprop-distance")
def _(steps_for) -> None:
    for distance, first, up in ((0.0, 1.0, 1.2), (0.5, 1.0, 1.2), (1.0, 1.0, 1.2), (2.0, 1.0, 1.2), (2.3, 1.0, 1.2), (3.0, 1e-4, 1.2),
                                (3.0, 1e-5, 1.2), (14.5, 1.0, 2.0), (15.5, 1.0, 2.0)):
        got = number(steps_for(distance, first) if up == 1.2 else steps_for(distance, first, up), "the number of steps")
        gone, size, wanted = 0.0, first, 0
        while gone < distance:
            gone, size, wanted = gone + size, size * up, wanted + 1
        assert got == wanted, (
            f"for a distance of {distance:g}, a first step of {first:g} and a factor of {up:g} it takes {wanted} steps, not "
            f"{got:g}: " + ("no distance needs no step" if distance == 0 else
                            "the first step is not stretched, and the sum of all steps must reach the distance"))


@register("rprop-threshold")
def _(trusted) -> None:
    for down, up in ((0.5, 1.2), (0.5, 1.1), (0.9, 1.01), (0.1, 1.5), (0.5, 2.0), (0.9, 1.2), (0.6, 1.7)):
        got = number(trusted(down, up), "the probability")
        pq = math.log(up) / (3 * math.log(up) - math.log(down))
        wanted = 0.5 if pq >= 0.25 else 0.5 + math.sqrt(0.25 - pq)
        assert math.isclose(got, wanted, rel_tol=1e-5), (
            f"for η⁻ = {down}, η⁺ = {up} the threshold is {wanted:.4f}, not {got:.4f}: "
            + ("here step sizes grow even at p = 0.5, so return 0.5" if pq >= 0.25 else
               "p and 1 − p both solve equation (3) = 0; the larger is wanted" if math.isclose(got, 1 - wanted, rel_tol=1e-5)
               else "solve (1 − 3pq) ln η⁺ + pq ln η⁻ = 0 for pq, then p (1 − p) = pq for p"))


@register("rprop-optimizer")
def _(SignStepper) -> None:
    check_optimizer_class(SignStepper, "SignStepper")
    for etas, limits in (((0.5, 1.2), (1e-6, 50.0)), ((0.25, 1.5), (0.05, 0.25))):
        p, frozen = (torch.nn.Parameter(draws(5, seed=seed)) for seed in (1, 2))
        start, untouched = p.detach().clone(), frozen.detach().clone()
        settings = {} if etas == (0.5, 1.2) else {"etas": etas, "step_sizes": limits}
        optimizer = SignStepper([p, frozen], lr=0.1, **settings)
        w, s, size = start.clone(), torch.zeros_like(start), torch.full_like(start, 0.1)
        moved, before = w.clone(), s.clone()
        for step in range(12):
            g = draws(5, seed=20 + step)
            p.grad = g.clone()
            optimizer.step()
            assert p.grad is not None and torch.equal(p.grad, g), "p.grad must stay as it was: others may read it too"
            kept = optimizer.state[p].get("size")
            assert isinstance(kept, torch.Tensor), "after each step self.state[p][\"size\"] must hold the step sizes, a tensor"
            agreement = s * g.sign()
            size = (size * torch.where(agreement > 0, etas[1], torch.where(agreement < 0, etas[0], 1.0)).to(size)).clamp(*limits)
            moved = moved - g.sign() * size
            s = torch.where(agreement < 0, torch.zeros_like(s), g.sign())
            w = w - s * size
            where = f"after step {step + 1} with etas = {etas} and step_sizes = {limits}"
            assert near(kept.to(size), size), (
                f"{where} the step sizes are off: × η⁺ for the same sign, × η⁻ for a flip, as before in the step after a "
                "flip, then between the limits")
            assert near(p.detach(), w), f"{where} the weights are off: " + (
                "after a flip the weight waits for a step" if near(p.detach(), moved) else "p ← p − s Δ with the new s and Δ")
        assert torch.equal(frozen.detach(), untouched), "a parameter without a gradient must stay where it is"
    group = SignStepper([torch.nn.Parameter(torch.zeros(2, device=device(), dtype=wide()))], lr=1.0).param_groups[0]
    assert tuple(group.get("etas", (0.5, 1.2))) == (0.5, 1.2), "etas are (0.5, 1.2) unless given"
