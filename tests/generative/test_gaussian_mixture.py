"""Mixtures fitted to codes, against scikit-learn's and PyTorch's densities, and by what they draw."""

import math

import pytest
import torch
from comparing import draws

import deepgloss as dg
from deepgloss import generative as G

close = torch.testing.assert_close


def clumps(count=997):
    """Points around (−3, 0) and (3, 1), twice as many of the second."""
    g = torch.Generator().manual_seed(3)
    x = torch.randn(count, 2, generator=g) * torch.tensor([0.5, 0.2])
    second = torch.rand(count, 1, generator=g) > 1 / 3
    return (x + torch.where(second, torch.tensor([3.0, 1.0]), torch.tensor([-3.0, 0.0]))).to(dg.device())


def test_one_component_is_the_examples_mean_and_covariance():
    x = draws(53, 3) @ draws(3, 3, seed=1) + 2
    fit = G.gaussian_mixture(x)
    known = x.cpu().double()
    little = 1e-4 * known.var(0, correction=0).mean() * torch.eye(3, dtype=torch.float64)
    close(fit.means[0], known.mean(0))
    close(fit.covariances[0], torch.cov(known.T, correction=0) + little)
    assert fit.weights.tolist() == [1]
    wanted = torch.distributions.MultivariateNormal(fit.means[0], fit.covariances[0]).log_prob(known)
    close(fit.log_density(x), wanted)


def test_two_clumps_are_found_and_drawn_again():
    x = clumps()
    fit = G.gaussian_mixture(x, 2)
    order = fit.means[:, 0].argsort()
    close(fit.means[order], torch.tensor([[-3.0, 0], [3, 1]]).double(), atol=0.1, rtol=0)
    close(fit.weights[order], torch.tensor([1 / 3, 2 / 3]).double(), atol=0.05, rtol=0)
    made = fit.sample(4001, seed=5)
    assert made.shape == (4001, 2) and made.dtype == torch.float32 and made.device.type == torch.device(dg.device()).type
    made = made.cpu().double()
    left = made[:, 0] < 0
    close(left.double().mean(), fit.weights[order[0]], atol=0.03, rtol=0)
    for part, k in ((left, order[0]), (~left, order[1])):
        close(made[part].mean(0), fit.means[k], atol=0.05, rtol=0)
        close(torch.cov(made[part].T), fit.covariances[k], atol=0.02, rtol=0.1)
    assert fit.log_density(x).mean() > G.gaussian_mixture(x).log_density(x).mean() + 0.5


def test_the_density_is_scikit_learns():
    from sklearn.mixture import GaussianMixture

    x = clumps()
    known = x.cpu().double().numpy()
    theirs = GaussianMixture(3, reg_covar=1e-4 * known.var(0).mean(), random_state=0).fit(known)
    close(G.gaussian_mixture(x, 3).log_density(x), torch.from_numpy(theirs.score_samples(known)))


def test_a_seed_decides_the_draws_and_half_precision_is_read():
    x = clumps(101)
    fit = G.gaussian_mixture(x, 2, seed=7)
    assert torch.equal(fit.sample(11, seed=2), fit.sample(11, seed=2)) and not torch.equal(fit.sample(11, seed=2), fit.sample(11, seed=3))
    close(G.gaussian_mixture(x.half(), 2, seed=7).means, fit.means, atol=0.01, rtol=0)
    before = torch.get_rng_state()
    G.gaussian_mixture(x, 2).sample(3)
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("call, error, words", [
    (lambda: G.gaussian_mixture("a"), TypeError, "x must"), (lambda: G.gaussian_mixture(torch.ones(3)), ValueError, r"\(N, D\)"),
    (lambda: G.gaussian_mixture(torch.randn(4, 2), 5), ValueError, "at least 5 rows"),
    (lambda: G.gaussian_mixture(torch.randn(4, 2), 0), ValueError, "components must"),
    (lambda: G.gaussian_mixture(torch.ones(4, 2)), ValueError, "that differ"),
    (lambda: G.gaussian_mixture(torch.full((4, 2), math.nan)), ValueError, "x must hold finite"),
    (lambda: G.gaussian_mixture(torch.randn(4, 2), seed=-1), ValueError, "seed must"),
    (lambda: G.gaussian_mixture(torch.randn(4, 2)).sample(0), ValueError, "count must"),
    (lambda: G.gaussian_mixture(torch.randn(4, 2)).log_density(torch.ones(3, 5)), ValueError, r"shape \(N, 2\)"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
