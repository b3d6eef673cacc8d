"""Checks of the exercises in pretraining/self-supervised-learning."""

import math

import torch
from torch.nn import functional as F

from ..._device import device
from .. import register
from .._compare import draws, same, several


@register("self-supervised-learning-rotations")
def _(four_ways) -> None:
    for count, side in [(1, 3), (5, 2), (3, 7), (2, 1)]:
        x = draws(count, side, side)
        before = x.clone()
        got = four_ways(x)
        got = several(got, 2, "return two things: the pictures and their labels")
        assert torch.equal(x, before), "the pictures were changed in place"
        turned, labels = got
        wanted = torch.stack([torch.rot90(x, k, (1, 2)) for k in range(4)])
        same(turned, wanted.flatten(0, 1), f"four_ways of {count} pictures with side {side}",
             "counterclockwise: what was at the right edge comes on top; first all unturned, then all turned once")
        assert isinstance(labels, torch.Tensor) and labels.shape == (4 * count,), f"labels must be (4N,) = ({4 * count},)"
        assert not labels.is_floating_point(), "labels are whole numbers: a cross-entropy takes them as classes"
        assert labels.tolist() == [k for k in range(4) for _ in range(count)], (
            "labels come in the order of the pictures: first N zeros, then N ones, and so on"
        )


@register("self-supervised-learning-batch")
def _(smallest_batch) -> None:
    for information, wanted, hint in [
        (math.log(10), 10, "log 10 nats need 10: mind the last digit of exp(log 10)"),
        (0.0, 1, "nothing is proved by one candidate: log 1 = 0"),
        (0.1, 2, "there is no batch between 1 and 2"),
        (2.0, 8, "log 7 is below 2 nats, log 8 above"),
        (2.5, 13, "nats, the natural logarithm"),
        (9.79, math.ceil(math.exp(9.79)), "much in common takes a large batch"),
        (math.log(8), 8, "log 8 nats need 8: mind the last digit of exp(log 8)"),
    ]:
        got = smallest_batch(information)
        assert got is not None, "smallest_batch returned None: does it end in a return statement?"
        assert got == wanted, f"smallest_batch({information:.4g}) is {got}, expected {wanted}: {hint}"
        assert isinstance(got, int), f"a number of candidates is an int, not a {type(got).__name__}"


@register("self-supervised-learning-budget")
def _(plan) -> None:
    for flops, ratio in [(6.0, 1.0), (5.76e23, 20.0), (3.8e25, 38.5), (1e18, 0.5)]:
        got = plan(flops, ratio)
        got = several(got, 2, "return two numbers: parameters and tokens")
        parameters, tokens = got
        assert math.isclose(tokens / parameters, ratio, rel_tol=1e-6), (
            f"tokens over parameters is {tokens / parameters:.4g}, expected {ratio:.4g}"
        )
        assert math.isclose(6 * parameters * tokens, flops, rel_tol=1e-6), (
            f"6ND is {6 * parameters * tokens:.4g}, expected {flops:.4g}: D is ratio · N, so the budget is 6 · ratio · N²"
        )


@register("self-supervised-learning-twins")
def _(without_twins) -> None:
    generator = torch.Generator().manual_seed(0)
    for count, dim, classes, temperature in [(7, 5, 3, 0.5), (4, 3, 4, 0.1), (5, 2, 1, 1.0), (11, 3, 2, 2.0)]:
        z1, z2 = draws(count, dim), draws(count, dim, seed=1)
        y = torch.randint(classes, (count,), generator=generator).to(device())
        if classes == count:
            y = torch.arange(count, device=device())
        got = without_twins(z1, z2, y, temperature)
        assert got is not None, "without_twins returned None: does it end in a return statement?"
        hint = "a mean over 2N; in each sum stand the partner and everything with another label"
        if classes == 1:
            hint = "with one label for all nothing but the partner is left: 0"
        elif classes == count:
            hint = "with a label for each thing it is NT-Xent itself"
        same(torch.as_tensor(got), _looped(z1, z2, y, temperature), f"the loss of {count} things", hint)


def _looped(z1, z2, y, temperature):
    """The loss, a vector at a time."""
    z, n = F.normalize(torch.cat([z1, z2]), dim=1), len(z1)
    losses = []
    for i in range(2 * n):
        partner = (i + n) % (2 * n)
        others = [j for j in range(2 * n) if j == partner or y[j % n] != y[i % n]]
        logits = torch.stack([z[i] @ z[j] for j in others]) / temperature
        losses.append(logits.logsumexp(0) - z[i] @ z[partner] / temperature)
    return torch.stack(losses).mean()
