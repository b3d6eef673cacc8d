"""Checks of the exercises in attention/positional-encoding."""

import math

import torch

from ..._device import precise
from ...attention import rotary, sinusoids
from .. import register
from .._compare import draws, same


@register("positional-encoding-shift")
def _(shift_matrix) -> None:
    for k, dim, base, hint in [
        (0, 4, 10_000.0, "a shift by nothing is the identity"),
        (1, 2, 10_000.0, "sin(t + 1) = cos 1 · sin t + sin 1 · cos t stands in the first row"),
        (3, 6, 10_000.0, "block i turns by k · base^(-2i/d)"),
        (-5, 8, 100.0, "a shift back is a turn back"),
    ]:
        what = f"shift_matrix({k}, {dim}, {base})"
        wanted = torch.zeros(dim, dim, dtype=torch.float64)
        for i in range(0, dim, 2):
            angle = k * base ** (-i / dim)
            wanted[i, i] = wanted[i + 1, i + 1] = math.cos(angle)
            wanted[i, i + 1], wanted[i + 1, i] = math.sin(angle), -math.sin(angle)
        got = shift_matrix(k, dim, base)
        same(got, wanted, what, hint)
        table = sinusoids(20, dim, base, dtype=torch.float64)
        same(table[5:15] @ got.T, table[5 + k:15 + k], f"{what} times P(t)", hint)


@register("positional-encoding-halves")
def _(rotary_halves) -> None:
    for shape, positions, base, hint in [
        ((1, 2), [0], 10_000.0, "position 0 turns nothing"),
        ((5, 2), [0, 1, 2, 3, 4], 10_000.0, "the pair (a, b) becomes (a cos − b sin, a sin + b cos)"),
        ((2, 3, 8), [7, 2, 11], 100.0, "feature i and feature i + d/2 are a pair, which turns by t · base^(-2i/d)"),
    ]:
        x = draws(*shape).to(precise(), torch.float64)
        t = torch.tensor(positions, device=x.device)
        wanted = rotary(x.unflatten(-1, (2, -1)).transpose(-2, -1).flatten(-2), t, base)
        wanted = wanted.unflatten(-1, (-1, 2)).transpose(-2, -1).flatten(-2)
        same(rotary_halves(x, t, base), wanted, f"rotary_halves of {shape} at {positions}", hint)


@register("positional-encoding-base")
def _(smallest_base) -> None:
    for dim, length, wanted, hint in [
        (4, 200 * math.pi, 10_000.0, "with d = 4 the slowest wave has 2π √base positions"),
        (64, 4096, (4096 / (2 * math.pi)) ** (64 / 62), "the slowest of d/2 waves has exponent (d − 2)/d"),
        (8, 6, 1.0, "waves of 6 positions need no base at all; a base is at least 1"),
        (2, 6, 1.0, "with d = 2 the only wave has 2π positions, whatever the base"),
        (2, 7, math.inf, "with d = 2 no base makes the only wave longer than 2π"),
    ]:
        got = smallest_base(dim, length)
        assert isinstance(got, (int, float)) and math.isclose(got, wanted, rel_tol=1e-9), (
            f"smallest_base({dim}, {length}) gave {got!r}, expected {wanted}: {hint}"
        )
