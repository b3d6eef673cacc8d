"""Every loss against PyTorch's own, or a second derivation: one row of ``PAIRS`` for each."""

import copy
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


def signs(x):
    """The numbers themselves, and targets of −1 and 1."""
    return x, (torch.arange(len(x), device=x.device) % 2 * 2 - 1).to(x.dtype)


def rows_of_three(x):
    """Scores of three classes, among them ties, and labels."""
    scores = torch.stack([x, x.roll(1) / 2, -x], dim=-1)                # (N, 3)
    return scores, torch.arange(len(x), device=x.device) % 3


def rows_without_nan(x):
    """The same without NaN and −∞: which of them is the larger one?"""
    scores, labels = rows_of_three(x)
    return scores.nan_to_num(nan=3.0, posinf=INFINITY, neginf=-1e4), labels


def errors(x):
    """The numbers themselves but for NaN, which has no slope, and targets from −2 to 2."""
    x = x.nan_to_num(nan=3.0, posinf=INFINITY, neginf=-INFINITY)
    return x, (torch.arange(len(x), device=x.device) % 5 - 2).to(x.dtype)


def numbers(x):
    """The numbers themselves, NaN included, and targets from −2 to 2."""
    return x, (torch.arange(len(x), device=x.device) % 5 - 2).to(x.dtype)


def reduced(values):
    """A function of input and target with PyTorch's own reduction around it, rounded once."""
    def function(input, target, reduction="mean"):
        wide = [x.float() if x.dtype in HALF else x for x in (input, target)]
        y = values(*wide)
        return (y if reduction == "none" else getattr(y, reduction)()).to(input.dtype)
    return function


def in_a_module(function):
    """A module around a function that takes ``reduction=``."""
    class Module(nn.Module):
        def __init__(self, reduction):
            super().__init__()
            self.reduction = reduction

        def forward(self, input, target):
            return function(input, target, reduction=self.reduction)
    return Module


def open_part(z, p):
    """zᵖ where z > 0 (or is no number), piece by piece."""
    return torch.where(z <= 0, 0, z) ** p


def hinge_by_pieces(p):
    return reduced(lambda y, t: open_part(1 - t * y, p))


def class_by_class(p, term, combine):
    """A loss out of one term for each class, from the true class's score and the class's own."""
    def values(y, label):
        true = y[torch.arange(len(y)), label]
        return combine([term(true, y[:, k], label == k, p) for k in range(3)])
    return reduced(values)


def against_rest(true, own, is_true, p):
    return open_part(torch.where(is_true, 1 - own, 1 + own), p)


def against_true(true, own, is_true, p):
    return open_part(torch.where(is_true, 0, own - true + 1), p)


def strongest_rival(p):
    """The larger one of the other two scores, the first if they tie."""
    def values(y, label):
        first = torch.where(label == 0, y[:, 1], y[:, 0])
        second = torch.where(label == 2, y[:, 1], y[:, 2])
        true = y[torch.arange(len(y)), label]
        return open_part(1 - (true - torch.where(second > first, second, first)), p)
    return reduced(values)


def shrunken_error(p):
    """What is left of the error when PyTorch shrinks it by the width of the tube."""
    return reduced(lambda y, t: F.softshrink(y - t, 0.1).abs() ** p)


def far_from_margin(x, label):
    """How far each rival is from the margin, and from a tie with a rival before it."""
    true = x.gather(1, label[:, None])
    is_true = torch.zeros_like(x, dtype=torch.bool).scatter(1, label[:, None], True)
    ties = (x[:, :, None] - x[:, None, :]).abs()
    earlier = torch.ones_like(ties[0], dtype=torch.bool).tril(-1)
    ties = ties.where(earlier & ~is_true[:, None, :], INFINITY).amin(2)
    return torch.minimum((1 - true + x).abs(), ties).where(~is_true, INFINITY)


def rows(x, classes=3):
    """The numbers as rows of logits, the last one filled up from the front."""
    count = -(-len(x) // classes)
    return x.repeat(classes)[: count * classes].view(count, classes)


def labels(x):
    """Logits, and labels that run through the classes, every fifth one to be ignored."""
    x = rows(x)
    steps = torch.arange(len(x), device=x.device)
    return x, torch.where(steps % 5 == 4, -100, steps % 3)


def distributions(x):
    """Logits, and distributions over the classes, some of them certain."""
    x = rows(x)
    steps = torch.arange(x.numel(), device=x.device).view_as(x)
    shares = ((steps * 5) % 7 + 1.0) / ((steps * 5) % 7 + 1.0).sum(1, keepdim=True)
    certain = torch.eye(3, device=x.device)[steps[:, 0] % 3]
    return x, torch.where(steps[:, :1] % 2 == 0, shares, certain).to(x.dtype)


# Two units in the last place of numbers around 1: what intermediate rounding may cost.
HALF = {dtype: {"rtol": 2 * torch.finfo(dtype).eps, "atol": 2 * torch.finfo(dtype).eps}
        for dtype in (torch.float16, torch.bfloat16)}
PAIRS = [
    Pair("binary-cross-entropy", losses.binary_cross_entropy_with_logits,
         F.binary_cross_entropy_with_logits, losses.BCEWithLogitsLoss, nn.BCEWithLogitsLoss,
         batch=shares, tolerances=HALF),
    Pair("nll", losses.nll_loss, F.nll_loss, losses.NLLLoss, nn.NLLLoss, batch=labels),
    Pair("cross-entropy of labels", losses.cross_entropy, F.cross_entropy,
         losses.CrossEntropyLoss, nn.CrossEntropyLoss, batch=labels, tolerances=HALF),
    Pair("cross-entropy of distributions", losses.cross_entropy, F.cross_entropy,
         losses.CrossEntropyLoss, nn.CrossEntropyLoss, batch=distributions, tolerances=HALF),
    Pair("squared-error", losses.mse_loss, F.mse_loss, losses.MSELoss, nn.MSELoss,
         batch=numbers, tolerances=HALF),
    Pair("absolute-error", losses.l1_loss, F.l1_loss, losses.L1Loss, nn.L1Loss,
         batch=numbers, tolerances=HALF, clearance=lambda x, t: (x - t).abs()),
    Pair("huber", partial(losses.huber_loss, delta=0.7), partial(F.huber_loss, delta=0.7),
         partial(losses.HuberLoss, delta=0.7), partial(nn.HuberLoss, delta=0.7),
         batch=numbers, tolerances=HALF, clearance=lambda x, t: ((x - t).abs() - 0.7).abs()),
    Pair("smooth-absolute-error", partial(losses.smooth_l1_loss, beta=0.3),
         partial(F.smooth_l1_loss, beta=0.3), partial(losses.SmoothL1Loss, beta=0.3),
         partial(nn.SmoothL1Loss, beta=0.3),
         batch=numbers, tolerances=HALF, clearance=lambda x, t: ((x - t).abs() - 0.3).abs()),
]
for p, kind in ((1, ""), (2, "squared-")):
    PAIRS += [
        Pair(f"{kind}{name}", partial(ours, p=p), theirs, partial(module, p=p),
             in_a_module(theirs), batch, HALF, clearance)
        for name, ours, theirs, module, batch, clearance in (
            ("hinge", losses.hinge_loss, hinge_by_pieces(p), losses.HingeLoss, signs,
             lambda x, t: (1 - t * x).abs()),
            ("one-against-rest", losses.one_against_rest_loss,
             class_by_class(p, against_rest, lambda terms: torch.stack(terms, 1).sum(1)),
             losses.OneAgainstRestLoss, rows_of_three,
             lambda x, label: (1 - x.abs()).abs()),
            ("multi-margin", losses.multi_margin_loss,
             class_by_class(p, against_true, lambda terms: torch.stack(terms, 1).mean(1)),
             losses.MultiMarginLoss, rows_of_three, far_from_margin),
            ("crammer-singer", losses.crammer_singer_loss, strongest_rival(p),
             losses.CrammerSingerLoss, rows_without_nan, far_from_margin),
            ("epsilon-insensitive", losses.epsilon_insensitive_loss, shrunken_error(p),
             losses.EpsilonInsensitiveLoss, errors, lambda x, t: ((x - t).abs() - 0.1).abs()),
        )
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


def assert_same(pair, ours, theirs, rounding=0.0):
    """Equal within the pair's tolerances, and in float32 within ``rounding`` where that is more; NaN equals NaN."""
    tolerances = (pair.tolerances or {}).get(theirs.dtype, {})
    if theirs.dtype == torch.float32:
        tolerances = {"rtol": 1.3e-6, "atol": max(1e-5, rounding)}
    torch.testing.assert_close(ours, theirs, equal_nan=True, **tolerances)


def assert_same_derivatives(pair, x, target, upstream=None, **options):
    results = [derivatives(function, x, target, upstream, **options) for function in (pair.ours, pair.theirs)]
    # A derivative is a difference of terms as large as upstream. Each is rounded once or twice an order, in
    # PyTorch's own way or in ours: float64 lies between the two.
    unit = torch.finfo(torch.float32).eps * (1.0 if upstream is None else upstream.abs().max().item())
    for order, (ours, theirs) in enumerate(zip(*results)):
        assert ours.dtype == theirs.dtype == x.dtype and ours.device == x.device
        assert_same(pair, ours, theirs, 2 * order * unit)


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
        # Rivals that stand on the margin together must not move on together, for then they tie.
        step = 2e-3 * (1 + torch.arange(x.shape[-1])) if x.ndim == 2 else 2e-3
        x = torch.where(pair.clearance(x, target) < 1e-3, x + step, x)
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
