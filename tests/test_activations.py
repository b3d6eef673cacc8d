"""Every activation function against PyTorch's own: one row of ``PAIRS`` for each."""

import copy
import pickle
from collections.abc import Callable
from typing import NamedTuple

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.autograd import grad, gradcheck, gradgradcheck

import deepgloss as dg
from deepgloss import activations

INFINITY, NAN = float("inf"), float("nan")
FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)


class Pair(NamedTuple):
    """One activation function and what it is held against.

    ``tolerances`` go to ``assert_close``; None asks for the same bits, the sign of zero included.
    ``kinks`` are the points without a derivative, which finite differences must avoid.
    """

    name: str
    ours: Callable
    theirs: Callable
    module: Callable[[], nn.Module]
    their_module: Callable[[], nn.Module]
    tolerances: dict | None
    kinks: tuple[float, ...] = ()


PAIRS = [
    Pair("relu", activations.relu, torch.relu, activations.ReLU, nn.ReLU, None, kinks=(0.0,)),
]
every_pair = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
# PyTorch loads its forward-mode rules with a call that it deprecates itself.
forward_mode = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
every_float = pytest.mark.parametrize("dtype", FLOATS, ids=str)


def grid(dtype) -> torch.Tensor:
    """±0, small, large, subnormal and infinite numbers, and NaN."""
    limits = torch.finfo(dtype)
    smallest = limits.smallest_normal * limits.eps          # the smallest subnormal number
    sizes = [0.0, smallest, limits.smallest_normal, *torch.logspace(-4, 4, 41).tolist(),
             limits.max, INFINITY]
    values = torch.tensor([*sizes, NAN], dtype=torch.float64)
    return torch.cat([values, -values]).to(dtype).to(dg.device())


def derivatives(function, x, upstream):
    """A function's values at ``x``, and its first and second derivative times ``upstream``."""
    x = x.clone().requires_grad_()
    y = function(x)
    (first,) = grad(y, x, upstream, create_graph=True)
    (second,) = grad(first, x, torch.ones_like(first))
    return y.detach(), first.detach(), second


def assert_same(pair, ours, theirs):
    """Equal within the pair's tolerances; NaN equals NaN."""
    exact = {"rtol": 0.0, "atol": 0.0}
    torch.testing.assert_close(ours, theirs, equal_nan=True, **(pair.tolerances or exact))
    if pair.tolerances is None:
        numbers = ~theirs.isnan()
        assert torch.equal(ours.signbit()[numbers], theirs.signbit()[numbers])


@every_pair
@every_float
def test_values_and_derivatives_on_a_grid(pair, dtype):
    x = grid(dtype)
    upstream = torch.linspace(-3, 5, len(x), device=x.device).to(dtype)
    results = zip(derivatives(pair.ours, x, upstream), derivatives(pair.theirs, x, upstream))
    for ours, theirs in results:
        assert ours.dtype == dtype
        assert_same(pair, ours, theirs)


@every_pair
@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(width=32), st.floats(-100, 100, width=32)), min_size=1))
def test_values_and_derivatives_anywhere(pair, numbers):
    x, upstream = torch.tensor(numbers, dtype=torch.float32, device=dg.device()).T
    results = zip(derivatives(pair.ours, x, upstream), derivatives(pair.theirs, x, upstream))
    for ours, theirs in results:
        assert_same(pair, ours, theirs)


@every_pair
@forward_mode
@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(-8, 8), min_size=1, max_size=7))
def test_derivatives_against_finite_differences(pair, numbers):
    x = torch.tensor(numbers, dtype=torch.float64)
    for kink in pair.kinks:
        x = torch.where((x - kink).abs() < 1e-3, x + 2e-3, x)
    x = x.to(dg.device()).requires_grad_()
    assert gradcheck(pair.ours, x, check_forward_ad=True, check_batched_grad=True)
    assert gradgradcheck(pair.ours, x, check_batched_grad=True, check_fwd_over_rev=True)


@every_pair
@every_float
def test_finite_input_gives_finite_results(pair, dtype):
    x = grid(dtype)
    x = x[x.isfinite()]
    for result in derivatives(pair.ours, x, torch.ones_like(x)):
        assert result.isfinite().all()


@every_pair
@forward_mode
def test_transforms_of_torch_func(pair):
    x = torch.randn(3, 5, dtype=torch.float64, device=dg.device())

    def curved(function):
        return lambda row: function(row).pow(2).sum()

    for transform in (torch.func.jacrev, torch.func.jacfwd, torch.func.hessian):
        ours, theirs = (torch.func.vmap(transform(curved(f)))(x) for f in (pair.ours, pair.theirs))
        torch.testing.assert_close(ours, theirs)
    sideways = torch.func.vmap(pair.ours, in_dims=1, out_dims=1)(x)
    torch.testing.assert_close(sideways, pair.theirs(x))


@every_pair
@pytest.mark.parametrize("shape", [(), (0,), (7,), (2, 0, 3), (2, 3, 5)], ids=str)
def test_shape_and_device_stay(pair, shape):
    x = torch.randn(shape, device=dg.device())
    y = pair.ours(x)
    assert y.shape == x.shape and y.device == x.device
    assert_same(pair, y, pair.theirs(x))


@every_pair
def test_strided_input(pair):
    x = torch.randn(5, 3, 7, device=dg.device()).transpose(0, 2)[::2].requires_grad_()
    upstream = torch.randn(1, 3, 1, device=dg.device()).expand_as(x)
    assert not x.is_contiguous() and not upstream.is_contiguous()
    for ours, theirs in zip(derivatives(pair.ours, x.detach(), upstream),
                            derivatives(pair.theirs, x.detach(), upstream)):
        assert_same(pair, ours, theirs)


@every_pair
def test_input_is_not_changed(pair):
    x = torch.randn(11, device=dg.device())
    before = x.clone()
    pair.ours(x).sum()
    assert torch.equal(x, before)


@every_pair
@pytest.mark.parametrize("dtype", [torch.uint8, torch.int8, torch.int32, torch.int64], ids=str)
def test_integers(pair, dtype):
    x = torch.tensor([0, 1, 2, 127], dtype=dtype, device=dg.device())
    x = x if dtype == torch.uint8 else torch.cat([x, -x])
    try:
        theirs = pair.theirs(x)
    except RuntimeError:
        with pytest.raises(TypeError, match="x must"):
            pair.ours(x)
    else:
        torch.testing.assert_close(pair.ours(x), theirs)


@every_pair
@pytest.mark.parametrize("wrong", [
    3.0, [1.0, 2.0], None, torch.tensor([True, False]), torch.tensor([1 + 2j]),
], ids=["number", "list", "None", "Boolean", "complex"])
def test_input_of_another_kind_is_refused(pair, wrong):
    with pytest.raises(TypeError, match="x must"):
        pair.ours(wrong)


@every_pair
def test_module_is_the_function(pair):
    module, theirs = pair.module(), pair.their_module()
    x = torch.randn(2, 3, 5, device=dg.device())
    assert_same(pair, module(x), theirs(x))
    assert_same(pair, module(x), pair.ours(x))
    assert module.state_dict() == theirs.state_dict() == {}
    for twin in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert torch.equal(twin(x), module(x))
    assert repr(module).startswith(type(theirs).__name__)


# What only ReLU has to show.


def test_relu_by_its_definition():
    """Against the definition itself: PyTorch's own ReLU shares kernels with ours."""
    x = torch.tensor([-2.0, -1e-30, -0.0, 0.0, 1e-30, 3.0], device=dg.device())
    upstream = torch.tensor([2.0, 3.0, 5.0, 7.0, 11.0, 13.0], device=dg.device())
    y, first, second = derivatives(activations.relu, x, upstream)
    assert y.tolist() == [0, 0, 0, 0, x[4].item(), 3]
    assert first.tolist() == [0, 0, 0, 0, 11, 13]
    assert second.tolist() == [0] * 6


def test_relu_closes_to_infinite_gradients():
    x = torch.tensor([-1.0, 0.0, 1.0], device=dg.device())
    for huge in (INFINITY, -INFINITY, NAN):
        _, first, _ = derivatives(activations.relu, x, torch.full_like(x, huge))
        assert first[:2].tolist() == [0, 0]
        torch.testing.assert_close(first[2].item(), huge, equal_nan=True)


@settings(deadline=None)
@given(st.floats(width=32, allow_nan=False, allow_infinity=False), st.integers(-20, 20))
def test_relu_is_positively_homogeneous(number, exponent):
    x = torch.tensor(number, dtype=torch.float64, device=dg.device())
    scale = 2.0**exponent                                   # a power of two: no rounding
    assert activations.relu(scale * x) == scale * activations.relu(x)


def test_relu_network_trains_like_pytorch():
    """Fifty updates of a deep network give the same weights to the last bit."""
    def train(activation):
        draws = dg.seed(5)
        model = nn.Sequential(nn.Linear(7, 13), activation(), nn.Linear(13, 11), activation(),
                              nn.Linear(11, 3)).to(dg.device())
        x = torch.randn(17, 7, generator=draws).to(dg.device())
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(50):
            optimizer.zero_grad()
            model(x).square().mean().backward()
            optimizer.step()
        return nn.utils.parameters_to_vector(model.parameters())

    assert torch.equal(train(activations.ReLU), train(nn.ReLU))
