"""Dropout has PyTorch's masks, the expectation and variance of its formulas, and Monte Carlo leaves the model alone."""

import math

import pytest
import torch
import torch.nn.functional as F
from comparing import draws
from torch import nn

import deepgloss as dg
from deepgloss import generalization as G

close = torch.testing.assert_close


@pytest.mark.parametrize("p", [0.0, 0.3, 0.5, 1.0])
@pytest.mark.parametrize("ours, theirs, shape", [
    (G.dropout, F.dropout, (5, 7, 3)), (G.spatial_dropout, F.dropout1d, (5, 7, 3)), (G.spatial_dropout, F.dropout2d, (5, 7, 3, 2)),
])
def test_masks_are_pytorchs(ours, theirs, shape, p):
    x = draws(*shape, dtype=torch.float32).cpu().requires_grad_()
    results = []
    for function in (ours, theirs):
        torch.manual_seed(3)
        y = function(x, p, True)
        results.append((y, torch.autograd.grad(y.square().sum(), x)[0]))
    close(*results)
    assert ours(x, p, False) is x


def test_the_layers_are_pytorchs():
    for name, shape in (("Dropout", (5, 7)), ("Dropout1d", (5, 7, 3)), ("Dropout2d", (5, 7, 3, 2))):
        x, ys = torch.ones(shape), []
        for room in (G, nn):
            layer = getattr(room, name)(0.3)
            torch.manual_seed(3)
            ys.append(layer(x))
            assert layer.eval()(x).equal(x)
        close(*ys)
    maps = G.Dropout2d(0.5)(torch.ones(31, 7, 3, 2, device=dg.device()))
    assert set(maps.sum((2, 3)).unique().tolist()) == {0.0, 12.0}                       # whole channels


def test_expectation_and_variance():
    x = torch.tensor([1.0, -2.0, 3.0], dtype=torch.float64)
    inverted = G.dropout(x.expand(40_009, 3), 0.3)
    original = G.original_dropout(x.expand(40_009, 3), 0.3)
    for y, mean, var in ((inverted, x, x.square() * 0.3 / 0.7), (original, 0.7 * x, x.square() * 0.3 * 0.7)):
        room = 5 * (var / len(y)).sqrt()
        assert ((y.mean(0) - mean).abs() < room).all()
        close(y.var(0), var, rtol=0.05, atol=0)
    close(G.original_dropout(x, 0.3, training=False), 0.7 * x)
    assert G.dropout(x, 0.3, training=False) is x


def test_an_infinite_number_that_is_dropped_is_nothing():
    y = G.dropout(torch.full((99,), math.inf), 0.5)
    assert set(y.tolist()) == {0.0, math.inf}
    x = torch.ones(3, requires_grad=True)
    G.dropout(x, 1.0).sum().backward()
    assert x.grad.tolist() == [0.0] * 3


def test_linear_regression_with_dropout_has_a_penalty():
    """E‖y − (m ∘ X)w/(1−p)‖² = ‖y − Xw‖² + p/(1−p) Σ wⱼ² ‖xⱼ‖², over all masks of three inputs."""
    x, y, w, p = draws(7, 3), draws(7, seed=1), draws(3, seed=2), 0.3
    total = 0.0
    for code in range(8):
        mask = torch.tensor([code >> k & 1 for k in range(3)], dtype=x.dtype, device=x.device)
        chance = torch.where(mask == 1, 1 - p, p).prod()
        total = total + chance * (y - (x * mask / (1 - p)) @ w).square().sum()      # one mask for all rows: the sums are equal
    close(total, (y - x @ w).square().sum() + p / (1 - p) * (w.square() * x.square().sum(0)).sum())


def test_monte_carlo():
    model = nn.Sequential(nn.Linear(5, 7), nn.BatchNorm1d(7), G.Dropout(0.5), nn.Linear(7, 3), nn.Dropout(0.5)).to(dg.device())
    model.train()
    model[0].eval()
    before = {name: x.clone() for name, x in model.state_dict().items()}
    x = draws(11, 5, dtype=torch.float32)
    dg.seed(0)
    predictions = G.monte_carlo(model, x, 13)
    assert predictions.shape == (13, 11, 3) and predictions.std(0).min() > 0 and not predictions.requires_grad
    dg.seed(0)
    close(G.monte_carlo(model, x, 13), predictions)
    assert model.training and not model[0].training and model[1].training
    close(model.state_dict(), before)


@pytest.mark.parametrize("call, error, words", [
    (lambda: G.dropout(torch.ones(3), 1.5), ValueError, "p must"), (lambda: G.dropout(torch.ones(3).long()), TypeError, "input"),
    (lambda: G.dropout(torch.ones(3), 0.5, 1), TypeError, "training"), (lambda: G.Dropout(-0.1), ValueError, "p must"),
    (lambda: G.spatial_dropout(torch.ones(3)), ValueError, "input"), (lambda: G.Dropout2d()(torch.ones(2, 3, 5)), ValueError, "input"),
    (lambda: G.monte_carlo(nn.Linear(2, 3), torch.ones(2)), ValueError, "dropout"), (lambda: G.monte_carlo(3, 3), TypeError, "model"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
