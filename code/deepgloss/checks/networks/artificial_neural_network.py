"""Checks of the exercises in networks/artificial-neural-network."""

import math

import torch

from .. import register
from .._compare import draws, near, number, same, tensor


@register("artificial-neural-network-neuron")
def _(neuron) -> None:
    for x, w, b in (([1.0], [2.0], 0.5), ([5.0, 2.0], [0.5, 1.5], -4.0), ([1.0, -2.0, 3.0], [2.0, 0.5, -1.0], 1.5),
                    ([1.0, 2.0, 3.0, 4.0, 5.0], [0.1, 0.2, 0.3, -0.4, 0.5], 0.0)):
        total = math.fsum(a * c for a, c in zip(x, w)) + b
        wanted = max(total, 0.0)
        got = number(neuron(list(x), list(w), b), "neuron(x, w, b)")
        right = math.isclose(got, wanted, rel_tol=1e-4, abs_tol=1e-6)
        slips = [(total, "a negative sum is replaced by 0: apply ReLU"),
                 (max(total - b, 0.0), "the bias is missing"),
                 (max(total - b, 0.0) + b, "the bias belongs inside ReLU: add it before the sum is cut off at 0"),
                 (max(sum(x) * sum(w) + b, 0.0), "multiply each input by its own weight, then add up")]
        advice = next((text for value, text in slips if math.isclose(got, value, rel_tol=1e-6, abs_tol=1e-9)),
                      "add up weights times inputs and the bias, then replace a negative sum by 0")
        assert right, f"for x = {x}, w = {w}, b = {b:g} the output is {got:g}, wanted is {wanted:g}: {advice}"


@register("artificial-neural-network-bias")
def _(absorb) -> None:
    for units, inputs in ((3, 5), (7, 2), (1, 1), (4, 4)):
        W, b = draws(units, inputs), draws(units, seed=1)
        wanted = torch.cat([W, b[:, None]], dim=1)
        got = tensor(absorb(W.clone(), b.clone()), "absorb(W, b)")
        if got.shape == wanted.shape:
            first = torch.cat([b[:, None], W], dim=1)
            assert near(got, wanted) or not near(got, first.to(got)), (
                "the 1 comes last in (x₁, …, x_D, 1), so the biases are the last column, not the first")
        same(got, wanted, "absorb(W, b)", "the biases are one more column, behind those of W")


@register("artificial-neural-network-sparse")
def _(as_matrix) -> None:
    for taps, n in ((3, 7), (1, 5), (5, 5), (2, 11)):
        w = draws(taps, seed=taps)
        rows = n - taps + 1
        wanted = torch.zeros(rows, n).to(w)
        for i in range(rows):
            wanted[i, i:i + taps] = w
        got = tensor(as_matrix(w.clone(), n), "as_matrix(w, n)")
        assert got.shape != (n, n) or n == rows, (
            f"as_matrix(w, {n}) has {n} rows: with {taps} weights only {rows} windows fit, n − K + 1")
        if got.shape == wanted.shape:
            turned = torch.zeros(rows, n).to(w)
            for i in range(rows):
                turned[i, i:i + taps] = w.flip(0)
            assert near(got, wanted) or not near(got, turned.to(got)), (
                "the weights run backwards: w₁ belongs to the first input of each window")
        same(got, wanted, "as_matrix(w, n)", "row i holds the weights in columns i to i + K − 1, and zeros elsewhere")


@register("artificial-neural-network-spike")
def _(needed_current) -> None:
    for rate, tau, threshold, refractory in ((50.0, 20.0, 1.0, 2.0), (10.0, 11.0, 0.7, 3.0), (200.0, 23.0, 5.0, 1.0)):
        climb = 1000 / rate - refractory
        wanted = threshold / (1 - math.exp(-climb / tau))
        got = number(needed_current(rate, tau, threshold, refractory), "needed_current(…)")
        slips = [(threshold / (1 - math.exp(-1000 / rate / tau)), "the pause after each spike takes part of the time"),
                 (wanted / threshold, "the current grows with the threshold"),
                 (threshold / math.exp(-climb / tau), "solve θ = I (1 − e^(−t/τ)) for I")]
        advice = next((text for value, text in slips if math.isclose(got, value, rel_tol=1e-6)),
                      "solve (5) for I: t = 1000/r − t_ref is the time from 0 to the threshold")
        assert math.isclose(got, wanted, rel_tol=1e-4), (
            f"for {rate:g} spikes per second, tau {tau:g}, threshold {threshold:g} and refractory {refractory:g} the "
            f"current is {got:g}, wanted is {wanted:g}: {advice}")
    for rate in (500.0, 501.0, 2000.0):
        got = number(needed_current(rate, 20.0, 1.0, 2.0), "needed_current(…)")
        assert got == math.inf, (
            f"{rate:g} spikes per second with pauses of 2 ms are out of reach for every current: return math.inf, not {got:g}")
