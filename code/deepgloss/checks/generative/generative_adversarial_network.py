"""Checks of the exercises in generative/generative-adversarial-network."""

import math

import torch
import torch.nn.functional as F
from torch import nn

from .. import register
from ..._device import device, wide
from .._compare import draws, number, several, tensor


@register("generative-adversarial-network-value")
def _(best_value) -> None:
    cases = (
        ("equal distributions", [0.5, 0.25, 0.25], [0.5, 0.25, 0.25]), ("distributions that never meet", [0.5, 0.5, 0, 0], [0, 0, 0.25, 0.75]),
        ("p = (0.9, 0.1), q = (0.1, 0.9)", [0.9, 0.1], [0.1, 0.9]), ("an outcome that has probability 0 under both", [0.7, 0.3, 0], [0.2, 0.8, 0]),
        ("outcomes that p lacks", [1.0, 0, 0], [0.5, 0.25, 0.25]),
    )
    for name, p, q in cases:
        got = number(best_value(*(torch.tensor(x, device=device(), dtype=wide()) for x in (p, q))), "the value")
        wanted = sum(a * math.log(a / (a + b)) for a, b in [*zip(p, q), *zip(q, p)] if a)
        if not math.isclose(got, wanted, abs_tol=1.5e-4):
            jsd = (wanted + math.log(4)) / 2
            advice = ("0 ln 0 counts as 0, and so does an outcome that neither of them has" if math.isnan(got) or math.isinf(got) else
                      "this is a loss: the value is its negative" if math.isclose(got, -wanted, abs_tol=1e-3) else
                      "this is half of it: both means count in full" if math.isclose(got, wanted / 2, abs_tol=1e-3) else
                      "this is the divergence: the value is −ln 4 + 2 JSD" if math.isclose(got, jsd, abs_tol=1e-3) else
                      "logarithms are natural ones" if math.isclose(got, wanted / math.log(2), abs_tol=1e-3) else
                      "put D = p / (p + q) into Σ p ln D + Σ q ln(1 − D)")
            raise AssertionError(f"for {name} the value is {got:.5g}, expected {wanted:.5g}: {advice}")


@register("generative-adversarial-network-losses")
def _(losses) -> None:
    cases = (
        ("logits near 0", draws(5, seed=1), draws(7, seed=2)), ("as many data as samples", draws(4, seed=3) * 3, draws(4, seed=4) * 3),
        ("sure and right", torch.tensor([9.0, 8.0]), torch.tensor([-9.0, -7.0, -8.0])),
        ("logits of ±1000", torch.tensor([-1000.0, 1000.0]), torch.tensor([1000.0, -1000.0, 0.0])),
    )
    for name, real, fake in cases:
        real, fake = (x.detach().to(device(), wide()).requires_grad_() for x in (real, fake))
        got = [tensor(x, "a loss") for x in several(losses(real, fake), 2, "give the discriminator's loss and the generator's")]
        right = (F.softplus(-real).mean() + F.softplus(fake).mean(), F.softplus(-fake).mean())
        for which, loss, wanted in zip(("the discriminator's", "the generator's"), got, right):
            assert loss.numel() == 1, f"for {name} {which} loss must be one number, not of shape {tuple(loss.shape)}"
            assert loss.isfinite(), f"for {name} {which} loss is {loss.item():g}: take softplus or logsigmoid of the logits, and no logarithm of a sigmoid"
            if not math.isclose(loss.item(), wanted.item(), rel_tol=1.5e-4, abs_tol=1e-6):
                value, minimax = loss.item(), -F.softplus(fake).mean().item()
                advice = ("it is the minimax loss; the non-saturating one is −E ln D(G(z))"
                          if which == "the generator's" and math.isclose(value, minimax, rel_tol=1e-3) else
                          "the mean over both together: each kind has a mean of its own" if which != "the generator's" and math.isclose(
                              value, torch.cat([F.softplus(-real), F.softplus(fake)]).mean().item(), rel_tol=1e-3) else
                          "it is half of it" if math.isclose(value, wanted.item() / 2, rel_tol=1e-3) else
                          "it is the sum, not the mean" if which == "the generator's" and math.isclose(
                              value, wanted.item() * len(fake), rel_tol=1e-3) else
                          "−ln D is softplus(−ℓ), and −ln(1 − D) is softplus(ℓ)")
                raise AssertionError(f"for {name} {which} loss is {value:.5g}, expected {wanted.item():.5g}: {advice}")
            assert loss.requires_grad, f"for {name} {which} loss has no gradient: it must be computed from the logits with tensors"
            for whose, logits in (("the data's", real), ("the samples'", fake)):
                found, due = (torch.autograd.grad(one, logits, retain_graph=True, allow_unused=True, materialize_grads=True)[0]
                              for one in (loss, wanted))
                assert found.isfinite().all() and torch.allclose(found, due, rtol=1e-3, atol=1e-6), (
                    f"for {name} the gradient of {which} loss with respect to {whose} logits is {found.tolist()}, expected {due.tolist()}: "
                    "clamping a probability or detaching the logits cuts it off")


@register("generative-adversarial-network-penalty")
def _(slope_penalty) -> None:
    for shape in ((6, 3), (5, 1, 4, 4), (3, 2, 5)):
        size = math.prod(shape[1:])
        first, second = nn.Linear(size, 7).to(device(), wide()), nn.Linear(7, 1).to(device(), wide())
        for seed, p in enumerate([*first.parameters(), *second.parameters()]):
            p.data = draws(*p.shape, seed=20 + seed)

        def critic(x):
            return second(first(x.flatten(1)).tanh())[:, 0]

        x, fake = draws(*shape, seed=1), draws(*shape, seed=2) + 0.5
        share = torch.linspace(0.05, 0.9, shape[0]).to(x)
        got = tensor(slope_penalty(critic, x, fake, share), "the penalty")
        assert got.numel() == 1, f"for examples of shape {shape[1:]} the penalty must be one number, not of shape {tuple(got.shape)}"
        norms = _slopes(first, second, x, fake, share)
        wanted, name = (norms - 1).square().mean(), f"examples of shape {shape[1:]}"
        if not math.isclose(got.item(), wanted.item(), rel_tol=1e-3):
            swapped = (_slopes(first, second, fake, x, share) - 1).square().mean().item()
            whole = (norms.square().sum().sqrt() - 1).square().item()
            advice = ("share belongs to the data, 1 − share to the samples" if math.isclose(got.item(), swapped, rel_tol=1e-3) else
                      "each example has a norm of its own" if math.isclose(got.item(), whole, rel_tol=1e-3) else
                      "this is (mean norm − 1)²: square first, then take the mean" if math.isclose(
                          got.item(), (norms.mean() - 1).square().item(), rel_tol=1e-3) else
                      "the norm is taken over all axes of an example" if len(shape) > 2 else
                      "the mean of (‖slope‖ − 1)², with slopes at share · x + (1 − share) · fake")
            raise AssertionError(f"for {name} the penalty is {got.item():.5g}, expected {wanted.item():.5g}: {advice}")
        assert got.requires_grad, f"for {name} no gradient reaches the critic's parameters: the slopes need create_graph=True"
        found, due = (torch.autograd.grad(one, first.weight, retain_graph=True, allow_unused=True)[0] for one in (got, wanted))
        assert found is not None and torch.allclose(found, due, rtol=2e-3, atol=1e-4), (
            f"for {name} the gradient with respect to the critic's parameters is wrong: the slopes need create_graph=True")


def _slopes(first, second, x, fake, share) -> torch.Tensor:
    """Norms of a critic's slopes with one hidden layer of tanh, from its derivative by hand."""
    at = share.view(-1, *[1] * (x.ndim - 1))
    hidden = first((at * x + (1 - at) * fake).flatten(1)).tanh()
    return (((1 - hidden.square()) * second.weight) @ first.weight).norm(dim=1)


@register("generative-adversarial-network-extragradient")
def _(extragradient) -> None:
    games = (
        ("V = xy", lambda x, y: (y, x)), ("V = x² + 3xy − y²", lambda x, y: (2 * x + 3 * y, 3 * x - 2 * y)),
        ("V = x sin y", lambda x, y: (math.sin(y), x * math.cos(y))),
    )
    for name, slopes in games:
        for x, y, lr, steps in ((1.0, 0.4, 0.5, 1), (1.0, -0.5, 0.3, 7), (0.3, 0.9, 0.1, 50), (1.0, 2.0, 0.2, 0)):
            got = several(extragradient(slopes, x, y, lr, steps), 2, "give x and y")
            got = [number(one, "a player's place") for one in got]
            found = {kind: _played(slopes, x, y, lr, steps, kind) for kind in ("ahead", "together", "from ahead", "both down", "in turn")}
            wanted = found["ahead"]
            if not all(math.isclose(a, b, rel_tol=1e-4, abs_tol=1.5e-4) for a, b in zip(got, wanted)):
                meant = next((kind for kind, place in found.items() if all(
                    math.isclose(a, b, rel_tol=1e-4, abs_tol=1e-4) for a, b in zip(got, place))), "")
                advice = {"together": "these are plain simultaneous steps: move with the derivatives at the place ahead",
                          "from ahead": "both move from where they are, and not from the place ahead",
                          "both down": "y raises V: its steps have the other sign",
                          "in turn": "both look ahead together, before either moves"}.get(
                              meant, "look ahead, take the derivatives there, and move from (x, y) with them")
                raise AssertionError(f"for {name} from ({x:g}, {y:g}) with rate {lr:g}, {steps} step{'s' * (steps != 1)} end at "
                                     f"({got[0]:.4g}, {got[1]:.4g}), expected ({wanted[0]:.4g}, {wanted[1]:.4g}): {advice}")


def _played(slopes, x: float, y: float, lr: float, steps: int, kind: str) -> tuple[float, float]:
    up = -1 if kind == "both down" else 1
    for _ in range(steps):
        dx, dy = slopes(x, y)
        ahead = x - lr * dx, y + up * lr * dy
        if kind == "together":
            x, y = ahead
        elif kind == "in turn":
            x = x - lr * slopes(x, y)[0]
            y = y + lr * slopes(x, y)[1]
        else:
            dx, dy = slopes(*ahead)
            x, y = (ahead[0] if kind == "from ahead" else x) - lr * dx, (ahead[1] if kind == "from ahead" else y) + up * lr * dy
    return x, y
