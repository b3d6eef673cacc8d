"""What the hinge and ε-insensitive losses have to show beyond the table of losses."""

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics
from test_losses import derivatives, errors, moderate, rows_of_three, signs
from torch import nn
from torch.autograd import grad

import deepgloss as dg
from deepgloss import losses

INFINITY, NAN = float("inf"), float("nan")
every_reduction = pytest.mark.parametrize("reduction", ["none", "mean", "sum"])

MARGIN_LOSSES = {
    "hinge": losses.hinge_loss, "one-against-rest": losses.one_against_rest_loss,
    "multi-margin": losses.multi_margin_loss, "crammer-singer": losses.crammer_singer_loss,
}


@every_reduction
@pytest.mark.parametrize("p", [1, 2])
@pytest.mark.parametrize("margin", [1.0, 0.3, 0.0, -0.5])
@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64], ids=str)
def test_multi_margin_against_pytorch(p, margin, weighted, reduction, dtype):
    """PyTorch's has no second derivative and no half precision: values and gradients here."""
    x = 2 * moderate(13, 7, dtype=dtype)
    x[0] = torch.tensor([1, 2, 1, 0, 1, 1, 2], dtype=dtype)              # on the kink, and ties
    target = torch.arange(13, device=x.device) % 7
    weight = moderate(7, seed=2, dtype=dtype).exp() if weighted else None
    options = {"p": p, "margin": margin, "weight": weight, "reduction": reduction}
    results = []
    for function in (losses.multi_margin_loss, F.multi_margin_loss):
        leaf = x.clone().requires_grad_()
        y = function(leaf, target, **options)
        upstream = moderate(13, seed=3, dtype=dtype)[: y.numel()].view_as(y)
        results.append((y.detach(), *grad(y, leaf, upstream)))
        one = function(x[3], target[3], **options)
        results[-1] += (one, torch.tensor(one.ndim))
    torch.testing.assert_close(*results)
    options.pop("reduction")
    modules = [kind(**options, reduction=reduction) for kind in (losses.MultiMarginLoss,
                                                                 nn.MultiMarginLoss)]
    torch.testing.assert_close(*(module(x, target) for module in modules))
    assert modules[0].state_dict().keys() == modules[1].state_dict().keys()


@pytest.mark.parametrize("wrong", [3.0, moderate(2), moderate(3, 1)], ids=["number", "2", "3, 1"])
def test_multi_margin_refuses_weights_that_do_not_fit(wrong):
    with pytest.raises((TypeError, ValueError), match="weight must"):
        losses.multi_margin_loss(moderate(5, 3), torch.zeros(5, dtype=torch.int64,
                                                             device=dg.device()), weight=wrong)


@every_reduction
def test_hinge_against_margin_ranking(reduction):
    """PyTorch's ranking loss against a score of 0 is the hinge loss, but for its kink."""
    x, target = signs(moderate(35))
    zero = torch.zeros_like(x)
    for margin in (1.0, 0.3, 0.0):
        results = [derivatives(f, x, target, margin=margin, reduction=reduction) for f in (
            losses.hinge_loss,
            lambda y, t, **options: F.margin_ranking_loss(y, zero, t, **options))]
        torch.testing.assert_close(*results)


@pytest.mark.parametrize("name", MARGIN_LOSSES)
@pytest.mark.parametrize("p", [1, 2])
def test_the_margin_sets_the_scale(name, p):
    """Scores and margin in another unit: the loss in that unit, to the power p."""
    x, target = (signs if name == "hinge" else rows_of_three)(moderate(35))
    loss = MARGIN_LOSSES[name]
    for margin in (0.25, 4.0):
        torch.testing.assert_close(loss(margin * x, target, p=p, margin=margin),
                                   margin**p * loss(x, target, p=p))


@pytest.mark.parametrize("name", ["multi-margin", "crammer-singer"])
@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32], ids=str)
def test_the_margin_does_not_round_away(name, dtype):
    """Two classes that tie far out are still short of it."""
    x = torch.full((1, 2), 2.0**14 / torch.finfo(dtype).eps if dtype == torch.float32 else 2.0**14,
                   dtype=dtype, device=dg.device())
    target = torch.tensor([0], device=dg.device())
    y = MARGIN_LOSSES[name](x, target, reduction="sum") * (2 if name == "multi-margin" else 1)
    assert x[0, 0] + 1 == x[0, 0] and y == 1


@pytest.mark.parametrize("name", MARGIN_LOSSES)
@pytest.mark.parametrize("p", [1, 2])
def test_no_gradient_at_the_kink(name, p):
    x = torch.tensor([[2.0, 1.0, 0.5], [1.0, -1.0, -1.0]], device=dg.device(), requires_grad=True)
    target = torch.tensor([0, 0], device=dg.device())
    if name == "hinge":
        target = torch.tensor([[1.0, 1.0, -1.0], [1.0, -1.0, -1.0]], device=dg.device())
    y = MARGIN_LOSSES[name](x, target, p=p, reduction="none")
    (first,) = grad(y.sum(), x)
    on_the_kink = 1 if name in ("hinge", "one-against-rest") else slice(None)
    assert y[on_the_kink].abs().max() == 0 and first[on_the_kink].abs().max() == 0


def test_crammer_singer_against_scikit_learn():
    for count, classes, seed in ((11, 3, 0), (13, 7, 1), (2, 5, 2)):
        x, labels = moderate(count, classes, seed=seed), list(range(classes))
        target = torch.arange(count, device=x.device) % classes
        theirs = metrics.hinge_loss(target.cpu().numpy(), x.cpu().numpy(), labels=labels)
        ours = losses.crammer_singer_loss(x, target)
        torch.testing.assert_close(ours.item(), theirs)


def test_hinge_against_scikit_learn():
    x, target = signs(moderate(35))
    theirs = metrics.hinge_loss(target.cpu().numpy(), x.cpu().numpy())
    torch.testing.assert_close(losses.hinge_loss(x, target).item(), theirs)


def test_the_first_of_equal_rivals_takes_the_gradient():
    x = torch.tensor([[3.0, 0.0, 1.0, 3.0, 3.0]], device=dg.device(), requires_grad=True)
    (first,) = grad(losses.crammer_singer_loss(x, torch.tensor([2], device=x.device)), x)
    assert first[0].tolist() == [1, 0, -1, 0, 0]


def test_one_class_has_no_rival():
    x, target = moderate(5, 1), torch.zeros(5, dtype=torch.int64, device=dg.device())
    for function in (losses.multi_margin_loss, losses.crammer_singer_loss):
        y, first, _ = derivatives(function, x, target, reduction="none")
        assert y.tolist() == [0] * 5 and first.abs().max() == 0


def test_a_rival_that_is_not_a_number_shows():
    x = torch.tensor([[0.0, NAN, -5.0], [NAN, 0.0, -5.0], [5.0, 0.0, 0.0]], device=dg.device())
    target = torch.zeros(3, dtype=torch.int64, device=x.device)
    for name in ("one-against-rest", "multi-margin", "crammer-singer"):
        y = MARGIN_LOSSES[name](x, target, reduction="none")
        assert y.isnan().tolist() == [True, True, False]


@settings(deadline=None)
@given(st.lists(st.lists(st.floats(-8, 8), min_size=5, max_size=5), min_size=1, max_size=7))
def test_margin_losses_bound_the_errors(rows):
    """Each bounds the 0/1 loss; one hinge of each pair is at most their sum."""
    x = torch.tensor(rows, dtype=torch.float64, device=dg.device())
    target = torch.arange(len(x), device=x.device) % 5
    rest = torch.ones_like(x, dtype=torch.bool).scatter(1, target[:, None], False)
    wrong = (x.gather(1, target[:, None]) <= x.where(rest, -INFINITY)).any(1).double()
    largest = losses.crammer_singer_loss(x, target, reduction="none")
    total = 5 * losses.multi_margin_loss(x, target, reduction="none")
    against_rest = losses.one_against_rest_loss(x, target, reduction="none")
    assert (largest >= wrong).all()
    assert (total >= largest - 1e-9).all() and (total <= 4 * largest + 1e-9).all()
    assert (against_rest >= wrong).all()


@pytest.mark.parametrize("name", MARGIN_LOSSES)
@pytest.mark.parametrize("p", [0, 3, 1.5, None, "1"], ids=str)
def test_another_power_is_refused(name, p):
    x, target = (signs if name == "hinge" else rows_of_three)(moderate(35))
    with pytest.raises(ValueError, match="p must be"):
        MARGIN_LOSSES[name](x, target, p=p)


@pytest.mark.parametrize("name", ["one-against-rest", "multi-margin", "crammer-singer"])
def test_labels_that_do_not_fit_are_refused(name):
    x = moderate(5, 3)
    good = torch.tensor([0, 1, 2, 0, 1], device=x.device)
    for wrong in (good + 1, good - 1):
        with pytest.raises(ValueError, match="target must hold labels in 0..2"):
            MARGIN_LOSSES[name](x, wrong)
    for wrong in (good.bool(), good.double()):
        with pytest.raises(TypeError, match="target must hold class indices, integers"):
            MARGIN_LOSSES[name](x, wrong)
    for wrong in (x[None], x[0, 0], x[:, :0]):
        with pytest.raises(ValueError, match="input must"):
            MARGIN_LOSSES[name](wrong, good)


@pytest.mark.parametrize("kind", [losses.HingeLoss, losses.OneAgainstRestLoss,
                                  losses.MultiMarginLoss, losses.CrammerSingerLoss])
def test_modules_of_margin_losses_keep_their_settings(kind):
    module = kind(p=2, margin=0.3)
    assert "p=2" in repr(module) and "margin=0.3" in repr(module)
    x, target = (signs if kind is losses.HingeLoss else rows_of_three)(moderate(35))
    assert not torch.equal(module(x, target), kind()(x, target))
    with pytest.raises(ValueError, match="p must be"):
        kind(p=3)


@every_reduction
def test_without_a_tube_it_is_the_absolute_or_squared_error(reduction):
    x, target = errors(moderate(35))
    x[3] = target[3]
    for p, theirs in ((1, F.l1_loss), (2, F.mse_loss)):
        ours, theirs = (derivatives(f, x, target, reduction=reduction) for f in (
            lambda y, t, **options: losses.epsilon_insensitive_loss(y, t, 0.0, p, **options),
            theirs))
        assert ours[2][3] == 0                               # still the edge of a tube
        curvature = theirs[2].index_fill(0, torch.tensor([3], device=x.device), 0)
        torch.testing.assert_close(ours, (*theirs[:2], curvature))


@settings(deadline=None)
@given(st.floats(-8, 8), st.floats(-8, 8), st.floats(0, 4))
def test_epsilon_insensitive_is_two_hinges(y, t, epsilon):
    y, t = (torch.tensor(v, dtype=torch.float64, device=dg.device()) for v in (y, t))
    above = losses.hinge_loss(y - t, torch.ones_like(y), margin=-epsilon)
    below = losses.hinge_loss(y - t, -torch.ones_like(y), margin=-epsilon)
    torch.testing.assert_close(losses.epsilon_insensitive_loss(y, t, epsilon), above + below)


@pytest.mark.parametrize("p", [1, 2])
def test_an_error_that_is_not_a_number_shows(p):
    x = torch.tensor([NAN, 1.0], device=dg.device())
    for y in (losses.epsilon_insensitive_loss(a, b, 0.5, p, "none") for a, b in
              ((x, torch.ones_like(x)), (torch.ones_like(x), x))):
        assert y[0].isnan() and y[1] == 0


def test_no_gradient_on_the_edge_of_the_tube():
    x = torch.tensor([1.5, 0.5, 1.0, 2.0], device=dg.device(), requires_grad=True)
    for p in (1, 2):
        y = losses.epsilon_insensitive_loss(x, torch.ones_like(x), 0.5, p, reduction="none")
        (first,) = grad(y.sum(), x)
        assert y[:3].tolist() == [0] * 3 and first[:3].tolist() == [0] * 3 and first[3] == 1


@pytest.mark.parametrize("epsilon", [-0.1, NAN], ids=str)
def test_a_tube_without_width_is_refused(epsilon):
    with pytest.raises(ValueError, match="epsilon must"):
        losses.epsilon_insensitive_loss(moderate(5), moderate(5), epsilon)
    with pytest.raises(ValueError, match="epsilon must"):
        losses.EpsilonInsensitiveLoss(epsilon)
    with pytest.raises(ValueError, match="p must"):
        losses.EpsilonInsensitiveLoss(p=3)


def test_epsilon_insensitive_module_keeps_its_settings():
    module = losses.EpsilonInsensitiveLoss(0.7, p=2, reduction="sum")
    x, target = errors(moderate(35))
    assert torch.equal(module(x, target), losses.epsilon_insensitive_loss(x, target, 0.7, 2, "sum"))
    assert "epsilon=0.7, p=2" in repr(module)
