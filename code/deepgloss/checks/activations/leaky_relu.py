"""Checks of the exercises in the chapter on Leaky ReLU."""

from fractions import Fraction

import torch

from ..._device import device, wide
from .. import register
from .._compare import number, tensor


@register("leaky-relu-inverse")
def _(inverse) -> None:
    y = torch.tensor([-8.0, -1.0, -0.25, 0.0, 0.5, 3.0, 1e4], dtype=wide(), device=device())
    for slope in (0.01, 0.5, 1.0, 4.0):
        before = y.clone()
        x = inverse(y, slope)
        x = tensor(x, "inverse")
        assert torch.equal(y, before), "inverse changed its argument: return new numbers instead"
        assert x.shape == y.shape, f"the result should have the shape {tuple(y.shape)} of y"
        wanted = torch.tensor([v if v > 0 else v / slope for v in y.tolist()]).to(x)
        wrong = (x - wanted).abs() > 1e-9 * (1 + wanted.abs())
        if wrong.any():
            k = int(wrong.int().argmax())
            hint = (
                "that applies the function once more: divide by the slope instead"
                if abs(x[k] - y[k] * slope) < 1e-9 else
                "positive numbers come through as they are" if y[k] > 0 else
                "which x ≤ 0 has slope · x = y? (mind slopes above 1)"
            )
            raise AssertionError(
                f"inverse({y[k].item():g}, {slope:g}) gave {x[k].item():g}, expected "
                f"{wanted[k].item():g}: {hint}"
            )


@register("parametric-relu-gradient")
def _(slope_gradient) -> None:
    draws = torch.Generator().manual_seed(11)
    for shape in ((5, 3), (2, 3, 7), (2, 5, 3, 7), (3, 1, 2)):
        x, upstream = (
            torch.randn(shape, generator=draws, dtype=wide()).to(device()) for _ in "xg"
        )
        x[0, 0] = 0.0
        x[-1, -1] = 7.0
        got = slope_gradient(upstream, x)
        got = tensor(got, "slope_gradient")
        channels = shape[1]
        assert tuple(got.shape) == (channels,), (
            f"for x of shape {shape} the result should have the shape ({channels},), one number "
            f"for each channel, not {tuple(got.shape)}: sum over all dimensions but the second"
        )
        closed = torch.where(x < 0, x, 0)
        wanted = (upstream * closed).transpose(0, 1).reshape(channels, -1).sum(1)
        guesses = {
            "open elements, x > 0, say nothing about the slope": upstream * x,
            "the derivative for the slope is min(0, x), not 1": upstream * (x < 0),
            "the gradient for the output is a factor": closed,
            "the sign: the derivative of a·min(0, x) is min(0, x) itself": -upstream * closed,
        }
        hint = "sum gradient · min(0, x) over everything that shares the slope"
        for advice, product in guesses.items():
            guess = product.to(got).transpose(0, 1).reshape(channels, -1).sum(1)
            if torch.allclose(got, guess) and not torch.allclose(guess, wanted.to(got)):
                hint = advice
        elements = x.numel() // channels
        if torch.allclose(got * elements, wanted.to(got)) and elements > 1:
            hint = "the elements' gradients add up, they are not averaged"
        assert torch.allclose(got, wanted.to(got), rtol=1e-6, atol=1e-8), (
            f"for x of shape {shape} the gradient is off by up to "
            f"{(got - wanted).abs().max().item():.3g}: {hint}"
        )


@register("leaky-relu-depth")
def _(scale_in_layer) -> None:
    cases = [(1, 64, 0.5, 0.25), (3, 10, 0.3, 0.0), (2, 512, 2 / 512, 0.25),
             (30, 512, 1 / 512, 0.0), (30, 100, 0.02, 1.0), (5, 7, 0.3, 0.5), (11, 64, 1 / 192, 0.01)]
    for layer, n, variance, slope in cases:
        factor = n * variance * (1 + slope**2) / 2
        wanted = factor ** ((layer - 1) / 2)
        got = scale_in_layer(layer, n, variance, slope)
        assert got is not None, "scale_in_layer returned None: does it end in a return statement?"
        got = number(got, "scale_in_layer")

        def near(value, got=got):
            return abs(got - value) <= 1e-6 * value

        hint = "each layer multiplies the mean square by n · variance · (1 + slope²) / 2"
        if near(factor ** (layer / 2)):
            hint = "the first layer has the scale 1 itself: there are layer − 1 factors"
        elif near(factor ** (layer - 1)):
            hint = "the factor belongs to the mean square: the scale takes its root"
        elif near((n * variance * (1 + slope) / 2) ** ((layer - 1) / 2)):
            hint = "the leak enters a mean square, so its slope is squared"
        assert near(wanted), (
            f"scale_in_layer({layer}, {n}, {variance:.4g}, {slope}) gave {got:.6g}, expected "
            f"{wanted:.6g}: {hint}"
        )


@register("leaky-relu-updates")
def _(updates_to_open) -> None:
    cases = [(-1.0, 0.5, 0.25), (-1.0, 0.25, 1.0), (-0.3, 0.5, 0.5), (-100.0, 0.5, 0.015625),
             (-3.0, 2.0**-10, 2.0**-20), (-2.0, 4.0, 1.0), (-1.0, 0.5, 0.0)]
    for bias, lr, slope in cases:
        step = Fraction(lr) * Fraction(slope)
        wanted = int(-Fraction(bias) // step) + 1 if step else None
        try:
            got = updates_to_open(bias, lr, slope)
        except ZeroDivisionError:
            raise AssertionError(
                f"updates_to_open({bias:g}, {lr:g}, {slope:g}) divides by zero: with no leak "
                "the unit never opens, and the answer is None"
            ) from None
        hint = "each step moves the bias by lr · slope while b ≤ 0"
        if wanted is None:
            hint = "with no leak the unit never opens: None"
        elif got == wanted - 1:
            hint = "at b = 0 the unit is still closed: it takes the step beyond"
        elif got is not None and got == int(-Fraction(bias) // Fraction(lr)) + 1:
            hint = "below 0 the gradient is the slope, not 1"
        assert got == wanted, (
            f"updates_to_open({bias:g}, {lr:g}, {slope:g}) gave {got}, expected {wanted}: {hint}"
        )
