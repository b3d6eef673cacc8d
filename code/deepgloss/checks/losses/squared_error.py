"""Checks of the exercises in the chapter on squared error."""

import torch

from ..._device import device, precise
from .. import register
from .._compare import number, several


@register("squared-error-rate")
def _(rate_for_half_sum) -> None:
    for lr, shape in [(0.1, (8,)), (0.3, (64,)), (0.01, (5, 3)), (0.2, (2, 7, 3)), (0.1, (1,))]:
        wanted = 2 * lr / torch.Size(shape).numel()
        got = rate_for_half_sum(lr, shape)
        assert got is not None, "rate_for_half_sum returned None: does it end in a return statement?"
        got = number(got, "rate_for_half_sum")
        examples = shape[0]
        if abs(got - wanted / 2) < 1e-9:
            hint = "the ½ cancels the 2 of the derivative: the half sum pulls e, the mean 2e/N"
        elif abs(got - lr**2 / wanted) < 1e-9:
            hint = "the other way round: the sum pulls harder, so its rate must be smaller"
        elif abs(got - 2 * lr / examples) < 1e-9 and len(shape) > 1:
            hint = "the mean is over all predictions, not over the examples alone"
        else:
            hint = "one error e pulls with 2e/N in the mean and with e in the half sum"
        assert abs(got - wanted) < 1e-9 * lr, (
            f"rate_for_half_sum({lr}, {shape}) gave {got:.4g}, expected {wanted:.4g}: {hint}"
        )


@register("squared-error-weighted-line")
def _(likeliest_line) -> None:
    draws = torch.Generator().manual_seed(5)
    cases = [
        (0.0, [1.0] * 7, "with equal noise it is ordinary least squares"),
        (0.0, [0.1, 3.0, 0.5, 2.0, 0.2, 1.0, 5.0], "each squared error counts 1/σ², not 1/σ or σ²"),
        (2000.0, [0.1, 3.0, 0.5, 2.0, 0.2, 1.0, 5.0],
         "with years as x, Σx² and (Σx)² nearly cancel: take the mean off x first"),
        (1e7, [1.0, 2.0, 0.5, 2.0, 0.2, 1.0, 5.0],
         "Σx² and (Σx)² nearly cancel: take the mean off x first"),
    ]
    for offset, sigma, hint in cases:
        sigma = torch.tensor(sigma, dtype=torch.float64, device=precise())
        x = offset + torch.arange(7, dtype=torch.float64, device=precise())
        noise = torch.randn(7, generator=draws, dtype=torch.float64).to(precise())
        t = 3 - 0.5 * (x - offset) + sigma * noise
        got = likeliest_line(x.clone(), t.clone(), sigma.clone())
        assert got is not None, "likeliest_line returned None: does it end in a return statement?"
        a, b = (number(part, "likeliest_line") for part in several(got, 2, "return the pair (a, b)"))
        wanted_a, wanted_b = _weighted_line(x - offset, t, sigma)
        wanted_a -= wanted_b * offset
        if abs(a - wanted_b) < 1e-6 and abs(b - wanted_a) < 1e-6:
            hint = "intercept first, then slope"
        assert abs(b - wanted_b) < 1e-6, (
            f"the slope for x from {offset:g} on is {b:.6g}, expected {wanted_b:.6g}: {hint}"
        )
        middle, wanted_middle = a + b * (offset + 3), wanted_a + wanted_b * (offset + 3)
        assert abs(middle - wanted_middle) < 1e-4, (
            f"the line at x = {offset + 3:g} is {middle:.6g}, expected {wanted_middle:.6g}: the "
            "best line goes through the weighted means of x and t"
        )


def _weighted_line(x, t, sigma) -> tuple[float, float]:
    """Intercept and slope, from least squares with every row divided by its σ."""
    rows = torch.stack([torch.ones_like(x), x], dim=1) / sigma[:, None]
    a, b = torch.linalg.lstsq(rows, (t / sigma)[:, None]).solution[:, 0].tolist()
    return a, b


@register("squared-error-slow-factor")
def _(pull_ratio) -> None:
    z = torch.tensor([0.0, 1.0, -1.0, 5.0, -5.0, -60.0, 60.0], dtype=torch.float64, device=precise())
    got = pull_ratio(z.clone())
    assert got is not None, "pull_ratio returned None: does it end in a return statement?"
    assert isinstance(got, torch.Tensor) and got.shape == z.shape, (
        f"pull_ratio should return a tensor of the shape {tuple(z.shape)}, not {got!r}"
    )
    smaller = torch.exp(-z.abs())                       # 1/(1 + 1/s) and its complement
    wanted = 2 * smaller / (1 + smaller) ** 2
    for at, value, right in zip(z.tolist(), got.tolist(), wanted.tolist()):
        if abs(2 * value - right) < 1e-9 * right:
            hint = "the square brings a factor 2"
        elif at == 0 or abs(at) <= 5:
            hint = "both gradients contain p − t; what is left?"
        else:
            hint = "1 − σ(z) rounds to 0 there; which σ is the same number?"
        assert abs(value - right) <= 1e-9 * right, (
            f"pull_ratio at z = {at:g} gave {value:.6g}, expected {right:.6g}: {hint}"
        )


@register("squared-error-huber-center")
def _(huber_center) -> None:
    samples = {
        "one target": [3.0],
        "equal targets": [2.0, 2.0, 2.0],
        "an outlier": [1.0, 2.0, 3.0, 4.0, 100.0],
        "an even number": [0.0, 1.0, 5.0, 9.0],
        "negative targets": [-50.0, -4.0, -3.0, -2.5, -1.0, -0.5, 7.0],
    }
    for name, numbers in samples.items():
        t = torch.tensor(numbers, dtype=torch.float64, device=precise())
        for delta in (1e-3, 0.5, 3.0, 1e4):
            got = huber_center(t.clone(), delta)
            assert got is not None, "huber_center returned None: does it end in a return statement?"
            got = number(got, "huber_center")
            # A zero of the slope lies between: it is ≤ 0 just below and ≥ 0 just above.
            below, above = (float((got + side - t).clamp(-delta, delta).sum())
                            for side in (-1e-6, 1e-6))
            mean, median = t.mean().item(), t.median().item()
            if delta == 1e4 and abs(got - median) < 1e-6:
                hint = f"with a δ that covers all errors it should be the mean, {mean:.4g}"
            elif delta == 1e-3 and abs(got - mean) < 1e-6:
                hint = f"with a tiny δ it should be a median, {median:.4g}"
            else:
                hint = "there the clipped errors c − t do not add up to zero"
            assert below <= 1e-9 and above >= -1e-9, (
                f"huber_center({numbers}, {delta:g}) gave {got:.6g} ({name}): {hint}"
            )
