"""Checks of the exercises in the chapter on softplus."""

import math

import torch
from torch import nn

from ..._device import device, wide
from .. import register
from .._compare import number


@register("softplus-sharpness")
def _(beta_for) -> None:
    for gap in (0.5, 0.01, 3.0, math.log(2), 1e-6):
        wanted = math.log(2) / gap
        got = beta_for(gap)
        assert got is not None, "beta_for returned None: does it end in a return statement?"
        got = number(got, "beta_for")
        if abs(got * wanted - 1) < 1e-6:
            hint = "upside down: a smaller gap needs a larger β"
        elif abs(got * gap - 1) < 1e-6:
            hint = "the gap at 0 is softplus(0) = ln 2 for β = 1, not 1"
        elif abs(got * gap - math.log(2) ** 2) < 1e-6 or abs(got - math.log(2) * gap) < 1e-6:
            hint = "the largest gap is ln 2 / β: solve for β"
        else:
            hint = "where do softplus and ReLU differ most, and by how much?"
        assert abs(got - wanted) <= 1e-6 * wanted, (
            f"beta_for({gap:g}) gave {got:.6g}, expected {wanted:.6g}: {hint}"
        )


@register("softplus-inverse")
def _(inverse_softplus) -> None:
    middle = [0.01, 0.1, 0.5, math.log(2), 1.0, 2.0, 5.0, 10.0]
    for dtype in (wide(), torch.float32):
        for values, hint in [
            (middle, "softplus of the result should give y back: solve ln(1 + e^x) = y for x"),
            ([30.0, 100.0, 1000.0, 1e4],
             "e^y overflows for large y: write it with e^−y, as y + ln(1 − e^−y)"),
            ([1e-3, 1e-6, 1e-12, 1e-30],
             "for small y, e^y − 1 and 1 − e^−y cancel: use expm1"),
        ]:
            y = torch.tensor(values, dtype=dtype, device=device())
            got = inverse_softplus(y.clone())
            assert got is not None, (
                "inverse_softplus returned None: does it end in a return statement?"
            )
            assert isinstance(got, torch.Tensor) and got.shape == y.shape, (
                f"a tensor of shape {tuple(y.shape)} should give one of the same shape"
            )
            assert got.dtype == dtype, f"{dtype} should stay {dtype}, not become {got.dtype}"
            for number, x in zip(y.tolist(), got.tolist()):
                # ln(e^y − 1) in doubles: Python's expm1 is exact to the last digit
                wanted = number + math.log(-math.expm1(-number))
                slack = 16 * torch.finfo(dtype).eps * max(1.0, abs(wanted))
                assert abs(x - wanted) <= slack, (
                    f"inverse_softplus({number:g}) gave {x:.8g} in {dtype}, "
                    f"expected {wanted:.8g}: {hint}"
                )


@register("softplus-convex")
def _(Convex) -> None:
    for hidden in (1, 5, 11):
        model = Convex(hidden)
        assert isinstance(model, nn.Module), f"Convex({hidden}) should be an nn.Module, not {model!r}"
        model = model.to(device()).to(wide())
        parameters = list(model.parameters())
        assert parameters, "the module has no parameters: use nn.Parameter or layers of torch.nn"
        x = torch.linspace(-4, 4, 201, dtype=wide(), device=device())[:, None]
        for seed, scale in enumerate((0.3, 1.0, 3.0)):
            draws = torch.Generator().manual_seed(seed)
            with torch.no_grad():
                for parameter in parameters:
                    values = scale * torch.randn(parameter.shape, generator=draws)
                    parameter.copy_(values.to(parameter))
            y = model(x)
            assert y is not None, "forward returned None: does it end in a return statement?"
            assert y.shape == x.shape, (
                f"inputs {tuple(x.shape)} should give outputs of the same shape, not {tuple(y.shape)}"
            )
            slopes = y.detach()[:, 0].diff()
            slack = 1e-9 * max(1.0, y.detach().abs().max().item())
            where = f"with parameters drawn at scale {scale:g} and hidden = {hidden}"
            assert slopes.min() > -slack, (
                f"{where}, the function falls somewhere: every weight on the way from x to the "
                "output has to be positive, for instance softplus of a parameter"
            )
            assert slopes.diff().min() > -slack, (
                f"{where}, the function is not convex: a positive sum of convex functions is, so "
                "bend with a convex function and add up with positive weights"
            )
            assert slopes.max() - slopes.min() > 1e-6, (
                f"{where}, the function is a straight line: something has to bend"
            )
            gradients = torch.autograd.grad(y.square().sum(), parameters, allow_unused=True)
            for parameter, gradient in zip(parameters, gradients):
                assert gradient is not None and (gradient != 0).all(), (
                    f"{where}, a parameter of shape {tuple(parameter.shape)} gets no gradient: "
                    "clamping or a ReLU cuts off negative values; softplus does not"
                )
