"""Checks of the exercises in the chapter on the step function."""

import itertools

import torch

from ..._device import device, wide
from .. import register
from .._compare import tensor


def _all_bits(n: int) -> torch.Tensor:
    """Every row of n zeros and ones, (2ⁿ, n)."""
    return torch.tensor(list(itertools.product((0.0, 1.0), repeat=n)), device=device())


def _row(bits: torch.Tensor) -> str:
    return "".join(str(int(bit)) for bit in bits.tolist())


@register("step-function-majority")
def _(majority) -> None:
    for n in range(1, 8):
        got = majority(n)
        assert isinstance(got, (tuple, list)) and len(got) == 2, (
            f"majority({n}) should return a list of weights and a bias, not {got!r}"
        )
        weights = torch.as_tensor(got[0], dtype=wide()).to(device())
        assert weights.shape == (n,), (
            f"majority({n}) should give {n} weights, one a bit, not shape {tuple(weights.shape)}"
        )
        for bits in _all_bits(n).to(wide()):
            ones = int(bits.sum())
            fires = bool(bits @ weights + float(got[1]) >= 0)
            hint = ("half is not more than half: H(0) is 1" if 2 * ones == n else
                    "the sum of the weighted bits and the bias should reach 0 from "
                    f"{n // 2 + 1} ones on")
            assert fires == (2 * ones > n), (
                f"majority({n}): for {_row(bits)} the unit is {'on' if fires else 'off'}, which "
                f"is wrong: {hint}"
            )


@register("step-function-truth-table")
def _(two_layers) -> None:
    tables = [(2, [1, 2]), (2, [0]), (2, [3]), (2, [0, 1, 2, 3]), (3, [1, 2, 4, 7]), (3, [0, 5]),
              (5, [0, 3, 17, 31]), (1, [0]), (1, [1])]
    for n, on in tables:
        bits = _all_bits(n)
        rows = bits[on]
        got = two_layers(rows.clone())
        assert isinstance(got, (tuple, list)) and len(got) == 4, (
            "two_layers should return four things, W1, b1, w2 and b2, not "
            f"{type(got).__name__ if not isinstance(got, (tuple, list)) else len(got)}"
        )
        W1, b1, w2, b2 = got
        for name, value, shape in (("W1", W1, rows.shape), ("b1", b1, (len(on),)),
                                   ("w2", w2, (len(on),))):
            assert tuple(value.shape) == tuple(shape), (
                f"{name} should have the shape {tuple(shape)}, not {tuple(value.shape)}"
            )
        hidden = (bits @ W1.T + b1 >= 0).to(bits)
        fires = hidden @ w2 + b2 >= 0
        for k, row in enumerate(bits):
            seen = int(hidden[k].sum())
            if k in on:
                hint = ("no hidden unit recognizes it: what sum does the row itself reach?"
                        if not seen else "the second layer is an OR: one hidden 1 is enough")
            else:
                hint = ("a hidden unit fires for it: a 1 where its row has a 0 must count against"
                        if seen else "no hidden unit fires, so the second layer must not: H(0) is 1")
            assert bool(fires[k]) == (k in on), (
                f"a table with the rows {', '.join(_row(r) for r in rows)}: the network says "
                f"{int(fires[k])} for {_row(row)}: {hint}"
            )


def _straight_through(answer, call, values, wanted, slope, advice) -> None:
    """Values to the last bit, and a gradient that is ``slope`` times the one from above."""
    for dtype in (torch.float32, wide()):
        x = values.to(dtype).to(device()).requires_grad_()
        upstream = torch.arange(1, len(values) + 1).to(x)
        y = call(x)
        y = tensor(y, answer)
        assert y.requires_grad, (
            f"{answer}: the output is cut off from x: no gradient can pass, true or pretended"
        )
        for k, (got, want) in enumerate(zip(y.tolist(), wanted.tolist())):
            assert abs(got - want) < 1e-6, (
                f"{answer} at {values[k].item():g} is {got:g}, expected {want:g}: {advice(k)}"
            )
        (gradient,) = torch.autograd.grad(y, x, upstream)
        for k, (got, want) in enumerate(zip(gradient.tolist(), (slope.to(x) * upstream).tolist())):
            assert got == want, (
                f"{answer}: a gradient of {upstream[k].item():g} arrives at "
                f"{values[k].item():g} as {got:g}, expected {want:g}: it passes unchanged "
                "where |x| ≤ 1, edges included, and nowhere else"
            )


@register("step-function-sign-ste")
def _(sign_ste) -> None:
    values = torch.tensor([-1e4, -1.5, -1.0, -0.3, -0.0, 0.0, 0.3, 1.0, 1.5, 1e4])
    wanted = torch.tensor([-1.0] * 4 + [1.0] * 6)
    slope = (values.abs() <= 1).float()

    def advice(k):
        return "0 counts as +1; sign(0) is 0" if values[k] == 0 else "+1 from 0 on, −1 below"

    _straight_through("sign_ste", sign_ste, values, wanted, slope, advice)


@register("step-function-round-ste")
def _(fake_quantize) -> None:
    values = torch.tensor([-7.0, -1.01, -1.0, -0.9, -0.37, -0.1, 0.0, 0.1, 0.33, 0.8, 1.0, 1.2, 9.0])
    for s in (1.0, 0.5, 0.25, 0.125):
        wanted = (values / s).round().mul(s).clamp(-1, 1)
        slope = (values.abs() <= 1).float()

        def advice(k, s=s):
            if values[k].abs() > 1:
                return "the grid ends at ±1"
            return f"the nearest multiple of s = {s:g}"

        _straight_through(f"fake_quantize(x, {s:g})", lambda x, s=s: fake_quantize(x, s), values,
                          wanted, slope, advice)
