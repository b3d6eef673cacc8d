"""The scale of a loss goes up and down as PyTorch's does, and an update that overflowed is left out."""

import math

import pytest
import torch
from torch import nn

import deepgloss as dg
from deepgloss import optimization
from deepgloss import stability as S


def theirs(scale, good, overflowed, growth, backoff, interval):
    """PyTorch's rule, one update."""
    one, count, found = torch.tensor(scale), torch.tensor(good, dtype=torch.int32), torch.tensor(float(overflowed))
    torch._amp_update_scale_(one, count, found, growth, backoff, interval)
    return one.item(), count.item()


def test_the_rule_is_pytorchs():
    pattern = [k in (3, 4, 13) for k in range(31)]
    for growth, backoff, interval in ((2.0, 0.5, 2), (4.0, 0.25, 5), (2.0, 0.5, 1)):
        ours, other = (2.0**15, 0), (2.0**15, 0)
        for overflowed in pattern:
            ours = S.updated_scale(*ours, overflowed, growth, backoff, interval)
            other = theirs(*other, overflowed, growth, backoff, interval)
            assert ours == other
    assert S.updated_scale(2.0**127, 0, False, growth_interval=1) == theirs(2.0**127, 0, False, 2.0, 0.5, 1) == (2.0**127, 0)


def train(scaler, bad=(), steps=17):
    """Weights and scales; the loss is infinite at the steps named."""
    weight = nn.Parameter(torch.tensor([1.0, -2.0]))
    optimizer, seen = optimization.SGD([weight], lr=0.1, momentum=0.9), []
    for step in range(steps):
        optimizer.zero_grad()
        loss = (weight - 3).square().sum() * (math.inf if step in bad else 1.0)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        seen.append((*weight.tolist(), scaler.state_dict()["scale"], scaler.state_dict()["_growth_tracker"]))
    return seen


@pytest.mark.parametrize("bad", [(), (0,), (4, 5, 11)])
def test_training_is_that_of_pytorchs_scaler(bad):
    options = {"init_scale": 2.0**10, "growth_interval": 3}
    ours, other = train(S.LossScaler(**options), bad), train(torch.amp.GradScaler("cpu", **options), bad)
    assert torch.tensor(ours).allclose(torch.tensor(other))
    assert all(ours[k][:2] == (ours[k - 1][:2] if k else (1.0, -2.0)) for k in bad)


def test_small_gradients_survive_in_float16():
    """2⁻²⁵ rounds to 0 in float16; 2¹⁶ times as much does not."""
    for scaled in (False, True):
        x = torch.tensor([1.0], dtype=torch.float16, requires_grad=True)
        weight = nn.Parameter(torch.zeros(1))
        scaler = S.LossScaler()
        loss = (weight.half() * x * 2.0**-13).float().sum() * 2.0**-12
        (scaler.scale(loss) if scaled else loss).backward()
        if scaled:
            assert scaler.unscale_(optimization.SGD([weight], lr=1.0)) is False
        assert weight.grad.item() == (2.0**-25 if scaled else 0)


def test_unscale_before_clipping_and_only_once():
    weight = nn.Parameter(torch.ones(3, device=dg.device()))
    optimizer, scaler = optimization.SGD([weight], lr=1.0), S.LossScaler(8.0)
    scaler.scale((3 * weight).sum()).backward()
    assert weight.grad.tolist() == [24.0] * 3
    assert scaler.unscale_(optimizer) is False and weight.grad.tolist() == [3.0] * 3
    with pytest.raises(RuntimeError, match="unscaled already"):
        scaler.unscale_(optimizer)
    assert scaler.step(optimizer) is True and weight.tolist() == [-2.0] * 3
    with pytest.raises(RuntimeError, match="has made its step"):
        scaler.step(optimizer)
    assert scaler.update() == 8.0 and scaler.good == 1
    with pytest.raises(RuntimeError, match="no gradients"):
        scaler.update()


def test_one_overflow_of_two_optimizers_counts_for_the_scale():
    first, second = nn.Parameter(torch.ones(1)), nn.Parameter(torch.ones(1))
    both, scaler = [optimization.SGD([p], lr=1.0) for p in (first, second)], S.LossScaler(8.0)
    scaler.scale(first.sum() + second.sum() * math.inf).backward()
    assert [scaler.step(optimizer) for optimizer in both] == [True, False]
    assert scaler.update() == 4.0


def test_the_state_goes_both_ways():
    ours, other = S.LossScaler(32.0, 4.0, 0.25, 7), torch.amp.GradScaler("cpu")
    ours.good = 5
    other.load_state_dict(ours.state_dict())
    assert other.get_scale() == 32.0 and other.state_dict()["_growth_tracker"] == 5
    again = S.LossScaler()
    again.load_state_dict(other.state_dict())
    assert again.state_dict() == ours.state_dict()
    with pytest.raises(ValueError, match="growth_interval"):
        again.load_state_dict({"scale": 2.0, "growth_factor": 2.0, "backoff_factor": 0.5, "_growth_tracker": 0})


@pytest.mark.parametrize("call, error, words", [
    (lambda: S.LossScaler(0.0), ValueError, "init_scale"), (lambda: S.LossScaler(math.inf), ValueError, "init_scale"),
    (lambda: S.LossScaler(growth_factor=1.0), ValueError, "growth_factor"),
    (lambda: S.LossScaler(backoff_factor=1.0), ValueError, "backoff_factor"),
    (lambda: S.LossScaler(growth_interval=0), ValueError, "growth_interval"),
    (lambda: S.LossScaler().scale(3.0), TypeError, "loss"), (lambda: S.LossScaler().step(3.0), TypeError, "optimizer"),
    (lambda: S.LossScaler().load_state_dict([1.0]), TypeError, "state_dict"),
    (lambda: S.updated_scale(1.0, 0, 1), TypeError, "overflowed"), (lambda: S.updated_scale(1.0, -1, True), ValueError, "good"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
