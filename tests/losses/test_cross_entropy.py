"""What cross-entropy and the negative log-likelihood have to show beyond the table of losses."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.autograd import grad

import deepgloss as dg
from deepgloss import losses

SHAPES = [(5,), (7, 5), (7, 5, 3), (7, 5, 3, 2), (0, 5), (7, 5, 0), (7, 1)]
REDUCTIONS = ("none", "mean", "sum")
every_shape = pytest.mark.parametrize("shape", SHAPES, ids=str)
every_reduction = pytest.mark.parametrize("reduction", REDUCTIONS)
weighted = pytest.mark.parametrize("is_weighted", [False, True], ids=["plain", "weighted"])


def logits(shape, seed=0, dtype=torch.float64):
    draws = torch.Generator().manual_seed(seed)
    return (3 * torch.randn(shape, generator=draws, dtype=torch.float64)).to(dtype).to(dg.device())


def classes(shape):
    return shape[0] if len(shape) == 1 else shape[1]


def labels_for(shape, ignored=0.0, ignore_index=-100, seed=1):
    """Labels at random, a share of them to be ignored."""
    draws = torch.Generator().manual_seed(seed)
    outer = () if len(shape) == 1 else (shape[0], *shape[2:])
    labels = torch.randint(classes(shape), outer, generator=draws)
    hidden = torch.rand(outer, generator=draws) < ignored
    return torch.where(hidden, ignore_index, labels).to(dg.device())


def distributions_for(shape, seed=1):
    return logits(shape, seed).softmax(0 if len(shape) == 1 else 1)


def class_weights(shape, is_weighted):
    return logits((classes(shape),), seed=2).exp() if is_weighted else None


def assert_same(ours, theirs, x, target, **options):
    """The same value, gradient and second derivative, along fixed directions."""
    results = []
    for function in (ours, theirs):
        leaf = x.clone().requires_grad_()
        y = function(leaf, target, **options)
        (first,) = grad(y, leaf, logits(y.shape, seed=3, dtype=y.dtype), create_graph=True)
        results.append([y, first])
        if first.requires_grad:
            results[-1] += grad(first, leaf, logits(x.shape, seed=4, dtype=x.dtype))
    for one, other in zip(*results):
        torch.testing.assert_close(one, other, equal_nan=True)


@every_shape
@every_reduction
@weighted
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
@pytest.mark.parametrize("ignored, ignore_index", [(0.0, -100), (0.4, -100), (0.4, 0), (1.0, 2)])
def test_labels(shape, reduction, is_weighted, smoothing, ignored, ignore_index):
    x, target = logits(shape), labels_for(shape, ignored, ignore_index)
    options = {"weight": class_weights(shape, is_weighted), "ignore_index": ignore_index,
               "reduction": reduction}
    assert_same(losses.cross_entropy, F.cross_entropy, x, target, label_smoothing=smoothing,
                **options)
    assert_same(losses.nll_loss, F.nll_loss, x, target, **options)


@every_shape
@every_reduction
@weighted
@pytest.mark.parametrize("smoothing", [0.0, 0.1, 1.0])
def test_distributions(shape, reduction, is_weighted, smoothing):
    assert_same(losses.cross_entropy, F.cross_entropy, logits(shape), distributions_for(shape),
                weight=class_weights(shape, is_weighted), reduction=reduction,
                label_smoothing=smoothing)


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.floats(-1e4, 1e4, width=32), min_size=5, max_size=5), min_size=1,
                max_size=7), st.integers(0, 4), st.sampled_from([0.0, 0.3]))
def test_logits_up_to_ten_thousand(numbers, label, smoothing):
    x = torch.tensor(numbers, dtype=torch.float64)
    target = (torch.arange(len(x)) + label) % 5
    by_hand = [
        max(row) + math.log(sum(math.exp(v - max(row)) for v in row))
        - (1 - smoothing) * row[y] - smoothing * sum(row) / 5
        for row, y in zip(x.tolist(), target.tolist())
    ]
    expected = torch.tensor(by_hand, dtype=torch.float64)
    for dtype, rtol in ((torch.float32, 1e-5), (torch.float64, 1e-12)):
        leaf = x.to(dtype).to(dg.device()).requires_grad_()
        y = losses.cross_entropy(leaf, target.to(dg.device()), reduction="none",
                                 label_smoothing=smoothing)
        torch.testing.assert_close(y.detach().cpu().double(), expected, rtol=rtol, atol=rtol)
        (first,) = grad(y.sum(), leaf, create_graph=True)
        (second,) = grad(first[:, 0].sum(), leaf)
        assert first.isfinite().all() and second.isfinite().all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16], ids=str)
def test_half_types_are_rounded_once(dtype):
    """A sum over 100,000 classes overflows float16; each result is the nearest half number."""
    x = logits((3, 100_003), dtype=dtype)
    x[2] = 0
    target = torch.tensor([7, 11, 13], device=dg.device())
    ours = losses.cross_entropy(x, target, reduction="none")
    exact = F.cross_entropy(x.double(), target, reduction="none")
    assert ours.dtype == dtype
    torch.testing.assert_close(ours.double(), exact, rtol=torch.finfo(dtype).eps / 2, atol=0)


def test_masked_classes():
    """A logit of −∞ is a class that is out of the question, on either side."""
    x = logits((7, 5))
    x[:, 2] = -math.inf
    target = torch.tensor([0, 1, 3, 4, 0, 1, 2], device=dg.device())
    leaves = [x.clone().requires_grad_() for _ in range(2)]
    results = [f(leaf, target, reduction="none")
               for f, leaf in zip((losses.cross_entropy, F.cross_entropy), leaves)]
    torch.testing.assert_close(*results)
    assert results[0][-1] == math.inf and results[0][:-1].isfinite().all()
    gradients = [grad(y[:-1].sum(), leaf)[0] for y, leaf in zip(results, leaves)]
    torch.testing.assert_close(*gradients)


def test_all_ignored_is_nan_with_a_zero_gradient():
    x = logits((7, 5)).requires_grad_()
    y = losses.cross_entropy(x, torch.full((7,), -100, device=dg.device()))
    assert y.isnan() and not grad(y, x)[0].any()


def test_shift_changes_nothing():
    x, target = logits((7, 5), dtype=torch.float32), labels_for((7, 5))
    torch.testing.assert_close(losses.cross_entropy(x + 512, target),
                               losses.cross_entropy(x, target), rtol=1e-4, atol=1e-4)


# PyTorch loads its forward-mode rules with a call that it deprecates itself.
@pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
def test_hessian_and_examples_one_by_one():
    """Forward over reverse, and the gradient of every example, as torch.func computes them."""
    x, target = logits((7, 5)), distributions_for((7, 5))
    label = labels_for((7, 5))

    def loss(function):
        return lambda row: function(row[None], label[:1])

    ours, theirs = (torch.func.hessian(loss(f))(x[0])
                    for f in (losses.cross_entropy, F.cross_entropy))
    torch.testing.assert_close(ours, theirs)
    p = x[0].softmax(0)
    torch.testing.assert_close(ours, p.diag() - p.outer(p))
    rows = [torch.func.vmap(torch.func.grad(f))(x, target)
            for f in (losses.cross_entropy, F.cross_entropy)]
    torch.testing.assert_close(*rows)


INTEGERS = [torch.uint8, torch.int8, torch.int16, torch.int32, torch.uint16, torch.uint32, torch.uint64]
LABEL_LOSSES = ["cross_entropy", "nll_loss", "multi_margin_loss", "crammer_singer_loss", "one_against_rest_loss"]
FEW_BITS = [(torch.uint8, 300, [50, 255, 0]), (torch.int8, 200, [1, 127, 0]), (torch.uint8, 200, [156, 199, 0]),
            (torch.uint16, 70_000, [65_436, 65_535, 1])]


@pytest.mark.parametrize("name", LABEL_LOSSES)
@pytest.mark.parametrize("dtype", INTEGERS, ids=str)
def test_integers_of_any_type_are_labels(name, dtype):
    loss, x, target = getattr(losses, name), logits((7, 5)), labels_for((7, 5))
    assert loss(x, target.to(dtype)) == loss(x, target)


@pytest.mark.parametrize("name", LABEL_LOSSES)
@pytest.mark.parametrize("dtype, classes, labels", FEW_BITS)
def test_no_label_overflows(name, dtype, classes, labels):
    """ignore_index −100 is 156 in eight bits, and 300 classes are 44."""
    loss, x, wanted = getattr(losses, name), logits((3, classes)), torch.tensor(labels, device=dg.device())
    for reduction in ("none", "mean"):
        torch.testing.assert_close(loss(x, wanted.to(dtype), reduction=reduction), loss(x, wanted, reduction=reduction))
    theirs = getattr(F, name, None)
    if theirs is not None:
        torch.testing.assert_close(loss(x, wanted.to(dtype)), theirs(x, wanted))


@pytest.mark.parametrize("name", LABEL_LOSSES)
@pytest.mark.parametrize("dtype, label", [(torch.uint8, 7), (torch.int8, -100 + 95), (torch.uint64, 2**64 - 100), (torch.uint64, 2**63)])
def test_a_label_beyond_the_classes_is_refused_in_any_type(name, dtype, label):
    with pytest.raises(ValueError, match="target must hold"):
        getattr(losses, name)(logits((3, 5)), torch.tensor([0, label, 1], dtype=dtype, device=dg.device()))


@pytest.mark.parametrize("ignored", [float("nan"), 1.5, "a", None, True, 2**63])
def test_an_ignored_label_is_an_integer(ignored):
    for make in (losses.CrossEntropyLoss, losses.NLLLoss):
        with pytest.raises((TypeError, ValueError), match="ignore_index must be an integer"):
            make(ignore_index=ignored)
    for function in (losses.cross_entropy, losses.nll_loss):
        with pytest.raises((TypeError, ValueError), match="ignore_index must be an integer"):
            function(logits((7, 5)), labels_for((7, 5)), ignore_index=ignored)


@pytest.mark.parametrize("function", [losses.cross_entropy, losses.nll_loss])
@pytest.mark.parametrize("options, error, message", [
    ({"target": [0, 1, 2]}, TypeError, "target must be a tensor"),
    ({"target": torch.ones(7, dtype=torch.bool)}, TypeError, "target must hold class indices"),
    ({"target": torch.full((7,), 5)}, ValueError, "from 0 to 4.*not 5"),
    ({"target": torch.full((7,), -1)}, ValueError, "not -1"),
    ({"target": torch.zeros(7, 5, dtype=torch.int64)}, ValueError, r"target must have.*\(7,\)"),
    ({"input": torch.randn(())}, ValueError, "input must have the shape"),
    ({"input": torch.randn(7, 0)}, ValueError, "at least one class"),
    ({"input": torch.ones(7, 5, dtype=torch.int64)}, TypeError, "input must hold"),
    ({"weight": torch.ones(7)}, ValueError, r"weight must have the shape \(5,\)"),
    ({"weight": [1.0] * 5}, TypeError, "weight must be a tensor"),
    ({"weight": torch.ones(5, dtype=torch.int64)}, TypeError, "weight must hold"),
    ({"reduction": "average"}, ValueError, "reduction must be"),
])
def test_wrong_arguments(function, options, error, message):
    arguments = {"input": torch.randn(7, 5), "target": torch.zeros(7, dtype=torch.int64)}
    with pytest.raises(error, match=message):
        function(**{**arguments, **options})


@pytest.mark.parametrize("options, error, message", [
    ({"label_smoothing": -0.1}, ValueError, r"label_smoothing must be a number in \[0, 1\]"),
    ({"label_smoothing": 1.1}, ValueError, r"label_smoothing must be a number in \[0, 1\]"),
    ({"label_smoothing": math.nan}, ValueError, r"label_smoothing must be a number in \[0, 1\]"),
    ({"target": torch.ones(7)}, ValueError, "target must have the shape of input"),
    ({"target": torch.ones(7, 5), "ignore_index": 2}, ValueError, "ignore_index must be negative"),
])
def test_wrong_arguments_of_cross_entropy(options, error, message):
    arguments = {"input": torch.randn(7, 5), "target": torch.zeros(7, dtype=torch.int64)}
    with pytest.raises(error, match=message):
        losses.cross_entropy(**{**arguments, **options})
    if "label_smoothing" in options:
        with pytest.raises(error, match=message):
            losses.CrossEntropyLoss(**options)


@pytest.mark.parametrize("ours, theirs", [
    (losses.CrossEntropyLoss, nn.CrossEntropyLoss), (losses.NLLLoss, nn.NLLLoss),
], ids=["cross-entropy", "nll"])
def test_modules_hand_their_arguments_on(ours, theirs):
    weight = class_weights((7, 5), True)
    options = {"weight": weight, "ignore_index": 2, "reduction": "mean"}
    if ours is losses.CrossEntropyLoss:
        options["label_smoothing"] = 0.2
    modules = ours(**options), theirs(**options)
    x, target = logits((7, 5, 3)), labels_for((7, 5, 3))
    torch.testing.assert_close(*(module(x, target) for module in modules))
    assert modules[0].state_dict().keys() == modules[1].state_dict().keys() == {"weight"}
    assert "mean" in repr(modules[0]) and "ignore_index=2" in repr(modules[0])


def test_network_trains_like_pytorch():
    def train(loss):
        draws = dg.seed(5)
        model = nn.Sequential(nn.Linear(7, 13), nn.Tanh(), nn.Linear(13, 3)).to(dg.device())
        x = torch.randn(17, 7, generator=draws).to(dg.device())
        y = torch.randint(3, (17,), generator=draws).to(dg.device())
        optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
        for _ in range(50):
            optimizer.zero_grad()
            loss(model(x), y).backward()
            optimizer.step()
        return nn.utils.parameters_to_vector(model.parameters())

    torch.testing.assert_close(train(losses.cross_entropy), train(F.cross_entropy))
