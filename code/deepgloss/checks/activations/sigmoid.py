"""Checks of the exercises in the chapter on the sigmoid."""

import math

import torch

from ..._device import device, wide
from .. import register
from .._compare import near, number, tensor


@register("sigmoid-transition")
def _(transition_width) -> None:
    for eps in (0.25, 0.5, 0.1, 0.4, 1e-3, 1e-12):
        got = transition_width(eps)
        assert got is not None, "transition_width returned None: does it end in a return?"
        got, wanted = number(got, "transition_width"), 2 * math.log((1 - eps) / eps)
        if math.isclose(2 * got, wanted, rel_tol=1e-6):
            hint = "that is the distance from 0 to one end; the interval has two sides"
        elif math.isclose(got, -wanted, rel_tol=1e-6, abs_tol=1e-9) and wanted:
            hint = "a width is positive: which end is which?"
        elif math.isclose(got, -2 * math.log(eps), rel_tol=1e-6):
            hint = "σ(x) ≈ eˣ holds far to the left only; solve σ(x) = ε exactly"
        else:
            hint = "at which x is σ(x) = ε? The logit is the inverse of σ"
        assert math.isclose(got, wanted, rel_tol=1e-6, abs_tol=1e-9), (
            f"transition_width({eps:g}) gave {got:.6g}, expected {wanted:.6g}: {hint}"
        )


@register("sigmoid-log")
def _(log_sigmoid) -> None:
    numbers = [0.0, 1.0, -1.0, 5.0, -5.0, 20.0, 80.0, -80.0, -104.0, 1e4, -1e4]
    x = torch.tensor(numbers, device=device())
    exact = [min(v, 0.0) - math.log1p(math.exp(-abs(v))) for v in numbers]
    got = log_sigmoid(x.clone())
    assert isinstance(got, torch.Tensor), f"log_sigmoid should return a tensor, not {got!r}"
    assert got.shape == x.shape, f"{tuple(x.shape)} numbers in, {tuple(got.shape)} out"
    for number, value, wanted in zip(numbers, got.tolist(), exact):
        if math.isnan(value):
            hint = "∞ − ∞ or 0 · ∞: what overflows?"
        elif math.isinf(value):
            hint = "an exponential overflowed, or the logarithm was handed a 0"
        elif number > 0 and value == 0:
            hint = "1 + e⁻ˣ rounds to 1: log1p keeps what + loses"
        else:
            hint = "ln σ(x) = −ln(1 + e⁻ˣ); for negative x, pull x out first"
        assert math.isclose(value, wanted, rel_tol=1e-5, abs_tol=1e-37), (
            f"log_sigmoid({number:g}) gave {value:.6g}, expected {wanted:.6g}: {hint}"
        )
    nan = log_sigmoid(torch.tensor([float("nan")], device=device()))
    assert nan.isnan().all(), "of NaN the answer should be NaN, or a broken run looks sound"


@register("sigmoid-posterior")
def _(posterior_line) -> None:
    draws = torch.Generator().manual_seed(11)
    for size, share1 in [(1, 0.5), (2, 0.5), (3, 0.5), (2, 0.2), (5, 0.9)]:
        mean0, mean1 = torch.randn(2, size, generator=draws, dtype=wide())
        root = torch.randn(size, size, generator=draws, dtype=wide())
        covariance = root @ root.T + torch.eye(size, dtype=wide())
        points = torch.randn(7, size, generator=draws, dtype=wide())
        mean0, mean1, covariance, points = (
            v.to(device()) for v in (mean0, mean1, covariance, points)
        )
        answer = posterior_line(mean0, mean1, covariance, share1)
        assert isinstance(answer, tuple) and len(answer) == 2, (
            f"posterior_line should return w and b, not {answer!r}"
        )
        w, b = answer
        assert getattr(w, "shape", None) == (size,), f"w should be a tensor of shape ({size},)"
        got = points @ w + b
        evidence, prior = _evidence(points, mean0, mean1, covariance), _logit(share1)
        if near(got, -(evidence + prior)):
            hint = "this is the log-odds of class 0"
        elif share1 != 0.5 and near(got, evidence):
            hint = "the prior is missing: it adds its own log-odds to b"
        elif share1 != 0.5 and near(got, evidence - prior):
            hint = "the prior enters with the wrong sign"
        elif near(got - got.mean(), evidence - evidence.mean()):
            hint = "w is right, b is not: at the midpoint of the means the evidence is 0"
        else:
            hint = "w is not right: equal covariances make it Σ⁻¹(μ₁ − μ₀)"
        assert near(got, evidence + prior), (
            f"in {size} dimensions with share {share1:g} the log-odds of a point are "
            f"{got[0].item():.4g}, expected {(evidence + prior)[0].item():.4g}: {hint}"
        )


def _evidence(points, mean0, mean1, covariance) -> torch.Tensor:
    """ln p₁(x)/p₀(x) from the densities themselves, the quadratic terms included."""
    densities = [
        torch.distributions.MultivariateNormal(mean, covariance).log_prob(points)
        for mean in (mean0, mean1)
    ]
    return densities[1] - densities[0]


def _logit(p: float) -> float:
    return math.log(p / (1 - p))


@register("sigmoid-newton")
def _(newton_step) -> None:
    draws = torch.Generator().manual_seed(5)
    for count, size in [(23, 2), (101, 3), (211, 5)]:
        x = torch.randn(count, size, generator=draws, dtype=wide())
        x[:, -1] = 1
        truth = torch.randn(size, generator=draws, dtype=wide())
        chance = torch.sigmoid(x @ truth)
        t = (torch.rand(count, generator=draws, dtype=wide()) < chance).to(wide())
        x, t = x.to(device()), t.to(device())
        for w in (torch.zeros_like(x[0]), truth.to(device()) / 2):
            _compare_step(newton_step, w, x, t)


def _compare_step(newton_step, w, x, t) -> None:
    def loss(w):
        return torch.nn.functional.binary_cross_entropy_with_logits(x @ w, t, reduction="sum")

    before = w.clone()
    gradient = torch.autograd.functional.jacobian(loss, w)
    hessian = torch.autograd.functional.hessian(loss, w)
    wanted = w - torch.linalg.solve(hessian, gradient)
    got = newton_step(w, x, t)
    got = tensor(got, "newton_step")
    assert torch.equal(w, before), "the weights that are handed over should stay as they are"
    assert got.shape == w.shape, f"expected shape {tuple(w.shape)}, not {tuple(got.shape)}"
    if near(got - w, w - wanted):
        hint = "the step goes uphill: the gradient is x·(p − t), and it is subtracted"
    elif near(got, w - torch.linalg.solve(x.T @ x / 4, gradient)):
        hint = "p(1 − p) is ¼ at 0 alone; each example has its own"
    elif near(got, w - torch.linalg.solve(x.T @ x, gradient)):
        hint = "that is the matrix of least squares; here each example is weighted by p(1 − p)"
    elif near(got, w - gradient):
        hint = "that is a step of gradient descent: H is missing"
    elif near(got - w, (wanted - w) * len(x)) or near(
        got - w, (wanted - w) / len(x)
    ):
        hint = "sum both g and H over the examples, or average both"
    else:
        hint = "differentiate Σ (p − t)·x once more: dp/dw = p(1 − p)·x"
    assert near(got, wanted, rtol=1e-6, atol=1e-9), (
        f"one step for {tuple(x.shape)} inputs is off by up to "
        f"{(got - wanted).abs().max().item():.3g}: {hint}"
    )
