"""What the sigmoid, the logit and tanh have to show beyond ``test_activations``."""

import math

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch.autograd import grad, gradcheck

import deepgloss as dg
from deepgloss.activations import logit, sigmoid, tanh

FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
every_float = pytest.mark.parametrize("dtype", FLOATS, ids=str)
finite = st.floats(allow_nan=False, allow_infinity=False)


def on_device(numbers, dtype=torch.float64):
    return torch.tensor(numbers, dtype=dtype, device=dg.device())


def exact_sigmoid(x: float) -> float:
    """By Python's own arithmetic, on either side without cancellation or overflow."""
    below = math.exp(-abs(x))
    return (below if x < 0 else 1.0) / (1.0 + below)


@every_float
@settings(deadline=None)
@given(st.lists(finite, min_size=1, max_size=11))
@example([2.0, -4.5058])
def test_against_the_mathematics(dtype, numbers):
    x = on_device(numbers, dtype)
    # tanh is (−b) / (b + 2) for b = expm1(−2|x|): b is off by ε/2 at most and counts twice, the sum
    # rounds by ε/2, the quotient by ε/4.
    for function, exact, units in ((sigmoid, exact_sigmoid, 1), (tanh, math.tanh, 1.75)):
        expected = on_device([exact(number) for number in x.tolist()])
        torch.testing.assert_close(function(x).double(), expected, rtol=0, atol=units * torch.finfo(dtype).eps)


@every_float
def test_small_outputs_keep_their_digits(dtype):
    """To the left of 0 the sigmoid is small, near 0 tanh is: both are right in proportion."""
    eps, tiny = torch.finfo(dtype).eps, torch.finfo(dtype).smallest_normal
    x = torch.linspace(0.75 * math.log(tiny), 0, 997, dtype=torch.float64, device=dg.device())
    x = x.to(dtype)
    expected = on_device([exact_sigmoid(number) for number in x.tolist()])
    error = (sigmoid(x).double() / expected - 1).abs()
    assert (error <= eps * (1 + x.double().abs())).all()

    # down to the subnormal numbers, where tanh(x) is x
    x = torch.logspace(math.log10(tiny) - 1, 0, 997, dtype=torch.float64).to(dtype).to(dg.device())
    expected = on_device([math.tanh(number) for number in x.tolist()])
    spacing = tiny * eps
    assert ((tanh(x).double() - expected).abs() <= 3 * eps * expected + spacing).all()
    assert torch.equal(tanh(x[:50]), x[:50])


@settings(deadline=None)
@given(st.lists(finite, min_size=1, max_size=11))
def test_symmetries(numbers):
    x = on_device(numbers)
    assert torch.equal(tanh(-x), -tanh(x))
    torch.testing.assert_close(sigmoid(-x), 1 - sigmoid(x), rtol=0, atol=1e-15)
    torch.testing.assert_close(tanh(x), 2 * sigmoid(2 * x.clamp(-1e300, 1e300)) - 1,
                               rtol=0, atol=1e-15)


@every_float
@pytest.mark.parametrize("function, ends", [(sigmoid, (0, 1)), (tanh, (-1, 1))])
def test_both_ends(function, ends, dtype):
    far = [1e4, torch.finfo(dtype).max, math.inf]
    x = on_device([-number for number in far] + far, dtype).requires_grad_()
    y = function(x)
    (slope,) = grad(y.sum(), x)
    assert y.tolist() == [ends[0]] * 3 + [ends[1]] * 3
    assert slope.tolist() == [0] * 6


def test_zero_is_the_steepest_point():
    for zero in (0.0, -0.0):
        for function, value, steepest in ((sigmoid, 0.5, 0.25), (tanh, zero, 1.0)):
            x = on_device([zero]).requires_grad_()
            y = function(x)
            (slope,) = grad(y.sum(), x)
            assert y.item() == value and slope.item() == steepest
            assert math.copysign(1, y.item()) == math.copysign(1, value)


def test_slopes_have_an_asymmetry_by_rounding():
    """Next to 1 the sigmoid has no digits left for its slope, next to 0 it has."""
    x = on_device([-20.0, 20.0], torch.float32).requires_grad_()
    (slope,) = grad(sigmoid(x).sum(), x)
    assert slope[1] == 0 and math.isclose(slope[0], math.exp(-20), rel_tol=1e-5)


@settings(deadline=None)
@given(st.lists(st.floats(-30, 30), min_size=1, max_size=11))
def test_logit_undoes_the_sigmoid(numbers):
    x = on_device(numbers)
    torch.testing.assert_close(logit(sigmoid(x.clamp(max=20))), x.clamp(max=20), rtol=0, atol=1e-6)
    torch.testing.assert_close(logit(sigmoid(-x.abs())), -x.abs(), rtol=1e-12, atol=1e-12)


@every_float
def test_logit_against_pytorch(dtype):
    tiny = torch.finfo(dtype).smallest_normal
    p = on_device([0.0, tiny, 1e-3, 0.25, 0.5, 0.75, 0.99, 1.0, 1.5, -0.5, math.nan], dtype)
    torch.testing.assert_close(logit(p), torch.logit(p), equal_nan=True)


def test_logit_of_small_probabilities_and_its_gradient():
    p = on_device([1e-300, 1e-20, 0.3, 0.5, 0.9])
    expected = on_device([math.log(number) - math.log1p(-number) for number in p.tolist()])
    torch.testing.assert_close(logit(p), expected, rtol=1e-14, atol=0)
    assert gradcheck(logit, on_device([0.2, 0.5, 0.7]).requires_grad_())


@pytest.mark.parametrize("wrong", [0.5, None, torch.tensor([1]), torch.tensor([True])])
def test_logit_refuses_what_is_no_probability(wrong):
    with pytest.raises(TypeError, match="p must"):
        logit(wrong)
