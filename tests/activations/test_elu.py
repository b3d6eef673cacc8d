"""ELU and SELU beyond what all activation functions share."""

import math

import pytest
import torch
import torch.nn.functional as F
from torch.autograd import grad

import deepgloss as dg
from deepgloss.activations import ELU, elu, selu
from deepgloss.activations._elu import SELU_ALPHA, SELU_SCALE

INFINITY, NAN = float("inf"), float("nan")


def on_device(values, dtype=torch.float32):
    return torch.tensor(values, dtype=dtype, device=dg.device())


def slope(function, x):
    """The derivative at every element of x."""
    x = x.clone().requires_grad_()
    return grad(function(x).sum(), x)[0]


def test_by_definition():
    """Against Python's own expm1 and exp, not another library's kernel."""
    x = [-700.0, -40.0, -3.0, -1e-9, 0.0, 1e-9, 3.0, 1e4]
    for alpha in (0.5, 1.0, 2.0):
        y = elu(on_device(x, torch.float64), alpha).tolist()
        assert y == pytest.approx([v if v > 0 else alpha * math.expm1(v) for v in x], rel=1e-14)
        first = slope(lambda x, alpha=alpha: elu(x, alpha), on_device(x, torch.float64)).tolist()
        wanted = [1.0 if v > 0 else alpha * math.exp(v) for v in x]
        assert first == pytest.approx(wanted, rel=1e-13, abs=0)


def test_small_inputs_keep_their_digits():
    x = on_device([-1e-7, -1e-10, -1e-20, -1e-38])
    torch.testing.assert_close(elu(x), x, rtol=1e-6, atol=0)


def test_the_gradient_outlives_the_value():
    """In float32 the value rounds to −1 near −17; the gradient goes on until eˣ underflows."""
    x = on_device([-20.0, -50.0, -87.0])
    assert elu(x).tolist() == [-1.0] * 3
    torch.testing.assert_close(slope(elu, x), x.exp())
    assert slope(elu, on_device([-1e4, -INFINITY])).tolist() == [0.0, 0.0]


@pytest.mark.parametrize("function", [elu, selu, lambda x: elu(x, 0.3)])
def test_large_inputs_stay_out_of_the_exponential(function):
    x = on_device([89.0, 1e4, 3e38])
    assert slope(function, x).isfinite().all() and function(on_device([1e4])).isfinite().all()
    assert function(on_device([INFINITY])).item() == INFINITY


@pytest.mark.parametrize("function", [elu, selu, lambda x: elu(x, 0.3)])
@pytest.mark.parametrize("size", [1, 3, 17, 64])
def test_nan_stays_nan_wherever_it_stands(function, size):
    x = torch.zeros(size, device=dg.device())
    for place in {0, size // 2, size - 1}:
        holed = x.clone()
        holed[place] = NAN
        assert function(holed).isnan().nonzero().tolist() == [[place]]
        # PyTorch's own derivative at NaN depends on the place; it must not reach the neighbors.
        first = slope(function, holed)
        assert first[torch.arange(size) != place].isfinite().all()


def test_selu_has_the_constants_of_its_fixed_point():
    """The closed forms, and the two moments by an integration that knows nothing of them."""
    def below(k):
        """E[exp(k z); z < 0] for a standard normal z."""
        return math.exp(k * k / 2) * math.erfc(k / math.sqrt(2)) / 2

    alpha = 1 / math.sqrt(2 * math.pi) / (0.5 - below(1))
    scale = (0.5 + alpha**2 * (below(2) - 2 * below(1) + 0.5)) ** -0.5
    assert (SELU_ALPHA, SELU_SCALE) == pytest.approx((alpha, scale), rel=1e-14)

    z = torch.linspace(-12, 12, 240_001, dtype=torch.float64, device=dg.device())
    density = torch.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)
    mean, square = (torch.trapezoid(selu(z) ** k * density, z).item() for k in (1, 2))
    assert mean == pytest.approx(0, abs=1e-9) and square == pytest.approx(1, abs=1e-8)


def test_half_types_round_once():
    x = torch.linspace(-9, 9, 997).to(torch.bfloat16).to(dg.device())
    assert torch.equal(selu(x), selu(x.float()).to(torch.bfloat16))
    assert torch.equal(elu(x, 0.7), F.elu(x.float(), 0.7).to(torch.bfloat16))


@pytest.mark.parametrize("alpha, error", [
    (NAN, ValueError), (INFINITY, ValueError), ("1", TypeError), (None, TypeError),
])
def test_alpha_out_of_range_is_refused(alpha, error):
    for call in (ELU, lambda alpha: elu(torch.ones(2), alpha)):
        with pytest.raises(error, match="alpha must be"):
            call(alpha)
