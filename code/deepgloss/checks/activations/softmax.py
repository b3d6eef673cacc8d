"""Checks of the exercises in the chapter on softmax."""

import math
import tracemalloc

import torch

from ..._device import device, wide
from .. import register
from .._compare import near, number


@register("softmax-temperature")
def _(temperature_for) -> None:
    for odds, gap in [(2.0, 3.0), (10.0, 0.5), (math.e, 1.0), (2.0, 1.0), (1000.0, 7.0), (1.01, 2.0)]:
        wanted = gap / math.log(odds)
        got = temperature_for(odds, gap)
        assert got is not None, "temperature_for returned None: does it end in a return statement?"
        got = number(got, "temperature_for")
        if abs(got * wanted - 1) < 1e-6:
            hint = "upside down: a larger gap needs a higher temperature for the same odds"
        elif abs(got - gap * math.log(odds)) < 1e-6:
            hint = "the logits are divided by T, so exp(gap / T) should be the odds"
        elif abs(got - gap / odds) < 1e-6:
            hint = "the odds are exp(gap / T), not gap / T"
        elif abs(got - gap / math.log2(odds)) < 1e-6 or abs(got - gap / math.log10(odds)) < 1e-6:
            hint = "softmax raises e, so the natural logarithm is asked for"
        else:
            hint = "softmax([gap / T, 0]) should have the ratio odds : 1"
        assert abs(got - wanted) <= 1e-6 * wanted, (
            f"temperature_for({odds:g}, {gap:g}) gave {got:.6g}, expected {wanted:.6g}: {hint}"
        )


@register("softmax-jacobian-product")
def _(jacobian_product) -> None:
    draws = torch.Generator().manual_seed(3)
    for rows, classes in [(1, 2), (5, 3), (3, 7), (1, 200_000)]:
        p = torch.softmax(torch.randn(rows, classes, generator=draws, dtype=wide()), -1)
        v = torch.randn(rows, classes, generator=draws, dtype=wide())
        p, v = p.to(device()), v.to(device())
        inner = torch.stack([a @ b for a, b in zip(p, v)])[:, None]
        wanted = p * v - p * inner
        try:
            got = jacobian_product(p.clone(), v.clone())
        except (MemoryError, RuntimeError) as error:
            if classes < 1000:
                raise
            raise AssertionError(
                f"with {classes:,} classes no (K, K) matrix fits into memory; multiply the two "
                f"terms with v one by one. PyTorch says: {str(error):.80}"
            ) from None
        assert got is not None, "jacobian_product returned None: does it end in a return statement?"
        assert getattr(got, "shape", None) == p.shape, (
            f"p and v of shape {tuple(p.shape)} should give the same shape, not "
            f"{tuple(getattr(got, 'shape', ()))}"
        )
        if near(got, wanted, atol=1e-9):
            continue
        if near(got, p * v, atol=1e-9):
            hint = "diag(p)·v is only the first term; p·(pᵀv) is still to be taken off"
        elif near(got, p * v - inner, atol=1e-9):
            hint = "the second term is p times the number pᵀv"
        elif near(got, p * (v - v.mean(-1, keepdim=True)), atol=1e-9):
            hint = "the mean of v is to be taken under p, Σ p·v, not with equal weights"
        elif near(got, p * (v - (p * v).sum()), atol=1e-9):
            hint = "each row has a sum of its own: keep the rows apart"
        elif near(got, p * (1 - p) * v, atol=1e-9):
            hint = "the Jacobian is full: logits move the other classes' probabilities too"
        else:
            hint = "expected p ⊙ v − p·(pᵀv), row by row"
        raise AssertionError(f"wrong for {rows} × {classes}: {hint}")


class _Once:
    """An iterator that counts what was read, so that a second pass cannot go unnoticed."""

    def __init__(self, numbers):
        self.numbers = list(numbers)
        self.read = 0

    def __iter__(self):
        return self

    def __next__(self):
        if self.read == len(self.numbers):
            raise StopIteration
        self.read += 1
        return self.numbers[self.read - 1]


@register("softmax-online")
def _(online_logsumexp) -> None:
    inf = math.inf
    cases = [
        ([0.0, 0.0], "two equal numbers: ln 2"),
        ([1.0, 2.0, 3.0], "the sum has to shrink when a larger number comes"),
        ([3.0, 2.0, 1.0], "a smaller number adds exp(x − largest)"),
        ([-1.0, 5.0, 2.0, 7.0, 7.0], "rescale the sum at every new largest number, by exp(old − new)"),
        ([1e4, 1e4 - 1], "exp of a large number overflows: exponents should be differences"),
        ([-1e4, -1e4], "exp of −10000 is 0: the largest number so far should start at −∞, not at 0"),
        ([-5.0], "a single number is its own log-sum-exp"),
        ([-inf, 1.0, -inf], "exp(−∞) adds nothing, and −∞ − (−∞) is NaN"),
        ([-inf, -inf], "only −∞: the sum is 0 and its logarithm −∞"),
        ([], "an empty sum is 0, and its logarithm −∞"),
        ([1.0, inf, 2.0], "with +∞ among them the answer is +∞"),
        ([inf, -1.0, inf], "∞ − ∞ is NaN; with +∞ among them the answer is +∞"),
        ([math.log(k) for k in range(1, 101)], "the logarithms of 1, …, 100 give ln 5050"),
    ]
    for numbers, hint in cases:
        finite = [x for x in numbers if x > -inf]
        largest = max(finite, default=-inf)
        wanted = largest
        if finite and largest < inf:
            wanted = largest + math.log(math.fsum(math.exp(x - largest) for x in finite))
        shown = numbers if len(numbers) < 9 else "ln 1, …, ln 100"
        try:
            got = online_logsumexp(_Once(numbers))
        except (ArithmeticError, ValueError, TypeError, IndexError, AttributeError) as error:
            raise AssertionError(
                f"{shown} raised {type(error).__name__} ({error}): {hint}; the numbers come from "
                "an iterator that has no length and can be read only once"
            ) from None
        assert got is not None, "online_logsumexp returned None: does it end in a return statement?"
        got = number(got, "online_logsumexp")
        assert math.isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-9), (
            f"{shown} gave {got:.8g}, expected {wanted:.8g}: {hint}"
        )
    stored = _kept(online_logsumexp, 100_000)
    assert stored < 400_000, (
        f"100,000 numbers took {stored:,} bytes of memory: they are stored; one pass needs the "
        "largest number so far and the sum relative to it, two numbers in all"
    )


def _kept(online_logsumexp, count: int) -> int:
    """The memory in bytes that a call takes at most while it reads so many numbers."""
    tracing = tracemalloc.is_tracing()
    if not tracing:
        tracemalloc.start()
    try:
        tracemalloc.reset_peak()
        before = tracemalloc.get_traced_memory()[0]
        online_logsumexp(k % 97 / 8 for k in range(count))
        return tracemalloc.get_traced_memory()[1] - before
    finally:
        if not tracing:
            tracemalloc.stop()


@register("softmax-masked")
def _(masked_softmax) -> None:
    nan, inf = math.nan, math.inf
    cases = [
        ([[1.0, 2.0, 3.0]], [[True, True, True]], "with everything allowed it is softmax"),
        ([[1.0, 2.0, 3.0]], [[True, False, True]], "what is not allowed gets 0, the others share 1"),
        ([[1.0, 2.0], [3.0, 4.0]], [[False, True], [False, False]],
         "a row in which nothing is allowed gives zeros"),
        ([[1e4, 0.0, -1e4], [-1e4, -1e4, 0.0]], [[True, True, True], [True, True, False]],
         "logits of ±10000 must neither overflow nor all vanish: shift by the largest allowed one"),
        ([[0.0, 5e4, 1.0]], [[True, False, True]],
         "the shift is the largest *allowed* logit, or all that is left underflows"),
        ([[nan, 1.0, inf, 2.0]], [[False, True, False, True]],
         "numbers that are not allowed must not take part in any arithmetic, since 0 · NaN is NaN"),
    ]
    for values, mask, hint in cases:
        x = torch.tensor(values, dtype=wide(), device=device(), requires_grad=True)
        allowed = torch.tensor(mask, device=device())
        wanted, slope = torch.zeros_like(x), torch.zeros_like(x)
        g = torch.arange(1.0, x.shape[1] + 1, dtype=x.dtype, device=x.device)
        for r in range(len(x)):
            open_ = allowed[r]
            if open_.any():
                p = torch.softmax(x.detach()[r, open_], 0)
                wanted[r, open_] = p
                slope[r, open_] = p * (g[open_] - p @ g[open_])
        got = masked_softmax(x, allowed)
        assert got is not None, "masked_softmax returned None: does it end in a return statement?"
        assert got.shape == x.shape, (
            f"logits {tuple(x.shape)} should give the same shape, not {tuple(got.shape)}"
        )
        assert near(got, wanted, atol=1e-9), (
            f"logits {values} with the mask {mask} gave {got.tolist()}: {hint}"
        )
        assert got.requires_grad, "the result has no gradient: keep to tensor operations"
        (gradient,) = torch.autograd.grad((got * g).sum(), x)
        assert not gradient.isnan().any(), (
            f"the values are right, but the gradient for {values} with the mask {mask} is NaN: "
            "replace what is not allowed before the arithmetic, not after; a NaN that torch.where "
            "hides on the way up comes back on the way down"
        )
        assert near(gradient, slope, atol=1e-9), (
            f"the values are right, but the gradient for {values} with the mask {mask} is not"
        )
    x = torch.tensor([[1.0, nan, 2.0], [1.0, nan, 2.0]], dtype=wide(), device=device())
    allowed = torch.tensor([[True, False, True], [True, True, False]], device=device())
    got = masked_softmax(x, allowed)
    assert near(got[0], torch.softmax(x[0, [0, 2]], 0)[[0, 0, 1]] * allowed[0], atol=1e-9), (
        "a NaN in one row must leave the other rows alone"
    )
    assert got[1, :2].isnan().all(), (
        f"a NaN among the allowed logits must show, but [1, NaN] became {got[1, :2].tolist()}: "
        "nan_to_num and its like hide the bug that made it, too"
    )
