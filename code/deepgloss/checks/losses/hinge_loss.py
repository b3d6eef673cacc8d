"""Checks of the exercises in the chapter on the hinge loss."""

import random

import torch

from ..._device import device, wide
from .. import register
from .._compare import near


def _examples(count: int, size: int, seed: int) -> tuple[torch.Tensor, ...]:
    """Weights (size,), inputs (count, size) and targets of ±1 (count,)."""
    draws = torch.Generator().manual_seed(seed)
    w, x = (torch.randn(shape, generator=draws, dtype=wide()).to(device())
            for shape in ((size,), (count, size)))
    t = 2.0 * torch.randint(2, (count,), generator=draws) - 1
    return w, x, t.to(wide()).to(device())


@register("hinge-loss-gradient")
def _(gradients) -> None:
    on_the_kink = (torch.tensor([1.0, 0.0]), torch.tensor([[1.0, 2.0], [-1.0, 3.0], [0.5, 1.0]]),
                   torch.tensor([1.0, -1.0, 1.0]))
    cases = [(*(part.to(wide()).to(device()) for part in on_the_kink), 0.0,
              "an example exactly on the margin, ty = 1, has no gradient")]
    cases += [(*_examples(7, 3, seed), bias, "examples with ty < 1 pull by −t·x, averaged over all")
              for seed, bias in ((0, 0.0), (1, 0.5), (2, -0.7))]
    w, x, t = _examples(5, 2, 3)
    cases.append((10 * w, t[:, None] * w.expand(5, 2), t, 0.0, "all are safe: no gradient at all"))
    for w, x, t, bias, hint in cases:
        b = torch.tensor(bias, dtype=wide(), device=device())
        margin = t * (x @ w + b)
        pull = -t * (margin < 1)
        wanted = (pull[:, None] * x).sum(0) / len(t), pull.sum() / len(t)
        wrong_only = (-t * (margin < 0) @ x / len(t), (-t * (margin < 0)).sum() / len(t))
        got = gradients(w, b, x, t)
        assert isinstance(got, (tuple, list)) and len(got) == 2, (
            f"gradients should return a pair, for w and for b, not {got!r}"
        )
        for name, ours, right, cut in zip(("w", "b"), got, wanted, wrong_only):
            ours = torch.as_tensor(ours, dtype=wide(), device=device())
            assert ours.shape == right.shape, (
                f"the gradient for {name} should have the shape {tuple(right.shape)}, "
                f"not {tuple(ours.shape)}"
            )
            advice = hint
            if near(ours, len(t) * right) and not near(ours, right):
                advice = "the loss is a mean: divide by the number of examples, all of them"
            elif near(ours, -right) and not near(ours, right):
                advice = "the sign is the wrong way round: the loss falls as ty grows"
            elif near(ours, cut) and not near(ours, right):
                advice = "examples on the right side pull as well, as long as ty < 1"
            assert near(ours, right, atol=1e-9), (
                f"the gradient for {name} is {_text(ours)}, expected {_text(right)}: {advice}"
            )


def _text(numbers: torch.Tensor) -> str:
    return str([round(number, 4) for number in numbers.reshape(-1).tolist()])


@register("hinge-loss-rivals")
def _(rivals) -> None:
    cases = [
        ([[2.0, 1.5, 1.25]], [0], "both rivals are less than 1 behind"),
        ([[3.0, 1.5, 2.5]], [0], "only the last one is within 1"),
        ([[3.0, 2.0, 2.0]], [0], "a rival exactly 1 behind is far enough"),
        ([[0.0, 5.0, 7.0, -9.0]], [0], "rivals above the true class count as well"),
        ([[0.0, 0.0, 0.0]], [1], "in a tie all rivals are too close, the class itself is none"),
        ([[4.0]], [0], "a single class has no rival"),
        ([[1.0, 0.0, 0.5], [1.0, 0.0, 0.5], [9.0, 0.0, 0.5]], [0, 1, 0],
         "each example has its own label"),
    ]
    for scores, labels, hint in cases:
        wanted = [sum(k != c and row[k] - row[c] + 1 > 0 for k in range(len(row)))
                  for row, c in zip(scores, labels)]
        got = rivals(torch.tensor(scores, device=device()), torch.tensor(labels, device=device()))
        assert isinstance(got, torch.Tensor), f"rivals should return a tensor, not {got!r}"
        assert got.tolist() == wanted, (
            f"rivals({scores}, {labels}) gave {got.tolist()}, expected {wanted}: {hint}"
        )


@register("support-vector-machine-step")
def _(step) -> None:
    for seed, penalty, s in ((0, 0.1, 1), (1, 0.1, 2), (2, 0.5, 7), (3, 0.01, 100)):
        w, x, t = _examples(7, 3, seed)
        if seed == 3:
            x = 100 * t[:, None] * w.expand(7, 3)
        before = w.clone()
        got = step(w, x, t, penalty, s)
        assert torch.equal(w, before), "the old weights were changed: return new ones instead"
        assert isinstance(got, torch.Tensor), f"step should return the weights, not {got!r}"
        pull = (t * (t * (x @ w) < 1).to(wide())) @ x
        rate = 1 / (penalty * s)
        wanted = w * (1 - 1 / s) + rate * pull / len(x)
        guesses = {
            "divide by the number of examples": w * (1 - 1 / s) + rate * pull,
            "divide by all examples, not by those inside the margin alone":
                w * (1 - 1 / s) + rate * pull / (t * (x @ w) < 1).sum().clamp(min=1),
            "the penalty pulls as well: λw belongs to the gradient": w + rate * pull / len(x),
            "against the gradient, please: it goes uphill": w * (1 + 1 / s) - rate * pull / len(x),
            "the step size is 1/(λs)": w - (penalty * w - pull / len(x)) / s,
            "examples inside the margin pull too, not only those on the wrong side":
                w * (1 - 1 / s) + rate * ((t * (t * (x @ w) < 0).to(wide())) @ x) / len(x),
        }
        close = near(got, wanted, atol=1e-9) if got.shape == wanted.shape else False
        hint = next((text for text, guess in guesses.items()
                     if not close and got.shape == guess.shape and near(got, guess)
                     and not near(guess, wanted)),
                    "w − (λw − mean of t·x over ty < 1) / (λs)")
        assert close, f"step {s} with λ = {penalty} gave {_text(got)}, expected {_text(wanted)}: {hint}"


@register("support-vector-machine-line")
def _(widest) -> None:
    cases = [
        ([0.0, 1.0, 3.0, 7.0], [-1, -1, 1, 1], "the nearest examples are 1 and 3"),
        ([7.0, 0.0, 3.0, 1.0], [1, -1, 1, -1], "the numbers may come in any order"),
        ([0.0, 1.0, 3.0, 7.0], [1, 1, -1, -1], "the positive class may lie to the left: w < 0"),
        ([-5.0, 4.0], [-1, 1], "two examples: their scores are −1 and 1"),
        ([0.0, 2.0, 1.0], [-1, -1, 1], "no threshold separates these: None"),
        ([1.0, 1.0], [-1, 1], "equal numbers of two classes cannot be separated: None"),
        ([1.0, 2.0, 2.0], [1, 1, -1], "equal numbers of two classes cannot be separated: None"),
    ]
    draws = random.Random(5)
    for _ in range(5):
        gap, shift = draws.uniform(0.1, 5), draws.uniform(-9, 9)
        x = [shift - draws.uniform(0, 3) for _ in range(3)] + [shift + gap + draws.uniform(0, 3)
                                                              for _ in range(4)]
        sign = draws.choice((-1, 1))
        cases.append((x, [-sign] * 3 + [sign] * 4, "the scores of the two nearest examples are ±1"))
    for x, t, hint in cases:
        wanted = _widest(x, t)
        try:
            got = widest(list(x), list(t))
        except ZeroDivisionError:
            raise AssertionError(f"widest({x}, {t}) divides by zero: {hint}") from None
        if wanted is None:
            assert got is None, f"widest({x}, {t}) gave {got}: {hint}"
            continue
        assert isinstance(got, (tuple, list)) and len(got) == 2, (
            f"widest({x}, {t}) gave {got!r}, expected a pair (w, b): {hint}"
        )
        if all(abs(2 * a - b) < 1e-6 * (1 + abs(b)) for a, b in zip(got, wanted)):
            hint = "the nearest scores must be −1 and 1, which are 2 apart"
        assert all(abs(a - b) < 1e-6 * (1 + abs(b)) for a, b in zip(got, wanted)), (
            f"widest({_rounded(x)}, {t}) gave {_rounded(got)}, expected {_rounded(wanted)}: {hint}"
        )


def _rounded(numbers) -> list[float]:
    return [round(float(number), 4) for number in numbers]


def _widest(x, t):
    """By trying every gap between neighbors in order."""
    pairs = sorted(zip(x, t))
    order = [sign for _, sign in pairs]
    changes = [k for k in range(1, len(order)) if order[k] != order[k - 1]]
    if len(changes) != 1 or pairs[changes[0]][0] == pairs[changes[0] - 1][0]:
        return None
    (low, sign), (high, _) = pairs[changes[0] - 1], pairs[changes[0]]
    w = -2 * sign / (high - low)
    return w, sign - w * low
