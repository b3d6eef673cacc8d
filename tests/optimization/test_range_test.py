"""A learning-rate range test finds the border of stability, and leaves no trace."""

import copy
import math

import pytest
import torch
from kinds import ONE_EACH, network, parameters
from torch import nn

import deepgloss as dg
from deepgloss import optimization as O


class Noisy(nn.Module):
    """Batch normalization, dropout, a buffer that is not saved, and one that is replaced."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(5, 7), nn.BatchNorm1d(7), nn.Dropout(0.3), nn.Linear(7, 3))
        self.register_buffer("seen", torch.zeros(()), persistent=False)

    def forward(self, x):
        self.seen = self.seen + len(x)
        return self.layers(x)


def batches(model, size=11):
    """A loss of the next batch."""
    draws = torch.Generator().manual_seed(3)
    where = next(model.parameters())

    def loss():
        x, y = torch.randn(size, 5, generator=draws), torch.randint(3, (size,), generator=draws)
        return nn.functional.cross_entropy(model(x.to(where)), y.to(where.device))

    return loss


def everything(model, optimizer):
    """All that a test could leave a trace in."""
    return copy.deepcopy((
        dict(model.named_parameters()), dict(model.named_buffers()), [w.grad for w in model.parameters()],
        list(optimizer.state.values()), [{k: v for k, v in group.items() if k != "params"} for group in optimizer.param_groups],
        [module.training for module in model.modules()], torch.get_rng_state()))


def assert_untouched(before, after):
    torch.testing.assert_close(before, after, rtol=0, atol=0)


@pytest.mark.parametrize("pair", ONE_EACH, ids=str)
@pytest.mark.parametrize("which", [0, 1], ids=["ours", "pytorch"])
def test_model_and_optimizer_are_as_before(pair, which):
    dg.seed(0)
    model = Noisy().to(dg.device())
    optimizer = (pair.mine, pair.other)[which](model)
    loss = batches(model)
    for _ in range(3):
        optimizer.zero_grad()
        loss().backward()
        optimizer.step()
    model.layers[1].eval()
    held, places = everything(model, optimizer), [w.data_ptr() for w in (*model.parameters(), *model.buffers())]
    found = O.lr_range_test(model, optimizer, loss, 1e-4, 1.0, steps=9)
    assert 3 <= len(found.rates) <= 9 and len(set(found.losses)) == len(found.rates)
    assert_untouched(held, everything(model, optimizer))
    assert places == [w.data_ptr() for w in (*model.parameters(), *model.buffers())]


def test_an_error_leaves_no_trace_either():
    model = network()
    optimizer = O.Adam(model.parameters(), lr=0.3)
    before, calls = everything(model, optimizer), []

    def loss():
        calls.append(1)
        if len(calls) == 4:
            raise RuntimeError("out of batches")
        return sum(w.square().sum() for w in model.parameters())

    with pytest.raises(RuntimeError, match="out of batches"):
        O.lr_range_test(model, optimizer, loss)
    assert_untouched(before, everything(model, optimizer))
    assert not optimizer.state and all(w.grad is None for w in model.parameters())


def test_rates_rise_by_a_factor_and_losses_run_away_beyond_the_border():
    """On ½λw² gradient descent is stable below 2/λ, and lands at once at 1/λ."""
    model = nn.Linear(1, 1, bias=False).double()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)

    def loss():
        return 7 * model.weight.square().sum() / 2

    found = O.lr_range_test(model, optimizer, loss, 1e-4, 100.0, steps=121, smoothing=0.0)
    factors = [b / a for a, b in zip(found.rates, found.rates[1:])]
    assert found.rates[0] == 1e-4 and factors == pytest.approx([10 ** (6 / 120)] * len(factors))
    assert found.diverged and len(found.rates) < 121
    assert found.smoothed == pytest.approx(found.losses)
    rising = next(rate for k, rate in enumerate(found.rates[1:], 1) if found.losses[k] > found.losses[k - 1])
    assert 2 / 7 < rising < 2 / 7 * factors[0] ** 3
    assert found.lowest == rising / factors[0] or found.lowest == pytest.approx(rising / factors[0])
    assert 1e-4 < found.steepest < found.lowest


@pytest.mark.parametrize("kind", [torch.optim.LBFGS, O.Nesterov, O.SGD])
def test_optimizers_that_ask_for_a_closure(kind):
    model = network()
    optimizer = kind(model.parameters(), lr=0.1)
    before = parameters(model).clone()
    found = O.lr_range_test(model, optimizer, batches(model), 1e-5, 1e-2, steps=5)
    assert len(found.rates) == 5 and not found.diverged and found.rates[-1] == pytest.approx(1e-2)
    assert torch.equal(parameters(model), before)


def test_groups_keep_the_ratios_of_their_rates():
    model, seen = network(), []
    optimizer = torch.optim.SGD([{"params": model[0].parameters(), "lr": 0.1}, {"params": model[2].parameters(), "lr": 0.3}])
    loss = batches(model)

    def watched():
        seen.append([group["lr"] for group in optimizer.param_groups])
        return loss()

    O.lr_range_test(model, optimizer, watched, 1e-3, 1e-1, steps=3)
    assert [pair for rates in seen for pair in rates] == pytest.approx([1e-3, 3e-3, 1e-2, 3e-2, 1e-1, 3e-1])


def test_a_smoothed_loss_starts_right_and_a_loss_that_is_no_number_ends_the_test():
    model = nn.Linear(1, 1, bias=False)
    numbers = iter([4.0, 2.0, 2.0, math.nan])

    def loss():
        return model.weight.sum() * 0 + next(numbers)

    found = O.lr_range_test(model, torch.optim.SGD(model.parameters(), lr=1.0), loss, smoothing=0.5)
    assert found.losses == [4.0, 2.0, 2.0] and found.diverged
    assert found.smoothed == pytest.approx([4.0, 8 / 3, 16 / 7])
    assert found.lowest == found.rates[2] and found.steepest == found.rates[1]


@pytest.mark.parametrize("options, message", [
    ({"model": 3}, "model must be a torch.nn.Module, not 3"), ({"optimizer": 3}, "optimizer must be a torch.optim.Optimizer"),
    ({"loss": 3}, "loss must be a function"), ({"loss": lambda: 3.0}, "loss must return a tensor, not 3.0"),
    ({"loss": lambda: torch.ones(2)}, r"loss must return one number that has a gradient, not a tensor of shape \(2,\)"),
    ({"loss": lambda: torch.tensor(math.nan, requires_grad=True)}, "loss must be finite at the start, not nan"),
    ({"lr_min": 0}, "lr_min must be positive"), ({"lr_max": 1e-7}, "lr_max must be above lr_min, 1e-06, not 1e-07"),
    ({"steps": 2}, "steps must be an integer of at least 3"), ({"smoothing": 1.0}, r"smoothing must be in \[0, 1\)"),
    ({"stop": -1}, "stop must be a number"),
])
def test_nonsense_is_named(options, message):
    model = network()
    arguments = {"model": model, "optimizer": torch.optim.SGD(model.parameters()), "loss": lambda: parameters(model).sum()}
    before = parameters(model).clone()
    with pytest.raises((TypeError, ValueError), match=message):
        O.lr_range_test(**arguments | options)
    assert torch.equal(parameters(model), before)
