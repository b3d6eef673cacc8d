"""Checks of the exercises in stability/exploding-gradient."""

import math

import torch

from .. import register
from ..._device import device
from .._compare import draws, near, number, several, tensor


@register("exploding-gradient-clip")
def _(clip) -> None:
    cases = (
        ("gradients that are too long", [draws(3, 5), 7 * draws(2, seed=1)], 0.5),
        ("a single one that is too long", [draws(11, seed=2)], 1.0),
        ("gradients that are short enough", [0.01 * draws(3, 5), 0.01 * draws(7, seed=1)], 0.5),
        ("gradients of which each is short enough, but not all together", [0.1 * draws(4, seed=3) for _ in range(50)], 1.0),
        ("zeros", [torch.zeros(3, device=device()), torch.zeros(2, 2, device=device())], 1.0),
    )
    for name, gradients, limit in cases:
        given = [g.clone() for g in gradients]
        parts = several(clip(given, limit), len(gradients), "return a list of the new gradients")
        assert all(map(torch.equal, given, gradients)), f"for {name}: return new tensors, and leave the given ones as they are"
        got = [tensor(part, "each new gradient") for part in parts]
        length = torch.cat([g.flatten() for g in gradients]).norm()
        share = min(1.0, limit / max(length.item(), 1e-30))
        for k, (new, g) in enumerate(zip(got, gradients)):
            assert new.shape == g.shape, f"for {name}, gradient {k} must keep its shape {tuple(g.shape)}, not {tuple(new.shape)}"
            if not near(new, share * g, rtol=1e-5, atol=1e-7):
                own = g * min(1.0, limit / max(g.norm().item(), 1e-30))
                advice = ("0 divided by 0: zeros stay zeros" if not new.isfinite().all() else
                          "these are clipped by value, which turns their direction" if near(new, g.clamp(-limit, limit)) else
                          "each is clipped by itself; the length is that of all gradients together" if near(new, own) else
                          "short gradients stay as they are: the factor is at most 1" if share == 1 else
                          "multiply all by max_norm / length, with the length of all gradients as one long vector")
                raise AssertionError(f"for {name} and max_norm = {limit:g}, gradient {k} is off: {advice}")


@register("exploding-gradient-std")
def _(weight_std) -> None:
    for fan_in, alpha in ((64, 0.0), (100, 1.0), (50, 0.2), (7, 0.5), (1, 0.01)):
        got = number(weight_std(fan_in, alpha), "the standard deviation")
        wanted = math.sqrt(2 / ((1 + alpha**2) * fan_in))
        if not math.isclose(got, wanted, rel_tol=1e-5):
            close = {name: math.isclose(got, value, rel_tol=1e-4) for name, value in (
                ("square", wanted**2), ("relu", math.sqrt(2 / fan_in)), ("linear", math.sqrt(2 / ((1 + alpha) * fan_in))),
                ("double", math.sqrt(1 / ((1 + alpha**2) * fan_in))))}
            advice = ("this is the variance, the standard deviation is its root" if close["square"] else
                      "negative numbers pass with the slope alpha, and add to the mean square" if close["relu"] else
                      "a mean square takes the square of the slope" if close["linear"] else
                      "half of the z are positive, half negative: E[h²] = ½ (1 + α²) Var z")
            raise AssertionError(f"for fan_in = {fan_in} and alpha = {alpha:g} the standard deviation is {got:.5g}, "
                                 f"expected {wanted:.5g}: {advice}")


@register("exploding-gradient-turn")
def _(turn) -> None:
    cases = (([30.0, 0.4], 1.0), ([0.3, -0.2, 0.1], 1.0), ([-5.0, 0.0, 2.0], 1.0), ([3.0, -3.0], 0.5),
             ([1e4, *[1.0] * 50], 1.0), ([-8.0], 2.0))
    for numbers, c in cases:
        g = torch.tensor(numbers, device=device())
        got = number(turn(g.clone(), c), "the angle")
        exact = [max(-c, min(c, v)) for v in numbers]
        dot = sum(a * b for a, b in zip(numbers, exact))
        cosine = dot / math.hypot(*numbers) / math.hypot(*exact)
        wanted = math.degrees(math.acos(min(1.0, cosine)))
        shown = f"for a gradient of {len(numbers)} numbers, the first of them {numbers[0]:g}, and c = {c:g}"
        if not math.isclose(got, wanted, abs_tol=0.1):
            advice = ("this is in radians" if wanted > 1 and math.isclose(got, math.radians(wanted), abs_tol=0.01) else
                      "rounding can bring the cosine above 1, whose acos is NaN" if math.isnan(got) else
                      "this is the cosine, not the angle" if math.isclose(got, cosine, abs_tol=1e-3) else
                      "cut each number to [−c, c]; the angle has the cosine g · g′ / (‖g‖ ‖g′‖)")
            raise AssertionError(f"{shown} the angle is {got:.3f}, expected {wanted:.3f} degrees: {advice}")


@register("exploding-gradient-scale")
def _(next_scale) -> None:
    cases = ((1024.0, 0, False, 2000), (1024.0, 1999, False, 2000), (1024.0, 1998, False, 2000), (1024.0, 57, True, 2000),
             (1024.0, 1999, True, 2000), (8.0, 0, False, 1), (8.0, 2, False, 3), (1.0, 0, True, 3))
    for scale, good, overflowed, interval in cases:
        parts = several(next_scale(scale, good, overflowed, interval), 2, "return the scale and the count")
        got = number(parts[0], "the scale"), number(parts[1], "the count")
        wanted = ((scale / 2, 0) if overflowed else (scale * 2, 0) if good + 1 == interval else (scale, good + 1))
        case = f"for scale {scale:g}, good = {good}, overflowed = {overflowed}, interval = {interval}"
        assert got[0] == wanted[0], f"{case} the scale is {got[0]:g}, expected {wanted[0]:g}: " + (
            "halve it after an overflow" if overflowed else "this update counts too: double it when the count reaches the interval")
        assert got[1] == wanted[1], f"{case} the count is {got[1]:g}, expected {wanted[1]}: " + (
            "after an overflow it starts again at 0" if overflowed else
            "after the scale has grown it starts again at 0" if wanted[1] == 0 else "it grows by 1")
    assert tuple(next_scale(2.0, 1999, False)) == (4.0, 0), "interval is 2000 unless given"
