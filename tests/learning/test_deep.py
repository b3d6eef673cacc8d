"""Exact networks by depth and width, questions to a black box, and networks trained side by side."""

import pytest
import torch
from torch import nn

import deepgloss as dg
from deepgloss.learning import MLPStack, interpolating_network, occlusion, saliency, sawtooth_network


def draw(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


@pytest.mark.parametrize("layers", [1, 2, 5, 11])
def test_a_sawtooth_is_the_distance_to_the_nearest_valley(layers):
    net = sawtooth_network(layers)
    x = torch.arange(2 ** (layers + 2) + 1, dtype=torch.float64)[:, None] / 2 ** (layers + 2)
    position = x[:, 0] * 2 ** (layers - 1)
    wanted = 1 - (2 * (position % 1) - 1).abs()                         # the teeth, without any composition
    assert torch.equal(net(x)[:, 0], wanted)
    assert sum(p.numel() for p in net.parameters()) == 6 * layers + 1


@pytest.mark.parametrize("points", [2, 3, 13])
def test_an_interpolating_network_is_numpys_interpolation(points):
    import numpy as np

    x, y = draw(points).cumsum(0).abs().cumsum(0) + torch.arange(points), draw(points, seed=1)
    net = interpolating_network(x.to(dg.device()), y.to(dg.device()))
    new = x[0] + (x[-1] - x[0]) * torch.rand(101, dtype=torch.float64, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        got = net(new[:, None].to(dg.device()))[:, 0].cpu()
    torch.testing.assert_close(got, torch.from_numpy(np.interp(new, x, y)))
    assert net[0].out_features == points - 1 and sum(p.numel() for p in net.parameters()) == 3 * points - 2


def toy():
    torch.manual_seed(0)
    net = nn.Sequential(nn.Flatten(), nn.Linear(6, 5), nn.Tanh(), nn.Linear(5, 1)).double().to(dg.device())
    return net, lambda x: net(x)[:, 0]


def test_saliency_is_the_slope():
    net, score = toy()
    x = draw(7, 2, 3).to(dg.device())
    got = saliency(score, x)
    for place in range(6):
        step = torch.zeros(6, dtype=torch.float64, device=x.device)
        step[place] = 1e-6
        with torch.no_grad():
            slope = (score(x + step.view(2, 3)) - score(x - step.view(2, 3))) / 2e-6
        torch.testing.assert_close(got.flatten(1)[:, place], slope, rtol=1e-6, atol=1e-8)
    assert all(p.grad is None for p in net.parameters()) and not got.requires_grad and not x.requires_grad
    with torch.no_grad():
        assert torch.equal(saliency(score, x), got)


@pytest.mark.parametrize("score", [lambda x: torch.zeros(len(x)), lambda x: torch.ones(len(x), requires_grad=True),
                                   lambda x: (x[:, 0] > 0).double()])
def test_the_slope_of_what_no_gradient_joins_to_the_inputs_is_0(score):
    x = draw(5, 3)
    assert torch.equal(saliency(score, x), torch.zeros_like(x))


def test_occlusion_replaces_one_input_at_a_time():
    _, score = toy()
    x = draw(7, 2, 3).to(dg.device())
    before = x.clone()
    for baseline in (0.0, 0.7):
        got = occlusion(score, x, baseline=baseline)
        for row in range(2):
            for column in range(3):
                covered = x.clone()
                covered[:, row, column] = baseline
                with torch.no_grad():
                    torch.testing.assert_close(got[:, row, column], score(x) - score(covered))
    assert torch.equal(x, before)


def test_of_a_linear_score_occlusion_is_gradient_times_input():
    w, x = draw(5).to(dg.device()), draw(11, 5, seed=1).to(dg.device())
    torch.testing.assert_close(occlusion(lambda x: x @ w, x), x * saliency(lambda x: x @ w, x))
    assert occlusion(lambda x: x.square(), draw(3).to(dg.device())).shape == (3,)


@pytest.mark.parametrize("loss, outputs", [("cross-entropy", 3), ("squared", 1)])
def test_networks_side_by_side_end_where_they_end_alone(loss, outputs):
    x = torch.randn(41, 5, generator=torch.Generator().manual_seed(1)).to(dg.device())
    y = (x[:, 0] * x[:, 1] if loss == "squared" else x[:, :3].argmax(1))
    rates, steps = (0.003, 0.03), 17
    stack = MLPStack([5, 7, 11, outputs], rates=rates, seeds=(3, 4))
    starts = [[p.detach().clone() for p in pair] for pair in zip(stack.weights, stack.biases)]
    before = stack.losses(x, y, loss)
    stack.fit(x, y, steps, batch_size=13, loss=loss)
    assert (stack.losses(x, y, loss) < before).all()
    for k in range(4):
        alone = nn.Sequential(nn.Linear(5, 7), nn.ReLU(), nn.Linear(7, 11), nn.ReLU(), nn.Linear(11, outputs)).to(x.device)
        with torch.no_grad():
            for linear, (weight, bias) in zip(alone[::2], starts):
                linear.weight.copy_(weight[k].T)
                linear.bias.copy_(bias[k, 0])
        optimizer = torch.optim.Adam(alone.parameters(), lr=rates[k // 2])
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
        draws = _stream()
        for _ in range(steps):
            part = torch.randint(41, (13,), generator=draws).to(x.device)
            optimizer.zero_grad()
            output = alone(x[part])
            error = (nn.functional.cross_entropy(output, y[part]) if loss == "cross-entropy"
                     else (output[:, 0] - y[part]).square().mean())
            error.backward()
            optimizer.step()
            schedule.step()
        torch.testing.assert_close(stack(x).flatten(0, 1)[k], alone(x), rtol=1e-3, atol=1e-4)
    assert stack.parameters_each == sum(p.numel() for p in alone.parameters())
    if loss == "cross-entropy":
        torch.testing.assert_close(stack.accuracy(x, y)[1, 1], (alone(x).argmax(1) == y).float().mean())


def _stream():
    from deepgloss._arguments import generator
    return generator(0, 1)


def test_each_seed_may_have_examples_of_its_own():
    x = torch.randn(2, 13, 3, generator=torch.Generator().manual_seed(1)).to(dg.device())
    y = (x[..., 0] > 0).long()
    both, first = (MLPStack([3, 5, 2], rates=[0.01], seeds=seeds) for seeds in ((0, 1), (0,)))
    both.fit(x, y, 5)
    first.fit(x[:1], y[:1], 5)
    torch.testing.assert_close(both(x)[:, :1], first(x[:1]))
    assert both(x[0]).shape == (1, 2, 13, 2)


X = torch.ones(3, 2)


@pytest.mark.parametrize("call, error, words", [
    (lambda: sawtooth_network(0), ValueError, "layers"),
    (lambda: sawtooth_network(2.5), TypeError, "layers"),
    (lambda: interpolating_network(X[0, :1], X[0, :1]), ValueError, "at least two points"),
    (lambda: interpolating_network(X[0], X[0]), ValueError, "increase"),
    (lambda: interpolating_network(torch.arange(2.0), X[:, 0]), ValueError, "y must have shape"),
    (lambda: interpolating_network(torch.arange(2.0), X[0].double()), TypeError, "y must be"),
    (lambda: saliency(lambda x: x, X), ValueError, r"score must return a tensor of shape \(3,\)"),
    (lambda: saliency(lambda x: x[:, 0], [1.0]), TypeError, "x must be a tensor"),
    (lambda: occlusion(lambda x: 1.0, X), ValueError, "not float"),
    (lambda: occlusion(lambda x: x[:, 0], X, baseline="0"), TypeError, "baseline"),
    (lambda: occlusion(lambda x: x, torch.tensor(1.0)), ValueError, "at least one axis"),
    (lambda: MLPStack([3], rates=[0.1]), ValueError, "two sizes"),
    (lambda: MLPStack([3, 0], rates=[0.1]), ValueError, r"sizes\[1\]"),
    (lambda: MLPStack([3, 2], rates=[0.0]), ValueError, "rates above 0"),
    (lambda: MLPStack([3, 2], rates=["a"]), TypeError, r"rates\[0\]"),
    (lambda: MLPStack([3, 2], rates=[0.1])(X), ValueError, r"x must have shape \(N, 3\)"),
    (lambda: MLPStack([2, 2], rates=[0.1]).fit(X, torch.ones(2), 1), ValueError, "y must have shape"),
    (lambda: MLPStack([2, 2], rates=[0.1]).fit(X, torch.ones(3), 1, loss="x"), ValueError, "loss"),
    (lambda: MLPStack(2, rates=[0.1]), TypeError, "sizes must be a sequence"),
    (lambda: MLPStack([2, 2], rates=0.1), TypeError, "rates must be a sequence"),
    (lambda: MLPStack([2, 2], rates=[0.1])(X.double()), TypeError, "x must be of the weights' type"),
    (lambda: MLPStack([2, 2], rates=[0.1]).fit(X, [0, 1, 0], 1), TypeError, "y must be a tensor"),
    (lambda: MLPStack([2, 2], rates=[0.1]).fit(X, X[:, 0], 1), TypeError, "y must be a tensor of integers"),
    (lambda: MLPStack([2, 2], rates=[0.1]).fit(X, torch.tensor([0, 1, 2]), 1), ValueError, r"classes in y must be 0\.\.1"),
    (lambda: MLPStack([2, 2], rates=[0.1]).fit(X[:0], torch.ones(0).long(), 1), ValueError, "at least one example"),
    (lambda: MLPStack([2, 2], rates=[0.1]).losses(X, X[:, 0], "squared"), ValueError, "single output"),
    (lambda: MLPStack([2, 1], rates=[0.1]).losses(X, X[:, :1], "squared"), ValueError, r"y must have shape \(3,\)"),
    (lambda: MLPStack([2, 1], rates=[0.1]).losses(X, torch.ones(3).long(), "squared"), TypeError, "floating-point"),
    (lambda: MLPStack([2, 2], rates=[0.1]).accuracy(X, torch.ones(1).long()), ValueError, "y must have shape"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
