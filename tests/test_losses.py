"""Every loss against PyTorch's own, or a second derivation: one row of ``PAIRS`` for each."""

import copy
import pickle
from collections.abc import Callable
from typing import NamedTuple

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.autograd import grad, gradcheck, gradgradcheck

import deepgloss as dg
from deepgloss import losses

INFINITY, NAN = float("inf"), float("nan")
FLOATS = (torch.float16, torch.bfloat16, torch.float32, torch.float64)
REDUCTIONS = ("none", "mean", "sum")


class Pair(NamedTuple):
    """One loss and what it is held against.

    ``ours`` and ``theirs`` take input, target and ``reduction=``; the modules take ``reduction=``.
    ``batch`` makes an input and a target that belong together out of a vector of any numbers, of
    the same dtype and device. ``tolerances`` go to ``assert_close``; None asks for its defaults.
    ``clearance`` tells, for input and target, how far each loss is from the nearest point without
    a derivative, which finite differences must avoid.
    """

    name: str
    ours: Callable
    theirs: Callable
    module: Callable[..., nn.Module]
    their_module: Callable[..., nn.Module]
    batch: Callable[[torch.Tensor], tuple[torch.Tensor, torch.Tensor]]
    tolerances: dict[torch.dtype, dict] | None = None
    clearance: Callable[[torch.Tensor, torch.Tensor], torch.Tensor] | None = None


def shares(x):
    """The numbers themselves, and targets that run through [0, 1], both ends included."""
    steps = torch.arange(len(x), device=x.device) % 5
    return x, (steps / 4).to(x.dtype)


# Two units in the last place of numbers around 1: what intermediate rounding may cost.
HALF = {dtype: {"rtol": 2 * torch.finfo(dtype).eps, "atol": 2 * torch.finfo(dtype).eps}
        for dtype in (torch.float16, torch.bfloat16)}
PAIRS = [
    Pair("binary-cross-entropy", losses.binary_cross_entropy_with_logits,
         F.binary_cross_entropy_with_logits, losses.BCEWithLogitsLoss, nn.BCEWithLogitsLoss,
         batch=shares, tolerances=HALF),
]
every_pair = pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
every_float = pytest.mark.parametrize("dtype", FLOATS, ids=str)
every_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)


def grid(dtype, infinite=True) -> torch.Tensor:
    """±0, small, large, subnormal and infinite numbers, and NaN."""
    limits = torch.finfo(dtype)
    smallest = limits.smallest_normal * limits.eps          # the smallest subnormal number
    sizes = [0.0, smallest, limits.smallest_normal, *torch.logspace(-4, 4, 41).tolist()]
    values = torch.tensor([*sizes, limits.max, INFINITY, NAN] if infinite else sizes,
                          dtype=torch.float64)
    return torch.cat([values, -values]).to(dtype).to(dg.device())


def derivatives(function, x, target, upstream=None, **options):
    """A loss at ``x``, and its first and second derivative for ``x``, times ``upstream``."""
    x = x.clone().requires_grad_()
    y = function(x, target, **options)
    upstream = torch.ones_like(y) if upstream is None else upstream[: y.numel()].view_as(y)
    (first,) = grad(y, x, upstream, create_graph=True)
    if not first.requires_grad:                              # a loss of straight pieces
        return y.detach(), first.detach(), torch.zeros_like(x)
    slopes = torch.linspace(-1, 2, first.numel(), device=x.device).to(x.dtype).view_as(first)
    (second,) = grad(first, x, slopes, allow_unused=True)
    return y.detach(), first.detach(), torch.zeros_like(x) if second is None else second.detach()


def assert_same(pair, ours, theirs):
    """Equal within the pair's tolerances; NaN equals NaN."""
    tolerances = (pair.tolerances or {}).get(theirs.dtype, {})
    torch.testing.assert_close(ours, theirs, equal_nan=True, **tolerances)


def assert_same_derivatives(pair, x, target, upstream=None, **options):
    for ours, theirs in zip(derivatives(pair.ours, x, target, upstream, **options),
                            derivatives(pair.theirs, x, target, upstream, **options)):
        assert ours.dtype == theirs.dtype == x.dtype and ours.device == x.device
        assert_same(pair, ours, theirs)


def moderate(*shape, seed=0, dtype=torch.float64):
    """A vector of normal numbers on the book's device."""
    draws = torch.Generator().manual_seed(seed)
    return torch.randn(*shape, generator=draws, dtype=torch.float64).to(dtype).to(dg.device())


@every_pair
@every_float
def test_values_and_derivatives_on_a_grid(pair, dtype):
    x, target = pair.batch(grid(dtype))
    upstream = torch.linspace(-3, 5, x.numel(), device=x.device).to(dtype)
    assert_same_derivatives(pair, x, target, upstream, reduction="none")


@every_pair
@settings(deadline=None)
@given(st.lists(st.tuples(st.floats(width=32), st.floats(-100, 100, width=32)), min_size=1))
def test_values_and_derivatives_anywhere(pair, numbers):
    numbers, upstream = torch.tensor(numbers, dtype=torch.float32, device=dg.device()).T
    x, target = pair.batch(numbers)
    upstream = upstream.repeat(x.numel() // len(upstream) + 1)
    assert_same_derivatives(pair, x, target, upstream, reduction="none")


@every_pair
@every_float
@every_reduction
def test_reductions(pair, dtype, reduction):
    x, target = pair.batch(moderate(35, dtype=dtype))
    assert_same_derivatives(pair, x, target, moderate(35, seed=1, dtype=dtype),
                            reduction=reduction)


@every_pair
def test_mean_is_the_default(pair):
    x, target = pair.batch(moderate(35))
    assert torch.equal(pair.ours(x, target), pair.ours(x, target, reduction="mean"))


@every_pair
@every_reduction
def test_empty_batch(pair, reduction):
    x, target = pair.batch(moderate(0))
    assert_same(pair, pair.ours(x, target, reduction=reduction),
                pair.theirs(x, target, reduction=reduction))


@every_pair
@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float32, torch.float64], ids=str)
def test_large_numbers_give_finite_results(pair, dtype):
    x, target = pair.batch(grid(dtype, infinite=False))
    for result in derivatives(pair.ours, x, target, reduction="mean"):
        assert result.isfinite().all()


@every_pair
@settings(deadline=None, max_examples=25)
@given(st.lists(st.floats(-8, 8), min_size=1, max_size=7))
def test_derivatives_against_finite_differences(pair, numbers):
    x, target = pair.batch(torch.tensor(numbers, dtype=torch.float64))
    if pair.clearance is not None:
        x = torch.where(pair.clearance(x, target) < 1e-3, x + 2e-3, x)
    x, target = x.to(dg.device()).requires_grad_(), target.to(dg.device())

    def weighted(x):
        y = pair.ours(x, target, reduction="none")
        return y * torch.linspace(-3, 5, y.numel(), dtype=y.dtype, device=y.device).view_as(y)

    assert gradcheck(weighted, x, check_batched_grad=True)
    assert gradgradcheck(weighted, x, check_batched_grad=True)


@every_pair
def test_gradient_for_the_target(pair):
    x, target = pair.batch(moderate(35))
    if not target.is_floating_point():
        return
    results = []
    for function in (pair.ours, pair.theirs):
        t = target.clone().requires_grad_()
        results.append(grad(function(x, t, reduction="sum"), t)[0])
    assert_same(pair, *results)


@every_pair
def test_strided_input(pair):
    x, target = pair.batch(moderate(70))
    x = torch.stack([x, x], dim=-1)[..., 0]
    assert_same_derivatives(pair, x, target, reduction="mean")


@every_pair
def test_arguments_are_not_changed(pair):
    x, target = pair.batch(moderate(35))
    before = x.clone(), target.clone()
    x.requires_grad_()
    pair.ours(x, target).backward()
    assert torch.equal(x, before[0]) and torch.equal(target, before[1])


@every_pair
@pytest.mark.parametrize("wrong", ["average", "MEAN", None, 1], ids=str)
def test_another_reduction_is_refused(pair, wrong):
    x, target = pair.batch(moderate(35))
    with pytest.raises(ValueError, match="reduction must be"):
        pair.ours(x, target, reduction=wrong)
    with pytest.raises(ValueError, match="reduction must be"):
        pair.module(reduction=wrong)


@every_pair
@pytest.mark.parametrize("wrong", [3.0, [1.0, 2.0], None, torch.tensor([1, 2])],
                         ids=["number", "list", "None", "integers"])
def test_input_of_another_kind_is_refused(pair, wrong):
    _, target = pair.batch(moderate(2))
    with pytest.raises(TypeError, match="input must"):
        pair.ours(wrong, target)


@every_pair
@pytest.mark.parametrize("wrong", [3.0, None], ids=str)
def test_target_of_another_kind_is_refused(pair, wrong):
    x, _ = pair.batch(moderate(35))
    with pytest.raises(TypeError, match="target must"):
        pair.ours(x, wrong)


@every_pair
def test_target_of_another_shape_is_refused(pair):
    x, target = pair.batch(moderate(35))
    for wrong in (target[:-1], target[:, None], target[None]):
        with pytest.raises(ValueError, match="target must"):
            pair.ours(x, wrong)


@every_pair
@every_reduction
def test_module_is_the_function(pair, reduction):
    module = pair.module(reduction=reduction)
    theirs = pair.their_module(reduction=reduction)
    x, target = pair.batch(moderate(35))
    assert_same(pair, module(x, target), theirs(x, target))
    assert torch.equal(module(x, target), pair.ours(x, target, reduction=reduction))
    assert module.state_dict() == {}
    for twin in (copy.deepcopy(module), pickle.loads(pickle.dumps(module))):
        assert torch.equal(twin(x, target), module(x, target))
    assert reduction in repr(module)


# What only binary cross-entropy has to show.


@every_reduction
@pytest.mark.parametrize("weight_shape", [None, (3,), (5, 1, 1), (5, 7, 3)], ids=str)
@pytest.mark.parametrize("positive_shape", [None, (3,), (7, 1), (5, 7, 3)], ids=str)
def test_binary_cross_entropy_weights(weight_shape, positive_shape, reduction):
    x, target = moderate(5, 7, 3), moderate(5, 7, 3, seed=1).sigmoid()
    options = {
        name: None if shape is None else moderate(*shape, seed=2).exp()
        for name, shape in (("weight", weight_shape), ("pos_weight", positive_shape))
    }
    for ours, theirs in zip(
        derivatives(losses.binary_cross_entropy_with_logits, x, target, reduction=reduction,
                    **options),
        derivatives(F.binary_cross_entropy_with_logits, x, target, reduction=reduction, **options),
    ):
        torch.testing.assert_close(ours, theirs)
    module = losses.BCEWithLogitsLoss(reduction=reduction, **options)
    their_module = nn.BCEWithLogitsLoss(reduction=reduction, **options)
    torch.testing.assert_close(module(x, target), their_module(x, target))
    assert module.state_dict().keys() == their_module.state_dict().keys()


@pytest.mark.parametrize("name", ["weight", "pos_weight"])
def test_binary_cross_entropy_refuses_weights_that_do_not_fit(name):
    x, target = moderate(5, 3), moderate(5, 3).sigmoid()
    for shape in ((5,), (2, 5, 3)):
        with pytest.raises(ValueError, match=f"{name} must broadcast"):
            losses.binary_cross_entropy_with_logits(x, target, **{name: moderate(*shape)})
    with pytest.raises(TypeError, match=f"{name} must"):
        losses.binary_cross_entropy_with_logits(x, target, **{name: 3.0})
