"""Checks of the exercises in the chapter on tanh."""

import copy
import math

import torch
from torch import nn

from ..._device import device, wide
from .. import register
from .._compare import near, number


class _Number:
    """A number with which nothing can be done but adding, subtracting and multiplying."""

    def __init__(self, value: float):
        self.value = value

    def __add__(self, other):
        return _Number(self.value + _plain(other))

    def __sub__(self, other):
        return _Number(self.value - _plain(other))

    def __rsub__(self, other):
        return _Number(_plain(other) - self.value)

    def __mul__(self, other):
        return _Number(self.value * _plain(other))

    def __neg__(self):
        return _Number(-self.value)

    __radd__, __rmul__ = __add__, __mul__


def _plain(number) -> float:
    return number.value if isinstance(number, _Number) else number


def _sigmoid(x: _Number) -> _Number:
    value = _plain(x)
    below = math.exp(-abs(value))
    return _Number((below if value < 0 else 1.0) / (1.0 + below))


@register("tanh-from-sigmoid")
def _(tanh_from) -> None:
    for x in (0.5, 0.0, -0.5, 2.0, -3.0, 1e4, -1e4):
        try:
            got = tanh_from(_Number(x), _sigmoid)
        except (TypeError, AttributeError) as error:
            raise AssertionError(
                "only +, -, *, numbers and the sigmoid that is handed over may be used; "
                f"Python says: {error}"
            ) from None
        assert got is not None, "tanh_from returned None: does it end in a return statement?"
        got, wanted = number(_plain(got), "tanh_from"), math.tanh(x)
        if math.isclose(got, math.tanh(x / 2), abs_tol=1e-12):
            hint = "the range is right, but the curve is too wide: that is tanh(x/2)"
        elif math.isclose(got, (wanted + 1) / 2, abs_tol=1e-12):
            hint = "the width is right; now stretch the range from (0, 1) to (−1, 1)"
        else:
            hint = "tanh runs from −1 to 1 and has slope 1 at 0"
        assert math.isclose(got, wanted, abs_tol=1e-9), (
            f"at x = {x:g} the result is {got:.6g}, expected {wanted:.6g}: {hint}"
        )


@register("tanh-soft-cap")
def _(soft_cap) -> None:
    draws = torch.Generator().manual_seed(3)
    for cap in (1.0, 30.0, 0.25):
        logits = torch.cat([
            torch.randn(2, 7, generator=draws, dtype=wide()) * 3 * cap,
            torch.tensor([[0.0, 1e-3, -1e-3, 1e4, -1e4, 1.0, -1.0]], dtype=wide()),
        ]).to(device()).requires_grad_()
        got = soft_cap(logits, cap)
        assert isinstance(got, torch.Tensor), f"soft_cap should return a tensor, not {got!r}"
        assert got.shape == logits.shape, f"{tuple(logits.shape)} in, {tuple(got.shape)} out"
        assert (got.abs() <= cap).all(), (
            f"with cap = {cap:g} a value reaches {got.abs().max().item():g}: "
            "scale the output of tanh"
        )
        assert got.requires_grad, "no gradient comes back: stay with tensor operations"
        (slope,) = torch.autograd.grad(got.sum(), logits)
        assert abs(slope[-1, 0].item() - 1) < 1e-6, (
            f"with cap = {cap:g} the slope at 0 is {slope[-1, 0].item():g}, not 1: what goes "
            "into tanh has to be scaled as well"
        )
        exact = torch.tensor(
            [cap * math.tanh(v / cap) for v in logits.flatten().tolist()], dtype=wide()
        ).to(device()).view_as(logits)
        assert near(got, exact), (
            f"with cap = {cap:g} a logit of {logits[0, 0].item():.4g} became "
            f"{got[0, 0].item():.4g}, expected {exact[0, 0].item():.4g}: a soft cap bends "
            "smoothly, as tanh does, it does not clip"
        )


@register("tanh-network")
def _(as_sigmoid_network) -> None:
    draws = torch.Generator().manual_seed(7)
    for widths in ((3, 5, 2), (7, 11, 5, 3), (2, 3, 5, 7, 1), (3, 2)):
        layers = []
        for inputs, outputs in zip(widths, widths[1:]):
            layers += [nn.Linear(inputs, outputs), nn.Tanh()]
        model = nn.Sequential(*layers[:-1]).to(device(), wide())
        with torch.no_grad():
            for p in model.parameters():
                p.copy_(torch.randn(p.shape, generator=draws, dtype=wide()))
        x = torch.randn(13, widths[0], generator=draws, dtype=wide()).to(device())
        _compare_networks(as_sigmoid_network, model, x, len(widths) - 2)


@torch.no_grad()
def _compare_networks(as_sigmoid_network, model, x, hidden: int) -> None:
    before, wanted = copy.deepcopy(model.state_dict()), model(x)
    answer = as_sigmoid_network(model)
    assert isinstance(answer, nn.Module), (
        f"as_sigmoid_network should return an nn.Sequential, not {answer!r}"
    )
    after = model.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before), (
        "the given model was changed: copy its layers first"
    )
    kinds = [type(module) for module in answer.modules()]
    assert nn.Tanh not in kinds, "a Tanh is left in the network"
    assert kinds.count(nn.Sigmoid) == hidden, (
        f"{hidden} hidden layers need {hidden} nn.Sigmoid, not {kinds.count(nn.Sigmoid)}"
    )
    got = answer(x)
    assert got.shape == wanted.shape, (
        f"{tuple(wanted.shape)} expected from the network, not {tuple(got.shape)}"
    )
    if near(got - got.mean(0), wanted - wanted.mean(0), atol=1e-9):
        hint = "the outputs are off by a constant: 2s − 1 also moves the next layer's bias"
    elif hidden == 0:
        hint = "without a hidden layer nothing should change"
    else:
        hint = "tanh(z) = 2σ(2z) − 1: what goes into a unit doubles, and what comes out, too"
    assert near(got, wanted, atol=1e-9), (
        f"with {hidden} hidden layers the networks differ by up to "
        f"{(got - wanted).abs().max().item():.3g}: {hint}"
    )


@register("tanh-lecun")
def _(lecun_constants) -> None:
    bend = math.atanh(1 / math.sqrt(3))
    for x0 in (1.0, 2.0, 0.5, 3.7):
        answer = lecun_constants(x0)
        assert isinstance(answer, (tuple, list)) and len(answer) == 2, (
            f"lecun_constants should return a and b, not {answer!r}"
        )
        a, b = (number(part, "lecun_constants") for part in answer)
        at_x0 = a * math.tanh(b * x0)
        if not math.isclose(b * x0, bend, rel_tol=1e-6):
            hint = (
                f"f bends most where b·x = {bend:.4f}, and b·x₀ is {b * x0:.4f}; "
                "differentiate 1 − tanh² twice more"
            )
        else:
            hint = f"f(x₀) = a·tanh(b·x₀) is {at_x0:.4g} and should be {x0:g}"
        assert math.isclose(b * x0, bend, rel_tol=1e-6) and math.isclose(
            at_x0, x0, rel_tol=1e-6
        ), f"lecun_constants({x0:g}) gave a = {a:.5g}, b = {b:.5g}: {hint}"
