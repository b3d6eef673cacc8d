"""The lasso and ridge regression are scikit-learn's, and early stopping on a quadratic is what its factors say."""

import pytest
import sklearn.linear_model
import torch
import torch.nn.functional as F
from comparing import draws

import deepgloss as dg
from deepgloss import generalization as G

close = torch.testing.assert_close


def problem(n=53, d=11, noise=0.1):
    """Targets that depend on three of the inputs; columns of different sizes."""
    x = draws(n, d) * torch.linspace(0.5, 2, d, dtype=torch.float64, device=dg.device())
    w = torch.zeros_like(x[0])
    w[[1, 4, 7]] = torch.tensor([2.0, -1.0, 0.5], dtype=x.dtype, device=x.device)
    return x, x @ w + noise * draws(n, seed=1)


def numpy(*tensors):
    return [x.cpu().numpy() for x in tensors]


def test_soft_threshold_is_pytorchs_and_the_minimizer():
    x = draws(101)
    close(G.soft_threshold(x, 0.7), F.softshrink(x, 0.7))
    grid = torch.linspace(-5, 5, 100_001, dtype=torch.float64)
    for number in x[:7].tolist():
        best = grid[(0.5 * (grid - number) ** 2 + 0.7 * grid.abs()).argmin()]
        assert G.soft_threshold(torch.tensor([number]), 0.7).item() == pytest.approx(best.item(), abs=1e-4)


@pytest.mark.parametrize("penalty", [0.0, 0.02, 0.3])
def test_the_lasso_is_scikit_learns(penalty):
    x, y = problem()
    path = G.ista(x, y, penalty, 3000)
    assert path.shape == (3001, 11) and not path[0].any()
    kind = sklearn.linear_model.Lasso(penalty, fit_intercept=False, tol=1e-12, max_iter=100_000) if penalty else (
        sklearn.linear_model.LinearRegression(fit_intercept=False))
    close(path[-1].cpu(), torch.from_numpy(kind.fit(*numpy(x, y)).coef_), rtol=1e-5, atol=1e-7)
    value = [(x @ w - y).square().mean() / 2 + penalty * w.abs().sum() for w in path[:200]]
    assert all(b <= a + 1e-12 for a, b in zip(value, value[1:]))                        # it never goes up
    close(G.ista(x, y, penalty, 5, path[7])[-1], path[12])


def test_exact_zeros_by_proximal_steps_alone():
    x, y = problem()
    proximal, plain = (f(x, y, 0.2, 2000)[-1] for f in (G.ista, G.lasso_subgradient))
    assert (proximal == 0).sum() >= 7 and (plain == 0).sum() == 0
    assert (proximal - plain).abs().max() < 0.1
    one = G.lasso_subgradient(x, y, 0.2, 1, 0.5, proximal)
    close(one[1], proximal - 0.5 * ((x @ proximal - y) @ x / len(x) + 0.2 * proximal.sign()))


def test_a_path_from_no_weight_to_all():
    x, y = problem()
    penalties, weights = G.lasso_path(x, y, 13)
    alphas, coefficients, _ = sklearn.linear_model.lasso_path(*numpy(x, y), alphas=penalties.cpu().numpy(), tol=1e-12)
    close(penalties.cpu(), torch.from_numpy(alphas.copy()))
    close(weights.cpu(), torch.from_numpy(coefficients.T.copy()), rtol=1e-3, atol=1e-4)
    assert not weights[0].any() and weights[1].any() and (penalties[-1] / penalties[0]).item() == pytest.approx(1e-3)


@pytest.mark.parametrize("shape", [(53, 11), (7, 11)])
@pytest.mark.parametrize("penalty", [0.0, 0.1, 3.0])
def test_ridge_is_scikit_learns_and_shrinks_by_its_factors(shape, penalty):
    x, y = problem(*shape)
    found = G.ridge(x, y, penalty)
    if penalty:
        theirs = sklearn.linear_model.Ridge(penalty * len(x), fit_intercept=False).fit(*numpy(x, y)).coef_
        close(found.weight.cpu(), torch.from_numpy(theirs))
    plain = torch.linalg.pinv(x) @ y
    close(found.directions.mT @ found.weight, found.factors * (found.directions.mT @ plain))
    close(x.mT @ x / len(x) @ found.directions, found.directions * found.eigenvalues)
    close(found.factors[:min(shape)], (found.eigenvalues / (found.eigenvalues + penalty))[:min(shape)])
    center = [a - a.mean(0) for a in (x, y)]
    close(G.ridge(*center, penalty).weight, dg.learning.least_squares(x, y, weight_decay=penalty)[0])


def test_early_stopping_on_a_quadratic():
    x, y = problem()
    found, w, lr = G.ridge(x, y, 0.0), torch.zeros(11, dtype=torch.float64, device=dg.device()), 0.1
    for _ in range(17):
        w = w - lr * (x @ w - y) @ x / len(x)
    factors = G.early_stopping_factors(found.eigenvalues, lr, 17)
    close(w, found.directions @ (factors * (found.directions.mT @ found.weight)))
    curvatures = torch.logspace(-4, 4, 801, dtype=torch.float64)
    penalty = G.equivalent_penalty(1e-5, 1000)
    assert penalty == pytest.approx(100)
    gap = (G.early_stopping_factors(curvatures, 1e-5, 1000) - curvatures / (curvatures + penalty)).abs()
    assert gap.max() < 0.25 and gap[0] < 1e-6 and gap[-1] < 0.02


@pytest.mark.parametrize("call, error, words", [
    (lambda: G.soft_threshold(torch.ones(3), -1.0), ValueError, "threshold"), (lambda: G.soft_threshold([1.0], 1.0), TypeError, "x must"),
    (lambda: G.ista(torch.ones(3), torch.ones(3), 0.1, 3), ValueError, "x must"),
    (lambda: G.ista(torch.ones(3, 2), torch.ones(2), 0.1, 3), ValueError, "y must"),
    (lambda: G.ista(torch.ones(3, 2), torch.ones(3), -0.1, 3), ValueError, "penalty"),
    (lambda: G.ista(torch.ones(3, 2), torch.ones(3), 0.1, 3, torch.ones(3)), ValueError, "start"),
    (lambda: G.ista(torch.ones(3, 2), torch.ones(3).double(), 0.1, 3), TypeError, "y must"),
    (lambda: G.lasso_subgradient(torch.ones(3, 2), torch.ones(3), 0.1, 3, 0.0), ValueError, "lr"),
    (lambda: G.lasso_path(torch.ones(3, 2), torch.ones(3), 1), ValueError, "count"),
    (lambda: G.lasso_path(torch.ones(3, 2), torch.ones(3), ratio=1.0), ValueError, "ratio"),
    (lambda: G.ridge(torch.ones(3, 2), torch.ones(3), -1.0), ValueError, "penalty"),
    (lambda: G.ridge(torch.ones(3, 2), torch.ones(2), 1.0), ValueError, "y must"),
    (lambda: G.early_stopping_factors(torch.ones(3), 0.1, -1), ValueError, "steps"),
    (lambda: G.equivalent_penalty(0.0, 3), ValueError, "lr"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
