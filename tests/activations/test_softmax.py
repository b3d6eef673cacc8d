"""Softmax, log-softmax and log-sum-exp against PyTorch's own: functions along a dimension."""

import copy
import math
import pickle
from collections.abc import Callable
from typing import NamedTuple

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from test_activations import in_single
from torch import nn
from torch.autograd import grad, gradcheck, gradgradcheck

import deepgloss as dg
from deepgloss.activations import LogSoftmax, Softmax, log_softmax, logsumexp, softmax

INFINITY, NAN = float("inf"), float("nan")
FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


class Pair(NamedTuple):
    name: str
    ours: Callable
    theirs: Callable


PAIRS = [
    Pair("softmax", softmax, in_single(torch.softmax)),
    Pair("log_softmax", log_softmax, in_single(torch.log_softmax)),
    Pair("logsumexp", logsumexp, in_single(torch.logsumexp)),
]
MODULES = [(Softmax, nn.Softmax), (LogSoftmax, nn.LogSoftmax)]
every_pair = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
every_float = pytest.mark.parametrize("dtype", FLOATS, ids=str)
# PyTorch loads its forward-mode rules with a call that it deprecates itself.
forward_mode = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")


def normal(*shape, dtype=torch.float32, scale=1.0, seed=0) -> torch.Tensor:
    draws = torch.Generator().manual_seed(seed)
    return (torch.randn(shape, generator=draws) * scale).to(dtype).to(dg.device())


def derivatives(function, x, dim):
    """Values, first derivative times an uneven gradient, and second times another one."""
    x = x.clone().requires_grad_()
    y = function(x, dim)
    upstream = torch.linspace(-3, 5, y.numel(), device=x.device).reshape(y.shape).to(x.dtype)
    (first,) = grad(y, x, upstream, create_graph=True)
    (second,) = grad(first, x, torch.linspace(1, 2, x.numel(), device=x.device).to(x).view_as(x))
    return y.detach(), first.detach(), second


def special_rows(dtype) -> torch.Tensor:
    """Rows of three: extremes, subnormal numbers, infinities and NaN, in all positions."""
    limits = torch.finfo(dtype)
    smallest = limits.smallest_normal * limits.eps
    numbers = [0.0, -0.0, 1.0, smallest, -smallest, limits.max, limits.min, 1e4, -1e4,
               INFINITY, -INFINITY, NAN]
    return torch.cartesian_prod(*[torch.tensor(numbers, dtype=dtype, device=dg.device())] * 3)


@every_pair
@every_float
@pytest.mark.parametrize("scale", [1e-4, 1.0, 30.0, 1e4], ids=str)
def test_values_and_derivatives_at_every_scale(pair, dtype, scale):
    x = normal(11, 7, dtype=dtype, scale=scale)
    for ours, theirs in zip(derivatives(pair.ours, x, 1), derivatives(pair.theirs, x, 1)):
        assert ours.dtype == dtype
        torch.testing.assert_close(ours, theirs)


@every_pair
@every_float
def test_special_values(pair, dtype):
    x = special_rows(dtype)
    ours, theirs = (list(derivatives(f, x, 1)[:2]) for f in (pair.ours, pair.theirs))
    if pair.name == "logsumexp":
        # PyTorch's gradient is exp(x − y) with a rounded y: at x = (10⁴, 10⁴) it says 0.49989.
        finite = x.amax(1).isfinite()
        upstream = torch.linspace(-3, 5, len(x), device=x.device).to(dtype)
        theirs[1][finite] = in_single(torch.softmax)(x[finite], 1) * upstream[finite, None]
    torch.testing.assert_close(ours, theirs, equal_nan=True)


@every_pair
@every_float
def test_finite_input_gives_finite_results(pair, dtype):
    x = special_rows(dtype)
    x = x[x.isfinite().all(1)]
    value, *rest = derivatives(pair.ours, x, 1)
    # A difference of the two ends of the range is no number of the type: −∞ is right there.
    fits = (x.double().amax(1) - x.double().amin(1)) <= torch.finfo(dtype).max
    assert value[fits].isfinite().all()
    assert not value.isnan().any()
    assert all(derivative.isfinite().all() for derivative in rest)


@every_pair
@pytest.mark.parametrize("dim", range(-3, 3))
def test_along_every_dimension(pair, dim):
    x = normal(3, 5, 7)
    for ours, theirs in zip(derivatives(pair.ours, x, dim), derivatives(pair.theirs, x, dim)):
        torch.testing.assert_close(ours, theirs)


@every_pair
@settings(deadline=None)
@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=13))
def test_values_and_derivatives_anywhere(pair, numbers):
    """Against PyTorch in double precision: it rounds logsumexp before it uses it on the way back."""
    x = torch.tensor(numbers, dtype=torch.float32, device=dg.device())
    for ours, theirs in zip(derivatives(pair.ours, x, 0), derivatives(pair.theirs, x.double(), 0)):
        torch.testing.assert_close(ours, theirs.float())


@settings(deadline=None)
@given(st.lists(st.floats(-1e4, 1e4, width=32), min_size=1, max_size=13))
def test_as_exact_as_float32_allows(numbers):
    """Against the definition in double precision, which no shared kernel can favor."""
    x = torch.tensor(numbers, dtype=torch.float32, device=dg.device())
    wide = x.double() - x.double().max()
    total = wide.exp().sum()
    close = {"rtol": 0, "atol": 3e-7, "check_dtype": False}
    torch.testing.assert_close(softmax(x, 0), wide.exp() / total, **close)
    torch.testing.assert_close(log_softmax(x, 0), wide - total.log(), rtol=2e-7, atol=5e-7,
                               check_dtype=False)
    torch.testing.assert_close(logsumexp(x, 0), x.double().max() + total.log(), rtol=2e-7,
                               atol=5e-7, check_dtype=False)


@every_pair
@forward_mode
@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(-8, 8), min_size=1, max_size=5))
def test_derivatives_against_finite_differences(pair, numbers):
    x = torch.tensor(numbers, dtype=torch.float64, device=dg.device()).requires_grad_()
    assert gradcheck(pair.ours, (x, 0), check_forward_ad=True, check_batched_grad=True)
    assert gradgradcheck(pair.ours, (x, 0), check_batched_grad=True, check_fwd_over_rev=True)


@every_pair
@forward_mode
def test_transforms_of_torch_func(pair):
    x = normal(3, 5).double()

    def curved(function):
        return lambda row: function(row, -1).pow(2).sum()

    for transform in (torch.func.jacrev, torch.func.jacfwd, torch.func.hessian):
        ours, theirs = (torch.func.vmap(transform(curved(f)))(x) for f in (pair.ours, pair.theirs))
        torch.testing.assert_close(ours, theirs)
    sideways = torch.func.vmap(lambda row: pair.ours(row, 0), in_dims=1)(x)
    torch.testing.assert_close(sideways, pair.theirs(x.T, 1))


def test_log_softmax_hands_out_its_sums_for_third_derivatives():
    x = normal(5).double().requires_grad_()

    def third(function):
        y = function(x, 0)[1].exp()
        for _ in range(3):
            (g,) = grad(y, x, create_graph=True)
            y = (g * torch.arange(1, 6, device=x.device)).sum()
        return g.detach()

    torch.testing.assert_close(third(log_softmax), third(torch.log_softmax))


@every_pair
@pytest.mark.parametrize("shape, dim", [
    ((), 0), ((), -1), ((0,), 0), ((1,), 0), ((2, 0, 3), 0), ((2, 0, 3), 1), ((2, 0, 3), 2),
], ids=str)
def test_small_and_empty_shapes(pair, shape, dim):
    x = torch.ones(shape, device=dg.device(), requires_grad=True)
    ours, theirs = pair.ours(x, dim), pair.theirs(x, dim)
    torch.testing.assert_close(ours, theirs)
    torch.testing.assert_close(*(grad(y.sum(), x)[0] for y in (ours, theirs)))


@every_pair
def test_strided_input_is_not_changed(pair):
    x = normal(5, 3, 7).transpose(0, 2)[::2]
    before = x.clone()
    assert not x.is_contiguous()
    torch.testing.assert_close(derivatives(pair.ours, x, 1), derivatives(pair.theirs, x, 1))
    assert torch.equal(x, before)


@pytest.mark.parametrize("dim", [(0, 2), (-1, 1), [1], (0, 1, 2)], ids=str)
@pytest.mark.parametrize("keepdim", [False, True])
def test_logsumexp_over_several_dimensions(dim, keepdim):
    x = normal(3, 5, 7)
    torch.testing.assert_close(logsumexp(x, dim, keepdim), torch.logsumexp(x, dim, keepdim))


def test_logsumexp_of_integers():
    x = torch.tensor([[1, 2, 3], [0, 0, 1000]], device=dg.device())
    torch.testing.assert_close(logsumexp(x, 1), torch.logsumexp(x, 1))


@pytest.mark.parametrize("function", [softmax, log_softmax])
def test_integers_are_refused(function):
    with pytest.raises(TypeError, match="x must hold floating-point numbers"):
        function(torch.tensor([1, 2]), 0)


@every_pair
@pytest.mark.parametrize("wrong", [
    3.0, [1.0, 2.0], None, torch.tensor([True, False]), torch.tensor([1 + 2j]),
], ids=["number", "list", "None", "Boolean", "complex"])
def test_input_of_another_kind_is_refused(pair, wrong):
    with pytest.raises(TypeError, match="x must"):
        pair.ours(wrong, 0)


@every_pair
@pytest.mark.parametrize("dim, error", [(2, ValueError), (-3, ValueError), (1.0, TypeError),
                                        (None, TypeError)])
def test_a_dimension_that_does_not_exist_is_refused(pair, dim, error):
    with pytest.raises(error, match="dim must be"):
        pair.ours(torch.ones(2, 3), dim)


@pytest.mark.parametrize("dim", [(), (0, 0), (1, -1)], ids=str)
def test_logsumexp_needs_each_dimension_once(dim):
    with pytest.raises(ValueError, match="dim must name"):
        logsumexp(torch.ones(2, 3), dim)


@pytest.mark.parametrize("module, theirs", MODULES)
def test_module_is_the_function(module, theirs):
    x = normal(2, 3, 5)
    for dim in (0, 1, -1):
        layer = module(dim)
        torch.testing.assert_close(layer(x), theirs(dim)(x))
        assert repr(layer) == repr(theirs(dim))
        for twin in (copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
            assert torch.equal(twin(x), layer(x))
    with pytest.raises(TypeError, match="dim must be an integer"):
        module(None)


# What follows from the definitions.


@settings(deadline=None)
@given(st.lists(st.integers(-40, 40), min_size=2, max_size=7), st.integers(-10_000, 10_000))
def test_a_shift_changes_nothing(numbers, shift):
    x = torch.tensor(numbers, dtype=torch.float32, device=dg.device())      # sums are exact
    assert torch.equal(softmax(x + shift, 0), softmax(x, 0))
    assert torch.equal(log_softmax(x + shift, 0), log_softmax(x, 0))
    torch.testing.assert_close(logsumexp(x + shift, 0), logsumexp(x, 0) + shift)


def test_jacobian_is_diag_p_minus_p_p():
    x = normal(7).double()
    p = softmax(x, 0)
    jacobian = torch.func.jacrev(lambda x: softmax(x, 0))(x)
    torch.testing.assert_close(jacobian, p.diag() - p.outer(p))
    torch.testing.assert_close(jacobian @ torch.ones_like(p), torch.zeros_like(p))
    torch.testing.assert_close(torch.func.grad(lambda x: logsumexp(x, 0))(x), p)


def test_log_softmax_keeps_what_a_large_logit_would_swallow():
    """x − (max + ln Σ) rounds ln Σ away next to a maximum of 10⁴; (x − max) − ln Σ does not."""
    x = torch.tensor([1e4, 1e4 - 10], device=dg.device())
    expected = -math.log1p(math.exp(-10))
    assert abs(log_softmax(x, 0)[0].item() / expected - 1) < 1e-3


def test_huge_gradients_do_not_overflow():
    x = torch.zeros(2, device=dg.device(), requires_grad=True)
    largest = torch.finfo(torch.float32).max
    upstream = torch.tensor([largest, -largest], device=dg.device())
    (gradient,) = grad(softmax(x, 0), x, upstream)
    torch.testing.assert_close(gradient, upstream / 2)
