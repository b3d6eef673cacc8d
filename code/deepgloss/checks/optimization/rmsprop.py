"""Checks of the exercises in optimization/rmsprop."""

import math

import torch

from .. import register
from ..._device import device, wide
from .._compare import draws, near, number, several
from ._optimizer import check_optimizer_class


@register("rmsprop-first-steps")
def _(first_steps) -> None:
    for gamma, count in ((0.9, 5), (0.99, 300), (0.0, 3), (0.5, 1), (0.9, 0)):
        got = several(first_steps(gamma, count), count, "return a list with one length for each step")
        lengths = [number(part, "a length") for part in got]
        wanted = [(1 - gamma**t) ** -0.5 for t in range(1, count + 1)]
        if not all(math.isclose(a, b, rel_tol=1e-5) for a, b in zip(lengths, wanted)):
            advice = ("the first step is t = 1: there h is (1 − γ) g² already" if gamma and math.isinf(lengths[0]) else
                      "divide by the root of h, not by h" if math.isclose(lengths[0], wanted[0] ** 2, rel_tol=1e-5) else
                      "under a constant gradient h is (1 − γᵗ) g², and the step is g / √h")
            raise AssertionError(f"for γ = {gamma} the first lengths are {', '.join(f'{x:.4g}' for x in lengths[:3])}, expected "
                                 f"{', '.join(f'{x:.4g}' for x in wanted[:3])}: {advice}")


@register("rmsprop-memory")
def _(memory) -> None:
    for gamma, share in ((0.9, 0.5), (0.99, 0.5), (0.9, 0.63), (0.5, 0.74), (0.5, 0.76), (0.999, 0.95), (0.9, 0.05)):
        got = number(memory(gamma, share), "n")
        wanted = math.ceil(math.log(1 - share) / math.log(gamma))
        assert got == wanted, (
            f"for γ = {gamma} the last {wanted} squares have {share:.0%} of the weight, not the last {got:g}: "
            + ("the rest, γⁿ, may be 1 − share" if got == math.ceil(math.log(share) / math.log(gamma)) else
               "n is the first whole number with 1 − γⁿ ≥ share"))


@register("rmsprop-rare")
def _(distance) -> None:
    for gamma, k, occurrences in ((0.9, 1, 4), (0.9, 20, 7), (0.5, 3, 5), (0.99, 100, 30), (0.9, 5, 0), (0.0, 4, 6)):
        h, wanted, dense = 0.0, 0.0, 0.0
        for count in range(occurrences):
            h = gamma * h + 1 - gamma
            wanted += h**-0.5
            dense += (1 - gamma ** (count + 1)) ** -0.5
            h *= gamma ** (k - 1)
        got = number(distance(gamma, k, occurrences), "the distance")
        assert math.isclose(got, wanted, rel_tol=1e-5, abs_tol=1e-9), (
            f"for γ = {gamma}, k = {k} and {occurrences} occurrences the weight has moved by {wanted:.5g} learning rates, not "
            f"{got:.5g}: " + ("between two occurrences h shrinks k − 1 times by γ" if math.isclose(got, dense, rel_tol=1e-5) else
                              "each occurrence moves the weight by 1 / √h, with the new h; between two, k − 1 gradients are 0"))


@register("rmsprop-optimizer")
def _(FairRMSprop) -> None:
    check_optimizer_class(FairRMSprop, "FairRMSprop")
    for gamma, eps in ((0.9, 1e-8), (0.8, 0.1)):
        p, late, frozen = (torch.nn.Parameter(draws(4, seed=seed)) for seed in (1, 2, 3))
        untouched, settings = frozen.detach().clone(), {} if gamma == 0.9 else {"gamma": gamma, "eps": eps}
        optimizer = FairRMSprop([p, late, frozen], lr=0.1, **settings)
        w, h, t = [p.detach().clone(), late.detach().clone()], [torch.zeros_like(p), torch.zeros_like(p)], [0, 0]
        plain, inside = w[0].clone(), w[0].clone()
        for step in range(6):
            for place, one in enumerate((p, late)):
                one.grad = draws(4, seed=10 + 2 * step + place) if step >= 3 * place else None
                if one.grad is None:
                    continue
                g, t[place] = one.grad.clone(), t[place] + 1
                h[place] = gamma * h[place] + (1 - gamma) * g**2
                fair = h[place] / (1 - gamma ** t[place])
                w[place] = w[place] - 0.1 * g / (fair.sqrt() + eps)
                if place == 0:
                    plain = plain - 0.1 * g / (h[0].sqrt() + eps)
                    inside = inside - 0.1 * g / (fair + eps).sqrt()
            optimizer.step()
            where = f"after step {step + 1} with γ = {gamma}, ε = {eps}"
            assert near(p.detach(), w[0]), f"{where} the weights are off: " + (
                "this is rule (1), without the correction" if near(p.detach(), plain) else
                "ε stands outside the root" if near(p.detach(), inside) else "p ← p − lr · g / (√(h / (1 − γᵗ)) + ε)")
            assert near(late.detach(), w[1]), (
                f"{where} a parameter whose gradients begin at step 4 is off: each parameter has a t of its own, which "
                "advances with its gradients alone")
            kept = optimizer.state[p].get("h")
            assert isinstance(kept, torch.Tensor) and near(kept.to(h[0]), h[0]), (
                f"{where} self.state[p][\"h\"] must hold the mean of squares, not corrected")
        assert torch.equal(frozen.detach(), untouched), "a parameter without a gradient must stay where it is"
    group = FairRMSprop([torch.nn.Parameter(torch.zeros(2, device=device(), dtype=wide()))], lr=1.0).param_groups[0]
    assert group.get("gamma", 0.9) == 0.9, "gamma is 0.9 unless given"
