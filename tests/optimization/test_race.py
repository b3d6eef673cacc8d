"""A race moves each network as if it were alone, and counts updates to a loss."""

from types import SimpleNamespace

import pytest
import torch
from torch import nn

import deepgloss as dg
from deepgloss._arguments import generator
from deepgloss.learning import MLPStack
from deepgloss.optimization import race


def clouds(n=41):
    draws = torch.Generator().manual_seed(5)
    x = torch.randn(n + 17, 3, generator=draws).to(dg.device())
    y = (x[:, 0] > x[:, 1]).long()
    return SimpleNamespace(train_x=x[:n], train_y=y[:n], test_x=x[n:], test_y=y[n:])


def sgd(params, lr):
    return torch.optim.SGD(params, lr=lr, momentum=0.5)


@pytest.mark.parametrize("batch_size", [None, 7])
def test_each_network_moves_as_if_it_were_alone(batch_size):
    data, rates, seeds = clouds(), (0.05, 0.5), (3, 4)
    seen = race(sgd, rates, data=data, sizes=(3, 5, 2), seeds=seeds, batch_size=batch_size, updates=22, every=11)
    assert seen.rates == rates and seen.losses.shape == (3, 2, 2) and seen.accuracy.shape == (2, 2)
    for row, rate in enumerate(rates):
        for place, seed in enumerate(seeds):
            stack = MLPStack((3, 5, 2), rates=[rate], seeds=(seed,))
            alone = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 2)).to(data.train_x.device)
            with torch.no_grad():
                for linear, weight, bias in zip(alone[::2], stack.weights, stack.biases):
                    linear.weight.copy_(weight[0].T)
                    linear.bias.copy_(bias[0, 0])
            optimizer, draws = sgd(alone.parameters(), rate), generator(seed, 2)
            for _ in range(22):
                rows = slice(None)
                if batch_size is not None:
                    rows = torch.randint(41, (batch_size,), generator=draws).to(data.train_x.device)
                optimizer.zero_grad()
                nn.functional.cross_entropy(alone(data.train_x[rows]), data.train_y[rows]).backward()
                optimizer.step()
            with torch.no_grad():
                loss = nn.functional.cross_entropy(alone(data.train_x), data.train_y).cpu()
                right = (alone(data.test_x).argmax(1) == data.test_y).float().mean().cpu()
            torch.testing.assert_close(seen.losses[-1, row, place], loss, rtol=1e-4, atol=1e-5)
            torch.testing.assert_close(seen.accuracy[row, place], 100 * right)


def test_updates_are_those_of_the_first_check_at_the_target():
    data = clouds()
    seen = race(sgd, (0.01, 1.0), data=data, sizes=(3, 5, 2), updates=60, every=5, target=0.2)
    for place in range(3):
        losses = seen.losses[:, 1, place]
        hit = int(seen.updates[1, place]) // 5
        assert losses[hit] <= 0.2 < losses[:hit].min()
    assert seen.updates[0].isinf().all() and seen.best == 1
    hopeless = race(sgd, (0.01, 0.1), data=data, sizes=(3, 5, 2), updates=5, every=5, target=1e-9)
    assert hopeless.updates.isinf().all() and hopeless.best == 1


def test_a_rate_that_diverges_is_not_the_best():
    seen = race(lambda params, lr: torch.optim.SGD(params, lr=lr), (1e9, 0.1), data=clouds(), sizes=(3, 5, 2),
                updates=20, every=5, target=1e-9)
    assert seen.best == 1


def test_the_budget_multiplies_updates(monkeypatch):
    monkeypatch.setenv("DEEPGLOSS_BUDGET", "3")
    seen = race(sgd, (0.1,), data=clouds(), sizes=(3, 2), updates=4, every=2)
    assert len(seen.losses) == 7


@pytest.mark.parametrize("change, error, words", [
    ({"make": "sgd"}, TypeError, "make must be a function"),
    ({"make": lambda params, lr: None}, TypeError, "make must make a torch.optim.Optimizer"),
    ({"rates": ()}, ValueError, "at least one learning rate"),
    ({"rates": (0.0,)}, ValueError, "rates"),
    ({"rates": ("a",)}, TypeError, r"rates\[0\]"),
    ({"seeds": ()}, ValueError, "one seed"),
    ({"batch_size": 0}, ValueError, "batch_size"),
    ({"updates": 0}, ValueError, "updates"),
    ({"every": 1.5}, TypeError, "every"),
    ({"target": "low"}, TypeError, "target"),
])
def test_bad_input_is_named(change, error, words):
    settings = {"make": sgd, "rates": (0.1,), "data": clouds(), "sizes": (3, 2), "updates": 2} | change
    with pytest.raises(error, match=words):
        race(settings.pop("make"), settings.pop("rates"), **settings)
