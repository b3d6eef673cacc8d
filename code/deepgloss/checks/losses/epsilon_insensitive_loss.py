"""Checks of the exercises in the chapter on the epsilon-insensitive loss."""

import random

import torch

from ..._device import device, wide
from .. import register
from .._compare import near, number


def _vector(numbers) -> torch.Tensor:
    return torch.tensor(numbers, dtype=wide(), device=device())


def _text(numbers: torch.Tensor) -> str:
    return str([round(number, 4) for number in numbers.reshape(-1).tolist()])


@register("epsilon-insensitive-loss-gradient")
def _(gradient) -> None:
    cases = [
        ([3.0, -3.0, 0.5], [0.0, 0.0, 0.0], 1.0, "outside the tube it is ±1, inside 0"),
        ([1.0, -1.0, 2.0, 0.0], [0.0, 0.0, 3.0, 4.0], 1.0, "on the edge of the tube it is 0"),
        ([2.0, 1.0, -1.0], [2.0, 0.0, 0.0], 0.0, "at y = t it is 0, without any tube as well"),
        ([10.0], [2.0], 0.5, "it does not grow with the error"),
        ([5.0, 5.0, 5.0, 5.0], [4.0, 5.0, 6.0, 9.0], 3.5, "inside the tube it is 0"),
    ]
    for y, t, epsilon, hint in cases:
        errors = [a - b for a, b in zip(y, t)]
        wanted = _vector([(abs(e) > epsilon) * ((e > 0) - (e < 0)) / len(y) for e in errors])
        got = gradient(_vector(y), _vector(t), epsilon)
        assert isinstance(got, torch.Tensor) and got.shape == wanted.shape, (
            f"gradient should return a tensor of the shape {tuple(wanted.shape)}, not {got!r}"
        )
        close = near(got.to(wide()), wanted)
        if not close and near(got.to(wide()), -wanted):
            hint = "the sign is the wrong way round: a prediction that is too high should fall"
        elif not close and near(got.to(wide()), len(y) * wanted):
            hint = "the loss is a mean: divide by the number of examples"
        assert close, (
            f"y = {y}, t = {t}, ε = {epsilon:g} gave {_text(got)}, expected {_text(wanted)}: {hint}"
        )


class _Sum:
    """A tensor with which nothing can be done but adding and subtracting."""

    def __init__(self, value: torch.Tensor):
        self.value = value

    def __add__(self, other):
        return _Sum(self.value + _plain(other))

    def __sub__(self, other):
        return _Sum(self.value - _plain(other))

    def __rsub__(self, other):
        return _Sum(_plain(other) - self.value)

    def __neg__(self):
        return _Sum(-self.value)

    __radd__ = __add__


def _plain(number):
    return number.value if isinstance(number, _Sum) else number


def _hinge(score, sign):
    assert sign in (1, -1), f"hinge takes a sign of 1 or −1, not {sign!r}"
    return _Sum((1 - sign * _plain(score)).clamp(min=0))


@register("epsilon-insensitive-loss-hinges")
def _(tube) -> None:
    y, t = _vector([0.0, 0.0, 5.0, 1.0, 2.0, -4.0, 3.0]), _vector([3.0, -3.0, 5.0, 1.5, 1.0, -2.0, 0])
    for epsilon in (1.0, 0.0, 0.25, 4.0):
        wanted = ((t - y).abs() - epsilon).clamp(min=0)
        try:
            got = tube(_Sum(y), _Sum(t), epsilon, _hinge)
        except (TypeError, AttributeError) as error:
            raise AssertionError(
                f"only +, - and the hinge that is handed over may be used; Python says: {error}"
            ) from None
        assert isinstance(got, _Sum), f"tube should return numbers like y and t, not {got!r}"
        for a, b, value, right in zip(*(v.tolist() for v in (y, t, got.value, wanted))):
            if a < b:
                hint = "the target lies above the prediction: how far above the tube is it?"
            elif a > b:
                hint = "the target lies below the prediction: how far below the tube is it?"
            else:
                hint = "a perfect prediction costs nothing"
            assert abs(value - right) < 1e-9, (
                f"y = {a:g}, t = {b:g}, ε = {epsilon:g} gave {value:g}, expected {right:g}: {hint}"
            )


@register("epsilon-insensitive-loss-constant")
def _(best_constants) -> None:
    cases = [
        ([1.0, 2.0, 10.0], 0.0, "without a tube it is the median"),
        ([1.0, 2.0, 6.0, 10.0], 0.0, "an even number of targets has an interval of medians"),
        ([4.0], 0.5, "one target: everything within ε of it costs nothing"),
        ([1.0, 2.0, 3.0], 5.0, "a tube that holds all targets: within ε of smallest and largest"),
        ([0.0, 10.0], 1.0, "two targets, far apart: anywhere between their tubes"),
        ([10.0, 1.0, 2.0], 0.5, "the targets come in any order"),
        ([3.0, 3.0, 3.0, 9.0], 1.0, "targets may be equal"),
        ([0.0, 1.0, 2.0, 20.0], 1.0, "the slope of the sum is 0 between the Nth and the next kink"),
    ]
    draws = random.Random(3)
    for count in (3, 5, 7, 11):
        t = [float(draws.randint(-20, 20)) for _ in range(count)]
        cases.append((t, draws.choice((0.5, 1.25, 4.0)),
                      "the slope of the sum is 0 between the Nth and the next kink"))
    for t, epsilon, hint in cases:
        wanted, got = _cheapest(t, epsilon), best_constants(list(t), epsilon)
        assert isinstance(got, (tuple, list)) and len(got) == 2, (
            f"best_constants should return a pair, (low, high), not {got!r}"
        )
        assert all(abs(a - b) < 1e-9 for a, b in zip(got, wanted)), (
            f"best_constants({t}, {epsilon:g}) gave {tuple(got)}, expected {wanted}: {hint}"
        )


def _cheapest(t, epsilon):
    """By the cost at every kink: a sum of straight pieces is smallest at some of them."""
    cost = {c: sum(max(0.0, abs(a - c) - epsilon) for a in t)
            for b in t for c in (b - epsilon, b + epsilon)}
    best = [c for c, value in cost.items() if value <= min(cost.values()) + 1e-9]
    return min(best), max(best)


@register("support-vector-regression-pull")
def _(penalty_of) -> None:
    draws = torch.Generator().manual_seed(0)
    for count, size, penalty in ((7, 3, 0.05), (11, 2, 2.0), (5, 1, 1.0)):
        x = torch.randn(count, size, generator=draws, dtype=wide()).to(device())
        alpha = (2 * torch.rand(count, generator=draws, dtype=wide()) - 1).to(device())
        w = alpha @ x / (penalty * count)
        got = penalty_of(w, x, alpha)
        assert got is not None, f"penalty_of gave None, expected λ = {penalty:g}"
        got = number(got, "penalty_of")
        if abs(got - penalty * count) < 1e-6:
            hint = "the loss is a mean: λN stands in the denominator"
        elif abs(got - 1 / (penalty * count)) < 1e-6 or abs(got - 1 / penalty) < 1e-6:
            hint = "that is C, or its like: λ is 1/(CN)"
        else:
            hint = "λ w is the mean of α·x"
        assert abs(got - penalty) < 1e-6, (
            f"{count} examples: penalty_of gave {got:.4g}, expected {penalty:g}: {hint}"
        )
        for wrong, hint in (
            (-w, "w points against the sum: λ would be negative"),
            (torch.zeros_like(w), "w = 0 is no multiple of the sum"),
            *([(_turned(w), "w points elsewhere than the sum, if only by a thousandth")]
              if size > 1 else []),
        ):
            got = penalty_of(wrong, x, alpha)
            assert got is None, f"penalty_of gave {got!r}, expected None: {hint}"
        got = penalty_of(w, x, torch.zeros_like(alpha))
        assert got is None, f"penalty_of gave {got!r}, expected None: no example pulls, yet w ≠ 0"


def _turned(w: torch.Tensor) -> torch.Tensor:
    """A vector turned by a thousandth, in the plane of its first two directions."""
    aside = torch.zeros_like(w)
    aside[0], aside[1] = -w[1], w[0]
    return w + 1e-3 * w.norm() * aside / aside.norm()
