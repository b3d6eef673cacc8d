"""Checks of the exercises in optimization/learning-rate."""

import math

import torch

from .. import register
from ..._device import device
from .._compare import number, several


@register("learning-rate-regime")
def _(regime) -> None:
    for lr, curvature, wanted, why in (
            (0.25, 2.0, "creeps", "ηλ = 0.5, and w is halved in each step"),
            (0.5, 2.0, "arrives", "ηλ = 1, and one step ends at the minimum"),
            (0.75, 2.0, "overshoots", "ηλ = 1.5: the sign changes in each step, and w is halved"),
            (1.0, 2.0, "swings", "ηλ = 2: w becomes −w"),
            (1.5, 2.0, "diverges", "ηλ = 3: w becomes −2w"),
            (8.0, 0.0625, "creeps", "ηλ = 0.5; it is the product that counts, not the rate"),
            (0.125, 8.0, "arrives", "ηλ = 1; it is the product that counts, not the rate"),
            (16.0, 0.125, "swings", "ηλ = 2; it is the product that counts, not the rate"),
            (0.0625, 48.0, "diverges", "ηλ = 3; it is the product that counts, not the rate")):
        got = regime(lr, curvature)
        assert isinstance(got, str) and got == wanted, (
            f"for the rate {lr} and the curvature {curvature} this is {got!r}, expected {wanted!r}: {why}")


@register("learning-rate-warmup-cosine")
def _(rate) -> None:
    for lr, warmup, steps in ((1.0, 10, 100), (0.3, 0, 7), (2.0, 1, 2), (0.01, 3, 11)):
        for step in sorted({0, warmup // 2, max(warmup - 1, 0), warmup, (warmup + steps) // 2, steps - 1, steps, steps + 5}):
            got = number(rate(step, lr, warmup, steps), "the rate")
            share = min(max(step - warmup, 0) / (steps - warmup), 1)
            wanted = lr * step / warmup if step < warmup else lr * (1 + math.cos(math.pi * share)) / 2
            case = f"with lr = {lr}, warmup = {warmup}, steps = {steps}"
            if math.isclose(got, wanted, rel_tol=1e-5, abs_tol=1e-9):
                continue
            if step < warmup:
                advice = "the warm-up is a line from 0 at step 0 to lr at step warmup"
            elif step > steps:
                advice = "after the last step the rate stays 0; the cosine itself would rise again"
            else:
                advice = "the cosine begins at the end of the warm-up, and its half ends at `steps`"
            raise AssertionError(f"{case} the rate at step {step} is {got:g}, expected {wanted:g}: {advice}")


@register("learning-rate-plateau")
def _(plateau_rates) -> None:
    nan = math.nan
    cases = (
        ([3.0, 2.0, 1.0], 1, "a loss that always improves never lowers the rate"),
        ([1.0, 1.0, 1.0], 1, "an equal loss is not better; the rate falls when more than `patience` were not"),
        ([1.0, 2.0, 2.0, 0.5, 2.0, 2.0, 2.0], 2, "a better loss sets the count back to 0"),
        ([1.0, 2.0, 1.5, 2.0, 1.5, 2.0], 4, "better is what is below every loss before, not below the last one"),
        ([1.0, 2.0, 2.0, 1.5, 1.5, 0.9, 2.0], 1, "the best loss is kept when the rate falls; only the count starts anew"),
        ([1.0, 2.0, 1.5, 1.4, 1.3, 1.2, 1.1], 1, "better is what is below every loss before, not below the last one"),
        ([1.0, 2.0, 2.0, 2.0, 2.0, 2.0], 0, "with a patience of 0 each loss that is not better lowers the rate"),
        ([nan, nan, 1.0, nan, nan, 0.5], 1, "NaN is never better"),
        ([], 3, "no losses, no rates"),
    )
    for k, (losses, patience, advice) in enumerate(cases):
        start, factor = (1.0, 0.5) if k % 2 else (0.8, 0.25)
        got = several(plateau_rates(list(losses), start, factor, patience), len(losses), "return one rate after each loss")
        got = [number(rate, "a rate") for rate in got]
        lr, best, bad, wanted = start, math.inf, 0, []
        for loss in losses:
            best, bad = (loss, 0) if loss < best else (best, bad + 1)
            if bad > patience:
                lr, bad = lr * factor, 0
            wanted.append(lr)
        assert all(math.isclose(a, b, rel_tol=1e-6) for a, b in zip(got, wanted)), (
            f"for the losses {losses} with patience {patience}, factor {factor} and lr = {start} the rates are {got}, expected "
            f"{wanted}: {advice}")


@register("learning-rate-limit")
def _(largest_stable_rate) -> None:
    for values, case in (([1.0, 2.0, 5.0], "for eigenvalues 1, 2 and 5"),
                         ([-1.0, 0.0, 0.5, 3.0], "for eigenvalues −1, 0, 0.5 and 3"),
                         ([-9.0, -8.0, 0.0, 1.8, 2.0], "for eigenvalues −9, −8, 0, 1.8 and 2"),
                         ([0.02] * 20 + [0.04], "for twenty eigenvalues of 0.02 and one of 0.04"),
                         ([-200.0, 10.0, 100.0], "for eigenvalues −200, 10 and 100"),
                         ([-2 + 2.9 * k / 598 for k in range(599)] + [1.0], "for 600 eigenvalues from −2 to 1")):
        size, calls = len(values), 0
        draws = torch.Generator().manual_seed(size)
        q = torch.linalg.qr(torch.randn(size, size, generator=draws, dtype=torch.float64))[0]
        H = (q @ torch.tensor(values, dtype=torch.float64).diag() @ q.T).float().to(device())

        def product(v):
            nonlocal calls
            calls += 1
            assert isinstance(v, torch.Tensor) and v.shape == (size,), (
                f"product takes a vector of {size} numbers, not "
                f"{tuple(v.shape) if isinstance(v, torch.Tensor) else type(v).__name__}")
            return H @ v

        got = number(largest_stable_rate(product, size), "the rate")
        wanted = 2 / max(values)
        if not math.isclose(got, wanted, rel_tol=0.01):
            largest = max(values, key=abs)
            advice = (f"this comes from {largest:g}, the eigenvalue of the largest size, which is negative: add a "
                      "number to all eigenvalues first" if math.isclose(abs(got), abs(2 / largest), rel_tol=0.02) else
                      "this is 1/λmax" if math.isclose(got, wanted / 2, rel_tol=0.02) else
                      "2/λmax, the largest eigenvalue; multiply by H (plus a number times v) often enough, "
                      "and keep v at length 1")
            raise AssertionError(f"{case} the limit is {got:g}, expected {wanted:g}: {advice}")
        assert calls <= 500, f"{case} product was called {calls} times; 500 are allowed"
