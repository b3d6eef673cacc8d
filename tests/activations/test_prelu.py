"""Leaky ReLU and PReLU beyond what all activation functions share: settings, and learned slopes."""

import copy

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.autograd import grad, gradcheck, gradgradcheck

import deepgloss as dg
from deepgloss.activations import LeakyReLU, PReLU, leaky_relu, prelu

FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
INFINITY, NAN = float("inf"), float("nan")
forward_mode = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")


def on_device(values, dtype=torch.float32):
    return torch.tensor(values, dtype=dtype, device=dg.device())


def results(function, x, weight):
    """Values, and gradients for x and for the slopes, with an uneven upstream gradient."""
    x, weight = x.clone().requires_grad_(), weight.clone().requires_grad_()
    y = function(x, weight)
    upstream = torch.linspace(-3, 5, y.numel(), device=x.device).to(x.dtype).view_as(y)
    return (y.detach(), *grad(y, (x, weight), upstream))


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
@pytest.mark.parametrize("shape, slopes", [
    ((7,), 1), ((), 1), ((5, 3), 3), ((5, 3), 1), ((2, 3, 7), 3), ((2, 3, 5, 7), 3),
    ((2, 3, 5, 7), 1), ((2, 1, 5), 1), ((0, 3), 3), ((0,), 1),
], ids=str)
def test_prelu_is_pytorchs(shape, slopes, dtype):
    draws = torch.Generator().manual_seed(3)
    x = torch.randn(shape, generator=draws).to(dtype).to(dg.device())
    weight = torch.linspace(-0.2, 1.7, slopes).to(dtype).to(dg.device())
    half = dtype in (torch.float16, torch.bfloat16)
    for ours, theirs in zip(results(prelu, x, weight), results(F.prelu, x, weight)):
        # A half type's sum depends on the order; its terms are of size 10.
        torch.testing.assert_close(ours, theirs, **({"rtol": 0.02, "atol": 0.5} if half else {}))


@pytest.mark.parametrize("dtype", FLOATS, ids=str)
def test_prelu_extremes(dtype):
    """Values and gradients for x, NaN and infinities included, to the bit."""
    limits = torch.finfo(dtype)
    sizes = [0.0, limits.smallest_normal * limits.eps, 1e-4, 1.0, 1e4, limits.max, INFINITY, NAN]
    x = torch.tensor(sizes + [-size for size in sizes], dtype=torch.float64).to(dtype)
    x = x.to(dg.device())
    for slope in (0.25, 0.0, -0.5, 1.0):
        weight = on_device([slope], dtype)
        ours, theirs = (results(f, x, weight)[:2] for f in (prelu, F.prelu))
        torch.testing.assert_close(ours, theirs, rtol=0, atol=0, equal_nan=True)


def test_second_derivatives():
    """Zero for x, even with fixed slopes, and 1 across the two where x < 0."""
    x, weight = on_device([-2.0, 0.0, 3.0]).requires_grad_(), on_device([0.25])
    (first,) = grad(prelu(x, weight).sum(), x, create_graph=True)
    assert grad(first.sum(), x)[0].tolist() == [0.0, 0.0, 0.0]
    weight.requires_grad_()
    (first,) = grad(prelu(x, weight), weight, on_device([2.0, 3.0, 5.0]), create_graph=True)
    assert grad(first, x)[0][[0, 2]].tolist() == [2.0, 0.0]


def test_infinite_inputs_leave_the_slope_its_gradient():
    """+inf belongs to the other branch: it must not turn the slope's gradient into NaN."""
    x, weight = on_device([INFINITY, -2.0, 3.0]), on_device([0.25])
    _, for_x, for_weight = results(prelu, x, weight)
    assert for_x.tolist() == [-3.0, 0.25, 5.0] and for_weight.tolist() == [-2.0]


def test_the_slopes_gradient_by_hand():
    """Equations 2 and 3 of He et al. (2015): the sum of upstream times min(0, x), channel by channel."""
    x = on_device([[[1.0, -2.0], [-3.0, -5.0]], [[-7.0, 0.0], [11.0, -13.0]]])     # (2, 2, 2)
    upstream = on_device([[[1.0, 2.0], [3.0, 5.0]], [[7.0, 11.0], [13.0, 17.0]]])
    weight = on_device([0.5, 0.25]).requires_grad_()
    (for_weight,) = grad(prelu(x, weight), weight, upstream)
    assert for_weight.tolist() == [-2 * 2 - 7 * 7, -3 * 3 - 5 * 5 - 13 * 17]


@forward_mode
@settings(deadline=None, max_examples=20)
@given(st.lists(st.floats(0.01, 8), min_size=6, max_size=6),
       st.lists(st.booleans(), min_size=6, max_size=6), st.floats(-1, 2))
def test_derivatives_against_finite_differences(sizes, negative, slope):
    x = torch.tensor([-s if n else s for s, n in zip(sizes, negative)], dtype=torch.float64)
    x = x.view(2, 3).to(dg.device()).requires_grad_()
    for count in (1, 3):
        weight = torch.linspace(slope, 1, count, dtype=torch.float64, device=x.device)
        weight = weight.requires_grad_()
        assert gradcheck(prelu, (x, weight), check_forward_ad=True, check_batched_grad=True)
        assert gradgradcheck(prelu, (x, weight), check_batched_grad=True, check_fwd_over_rev=True)


@forward_mode
def test_transforms_of_torch_func():
    x = torch.randn(3, 5, 7, dtype=torch.float64, device=dg.device())
    weight = torch.linspace(-0.5, 1, 5, dtype=torch.float64, device=x.device)
    for transform in (torch.func.jacrev, torch.func.jacfwd, torch.func.hessian):
        ours, theirs = (
            transform(lambda w, f=f: f(x, w).pow(2).sum())(weight) for f in (prelu, F.prelu)
        )
        torch.testing.assert_close(ours, theirs)
    each = torch.func.vmap(lambda row: prelu(row, weight))(x[:, None])
    torch.testing.assert_close(each[:, 0], prelu(x, weight))


def test_the_module_learns_like_pytorchs():
    """Fifty updates, slopes included, end at the same weights."""
    def train(PReLU):
        draws = dg.seed(5)
        model = nn.Sequential(nn.Linear(7, 13), PReLU(13), nn.Linear(13, 11), PReLU(),
                              nn.Linear(11, 3)).to(dg.device())
        x = torch.randn(17, 7, generator=draws).to(dg.device())
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(50):
            optimizer.zero_grad()
            (model(x) - 1).square().mean().backward()
            optimizer.step()
        return nn.utils.parameters_to_vector(model.parameters()).detach(), model[1].weight

    ours, slopes = train(PReLU)
    torch.testing.assert_close(ours, train(nn.PReLU)[0])
    assert (slopes - 0.25).abs().max() > 0.01


def test_the_module_loads_pytorchs_slopes():
    theirs, ours = nn.PReLU(3, init=0.7), PReLU(3)
    ours.load_state_dict(theirs.state_dict())
    assert torch.equal(ours.weight, theirs.weight) and repr(ours) == repr(theirs)
    assert torch.equal(copy.deepcopy(ours).weight, ours.weight)
    ours.reset_parameters()
    assert ours.weight.tolist() == [0.25] * 3
    assert PReLU(dtype=torch.float64).weight.dtype == torch.float64


@pytest.mark.parametrize("x, weight, error, words", [
    (torch.ones(2, 3), torch.ones(2), ValueError, "weight must hold 1 slope.* 3 channels"),
    (torch.ones(3), torch.ones(3), ValueError, "weight must hold 1 slope"),
    (torch.ones(2, 3), torch.ones(1, 3), ValueError, "weight must have at most one dimension"),
    (torch.ones(2, 3), torch.ones(3).double(), TypeError, "dtype of x"),
    (torch.ones(2, 3), 0.25, TypeError, "weight must be a tensor"),
    (torch.ones(2, 3).long(), torch.ones(3), TypeError, "x must hold floating"),
    ([1.0], torch.ones(1), TypeError, "x must be a tensor"),
])
def test_prelu_refuses_what_does_not_fit(x, weight, error, words):
    with pytest.raises(error, match=words):
        prelu(x, weight)


def test_prelu_takes_a_slope_without_dimensions():
    x, weight = on_device([[-2.0, 3.0], [0.0, -5.0]]).requires_grad_(), on_device(0.25).requires_grad_()
    ours, theirs = (results(f, x, weight) for f in (prelu, F.prelu))
    for a, b in zip(ours, theirs):
        assert torch.equal(a, b) and a.shape == b.shape


@pytest.mark.parametrize("make, error, words", [
    (lambda: PReLU(0), ValueError, "num_parameters must be an integer of at least 1, not 0"),
    (lambda: PReLU(2.0), TypeError, "num_parameters must be an integer"),
    (lambda: PReLU(True), TypeError, "num_parameters must be an integer"),
    (lambda: PReLU(init=NAN), ValueError, "init must be finite"),
    (lambda: LeakyReLU("0.1"), TypeError, "negative_slope must be a number"),
    (lambda: LeakyReLU(INFINITY), ValueError, "negative_slope must be finite"),
    (lambda: leaky_relu(torch.ones(2), None), TypeError, "negative_slope must be a number"),
    (lambda: leaky_relu(torch.ones(2), NAN), ValueError, "negative_slope must be finite"),
])
def test_settings_out_of_range_are_refused(make, error, words):
    with pytest.raises(error, match=words):
        make()


@pytest.mark.parametrize("slope", [0.0, -0.3, 1e-30, 5.0])
def test_unusual_slopes(slope):
    x = on_device([-INFINITY, -3e4, -1.0, -1e-30, -0.0, 0.0, 1e-30, 2.0, 3e4, INFINITY, NAN])
    torch.testing.assert_close(leaky_relu(x, slope), F.leaky_relu(x, slope), rtol=0, atol=0,
                               equal_nan=True)


def test_leaky_relu_passes_infinite_gradients_on():
    x = on_device([-1.0, 0.0, 1.0]).requires_grad_()
    for huge in (INFINITY, -INFINITY):
        (for_x,) = grad(leaky_relu(x, 0.5), x, torch.full_like(x, huge))
        assert for_x.tolist() == [huge] * 3


def test_slopes_between_the_two_ends_of_the_family():
    x = torch.randn(101, device=dg.device())
    assert torch.equal(leaky_relu(x, 1.0), x)
    torch.testing.assert_close(leaky_relu(x, 0.0).abs(), torch.relu(x), rtol=0, atol=0)
    torch.testing.assert_close(prelu(x, on_device([0.01])), leaky_relu(x))
