"""Every activation function against PyTorch's own: one row of ``PAIRS`` for each."""

import copy
import math
import pickle
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import pytest
import torch
import torch.nn.functional as F
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

    ``tolerances`` go to ``assert_close``; None asks for the same bits, the sign of zero included,
    and a function gives them for each dtype.
    ``kinks`` are the points without a derivative, which finite differences must avoid. ``largest``
    is the size from which on PyTorch's own function or derivatives overflow, so that it is no
    standard there. A ``surrogate`` gradient is not the derivative, and no difference finds it.
    ``gain`` is how many times larger than x the value can be. ``nan`` is False where PyTorch's
    derivative at NaN depends on where in a tensor the NaN stands.
    """

    name: str
    ours: Callable
    theirs: Callable
    module: Callable[[], nn.Module]
    their_module: Callable[[], nn.Module]
    tolerances: dict | Callable | None
    kinks: tuple[float, ...] = ()
    largest: float = INFINITY
    surrogate: bool = False
    gain: float = 1.0
    nan: bool = True


def in_single(function: Callable) -> Callable:
    """PyTorch's function, for half types in float32: its own derivatives round at every step."""
    def computed(x, *rest):
        half = x.dtype in (torch.float16, torch.bfloat16)
        return function(x.float(), *rest).to(x.dtype) if half else function(x, *rest)

    return computed


def of_the_output(dtype) -> dict:
    """For derivatives computed from a rounded output, which gradients of up to 100 magnify.

    Also where PyTorch's own slopes are off by up to 1e-6 in float32: those of GELU's form with
    tanh. test_gelu_silu_step.py holds ours against float64, with a sharper bound.
    """
    return {"rtol": 1.3e-6, "atol": 1e-4} if dtype == torch.float32 else {}


def module_of(name: str, function: Callable) -> Callable[[], nn.Module]:
    """A kind of module without parameters that applies a function."""
    return type(name, (nn.Module,), {"forward": lambda self, x: function(x)})


def flat_step(x):
    """torch.heaviside, which has no gradient, on a term that is zero and has a zero derivative."""
    return torch.heaviside(x.detach(), torch.ones_like(x)) + 0 * x.sign()


def clamp_below_step(x):
    """The values of a step with the derivative of a clamp: the detach trick, to hold ours against."""
    soft = torch.where(x.isnan(), 0, x).clamp(-1, 1)
    return soft + (torch.heaviside(x.detach(), torch.ones_like(x)) - soft).detach()


PAIRS = [
    Pair("relu", activations.relu, torch.relu, activations.ReLU, nn.ReLU, None, kinks=(0.0,)),
    Pair("leaky_relu", activations.leaky_relu, F.leaky_relu, activations.LeakyReLU, nn.LeakyReLU,
         None, kinks=(0.0,)),
    *(Pair(f"leaky_relu, slope {slope}", partial(activations.leaky_relu, negative_slope=slope),
           partial(F.leaky_relu, negative_slope=slope), partial(activations.LeakyReLU, slope),
           partial(nn.LeakyReLU, slope), None, kinks=(0.0,), gain=max(slope, 1.0))
      for slope in (0.3, 1.0, 2.0)),
    *(Pair(f"elu, alpha {alpha}", partial(activations.elu, alpha=alpha), partial(F.elu, alpha=alpha),
           partial(activations.ELU, alpha), partial(nn.ELU, alpha), {}, kinks=(0.0,), nan=False)
      for alpha in (1.0, 0.7, 1.9)),
    Pair("selu", activations.selu, F.selu, activations.SELU, nn.SELU, {}, kinks=(0.0,),
         gain=1.0508, nan=False),
    Pair("identity", activations.identity, lambda x: x, activations.Identity, nn.Identity, None),
    Pair("step", activations.step, flat_step, activations.Step, module_of("Step", flat_step), None,
         kinks=(0.0,)),
    Pair("step_ste", activations.step_ste, clamp_below_step, activations.StraightThroughStep,
         module_of("StraightThroughStep", clamp_below_step), {}, surrogate=True),
    Pair("gelu", activations.gelu, in_single(F.gelu), activations.GELU, nn.GELU,
         of_the_output, largest=1e18),
    Pair("gelu_tanh", partial(activations.gelu, approximate="tanh"),
         in_single(partial(F.gelu, approximate="tanh")), partial(activations.GELU, "tanh"),
         partial(nn.GELU, "tanh"), of_the_output, largest=1e11),
    Pair("silu", activations.silu, in_single(F.silu), activations.SiLU, nn.SiLU,
         of_the_output),
    Pair("softplus", activations.softplus, in_single(F.softplus), activations.Softplus,
         nn.Softplus, {}),
    Pair("softplus_sharp", partial(activations.softplus, beta=3.0, threshold=5.0),
         in_single(partial(F.softplus, beta=3.0, threshold=5.0)),
         partial(activations.Softplus, 3.0, 5.0), partial(nn.Softplus, 3.0, 5.0), {},
         kinks=(5 / 3,)),
    Pair("sigmoid", activations.sigmoid, torch.sigmoid, activations.Sigmoid, nn.Sigmoid,
         of_the_output),
    Pair("tanh", activations.tanh, torch.tanh, activations.Tanh, nn.Tanh, of_the_output),
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
    if not first.requires_grad:             # the derivative is a constant: that of the identity
        return y.detach(), first, torch.zeros_like(x)
    (second,) = grad(first, x, torch.ones_like(first))
    return y.detach(), first.detach(), second


def within(pair, x) -> torch.Tensor:
    """Where PyTorch is a standard for the pair."""
    return (x.double().abs() <= pair.largest) | (x.isnan() & pair.nan)


def assert_same(pair, ours, theirs):
    """Equal within the pair's tolerances; NaN equals NaN."""
    tolerances = {"rtol": 0.0, "atol": 0.0} if pair.tolerances is None else pair.tolerances
    if callable(tolerances):
        tolerances = tolerances(theirs.dtype)
    torch.testing.assert_close(ours, theirs, equal_nan=True, **tolerances)
    if pair.tolerances is None:
        numbers = ~theirs.isnan()
        assert torch.equal(ours.signbit()[numbers], theirs.signbit()[numbers])


@every_pair
@every_float
def test_values_and_derivatives_on_a_grid(pair, dtype):
    x = grid(dtype)
    x = x[within(pair, x)]
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
    x = torch.where(within(pair, x), x, x.sign())
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
    if pair.surrogate:
        return
    assert gradcheck(pair.ours, x, check_forward_ad=True, check_batched_grad=True)
    assert gradgradcheck(pair.ours, x, check_batched_grad=True, check_fwd_over_rev=True)


@every_pair
@every_float
def test_finite_input_gives_finite_results(pair, dtype):
    x = grid(dtype)
    x = x[x.double().abs() <= torch.finfo(dtype).max / pair.gain]
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


# What only softplus has to show.


@pytest.mark.parametrize("beta", [0.5, 1.0, 7.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_softplus_with_any_threshold(dtype, beta):
    """Right to the last digits where PyTorch's exp overflows, and far below zero."""
    x = torch.cat([torch.linspace(-80, 200, 1409, dtype=dtype) / beta,
                   torch.tensor([-1e4, 1e4], dtype=dtype)]).to(dg.device())
    exact = x.double()
    expected = (exact.clamp(min=0) + torch.log1p(torch.exp(-beta * exact.abs())) / beta).to(dtype)
    y, first, second = derivatives(
        partial(activations.softplus, beta=beta, threshold=INFINITY), x, torch.ones_like(x))
    close = {"rtol": 8 * torch.finfo(dtype).eps * beta, "atol": torch.finfo(dtype).tiny}
    torch.testing.assert_close(y[:-2], expected[:-2], **close)
    assert y[-2:].tolist() == [0, 1e4]
    sigmoid = torch.sigmoid(beta * x)
    torch.testing.assert_close(first, sigmoid)
    torch.testing.assert_close(second, beta * sigmoid * torch.sigmoid(-beta * x))


def test_softplus_is_linear_beyond_its_threshold():
    x = torch.tensor([1.9, 2.1], dtype=torch.float64, device=dg.device())
    y, first, second = derivatives(
        partial(activations.softplus, beta=2.0, threshold=4.0), x, torch.ones_like(x))
    assert y[1] == x[1] and first[1] == 1 and second[1] == 0
    assert y[0] > x[0] and first[0] < 1 and second[0] > 0


@settings(deadline=None)
@given(st.floats(-1e4, 1e4), st.sampled_from([0.25, 1.0, 3.0]))
def test_softplus_minus_its_mirror_image_is_x(number, beta):
    x = torch.tensor(number, dtype=torch.float64, device=dg.device())
    plus, minus = (activations.softplus(sign * x, beta, INFINITY) for sign in (1, -1))
    torch.testing.assert_close(plus - minus, x, rtol=1e-12, atol=1e-15)
    assert max(number, 0) <= plus <= max(number, 0) + math.log(2) / beta * (1 + 1e-12)


@pytest.mark.parametrize("options, match", [
    ({"beta": 0.0}, "beta"), ({"beta": -1.0}, "beta"), ({"beta": INFINITY}, "beta"),
    ({"beta": NAN}, "beta"), ({"threshold": NAN}, "threshold"),
])
def test_softplus_refuses_parameters_without_a_meaning(options, match):
    with pytest.raises(ValueError, match=f"{match} must be"):
        activations.softplus(torch.zeros(1), **options)
    with pytest.raises(ValueError, match=f"{match} must be"):
        activations.Softplus(**options)
