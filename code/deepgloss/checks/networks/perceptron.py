"""Checks of the exercises in networks/perceptron."""

import math

import torch

from .. import register
from .._compare import draws, near, number, several, tensor

CORNERS = ((0, 0), (0, 1), (1, 0), (1, 1))
GATES = {"OR": (0, 1, 1, 1), "NAND": (1, 1, 1, 0), "NOR": (1, 0, 0, 0), "IMPLIES": (1, 1, 0, 1)}


def _sums(triple, what: str, points=CORNERS) -> list[float]:
    """The weighted sums of a perceptron given as (w1, w2, b)."""
    w1, w2, b = (number(part, f"each number of {what}")
                 for part in several(triple, 3, f"{what} must be a triple (w1, w2, b)"))
    return [w1 * x1 + w2 * x2 + b for x1, x2 in points]


@register("perceptron-gate")
def _(gate) -> None:
    for name, wanted in GATES.items():
        sums = _sums(gate(name), f"gate({name!r})")
        for point, total, y in zip(CORNERS, sums, wanted):
            assert (total > 0) == bool(y), (
                f"{name} of {point} is {y}, but w1·x1 + w2·x2 + b is {total:g}: it must be "
                f"{'above 0' if y else '0 or below'}; b alone decides for (0, 0)")
        close = min(map(abs, sums))
        assert close >= 0.1 - 1e-9, f"{name}: a sum is only {close:g} away from 0, at least 0.1 is asked for"


@register("perceptron-bound")
def _(mistake_bound) -> None:
    x = torch.tensor([[3.0, 4.0], [1.0, 0.0], [-2.0, 1.0], [-0.5, -0.5]])
    t = torch.tensor([1.0, 1.0, 0.0, 0.0])
    for scale in (1.0, 2.0, 0.5):
        got = mistake_bound(x.clone(), t.clone(), torch.tensor([scale, 0.0]))
        assert got is not None, "mistake_bound returned None: does it end in a return statement?"
        got, wanted = number(got, "the bound"), (5 / 0.5) ** 2
        advice = ("γ is the margin of weights of length 1: divide by the length of u" if scale != 1 else
                  "R is the largest length of an example, γ the smallest s · u·x with s = 2t − 1; square their ratio")
        assert math.isclose(got, wanted, rel_tol=1e-5), f"for u = ({scale:g}, 0) the bound is {got:g}, expected {wanted:g}: {advice}"
    for u in ((0.0, 1.0), (-1.0, 0.0), (0.0, 0.0)):
        got = number(mistake_bound(x.clone(), t.clone(), torch.tensor(u)), "the bound")
        assert got == math.inf, (
            f"u = {u} has an example on the wrong side of its plane, or on it: "
            f"the bound is math.inf, not {got:g}")


@register("perceptron-averaged")
def _(averaged) -> None:
    for n, inputs, epochs in ((1, 2, 1), (7, 3, 1), (11, 5, 4)):
        x = draws(n, inputs, seed=n).cpu().float()
        t = (x[:, 0] + 0.4 * draws(n, seed=n + 50).cpu().float() > 0.1).float()
        mean_w, mean_b, last_w, mistakes_w, passes = _averaged(x, t, epochs)
        parts = several(averaged(x.clone(), t.clone(), epochs), 2, "return the mean weights and the mean bias")
        got_w, got_b = tensor(parts[0], "the weights"), number(parts[1], "the bias")
        assert got_w.shape == mean_w.shape, f"the weights must have shape {tuple(mean_w.shape)}, not {tuple(got_w.shape)}"
        if not near(got_w.float(), mean_w, rtol=1e-4, atol=1e-5):
            near_misses = ((last_w, "these are the last weights: add up the weights after each example, then divide"),
                           (mistakes_w, "that is the mean over mistakes: weights that stay right for long must count for long"),
                           (passes, "that is the mean over passes: add the weights after each example"))
            advice = next((text for value, text in near_misses if near(got_w.float(), value, rtol=1e-4, atol=1e-5)),
                          "start from zero, η = 1, examples in order, epochs times through; add after each, divide by epochs · N")
            raise AssertionError(f"for {n} examples and {epochs} passes the weights are off: {advice}")
        assert math.isclose(got_b, mean_b, rel_tol=1e-4, abs_tol=1e-5), (
            f"the bias is {got_b:g}, expected {mean_b:g}: it is averaged like a weight, and moves by t − y")


def _averaged(x, t, epochs):
    """The mean weights and bias, the last weights, and the means over mistakes and over passes."""
    w, b, seen, seen_b, at_mistakes, after_passes = torch.zeros_like(x[0]), 0.0, [], [], [], []
    for _ in range(epochs):
        for one, target in zip(x, t.tolist()):
            error = target - float(w @ one + b > 0)
            w, b = w + error * one, b + error
            seen.append(w)
            seen_b.append(b)
            at_mistakes += [w] if error else []
        after_passes.append(w)
    mean = torch.stack(seen).mean(0)
    return (mean, sum(seen_b) / len(seen_b), w, torch.stack(at_mistakes).mean(0) if at_mistakes else mean,
            torch.stack(after_passes).mean(0))


@register("perceptron-xor")
def _(xor_network) -> None:
    first, second, last = several(xor_network(), 3, "return three triples (w1, w2, b)")
    hidden = list(zip(*([float(total > 0) for total in _sums(unit, f"hidden unit {k}")]
                        for k, unit in enumerate((first, second), 1))))
    for point, seen, total, y in zip(CORNERS, hidden, _sums(last, "the output unit", hidden), (0, 1, 1, 0)):
        assert (total > 0) == bool(y), (
            f"for {point} the hidden units say {tuple(map(int, seen))} and the output {int(total > 0)}, wanted is {y}: "
            "try OR and AND as hidden units, and one that says 'the first, but not the second'")
