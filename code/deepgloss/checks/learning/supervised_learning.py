"""Checks of the exercises in learning/supervised-learning."""

import math

import torch

from ..._device import device
from .. import register
from .._compare import draws, number, same

LOSSES = {"squared": lambda a, y: (a - y) ** 2, "absolute": lambda a, y: abs(a - y), "zero-one": lambda a, y: float(a != y)}
BEST = {"squared": "the derivative of the sum of (a − y)² is zero where a is the mean",
        "absolute": "moving a changes the sum by (targets below) − (targets above): look for the middle of the sorted targets",
        "zero-one": "each target that equals a saves one error: take the most frequent"}


@register("supervised-learning-constant")
def _(best_constant) -> None:
    for y in ([3], [1, 2, 9], [7, 1, 7, 100, 2, 4, 1, 7], [-4, -4, 0, 5, 30], [5, 5, 5, 6, 60, 61, 62], [0, 10]):
        for name, loss in LOSSES.items():
            mean = lambda a: sum(loss(a, t) for t in y) / len(y)  # noqa: E731
            got = best_constant(list(y), name)
            assert got is not None, f"best_constant returned None for the loss {name!r}: does it end in a return statement?"
            got = number(got, "the answer")
            wanted = min(map(mean, [*y, sum(y) / len(y)]))
            assert mean(got) <= wanted + 1e-6 * (1 + wanted), (
                f"for y = {y} and the loss {name!r} the answer {got:g} has the mean loss {mean(got):g}, the best has "
                f"{wanted:g}: {BEST[name]}")


@register("supervised-learning-nearest")
def _(nearest) -> None:
    by_hand = (torch.tensor([[0.0, 0.0], [3.0, 3.0], [0.0, 5.0]]), torch.tensor([7, 2, 5]),
               torch.tensor([[0.0, 4.0], [2.5, 2.0]]))
    cases = [tuple(part.to(device()) for part in by_hand)]
    for n, inputs, new in ((1, 2, 3), (53, 3, 17), (101, 7, 5)):
        x, q = draws(n, inputs, seed=n) * 3 + 1, draws(new, inputs, seed=n + 1) * 3 + 1
        cases.append((x, (torch.arange(n, device=x.device) * 7 + 3) % 11, q))
    for x, y, new in cases:
        wanted = y[torch.stack([(x - q).norm(dim=1).argmin() for q in new])]
        got = nearest(x.clone(), y.clone(), new.clone())
        assert got is not None, "nearest returned None: does it end in a return statement?"
        advice = "all M × N distances, the place of the smallest for each new input, then the label at that place"
        if isinstance(got, torch.Tensor) and got.shape == wanted.shape:
            rivals = {
                "these are places in x: take the labels that stand there": torch.stack(
                    [(x - q).norm(dim=1).argmin() for q in new]),
                "these are labels of the farthest examples": y[torch.stack([(x - q).norm(dim=1).argmax() for q in new])],
                "a large product is no small distance: take differences first": y[(new @ x.T).argmax(1)],
                "Euclidean distance adds up squares, not absolute values": y[torch.stack(
                    [(x - q).abs().sum(1).argmin() for q in new])],
            }
            advice = next((text for text, value in rivals.items()
                           if not torch.equal(value, wanted) and torch.equal(value, got.to(value.dtype))), advice)
        same(got, wanted, "the labels", advice)


@register("supervised-learning-examples")
def _(examples_needed) -> None:
    for functions, gap, risk in ((1, 0.1, 0.05), (1000, 0.05, 0.05), (10**9, 0.01, 0.001), (3, 0.9, 0.9)):
        exact = math.log(2 * functions / risk) / (2 * gap**2)
        wanted = math.ceil(exact)
        got = examples_needed(functions, gap, risk)
        assert got is not None, "examples_needed returned None: does it end in a return statement?"
        got = number(got, "the number of examples")
        near_misses = (
            (math.log(2 / risk) / (2 * gap**2), "every one of the M functions adds its probability"),
            (math.log(functions / risk) / (2 * gap**2), "a gap can be above or below: 2M, not M"),
            (math.log(2 * functions / risk) / gap**2, "the exponent is −2Nε²: divide by 2ε²"),
            (math.log(2 * functions / risk) / (2 * gap), "the gap counts squared"),
            (math.log10(2 * functions / risk) / (2 * gap**2), "the bound has e as its base: take the natural logarithm"),
        )
        advice = "the bound is not yet at most `risk` below it, and is at it: round up" if abs(got - exact) < 1 else next(
            (text for value, text in near_misses if abs(got - value) < 1), "set 2M·exp(−2Nε²) equal to the risk and solve for N")
        assert got == wanted, (
            f"for {functions} functions, a gap of {gap:g} and a risk of {risk:g} came {got:g}, expected {wanted}: {advice}")


@register("supervised-learning-noisy-labels")
def _(true_accuracy) -> None:
    for a, s, classes in ((0.9, 0.0, 10), (0.5, 0.5, 10), (0.8, 0.1, 4), (0.55, 0.6, 2), (0.2, 0.9, 7)):
        wanted = (a - s / classes) / (1 - s)
        got = true_accuracy(a, s, classes)
        assert got is not None, "true_accuracy returned None: does it end in a return statement?"
        got = number(got, "the accuracy")
        near_misses = ((a / (1 - s), "a random label is right by chance, too, once in K"),
                       (a * (1 - s) + s / classes, "that is the agreement from the accuracy: solve it for the accuracy"),
                       ((a - s / (classes - 1)) / (1 - s), "the draw is from all K classes, the right one among them"),
                       (a - s / classes, "only a share 1 − s of the labels tells of the true ones: divide"))
        advice = next((text for value, text in near_misses if abs(got - value) < 1e-6),
                      "a = (accuracy)·(1 − s) + s/K: whatever the classifier says, a random label agrees once in K")
        assert abs(got - wanted) < 1e-6, f"for a = {a:g}, s = {s:g}, K = {classes} came {got:g}, expected {wanted:g}: {advice}"
