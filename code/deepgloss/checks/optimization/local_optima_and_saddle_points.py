"""Checks of the exercises in optimization/local-optima-and-saddle-points."""

import math

import torch

from .. import register
from ..._device import device, wide
from .._compare import draws, near, number, several, tensor


@register("saddle-point-kind")
def _(kind) -> None:
    tensors = {"device": device(), "dtype": wide()}
    for eigenvalues, slope, tol, wanted in (
            ((1.0, 2.0, 3.0), 0.0, 1e-4, "minimum"), ((-2.0, -0.5), 0.0, 1e-4, "maximum"), ((-1.0, 1.0), 0.0, 1e-4, "saddle"),
            ((-1.0, 0.0, 2.0), 0.0, 1e-4, "saddle"), ((0.0, 1.0), 0.0, 1e-4, "undecided"),
            ((-3.0, 0.0), 0.0, 1e-4, "undecided"), ((0.0, 0.0), 0.0, 1e-4, "undecided"), ((-0.01, 2.0), 0.0, 0.1, "undecided"),
            ((-0.01, 2.0), 0.0, 1e-4, "saddle"), ((1.0, 2.0), 0.5, 1e-4, "no critical point"),
            ((1.0, 2.0), 0.05, 0.1, "minimum"), ((0.5,), 0.0, 1e-4, "minimum")):
        size = len(eigenvalues)
        q, _ = torch.linalg.qr(draws(size, size, seed=size).cpu())
        H = (q @ torch.tensor(eigenvalues).to(q).diag() @ q.T).to(device(), wide())
        gradient = torch.full((size,), slope / size**0.5, **tensors)
        got = kind(gradient, (H + H.T) / 2, tol)
        case = f"for eigenvalues {eigenvalues}, a gradient of length {slope} and tol = {tol}"
        assert isinstance(got, str), f"{case} a word is wanted, {wanted!r}"
        advice = {"saddle": "one eigenvalue above tol and one below −tol are enough, whatever the others are",
                  "undecided": "an eigenvalue within ±tol counts as zero, and then one sign alone decides nothing",
                  "no critical point": "look at the length of the gradient first",
                  "minimum": "all eigenvalues are above tol, and the gradient is not longer than tol",
                  "maximum": "all eigenvalues are below −tol"}[wanted]
        assert got == wanted, f"{case} the answer is {got!r}, expected {wanted!r}: {advice}"


@register("saddle-point-escape")
def _(escape_steps) -> None:
    for lr, eigenvalue, start, radius, wanted, advice in (
            (0.5, -2.0, 0.25, 1.0, 2, "each step multiplies the distance by 1 − lr · eigenvalue, 2 here"),
            (0.5, -2.0, 0.2, 1.0, 3, "each step multiplies the distance by 2; round up, to reach at least the radius"),
            (0.1, -1.0, 1e-6, 0.1, 121, "(1 + 0.1)ᵗ ≥ 10⁵"),
            (0.1, -1.0, -1e-6, 0.1, 121, "the distance is the absolute value of the start"),
            (0.25, -4.0, 2.0, 1.0, 0, "it is that far away already"),
            (0.25, 1.0, -1.0, 1.0, 0, "it is that far away already, on the other side"),
            (0.1, -1.0, 0.0, 1.0, math.inf, "zero times any factor is zero"),
            (0.1, 1.0, 0.5, 1.0, math.inf, "with a positive eigenvalue the distance shrinks"),
            (0.1, 0.0, 0.5, 1.0, math.inf, "without curvature the distance stays")):
        got = number(escape_steps(lr, eigenvalue, start, radius), "the number of steps")
        assert got == wanted, (f"escape_steps({lr}, {eigenvalue}, {start}, {radius}) is {got:g}, expected {wanted}: {advice}")


@register("local-optimum-copy")
def _(copy_of) -> None:
    for units, inputs, outputs in ((3, 2, 1), (5, 3, 2)):
        w1, b1, w2 = draws(units, inputs, seed=1), draws(units, seed=2), draws(outputs, units, seed=3)
        order = torch.arange(units, device=device()).roll(1)
        signs = torch.ones(units, dtype=wide(), device=device())
        signs[::2] = -1
        x, kept = draws(inputs, 7, seed=4), [w.clone() for w in (w1, b1, w2)]
        parts = [tensor(part, "each part") for part in
                 several(copy_of(w1, b1, w2, order, signs), 3, "return w1, b1 and w2 of the copy")]
        assert all(torch.equal(now, before) for now, before in zip((w1, b1, w2), kept)), "the tensors that came have changed"
        for name, part, like in zip(("w1", "b1", "w2"), parts, kept):
            assert part.shape == like.shape, f"{name} of the copy must have shape {tuple(like.shape)}, not {tuple(part.shape)}"
        old = torch.tanh(w1 @ x + b1[:, None])
        new = torch.tanh(parts[0] @ x + parts[1][:, None])
        assert near(new, signs[:, None] * old[order]), (
            "hidden unit i of the copy must give signs[i] times what unit order[i] gave: rows of w1 and entries of b1 "
            "move by w1[order], not back, and both change their sign")
        assert near(parts[2] @ new, w2 @ old), (
            "the copy computes something else: the columns of w2 move and change their signs with their units")


@register("saddle-point-smallest-eigenvalue")
def _(smallest_eigenvalue) -> None:
    for eigenvalues, what in (((5.0, 2.0, -1.0), "the largest is positive and one is negative"),
                              ((-5.0, 2.0, 1.0), "the smallest has the largest absolute value"),
                              ((4.0, 2.0, 1.0), "all are positive"), ((-4.0, -2.0, -1.0), "all are negative"),
                              ((10.0, 6.0, 3.0, 0.5, -0.75), "there are five")):
        size, steps, calls = len(eigenvalues), 60, 0
        q, _ = torch.linalg.qr(draws(size, size, seed=size).cpu())
        H = (q @ torch.tensor(eigenvalues).to(q).diag() @ q.T).to(device(), wide())

        def product(v):
            nonlocal calls
            calls += 1
            return H @ v

        got = number(smallest_eigenvalue(product, draws(size, seed=7), steps), "the eigenvalue")
        lowest, largest = min(eigenvalues), max(eigenvalues, key=abs)
        advice = ("this is the one of largest absolute value: take that away from the matrix and iterate again"
                  if lowest != largest and abs(got - largest) < 0.01 * abs(largest) else
                  "this is the largest one; for a negative μ the first round has found the smallest already"
                  if abs(got - max(eigenvalues)) < 0.01 * abs(largest) else
                  "add μ again to what the second round finds, and take the smaller of the two")
        assert abs(got - lowest) <= 0.01 * abs(largest), (
            f"for eigenvalues {eigenvalues}, where {what}, the answer is {got:g}, expected {lowest:g}: {advice}")
        assert calls <= 2 * steps + 2, f"{calls} products are too many for {steps} steps: 2 · steps + 2 must do"
