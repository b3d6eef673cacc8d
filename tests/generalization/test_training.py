"""Early stopping, search, transfer, and the experiments that show what overfitting is."""

import math

import pytest
import torch
from comparing import draws
from torch import nn

import deepgloss as dg
from deepgloss import generalization as G

close = torch.testing.assert_close


def test_early_stopping_by_hand():
    model, stop = nn.Linear(2, 3), G.EarlyStopping(patience=2, min_delta=0.1)
    scores, kept, answers = [1.0, 0.95, 0.8, math.nan, 0.75, 9.0], None, []
    for k, score in enumerate(scores):
        nn.init.constant_(model.weight, float(k))
        answers.append(stop(score, model))
    assert answers == [False, False, False, False, True, True]
    assert (stop.best, stop.best_check, stop.waited, stop.checks) == (0.8, 2, 3, 6)
    assert model.weight.eq(5).all()                                       # overwritten by now
    stop.restore(model)
    assert model.weight.eq(2).all()
    again = G.EarlyStopping(patience=2)
    again.load_state_dict(stop.state_dict())
    assert again.best == 0.8 and again(0.9) is True and again(0.7) is False
    with pytest.raises(ValueError, match="waited"):
        again.load_state_dict({})


def test_early_stopping_upward_and_without_a_model():
    stop = G.EarlyStopping(1, mode="max")
    assert [stop(s) for s in (math.nan, 0.5, 0.7, 0.7)] == [True, False, False, True]
    with pytest.raises(RuntimeError, match="no weights"):
        stop.restore(nn.Linear(2, 3))


def bowl(config, budget):
    return (config["a"] - 0.3) ** 2 + 0.01 * config["b"] + 1 / budget


def test_grid_and_random_search():
    trials = G.grid_search(bowl, {"a": [0.0, 0.5, 1.0], "b": [1, 2]}, 7)
    assert [t.config for t in trials][:3] == [{"a": 0.0, "b": 1}, {"a": 0.0, "b": 2}, {"a": 0.5, "b": 1}]
    assert trials[2].score == bowl({"a": 0.5, "b": 1}, 7) and {t.budget for t in trials} == {7} and len(trials) == 6
    space = {"a": (0.0, 1.0), "b": G.LogUniform(1e-3, 1e3), "c": ["x", "y", "z"]}
    configs = G.draw_configs(space, 997, seed=3)
    assert configs == G.draw_configs(space, 997, seed=3) != G.draw_configs(space, 997, seed=4)
    logs = torch.tensor([math.log10(c["b"]) for c in configs])
    assert abs(logs.mean()) < 0.25 and logs.abs().max() <= 3 and logs.std().item() == pytest.approx(3**0.5, rel=0.1)
    assert all(0 <= c["a"] <= 1 for c in configs) and {c["c"] for c in configs} == {"x", "y", "z"}
    nine = G.random_search(bowl, {"a": (0.0, 1.0), "b": (0.0, 1.0)}, 9, 1)
    assert len({t.config["a"] for t in nine}) == 9                        # a grid of nine has three


def test_successive_halving():
    calls = []

    def score(config, budget):
        calls.append(budget)
        return math.nan if config["a"] == 5 else abs(config["a"] - 3) + 1 / budget

    rounds = G.successive_halving(score, [{"a": a} for a in range(8)], 2)
    assert [len(r) for r in rounds] == [8, 4, 2, 1] and [r[0].budget for r in rounds] == [2, 4, 8, 16]
    assert rounds[-1][0].config == {"a": 3} and math.isnan(rounds[0][-1].score)
    assert sum(calls) == 4 * 16
    assert [len(r) for r in G.successive_halving(score, [{"a": a} for a in range(7)], 1, 3)] == [7, 3, 1]


def test_frozen_parts_and_rates_by_block():
    body, head = nn.Sequential(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 7)), nn.Linear(7, 2)
    assert G.freeze(body[0]) == 20 and not any(p.requires_grad for p in body[0].parameters())
    groups = G.parameter_groups([body[0], body[2], head], 0.1, 0.5)
    assert [g["lr"] for g in groups] == [0.05, 0.1] and groups[0]["params"][0] is body[2].weight
    optimizer = dg.optimization.SGD(groups, lr=0.1)
    before = body[0].weight.clone()
    head(body(torch.ones(11, 3))).sum().backward()
    optimizer.step()
    assert body[0].weight.equal(before) and body[0].weight.grad is None
    assert G.unfreeze(body) == 62 and len(G.parameter_groups([body, head], 0.1)) == 2


def test_bias_and_variance_add_up():
    """A constant fitted to five noisy numbers: no bias in the mean, variance σ²/5."""
    truth, noise = torch.zeros(3, dtype=torch.float64), 2.0
    predictions = G.fitted_to_samples(lambda x, y: lambda points: y.mean().expand(len(points)),
                                      lambda k: (None, noise * draws(5, seed=k).cpu()), truth, 2003)
    parts = G.bias_variance(predictions, truth, noise)
    assert parts.bias < 0.01 and parts.variance == pytest.approx(noise**2 / 5, rel=0.1) and parts.noise == 4
    fresh = draws(2003, 3, seed=99).cpu() * noise
    assert parts.error == pytest.approx((predictions - fresh).square().mean().item(), rel=0.1)
    assert parts.error == pytest.approx(parts.bias + parts.variance + parts.noise)
    always = G.bias_variance(torch.full((2, 3), 5.0), torch.zeros(3))
    assert (always.bias, always.variance) == (25.0, 0.0)
    # 400² is beyond half precision.
    assert G.bias_variance(torch.full((2, 3), 400.0).half(), torch.zeros(3).half()).bias == 160_000


def test_double_descent():
    """The test error peaks where features equal examples, and a penalty takes the peak away."""
    w = draws(13)
    x, test = draws(41, 13, seed=1), draws(499, 13, seed=2)
    y, test_y = x @ w + 0.5 * draws(41, seed=3), test @ w
    counts = [7, 41, 401]
    found = G.double_descent(x, y, test, test_y, counts, range(5))
    assert found.test.shape == found.train.shape == found.norms.shape == (3, 5)
    few, equal, many = found.test.median(1).values.tolist()
    assert equal > 3 * few and equal > 3 * many
    assert found.train[0].min() > 0.1 and found.train[1:].max() < 1e-6
    calm = G.double_descent(x, y, test, test_y, counts, range(5), penalty=0.1)
    assert calm.test[1].max() < found.test[1].median()
    features = G.random_features(x, 7, 3)
    close(features, G.random_features(x, 11, 3)[:, :7])
    half = G.double_descent(*(a.half() for a in (x, y, test, test_y)), iter(counts), range(5), penalty=0.1)
    assert half.test.dtype == torch.float16 and (half.test / calm.test - 1).abs().max() < 0.05
    penalized = torch.linalg.solve(features.mT @ features + 41 * 0.1 * torch.eye(7, dtype=x.dtype, device=x.device),
                                   features.mT @ y)
    close(G.double_descent(x, y, test, test_y, [7], [3], 0.1).norms, penalized.norm().view(1, 1))


@pytest.mark.parametrize("call, error, words", [
    (lambda: G.EarlyStopping(0), ValueError, "patience"), (lambda: G.EarlyStopping(mode="low"), ValueError, "mode"),
    (lambda: G.EarlyStopping(min_delta=-1.0), ValueError, "min_delta"), (lambda: G.EarlyStopping()("1"), TypeError, "score"),
    (lambda: G.EarlyStopping()(1.0, 3), TypeError, "model"),
    (lambda: G.grid_search(bowl, {}, 1), TypeError, "space"), (lambda: G.grid_search(bowl, {"a": 3}, 1), TypeError, r"space\['a'\]"),
    (lambda: G.grid_search(3, {"a": [1]}, 1), TypeError, "function"), (lambda: G.grid_search(bowl, {"a": []}, 1), ValueError, "space"),
    (lambda: G.grid_search(bowl, {"a": [1]}, 0), ValueError, "budget"),
    (lambda: G.draw_configs({"a": (1.0, 0.0)}, 1), ValueError, r"space\['a'\]"),
    (lambda: G.draw_configs({"a": G.LogUniform(0.0, 1.0)}, 1), ValueError, r"space\['a'\]"),
    (lambda: G.draw_configs({"a": "low"}, 1), TypeError, r"space\['a'\]"),
    (lambda: G.successive_halving(bowl, 3, 1), TypeError, "configs"), (lambda: G.successive_halving(bowl, {"a": 1}, 1), TypeError, "configs"),
    (lambda: G.successive_halving(bowl, [{}, 3], 1), TypeError, r"configs\[1\]"), (lambda: G.successive_halving(lambda c, b: "low", [{}], 1), TypeError, "score"),
    (lambda: G.grid_search(lambda c, b: None, {"a": [1]}, 1), TypeError, "score"),
    (lambda: G.fitted_to_samples(lambda x: lambda points: 1.0, lambda k: (k,), torch.ones(3)), TypeError, "predictions"),
    (lambda: G.double_descent(torch.ones(0, 2), torch.ones(0), torch.ones(3, 2), torch.ones(3), [1]), ValueError, "at least one example"),
    (lambda: G.successive_halving(bowl, [], 1), ValueError, "configs"), (lambda: G.successive_halving(bowl, [{}], 1, 1), ValueError, "factor"),
    (lambda: G.freeze(3), TypeError, "module"), (lambda: G.parameter_groups([nn.Linear(2, 3)], 0.0), ValueError, "lr"),
    (lambda: G.parameter_groups([3], 0.1), TypeError, r"blocks\[0\]"), (lambda: G.parameter_groups(nn.Linear(2, 3), 0.1), TypeError, "blocks"),
    (lambda: G.parameter_groups([nn.ReLU()], 0.1), ValueError, "blocks"),
    (lambda: G.parameter_groups([layer := nn.Linear(2, 3), layer], 0.1), ValueError, r"blocks\[1\]"),
    (lambda: G.bias_variance(torch.ones(3), torch.ones(3)), ValueError, "predictions"),
    (lambda: G.bias_variance(torch.ones(2, 3), torch.ones(2)), ValueError, "truth"),
    (lambda: G.fitted_to_samples(3, bowl, torch.ones(3)), TypeError, "fit"),
    (lambda: G.random_features(torch.ones(3), 2), ValueError, "x must"), (lambda: G.random_features(torch.ones(3, 2), 0), ValueError, "count"),
    (lambda: G.double_descent(torch.ones(3, 2), torch.ones(2), torch.ones(3, 2), torch.ones(3), [1]), ValueError, "y must"),
    (lambda: G.double_descent(torch.ones(3, 2), torch.ones(3), torch.ones(3, 2), torch.ones(3), []), ValueError, "counts"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
