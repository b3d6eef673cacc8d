"""What GELU, SiLU, SwiGLU and the step functions show beyond the table of test_activations.py."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.autograd import grad, gradcheck, gradgradcheck

import deepgloss as dg
from deepgloss.activations import (
    GELU,
    Step,
    StraightThroughStep,
    gelu,
    identity,
    silu,
    step,
    step_ste,
    swiglu,
)

INFINITY, NAN = float("inf"), float("nan")
FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


def slope_at(function, x, upstream=None):
    """The gradient of a function at x, times that of its output."""
    x = x.clone().requires_grad_()
    y = function(x)
    return grad(y, x, torch.ones_like(y) if upstream is None else upstream)[0]


def test_identity_is_its_input():
    x = torch.randn(2, 3, device=dg.device())
    assert identity(x) is x


def test_gelu_by_its_definition():
    """Against x·Φ(x) from Python's own erfc."""
    numbers = [-9.0, -3.0, -0.7517915, -1e-3, 0.0, 0.5, 1.0, 4.0]
    wanted = [x * math.erfc(-x / math.sqrt(2)) / 2 for x in numbers]
    x = torch.tensor(numbers, dtype=torch.float64, device=dg.device())
    torch.testing.assert_close(gelu(x).tolist(), wanted, rtol=1e-12, atol=0)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_gelu_keeps_its_digits_far_below_zero(dtype):
    """Where PyTorch's ½(1 + erf) cancels; at −12 Φ is 2e-33, within float32."""
    for number in (-5.0, -6.0, -8.0, -12.0):
        x = torch.tensor(number, dtype=dtype, device=dg.device())
        cdf = math.erfc(-number / math.sqrt(2)) / 2
        density = math.exp(-number**2 / 2) / math.sqrt(2 * math.pi)
        rtol = 1e-4 if dtype == torch.float32 else 1e-11
        torch.testing.assert_close(gelu(x).item(), number * cdf, rtol=rtol, atol=0)
        slope = slope_at(gelu, x).item()
        torch.testing.assert_close(slope, cdf + number * density, rtol=rtol, atol=0)


@pytest.mark.parametrize("ours, theirs", [
    (gelu, F.gelu), (lambda x: gelu(x, "tanh"), lambda x: F.gelu(x, approximate="tanh")),
    (silu, F.silu),
], ids=["gelu", "gelu_tanh", "silu"])
def test_single_precision_against_double(ours, theirs):
    """Values and two derivatives in float32 are within a few roundings of PyTorch's in float64."""
    def all_three(function, x):
        x = x.clone().requires_grad_()
        y = function(x)
        (first,) = grad(y.sum(), x, create_graph=True)
        (second,) = grad(first.sum(), x)
        return y.detach().double(), first.detach().double(), second.double()

    x = torch.linspace(-8, 8, 4001, device=dg.device())
    for single, double in zip(all_three(ours, x), all_three(theirs, x.double())):
        torch.testing.assert_close(single, double, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
@pytest.mark.parametrize("function", [gelu, lambda x: gelu(x, "tanh"), silu],
                         ids=["gelu", "gelu_tanh", "silu"])
def test_gates_are_open_and_closed_at_the_ends(function, dtype):
    largest = torch.finfo(dtype).max
    x = torch.tensor([-largest, -1e4, 1e4, largest], dtype=dtype, device=dg.device())
    assert function(x).tolist() == [0, 0, *x[2:].tolist()]
    assert slope_at(function, x).tolist() == [0, 0, 1, 1]
    # A product of the gradient with x would overflow here.
    assert slope_at(function, x, torch.full_like(x, 7)).tolist() == [0, 0, 7, 7]


@pytest.mark.parametrize("function", [gelu, lambda x: gelu(x, "tanh"), silu],
                         ids=["gelu", "gelu_tanh", "silu"])
def test_infinities_as_in_pytorch(function):
    x = torch.tensor([INFINITY, -INFINITY], device=dg.device())
    torch.testing.assert_close(function(x).tolist(), [INFINITY, NAN], equal_nan=True)


@pytest.mark.parametrize("wrong", ["Tanh", "", None, True])
def test_gelu_refuses_unknown_approximations(wrong):
    with pytest.raises(ValueError, match="approximate must be"):
        gelu(torch.zeros(2), wrong)
    with pytest.raises(ValueError, match="approximate must be"):
        GELU(wrong)


@pytest.mark.parametrize("dim", [0, 1, 2, -1, -2, -3])
@pytest.mark.parametrize("dtype", FLOATS, ids=str)
def test_swiglu_is_a_glu_with_another_gate(dim, dtype):
    x = torch.randn(6, 10, 14, generator=torch.Generator().manual_seed(1)).to(dtype).to(dg.device())
    value, gate = x.chunk(2, dim)
    torch.testing.assert_close(swiglu(x, dim), value * F.silu(gate))
    # The sigmoid in the place of its SiLU gives PyTorch's own gated unit.
    torch.testing.assert_close(swiglu(x.double(), dim) / gate.double(), F.glu(x.double(), dim))


def test_swiglu_against_finite_differences():
    x = torch.randn(3, 10, dtype=torch.float64, device=dg.device()).requires_grad_()
    assert gradcheck(swiglu, x)
    assert gradgradcheck(swiglu, x)


def test_swiglu_refuses_what_has_no_halves():
    with pytest.raises(ValueError, match="even length along dim -1.* not 7"):
        swiglu(torch.zeros(2, 7))
    for x, dim in ((torch.zeros(()), -1), (torch.zeros(2, 4), 2), (torch.zeros(2, 4), -3)):
        with pytest.raises(IndexError, match="dim must be"):
            swiglu(x, dim)
    for wrong in ([1.0, 2.0], torch.tensor([1, 2]), torch.tensor([1 + 2j, 3])):
        with pytest.raises(TypeError, match="x must"):
            swiglu(wrong)


@pytest.mark.parametrize("function", [step, step_ste], ids=lambda f: f.__name__)
def test_step_at_and_around_zero(function):
    tiny = torch.finfo(torch.float32).smallest_normal * torch.finfo(torch.float32).eps
    x = torch.tensor([-INFINITY, -1.0, -tiny, -0.0, 0.0, tiny, 1.0, INFINITY, NAN],
                     device=dg.device())
    assert function(x).tolist() == [0, 0, 0, 1, 1, 1, 1, 1, 0]


def test_no_gradient_passes_a_step():
    x = torch.randn(13, device=dg.device())
    for huge in (1.0, INFINITY, NAN):
        assert slope_at(step, x, torch.full_like(x, huge)).tolist() == [0] * 13


@pytest.mark.parametrize("window", [0.5, 1, 3.0, INFINITY])
@settings(deadline=None)
@given(st.floats(-5, 5, width=32), st.floats(width=32, allow_nan=False))
def test_straight_through_window(window, number, gradient):
    """The gradient passes as it is, infinite or not, or not at all."""
    x, upstream = torch.tensor([[number], [gradient]], device=dg.device())
    passed = slope_at(lambda x: step_ste(x, window), x, upstream).item()
    assert passed == (gradient if abs(number) <= window else 0)


def test_straight_through_at_the_edge():
    """The edge belongs to the window; NaN does not."""
    x = torch.tensor([-1.0, 1.0, 1.0000001, -1.0000001, NAN], device=dg.device())
    assert slope_at(step_ste, x).tolist() == [1, 1, 0, 0, 0]


@pytest.mark.parametrize("wrong, error", [
    (0, ValueError), (-1.0, ValueError), (NAN, ValueError),
    (None, TypeError), ("1", TypeError), (True, TypeError),
], ids=str)
def test_window_must_be_a_positive_number(wrong, error):
    with pytest.raises(error, match="window must be"):
        step_ste(torch.zeros(2), wrong)
    with pytest.raises(error, match="window must be"):
        StraightThroughStep(wrong)


def test_only_the_straight_through_unit_trains():
    """One unit, one threshold: with the true gradient nothing moves."""
    x = torch.linspace(-2, 2, 41, device=dg.device())[:, None]
    y = (x > 0.5).float()
    moved = {}
    for activation in (Step(), StraightThroughStep()):
        model = nn.Sequential(nn.Linear(1, 1), activation).to(dg.device())
        with torch.no_grad():
            model[0].weight.fill_(1.0)
            model[0].bias.fill_(0.5)
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(200):
            optimizer.zero_grad()
            (model(x) - y).square().mean().backward()
            optimizer.step()
        moved[type(activation)] = model[0].bias.item(), (model(x) == y).float().mean().item()
    assert moved[Step][0] == 0.5 and moved[Step][1] < 0.8
    assert moved[StraightThroughStep][1] == 1


def test_settings_are_shown():
    assert repr(StraightThroughStep(0.5)) == "StraightThroughStep(window=0.5)"
    assert repr(GELU("tanh")) == repr(nn.GELU("tanh"))
