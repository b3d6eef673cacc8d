"""What the rules say of themselves: step functions by hand, and the cases where PyTorch's own lose their way."""

import math

import pytest
import torch
from torch import nn

from deepgloss import optimization as O

close = torch.testing.assert_close


def walk(optimizer, w, slopes):
    """Weights after each of some gradients."""
    path = []
    for g in slopes:
        w.grad = torch.as_tensor(g, dtype=w.dtype).expand_as(w)
        optimizer.step()
        path.append(w.detach().clone())
    return torch.stack(path)


def weight(*numbers, dtype=torch.float64):
    return nn.Parameter(torch.tensor(numbers, dtype=dtype))


def test_a_constant_gradient_makes_momentum_ten_times_as_fast_and_an_alternating_one_half_as_fast():
    w = weight(0.0)
    steps = walk(O.SGD([w], lr=0.1, momentum=0.9), w, [1.0] * 300).diff(dim=0)
    assert steps[-1].item() == pytest.approx(-0.1 / (1 - 0.9))
    w = weight(0.0)
    steps = walk(O.SGD([w], lr=0.1, momentum=0.9), w, [(-1.0) ** t for t in range(300)]).diff(dim=0)
    assert steps[-1].abs().item() == pytest.approx(0.1 / (1 + 0.9))


def test_dampening_counts_from_the_second_gradient_on():
    w, v = O.sgd_step(torch.tensor([1.0]), torch.tensor([2.0]), None, 0.5, 0.9, 0.25)
    assert (w.item(), v.item()) == (0.0, 2.0)
    w, v = O.sgd_step(w, torch.tensor([4.0]), v, 0.5, 0.5, 0.25)
    assert (w.item(), v.item()) == (-2.0, 4.0)


def test_momentum_that_is_switched_on_later_begins_with_the_gradient():
    first, second = weight(1.0, -2.0), weight(1.0, -2.0)
    for w, kind in ((first, O.SGD), (second, torch.optim.SGD)):
        optimizer = kind([w], lr=0.1)
        walk(optimizer, w, [1.0, 2.0])
        optimizer.param_groups[0].update(momentum=0.9, dampening=0.5)
        walk(optimizer, w, [1.0, 3.0])
    close(first, second)


def test_rprop_by_hand():
    """The sign stays, stays, changes (wait, half the size), is new (same size), stays."""
    w = weight(0.0)
    optimizer = O.Rprop([w], lr=0.1)
    path = walk(optimizer, w, [3.0, 0.2, -5.0, -1.0, -1e-9])
    sizes = [0.1, 0.12, 0.06, 0.06, 0.072]
    signs = [1, 1, 0, -1, -1]
    close(path[:, 0], -torch.tensor([s * d for s, d in zip(signs, sizes)], dtype=torch.float64).cumsum(0))
    assert optimizer.state[w]["size"].item() == pytest.approx(0.072) and optimizer.state[w]["sign"].item() == -1


@pytest.mark.parametrize("scale", [1e-30, 1e-3, 1e30])
def test_rprop_takes_the_same_way_whatever_the_loss_is_multiplied_by(scale):
    """PyTorch multiplies two gradients: below 10⁻²³ their product is 0 in float32, and no size ever changes."""
    slopes = torch.tensor([1.0, 2.0, -1.0, -3.0, -1.0, 2.0, 0.5])
    first, second = weight(0.3, dtype=torch.float32), weight(0.3, dtype=torch.float32)
    assert torch.equal(walk(O.Rprop([first]), first, slopes), walk(O.Rprop([second]), second, slopes * scale))


def test_rprop_stays_within_its_steps():
    w = weight(0.0)
    optimizer = O.Rprop([w], lr=0.1, step_sizes=(0.05, 0.2))
    walk(optimizer, w, [1.0] * 9)
    assert optimizer.state[w]["size"].item() == 0.2
    walk(optimizer, w, [-1.0, -1.0, 1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0])
    assert 0.05 <= optimizer.state[w]["size"].item() < 0.1


def test_steps_of_adagrad_shrink_with_the_square_root():
    w = weight(0.0)
    steps = walk(O.Adagrad([w], lr=0.1), w, [2.0] * 100)[:, 0].diff().neg()
    close(steps, 0.1 / torch.arange(2.0, 101.0, dtype=torch.float64).sqrt())
    w = weight(0.0)
    steps = walk(O.Adagrad([w], lr=0.1, lr_decay=0.5, initial_accumulator_value=4.0), w, [2.0] * 5)[:, 0].diff().neg()
    close(steps, torch.tensor([0.1 / (1 + 0.5 * (t - 1)) / math.sqrt(t + 1) for t in range(2, 6)], dtype=torch.float64))


def test_sums_of_adagrad_outgrow_half_precision():
    """3,000 gradients of 100: their squares add up to 3 · 10⁷, and bfloat16 would have stopped adding at 256."""
    for dtype in (torch.float16, torch.bfloat16):
        w = weight(0.0, dtype=dtype)
        optimizer = O.Adagrad([w], lr=1e-3)
        walk(optimizer, w, [100.0] * 3000)
        assert optimizer.state[w]["h"].item() == 3e7


def test_steps_of_rmsprop_settle():
    w = weight(0.0)
    steps = walk(O.RMSprop([w], lr=0.1, alpha=0.9), w, [2.0] * 200)[:, 0].diff().neg()
    assert steps[-1].item() == pytest.approx(0.1) and steps[0] > 0.2


@pytest.mark.parametrize("foreach", [True, False])
def test_a_variance_that_rounding_takes_below_zero_is_zero(foreach):
    """Of a constant gradient nothing is left of h − mean²: torch.optim.RMSprop makes NaN of some."""
    slopes = torch.linspace(0.1, 3.1, 997)
    ours, theirs = (nn.Parameter(torch.zeros(997)) for _ in range(2))
    one = O.RMSprop([ours], lr=1e-3, centered=True, alpha=0.5, foreach=foreach)
    two = torch.optim.RMSprop([theirs], lr=1e-3, centered=True, alpha=0.5)
    walk(one, ours, [slopes] * 60), walk(two, theirs, [slopes] * 60)
    assert ours.isfinite().all() and theirs.isnan().any()


def test_adadelta_has_the_units_of_the_weights():
    """A loss in other units changes nothing but what ε decides; weights in other units, in proportion."""
    slopes = torch.randn(50, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    plain, loud = weight(0.0), weight(0.0)
    a = walk(O.Adadelta([plain], eps=1e-12), plain, slopes)
    b = walk(O.Adadelta([loud], eps=1e-12), loud, 1000 * slopes)
    close(a, b, rtol=1e-6, atol=0)


def test_the_largest_v_of_amsgrad_stays():
    zero = torch.zeros(1)
    w, m, v, largest = O.amsgrad_step(zero, torch.ones(1), zero, zero, zero, 1)
    w, m, v, largest = O.amsgrad_step(w, zero, m, v, largest, 2)
    assert largest.item() == pytest.approx(0.001) and v.item() == pytest.approx(0.001 * 0.999)


def test_step_functions_change_nothing_in_place():
    w, g, h, s = (torch.full((3,), x) for x in (1.0, 2.0, 0.5, 0.25))
    before = [x.clone() for x in (w, g, h, s)]
    for call in (lambda: O.sgd_step(w, g, h, 0.1, 0.9, nesterov=True), lambda: O.rprop_step(w, g, -h.sign(), s),
                 lambda: O.adagrad_step(w, g, h), lambda: O.rmsprop_step(w, g, h, s, h, momentum=0.9),
                 lambda: O.adadelta_step(w, g, h, s), lambda: O.adam_step(w, g, s, h, 3),
                 lambda: O.amsgrad_step(w, g, s, h, h, 3), lambda: O.adamw_step(w, g, s, h, 3),
                 lambda: O.nesterov_step(w, s, torch.sin)):
        outs = call()
        assert all(torch.equal(x, y) for x, y in zip((w, g, h, s), before))
        assert all(out.data_ptr() != w.data_ptr() for out in outs)


@pytest.mark.parametrize("call, message", [
    (lambda w: O.sgd_step(w, w[:2]), r"g must have shape \(3,\) as w has, not \(2,\)"),
    (lambda w: O.sgd_step(w, w.double()), "g must be torch.float32 as w is, not torch.float64"),
    (lambda w: O.adagrad_step(w, w, w, 0), "t must be an integer of at least 1, not 0"),
    (lambda w: O.adam_step(w, w, w, w, 1.5), "t must be an integer of at least 1, not 1.5"),
    (lambda w: O.rmsprop_step(w, w, None), "h must be a tensor"),
    (lambda w: O.rprop_step(w, w, w, w, etas=(0.5, 0.9)), "etas must be two numbers, one in"),
])
def test_what_a_step_cannot_take_is_named(call, message):
    with pytest.raises((TypeError, ValueError), match=message):
        call(torch.ones(3))
