"""What the losses of an error y − t have to show beyond the table of losses."""

from functools import partial

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from test_losses import derivatives, moderate, numbers
from torch.autograd import grad, gradcheck, gradgradcheck

import deepgloss as dg
from deepgloss import losses

INFINITY, NAN = float("inf"), float("nan")
every_reduction = pytest.mark.parametrize("reduction", ["none", "mean", "sum"])

ERROR_LOSSES = {
    "squared": (losses.mse_loss, F.mse_loss), "absolute": (losses.l1_loss, F.l1_loss),
    "huber": (losses.huber_loss, F.huber_loss),
    "smooth": (losses.smooth_l1_loss, F.smooth_l1_loss),
}
# PyTorch loads its forward-mode rules with a call that it deprecates itself.
forward_mode = pytest.mark.filterwarnings("ignore:`torch.jit:DeprecationWarning")
every_error_loss = pytest.mark.parametrize("ours, theirs", ERROR_LOSSES.values(),
                                           ids=ERROR_LOSSES)


@pytest.mark.parametrize("delta", [1e-3, 0.7, 1.0, 13.0, INFINITY], ids=str)
@every_reduction
def test_huber_thresholds(delta, reduction):
    x, target = numbers(3 * moderate(35))
    x[:4] = target[:4] + torch.tensor([0.7, -0.7, 13.0, 0.0], dtype=x.dtype, device=x.device)
    for name, option in (("huber", "delta"), ("smooth", "beta")):
        if delta == INFINITY and name == "smooth":
            continue
        results = [derivatives(f, x, target, reduction=reduction, **{option: delta})
                   for f in ERROR_LOSSES[name]]
        torch.testing.assert_close(*results)


@every_reduction
def test_smooth_absolute_error_without_a_tip(reduction):
    x, target = numbers(moderate(35))
    x[3] = target[3]
    results = [derivatives(f, x, target, reduction=reduction) for f in (
        partial(losses.smooth_l1_loss, beta=0.0), losses.l1_loss, F.l1_loss)]
    torch.testing.assert_close(results[0], results[1])
    torch.testing.assert_close(results[0], results[2])


@settings(deadline=None)
@given(st.floats(-1e4, 1e4), st.floats(-1e4, 1e4), st.floats(1e-2, 1e4))
def test_huber_lies_between_its_parts(y, t, delta):
    y, t = (torch.tensor(v, dtype=torch.float64, device=dg.device()) for v in (y, t))
    huber = losses.huber_loss(y, t, delta=delta)
    half, absolute = losses.mse_loss(y, t) / 2, losses.l1_loss(y, t)
    slack = 1e-9 * (1 + huber)
    assert huber <= half + slack and huber <= delta * absolute + slack
    assert huber >= delta * (absolute - delta / 2) - slack
    torch.testing.assert_close(huber, delta * losses.smooth_l1_loss(y, t, beta=delta))
    if absolute < delta:
        torch.testing.assert_close(huber, half)


@every_reduction
@pytest.mark.parametrize("name", ["squared", "absolute", "huber"])
def test_weights_of_elements(name, reduction):
    x, target = moderate(7, 5), moderate(7, 5, seed=1)
    weight = moderate(7, 5, seed=2).exp()
    results = [derivatives(f, x, target, reduction=reduction, weight=weight)
               for f in ERROR_LOSSES[name]]
    torch.testing.assert_close(*results)
    for wrong in (weight[0], weight[:, :1], weight.T):
        with pytest.raises(ValueError, match="weight must have the shape"):
            ERROR_LOSSES[name][0](x, target, weight=wrong)
    with pytest.raises(TypeError, match="weight must"):
        ERROR_LOSSES[name][0](x, target, weight=2.0)


@every_error_loss
def test_a_column_against_a_row_is_refused(ours, theirs):
    """Where PyTorch warns and pairs all with all."""
    x, target = moderate(5, 1), moderate(5)
    with pytest.raises(ValueError, match=r"target must have the shape of input, \(5, 1\)"):
        ours(x, target)
    with pytest.warns(UserWarning, match="target size"):
        assert theirs(x, target, reduction="none").shape == (5, 5)


@forward_mode
@every_error_loss
def test_input_and_target_trade_places(ours, theirs):
    x, target = (v.requires_grad_() for v in (moderate(35), moderate(35, seed=1)))
    there, back = grad(ours(x, target), (x, target)), grad(ours(target, x), (x, target))
    torch.testing.assert_close(there, back)
    torch.testing.assert_close(there[0], -there[1])
    assert gradcheck(lambda x, t: ours(x, t, reduction="none"), (x, target),
                     check_forward_ad=True)
    assert gradgradcheck(lambda x, t: ours(x, t, reduction="none"), (x, target))


@forward_mode
@every_error_loss
@pytest.mark.parametrize("frozen", ["input", "target", "neither"])
def test_forward_mode(ours, theirs, frozen):
    x, target, slopes = moderate(35), moderate(35, seed=1), moderate(35, seed=2)
    arguments = {"input": ((target,), lambda t: (x, t)), "target": ((x,), lambda y: (y, target)),
                 "neither": ((x, target), lambda y, t: (y, t))}
    moved, place = arguments[frozen]
    results = [torch.func.jvp(lambda *v: f(*place(*v), reduction="none"), moved,
                              tuple(slopes * (k + 1) for k in range(len(moved))))
               for f in (ours, lambda y, t, reduction: BY_FORMULA[ours](y - t))]
    torch.testing.assert_close(*results)


def bent(e):
    return torch.where(e.abs() < 1, e**2 / 2, e.abs() - 0.5)


BY_FORMULA = {losses.mse_loss: torch.square, losses.l1_loss: torch.abs,
              losses.huber_loss: bent, losses.smooth_l1_loss: bent}


@pytest.mark.parametrize("dtype, largest", [
    (torch.float16, 255.875), (torch.float32, 1.8446742e19),
], ids=str)
def test_where_squares_overflow(dtype, largest):
    x = torch.tensor([largest, largest * 1.001], dtype=dtype, device=dg.device())
    y, first, _ = derivatives(losses.mse_loss, x, torch.zeros_like(x), reduction="none")
    assert y.isfinite().tolist() == [True, False] and first.isfinite().all()


@pytest.mark.parametrize("wrong", [0.0, -1.0, NAN], ids=str)
def test_a_threshold_of_huber_must_be_positive(wrong):
    x, target = numbers(moderate(5))
    for call in (partial(losses.huber_loss, x, target), losses.HuberLoss):
        with pytest.raises(ValueError, match="delta must be greater than 0"):
            call(delta=wrong)
    if wrong != 0:
        for call in (partial(losses.smooth_l1_loss, x, target), losses.SmoothL1Loss):
            with pytest.raises(ValueError, match="beta must be at least 0"):
                call(beta=wrong)


def test_modules_of_huber_keep_their_settings():
    assert "delta=0.7" in repr(losses.HuberLoss(delta=0.7))
    assert "beta=0.3" in repr(losses.SmoothL1Loss(beta=0.3))
    x, target = numbers(3 * moderate(35))
    module = losses.HuberLoss("sum", 0.7)
    assert torch.equal(module(x, target), losses.huber_loss(x, target, "sum", 0.7))
    module = losses.SmoothL1Loss("sum", 0.3)
    assert torch.equal(module(x, target), losses.smooth_l1_loss(x, target, "sum", 0.3))


@settings(deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=1, max_size=13))
def test_the_best_constants(sample):
    """The mean has slope 0; the slopes beside the median point back at it."""
    t = torch.tensor(sample, dtype=torch.float64, device=dg.device())

    def slope(loss, constant):
        c = constant.clone().requires_grad_()
        return grad(loss(c.expand_as(t), t, "sum"), c)[0]

    assert slope(losses.mse_loss, t.mean()).abs() < 1e-9
    assert slope(losses.l1_loss, t.median() - 1e-6) <= 0
    assert slope(losses.l1_loss, t.quantile(0.5) + 1e-6) >= 0
