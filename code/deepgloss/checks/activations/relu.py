"""Checks of the exercises in the chapter on ReLU."""

import random
from fractions import Fraction
from statistics import NormalDist

import torch
from torch import nn

from ..._device import device, wide
from .. import register
from .._compare import near, number


class _Sum:
    """A tensor with which nothing can be done but adding and subtracting."""

    def __init__(self, value: torch.Tensor):
        self.value = value

    def __add__(self, other):
        return _Sum(self.value + _plain(other))

    def __sub__(self, other):
        return _Sum(self.value - _plain(other))

    def __rsub__(self, other):
        return _Sum(other - self.value)

    def __neg__(self):
        return _Sum(-self.value)

    __radd__ = __add__


def _plain(number):
    return number.value if isinstance(number, _Sum) else number


@register("relu-maximum")
def _(maximum) -> None:
    a = torch.tensor([2.0, 5.0, -7.0, -3.0, 4.0, 0.0, -1.0], dtype=wide(), device=device())
    b = torch.tensor([5.0, 2.0, -3.0, -7.0, 4.0, 0.0, 1.0], dtype=wide(), device=device())
    try:
        got = maximum(_Sum(a), _Sum(b), lambda x: _Sum(_plain(x).relu()))
    except (TypeError, AttributeError) as error:
        raise AssertionError(
            f"only +, - and the relu that is handed over may be used; Python says: {error}"
        ) from None
    assert got is not None, "maximum returned None: does it end in a return statement?"
    assert isinstance(got, _Sum), f"maximum should return numbers like a and b, not {got!r}"
    for x, y, value in zip(a.tolist(), b.tolist(), got.value.tolist()):
        hint = (
            "both are negative, and a ReLU around the result cuts them off"
            if x < 0 and y < 0 and value == 0
            else "how far is a above b, and what is that added to?"
        )
        assert abs(value - max(x, y)) < 1e-9, (
            f"maximum({x:g}, {y:g}) gave {value:g}, expected {max(x, y):g}: {hint}"
        )


@register("relu-open-share")
def _(bias_for) -> None:
    for share, std in [(0.5, 1.0), (0.5, 3.0), (0.9, 1.0), (0.1, 1.0), (0.02, 0.25), (0.75, 4.0)]:
        wanted = std * NormalDist().inv_cdf(share)
        got = bias_for(share, std)
        assert got is not None, "bias_for returned None: does it end in a return statement?"
        got = number(got, "bias_for")
        close = abs(got - wanted) < 1e-4 * std
        if abs(got + wanted) < 1e-4 * std:
            hint = "the sign is the wrong way round: a larger bias opens the unit more often"
        elif abs(got * std - wanted) < 1e-4 * std:
            hint = "the quantile of the standard normal still has to be scaled by std"
        elif abs(got - wanted * std) < 1e-4 * std:
            hint = "scale by the standard deviation, not by the variance"
        else:
            hint = "P(w·x > −b) should be the share"
        assert close, f"bias_for({share}, {std}) gave {got:.4g}, expected {wanted:.4g}: {hint}"


@register("relu-pieces")
def _(count_pieces) -> None:
    far = 10**20
    cases = [
        ([1, 2], [0, -4], [1, 1], "two units, two kinks, three pieces"),
        ([], [], [], "without units the function is constant: one piece"),
        ([0, 1], [5, 0], [1, 1], "a unit with w = 0 is constant and has no kink"),
        ([1, 1], [0, -1], [0, 1], "a unit with a = 0 bends nothing"),
        ([1, 2], [-1, -2], [1, 1], "two units share the kink at 1"),
        ([1, -1], [0, 0], [1, 1], "|x| has two pieces: a bend is a·|w|, whatever the sign of w"),
        ([1, -1], [0, 0], [1, -1], "ReLU(x) − ReLU(−x) is x: the bends cancel"),
        ([2, -1], [2, -1], [1, -2], "at −1 the slope changes by 2 and by −2: the bends cancel"),
        ([far, far + 1], [-1, -1], [1, 1], "kinks may be closer than floating-point numbers tell"),
    ]
    draws = random.Random(7)
    for units in (3, 5, 7, 11):
        rows = [[draws.randint(-3, 3) for _ in range(units)] for _ in range(3)]
        cases.append((*rows, "units may share a kink, cancel each other, or have none"))
    for w, b, a, hint in cases:
        got, wanted = count_pieces(list(w), list(b), list(a)), _pieces(w, b, a)
        assert got is not None, "count_pieces returned None: does it end in a return statement?"
        assert got == wanted, (
            f"count_pieces({w}, {b}, {a}) gave {got}, expected {wanted}: {hint}"
        )


def _pieces(w, b, a) -> int:
    """Pieces found by evaluation: slopes between neighboring kinks, compared in exact numbers."""
    def f(x):
        return sum(a_h * max(Fraction(0), w_h * x + b_h) for w_h, b_h, a_h in zip(w, b, a))

    kinks = sorted({Fraction(-b_h, w_h) for w_h, b_h in zip(w, b) if w_h})
    if not kinks:
        return 1
    points = [kinks[0] - 1, *kinks, kinks[-1] + 1]
    slopes = [(f(right) - f(left)) / (right - left) for left, right in zip(points, points[1:])]
    return 1 + sum(before != after for before, after in zip(slopes, slopes[1:]))


@register("relu-triangle")
def _(triangle_wave) -> None:
    for k in range(1, 7):
        model = triangle_wave(k)
        assert isinstance(model, nn.Module), (
            f"triangle_wave({k}) should return an nn.Module, not {model!r}"
        )
        model = model.to(device())
        # Multiples of a power of two: no rounding on the way through the network.
        x = torch.arange(2 ** (k + 2) + 1, device=device())[:, None] / 2 ** (k + 2)
        wanted = x
        for _ in range(k):
            wanted = 1 - (2 * wanted - 1).abs()
        got, units = _run_counting_units(model, x)
        assert got.shape == x.shape, (
            f"inputs {tuple(x.shape)} should give outputs of the same shape, not {tuple(got.shape)}"
        )
        worst = (got - wanted).abs().argmax()
        assert near(got, wanted, atol=1e-4), (
            f"triangle_wave({k}) at x = {x[worst].item():g} is {got[worst].item():.4g}, expected "
            f"{wanted[worst].item():.4g}: t(x) = 2·ReLU(x) − 4·ReLU(x − ½), applied {k} times"
        )
        assert units, "no nn.ReLU was used: the corners should come from nn.ReLU layers"
        assert units <= 2 * k, (
            f"triangle_wave({k}) uses {units} hidden units, at most {2 * k} are needed: "
            "compose the tent with itself instead of placing every kink"
        )


@torch.no_grad()
def _run_counting_units(model: nn.Module, x: torch.Tensor) -> tuple[torch.Tensor, int]:
    """The model's output, and how many numbers per example went through its ReLU layers."""
    units = []

    def note(module, inputs, output):
        units.append(output[0].numel())

    hooks = [m.register_forward_hook(note) for m in model.modules() if isinstance(m, nn.ReLU)]
    try:
        return model(x), sum(units)
    finally:
        for hook in hooks:
            hook.remove()
