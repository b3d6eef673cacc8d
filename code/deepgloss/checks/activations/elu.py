"""Checks of the exercises in the chapter on ELU."""

import math

import torch

from ..._device import device, precise, wide
from .. import register
from .._compare import number, several, tensor


@register("elu-inverse")
def _(inverse) -> None:
    for alpha in (1.0, 0.5, 2.0):
        x = torch.tensor([-6.0, -1.0, -1e-3, -1e-12, 0.0, 1e-12, 2.0, 800.0, 1e4],
                         dtype=torch.float64, device=precise())
        y = torch.where(x > 0, x, alpha * torch.expm1(x.clamp(max=0)))
        got = inverse(y.clone(), alpha)
        got = tensor(got, "inverse")
        assert got.shape == x.shape, f"the result should have the shape {tuple(x.shape)} of y"
        # Near the floor y has few digits left: 1e-9 allows for that, a lost expm1 it does not.
        wrong = ~((got - x).abs() <= 1e-9 * x.abs())
        if wrong.any():
            k = int(wrong.int().argmax())
            value, wanted = got[k].item(), x[k].item()
            if math.isnan(value) or math.isinf(value):
                hint = "the logarithm sees a number that is not its own: clamp what goes in"
            elif wanted > 0:
                hint = "positive numbers come through as they are"
            elif abs(wanted) < 1e-6:
                hint = "log(1 + t) loses the digits of a small t: log1p(t) keeps them"
            elif abs(math.log1p(y[k].item()) - value) < 1e-9 if y[k] > -1 else False:
                hint = "divide by alpha before taking the logarithm"
            else:
                hint = "solve alpha · (exp(x) − 1) = y for x"
            raise AssertionError(
                f"inverse({y[k].item():.6g}, {alpha:g}) gave {value:.6g}, expected {wanted:.6g}: "
                f"{hint}"
            )


@register("elu-backward")
def _(backward) -> None:
    for dtype in (torch.float32, wide()):
        for alpha in (1.0, 0.5, 2.0):
            sizes = [-1e4, -50.0, -20.0, -1.0, -1e-3, 0.0, 1e-3, 3.0, 200.0, 1e4]
            x = torch.tensor(sizes, dtype=dtype, device=device())
            upstream = torch.linspace(-2, 3, len(x), dtype=dtype, device=x.device)
            slopes = [1.0 if v > 0 else alpha * math.exp(v) for v in x.tolist()]
            wanted = upstream * torch.tensor(slopes, dtype=dtype, device=x.device)
            got = backward(upstream.clone(), x.clone(), alpha)
            got = tensor(got, "backward")
            assert got.shape == x.shape, f"the result should have the shape {tuple(x.shape)} of x"
            wrong = ~((got - wanted).abs() <= 1e-5 * wanted.abs())
            if not wrong.any():
                continue
            k = int(wrong.int().argmax())
            value, place = got[k].item(), x[k].item()
            if not math.isfinite(value):
                hint = "the exponential of a large number is infinite, and 0 · inf is NaN: clamp x"
            elif place == 0:
                hint = "at 0 the derivative is alpha, as on the closed side"
            elif place <= -20 and value == 0:
                hint = "f(x) has rounded to −alpha there: use exp(x), not f(x) + alpha"
            elif math.isclose(value, slopes[k], rel_tol=1e-5):
                hint = "multiply by the gradient that comes from above"
            elif place < 0 and math.isclose(value * alpha, wanted[k].item(), rel_tol=1e-5):
                hint = "alpha is a factor of the derivative"
            else:
                hint = "1 where x > 0, alpha · exp(x) elsewhere, times the gradient"
            raise AssertionError(
                f"backward at x = {place:g} with alpha = {alpha:g} gave {value:.6g}, expected "
                f"{wanted[k].item():.6g}: {hint}"
            )


def _normal_mean(function, mean: float, std: float) -> float:
    """E[f(z)] for z ~ N(mean, std²), by the trapezoidal rule on both sides of 0."""
    total = 0.0
    for low, high in ((min(mean - 12 * std, -1e-9), 0.0), (0.0, max(mean + 12 * std, 1e-9))):
        z = torch.linspace(low, high, 40_001, dtype=wide())
        density = torch.exp(-(((z - mean) / std) ** 2) / 2) / (std * math.sqrt(2 * math.pi))
        total += torch.trapezoid(function(z) * density, z).item()
    return total


@register("elu-mean")
def _(mean_output) -> None:
    for mean, std in [(0.0, 1.0), (0.0, 2.0), (1.0, 1.0), (-1.0, 0.5), (-3.0, 1.0), (2.0, 0.25)]:
        wanted = _normal_mean(lambda z: torch.where(z > 0, z, torch.expm1(z.clamp(max=0))),
                              mean, std)
        got = mean_output(mean, std)
        assert got is not None, "mean_output returned None: does it end in a return statement?"
        got = number(got, "mean_output")
        relu = _normal_mean(torch.relu, mean, std)
        hint = "E[z; z > 0] + E[exp(z); z < 0] − P(z < 0)"
        if abs(got - relu) < 1e-6:
            hint = "that is ReLU's mean: the negative side has outputs too"
        elif abs(got - (wanted + _normal_mean(lambda z: (z < 0).to(wide()), mean, std))) < 1e-4:
            hint = "exp(z) − 1: the −1 counts as often as z is negative"
        elif mean and abs(got - mean_output(0.0, std)) < 1e-9:
            hint = "the mean of the inputs matters as well"
        elif mean and std == 1.0:
            hint += "; completing the square also leaves a factor exp(mean + std²/2)"
        assert abs(got - wanted) < 1e-5, (
            f"mean_output({mean:g}, {std:g}) gave {got:.6g}, expected {wanted:.6g}: {hint}"
        )


@register("elu-fixed-point")
def _(constants) -> None:
    for variance in (1.0, 0.25, 4.0, 0.5):
        got = constants(variance)
        assert got is not None, "constants returned None: does it end in a return statement?"
        alpha, scale = (number(c, "constants") for c in several(got, 2, "return the pair (alpha, scale)"))

        def output(z, alpha=alpha, scale=scale):
            return scale * torch.where(z > 0, z, alpha * torch.expm1(z.clamp(max=0)))

        std = math.sqrt(variance)
        mean = _normal_mean(output, 0.0, std)
        square = _normal_mean(lambda z: output(z) ** 2, 0.0, std)
        start = f"constants({variance:g}) gave ({alpha:.6g}, {scale:.6g}): "
        assert abs(mean) < 1e-4, (
            f"{start}the mean of the outputs is {mean:.4g}, not 0: "
            + ("alpha depends on the variance" if abs(alpha - 1.6732632) < 1e-4 else
               "choose alpha so that the floor balances the positive side")
        )
        assert abs(square - variance) < 1e-4, (
            f"{start}the variance of the outputs is {square:.4g}, not {variance:g}: "
            + ("that is 1, but the fixed point should be at the variance asked for"
               if abs(square - 1) < 1e-3 else
               "the scale enters it squared" if abs(square - scale * variance) < 1e-3
               or abs(square - variance / scale**2) < 1e-3 or abs(square - variance**2) < 1e-3
               else "solve Q(variance) = variance for the scale")
        )
