"""Least squares finds the minimum, learning curves draw as they say, shuffled labels keep their counts."""

import math

import numpy as np
import pytest
import torch
from sklearn import linear_model, model_selection

import deepgloss as dg
from deepgloss.learning import learning_curve, least_squares, shuffle_labels


def draw(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def mean_squared(outputs, targets):
    return (outputs - targets).square().mean()


def fit_linear(x, y):
    w, b = least_squares(x, y)
    return lambda x: x @ w + b


def test_least_squares_by_hand():
    w, b = least_squares(torch.tensor([[1.0], [2.0], [3.0]]), torch.tensor([3.0, 5.0, 10.0]))
    torch.testing.assert_close(w, torch.tensor([3.5]))
    torch.testing.assert_close(b, torch.tensor(-1.0))


@pytest.mark.parametrize("decay", [0.0, 0.003, 7.0])
@pytest.mark.parametrize("n, inputs", [(23, 5), (3, 7), (1, 2)])
def test_least_squares_is_scikit_learns(n, inputs, decay):
    x, y = draw(n, inputs, seed=n) + 3, draw(n, seed=n + 1)
    w, b = least_squares(x.to(dg.device()), y.to(dg.device()), weight_decay=decay)
    model = linear_model.Ridge(alpha=n * decay) if decay else linear_model.LinearRegression()
    model.fit(x.numpy(), y.numpy())
    torch.testing.assert_close(w.cpu(), torch.from_numpy(model.coef_))
    assert math.isclose(b.item(), model.intercept_, rel_tol=1e-9, abs_tol=1e-9)


@pytest.mark.parametrize("n", [23, 10007])
@pytest.mark.parametrize("scales", [(1.0, 1e-3), (1e-3, 1.0)])
def test_a_narrow_column_counts_however_many_examples_there_are(n, scales):
    x = draw(n, 2).float() * torch.tensor(scales)
    wanted = torch.tensor([2.0, 3.0]) / torch.tensor(scales)
    torch.testing.assert_close(least_squares(x, x @ wanted)[0], wanted, rtol=1e-3, atol=0.0)


@pytest.mark.parametrize("n", [3, 23, 10007])
def test_equal_columns_share_a_weight(n):
    x, y = draw(n, 1).float().repeat(1, 2), draw(n, seed=1).float()
    x = torch.cat([x, torch.full((n, 1), 0.1)], 1)                  # and a constant one gets none
    w, b = least_squares(x, y)
    single, _ = least_squares(x[:, :1], y)
    torch.testing.assert_close(w, torch.tensor([1.0, 1.0, 0.0]) * single / 2, rtol=1e-3, atol=1e-5)


def test_inputs_far_from_zero_are_as_good():
    x, y = draw(3, 7).float() + 1000, draw(3, seed=1).float()
    torch.testing.assert_close(least_squares(x, y)[0], least_squares(x.double(), y.double())[0].float(), rtol=1e-3, atol=1e-4)


def test_gradients_through_least_squares():
    x, y = draw(7, 3).requires_grad_(), draw(7, seed=1).requires_grad_()
    for decay in (0.0, 0.1):
        assert torch.autograd.gradcheck(lambda x, y: least_squares(x, y, weight_decay=decay), (x, y))


def test_learning_curve_is_scikit_learns_on_the_same_subsets():
    x, y = draw(43, 3), draw(43, seed=1)
    test_x, test_y = draw(17, 3, seed=2), draw(17, seed=3)
    orders = []

    def fit(part_x, part_y):
        orders.append([int((x == row).all(1).nonzero()) for row in part_x])
        torch.testing.assert_close(y[orders[-1]], part_y)
        return fit_linear(part_x, part_y)

    sizes = [5, 11, 43]
    ours = learning_curve(fit, x, y, test_x, test_y, sizes, score=mean_squared, draws=3)
    full = orders[2::3]
    assert len({tuple(order) for order in full}) == 3                   # every draw has an order of its own
    assert all(orders[k] == orders[k - k % 3 + 2][:sizes[k % 3]] for k in range(9))
    assert all(sorted(order) == list(range(43)) for order in full)
    _, training, test = model_selection.learning_curve(
        linear_model.LinearRegression(), torch.cat([x, test_x]).numpy(), torch.cat([y, test_y]).numpy(),
        train_sizes=sizes, scoring="neg_mean_squared_error", cv=[(order, np.arange(43, 60)) for order in full])
    torch.testing.assert_close(ours.training, torch.from_numpy(-training))
    torch.testing.assert_close(ours.test, torch.from_numpy(-test))


def test_a_learning_curve_follows_its_seed(monkeypatch):
    x, y = draw(31, 2), draw(31, seed=1)
    run = lambda seed: learning_curve(fit_linear, x, y, x, y, [7], score=mean_squared, seed=seed).test  # noqa: E731
    assert torch.equal(run(5), run(5)) and not torch.equal(run(5), run(6))
    shifted = run(6)
    monkeypatch.setenv("DEEPGLOSS_SHIFT", "1")
    assert torch.equal(run(5), shifted)


def test_shuffled_labels_keep_their_counts():
    y = torch.arange(10).repeat(101).to(dg.device())
    for share, moved in ((0.0, 0), (0.3, 0.27), (1.0, 0.9)):
        shuffled = shuffle_labels(y, share, seed=3)
        assert torch.equal(shuffled.bincount(), y.bincount()) and shuffled.device == y.device
        assert abs((shuffled != y).float().mean().item() - moved) < 0.03
    assert torch.equal(y, torch.arange(10).repeat(101).to(y.device))
    assert torch.equal(shuffle_labels(y, seed=4), shuffle_labels(y, seed=4))
    assert not torch.equal(shuffle_labels(y, seed=4), shuffle_labels(y, seed=5))
    assert shuffle_labels(draw(0, 3)).shape == (0, 3)


X, Y = torch.ones(5, 2), torch.ones(5)


@pytest.mark.parametrize("call, error, words", [
    (lambda: least_squares(X[0], Y), ValueError, r"x must have shape \(N, D\)"),
    (lambda: least_squares(X[:0], Y[:0]), ValueError, "at least one example"),
    (lambda: least_squares(X, X), ValueError, r"y must have shape \(5,\)"),
    (lambda: least_squares(X, Y.double()), TypeError, "y must be torch.float32"),
    (lambda: least_squares(X, Y.long()), TypeError, "y must be a tensor"),
    (lambda: least_squares(X, Y, weight_decay=-1), ValueError, "weight_decay"),
    (lambda: shuffle_labels([1, 2]), TypeError, "y must be a tensor, not list"),
    (lambda: shuffle_labels(torch.tensor(1)), ValueError, "at least one axis"),
    (lambda: shuffle_labels(Y, 1.5), ValueError, "share"),
    (lambda: learning_curve(fit_linear, X, Y[:3], X, Y, [2], score=mean_squared), ValueError, "one length, not 5 and 3"),
    (lambda: learning_curve(fit_linear, X, Y, X, Y, [2, 6], score=mean_squared), ValueError, r"sizes\[1\]"),
    (lambda: learning_curve(fit_linear, X, Y, X, Y, [], score=mean_squared), ValueError, "at least one size"),
    (lambda: learning_curve(fit_linear, X, Y, X, Y, [2], score=mean_squared, draws=0), ValueError, "draws"),
    (lambda: learning_curve(fit_linear, X, Y, X, Y, [2], score=lambda a, b: a), TypeError, "score must be a number"),
    (lambda: learning_curve(fit_linear, X, Y, X, Y, 2, score=mean_squared), TypeError, "sizes must be a sequence .* not 2"),
    (lambda: learning_curve(fit_linear, X, [1.0], X, Y, [2], score=mean_squared), TypeError, "y must be a tensor, not list"),
    (lambda: learning_curve(fit_linear, X, Y, X, Y[0], [2], score=mean_squared), ValueError, "test_y must have at least one axis"),
    (lambda: learning_curve(fit_linear, X, Y, X[:0], Y[:0], [2], score=mean_squared), ValueError, "at least one example"),
    (lambda: learning_curve(None, X, Y, X, Y, [2], score=mean_squared), TypeError, "fit must be a function, not None"),
    (lambda: learning_curve(fit_linear, X, Y, X, Y, [2], score="r2"), TypeError, "score must be a function, not 'r2'"),
    (lambda: learning_curve(lambda x, y: None, X, Y, X, Y, [2], score=mean_squared), TypeError, "what fit returns must be"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
