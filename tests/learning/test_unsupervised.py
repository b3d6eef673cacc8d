"""k-means goes down and ends as scikit-learn's does, PCA is both of its definitions, areas are shares of pairs."""

import math

import numpy as np
import pytest
import torch
from sklearn import cluster, decomposition, metrics

import deepgloss as dg
from deepgloss.learning import kmeans, kmeans_plus_plus, kmeans_step, pca, roc_auc, roc_curve


def draw(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def clouds(k=5, size=23, seed=0):
    """Round clouds far apart, (k · size, 3)."""
    return (10 * draw(k, 1, 3, seed=seed) + 0.1 * draw(k, size, 3, seed=seed + 1)).flatten(0, 1)


def test_a_step_by_hand():
    x, centers = torch.tensor([[1.0], [2], [3], [8], [9], [10]]), torch.tensor([[1.0], [2.0]])
    labels, means, cost = kmeans_step(x, centers)
    assert labels.tolist() == [0, 1, 1, 1, 1, 1] and cost == 150
    torch.testing.assert_close(means, torch.tensor([[1.0], [6.4]]))
    assert centers.tolist() == [[1], [2]]                                   # a pure function
    assert kmeans(x, 2, init=centers).costs.tolist() == pytest.approx([150, 27.28, 4])


def test_ties_go_to_the_first_and_empty_clusters_stay():
    x = torch.tensor([[0.0, 0.0], [2.0, 0.0]], dtype=torch.float64)
    labels, means, _ = kmeans_step(x, x.new_tensor([[1.0, 0.0], [1.0, 0.0], [9.0, 9.0]]))
    assert labels.tolist() == [0, 0] and means.tolist() == [[1, 0], [1, 0], [9, 9]]


@pytest.mark.parametrize("n, d, k", [(101, 2, 3), (53, 7, 5), (17, 3, 17), (31, 1, 1)])
def test_kmeans_goes_down_and_ends_as_scikit_learns(n, d, k):
    x = draw(n, d, seed=n)
    start = kmeans_plus_plus(x, k, seed=3)
    ours = kmeans(x, k, init=start)
    theirs = cluster.KMeans(k, init=start.numpy(), n_init=1, tol=0, algorithm="lloyd").fit(x.numpy())
    torch.testing.assert_close(ours.centers, torch.from_numpy(theirs.cluster_centers_))
    assert torch.equal(ours.labels, torch.from_numpy(theirs.labels_).long())
    assert ours.costs[-1].item() == pytest.approx(theirs.inertia_, abs=1e-9)
    assert (ours.costs.diff() <= 1e-12 * ours.costs[0]).all()
    assert torch.equal(kmeans_step(x, ours.centers)[0], ours.labels)        # nothing would change
    assert torch.equal(kmeans(x.to(dg.device(), torch.float32), k, init=start.float()).labels.cpu(), ours.labels)


def test_it_stops_where_it_is_told_to():
    x = draw(211, 3)
    runs = [kmeans(x, 7, init=x[:7], max_steps=steps) for steps in (1, 2, 300)]
    assert [len(run.costs) for run in runs[:2]] == [1, 2] and runs[2].costs[-1] < runs[1].costs[-1]


def test_the_best_of_several_starts_is_kept():
    x = draw(307, 2)
    several, single = kmeans(x, 11, starts=9, seed=4), [kmeans(x, 11, starts=1, seed=seed) for seed in range(5)]
    assert several.costs[-1] <= kmeans(x, 11, starts=1, seed=4).costs[-1]
    assert len({run.costs[-1].item() for run in single}) > 1                # seeds differ
    assert torch.equal(kmeans(x, 11, starts=9, seed=4).labels, several.labels)


def test_kmeans_plus_plus_finds_clouds_far_apart():
    x, truth = clouds(), torch.arange(5).repeat_interleave(23)
    for seed in range(7):
        start = kmeans_plus_plus(x, 5, seed=seed)
        assert sorted(torch.cdist(start, x).argmin(1).div(23, rounding_mode="floor").tolist()) == [0, 1, 2, 3, 4]
    assert metrics.adjusted_rand_score(truth, kmeans(x, 5, starts=1).labels) == 1


def test_kmeans_plus_plus_draws_in_proportion_to_squared_distances():
    x = torch.tensor([[0.0], [0.0], [1.0], [3.0]])
    pairs = [tuple(kmeans_plus_plus(x, 2, seed=seed)[:, 0].tolist()) for seed in range(2000)]
    after_zero = [second for first, second in pairs if first == 0]
    assert len(after_zero) / 2000 == pytest.approx(0.5, abs=0.05)           # the first is uniform
    assert after_zero.count(3.0) / len(after_zero) == pytest.approx(0.9, abs=0.04)
    assert not after_zero.count(0.0)


def test_kmeans_plus_plus_copes_with_copies():
    assert kmeans_plus_plus(torch.ones(5, 2), 3).tolist() == [[1, 1]] * 3
    assert kmeans(torch.ones(5, 2), 3).costs.tolist()[-1] == 0


@pytest.mark.parametrize("n, d, k", [(101, 7, 3), (53, 5, 5), (5, 13, 2)])
def test_pca_is_scikit_learns_with_the_same_signs(n, d, k):
    x = draw(n, d, seed=n) @ draw(d, d, seed=1) + 3
    ours, theirs = pca(x, k), decomposition.PCA(k).fit(x.numpy())
    torch.testing.assert_close(ours.components, torch.from_numpy(theirs.components_))
    torch.testing.assert_close(ours.variances, torch.from_numpy(theirs.explained_variance_))
    torch.testing.assert_close(ours.variances / ours.total, torch.from_numpy(theirs.explained_variance_ratio_))
    torch.testing.assert_close(ours.encode(x), torch.from_numpy(theirs.transform(x.numpy())))
    torch.testing.assert_close(ours.decode(ours.encode(x)), torch.from_numpy(
        theirs.inverse_transform(theirs.transform(x.numpy()))))


def test_captured_and_lost_add_up_and_no_other_directions_capture_more():
    x = draw(211, 7) @ draw(7, 7, seed=1)
    for k in range(1, 8):
        ours = pca(x, k)
        lost = ours.errors(x).sum() / 210
        torch.testing.assert_close(ours.encode(x).var(0).sum() + lost, x.var(0).sum())
        torch.testing.assert_close(ours.encode(x).var(0), ours.variances)
        for seed in range(11):
            other = ours._replace(components=torch.linalg.qr(draw(7, k, seed=seed)).Q.T)
            assert other.encode(x).var(0).sum() <= ours.variances.sum() + 1e-9
            assert other.errors(x).sum() / 210 >= lost - 1e-9


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_half_types_are_computed_in_float32_and_rounded_once(kind):
    x = (draw(101, 7, seed=1) @ draw(7, 7, seed=2) + 20).to(kind)
    ours = pca(x, 3)
    wide = type(ours)(*(part.float() for part in ours))
    for got, wanted in ((ours.encode(x), wide.encode(x.float())), (ours.errors(x), wide.errors(x.float())),
                        (ours.decode(ours.encode(x)), wide.decode(ours.encode(x).float()))):
        assert torch.equal(got, wanted.to(kind))


def test_pca_is_differentiable():
    weights = draw(3)
    assert torch.autograd.gradcheck(lambda x: (pca(x, 2).variances, pca(x, 2).components @ weights), draw(7, 3).requires_grad_())


@pytest.mark.parametrize("n, levels", [(101, 1000), (211, 7), (53, 2), (11, 1)])
def test_the_area_is_the_share_of_pairs(n, levels):
    draws = torch.Generator().manual_seed(n)
    scores, positive = torch.randint(levels, (n,), generator=draws), torch.rand(n, generator=draws) < 0.3
    pairs = scores[positive][:, None] - scores[~positive]
    share = ((pairs > 0).double() + (pairs == 0).double() / 2).mean().item()
    assert roc_auc(scores, positive) == pytest.approx(share, abs=1e-12)
    assert roc_auc(scores, positive) == pytest.approx(metrics.roc_auc_score(positive.numpy(), scores.numpy()), abs=1e-12)
    curve = roc_curve(scores.to(dg.device()), positive.to(dg.device()))
    assert torch.trapezoid(curve.true_positive_rate, curve.false_positive_rate).item() == pytest.approx(share, abs=1e-12)
    for ours, theirs in zip(curve, metrics.roc_curve(positive.numpy(), scores.numpy(), drop_intermediate=False)):
        np.testing.assert_allclose(ours, theirs)


def test_large_integers_stay_apart():
    scores, positive = torch.tensor([2**53, 2**53 + 1]), torch.tensor([False, True])
    assert roc_auc(scores, positive) == 1 and len(roc_curve(scores, positive).thresholds) == 3


def test_infinite_scores_are_scores():
    assert roc_auc(torch.tensor([-math.inf, 0.0, math.inf]), torch.tensor([False, False, True])) == 1


X = torch.ones(5, 2)
YES = torch.tensor([True, False, True, False, True])


@pytest.mark.parametrize("call, error, words", [
    (lambda: kmeans_step(X[0], X), ValueError, r"x must have shape \(N, D\)"),
    (lambda: kmeans_step(X, X[:, :1]), ValueError, r"centers must have shape \(K, 2\)"),
    (lambda: kmeans_step(X, X[:0]), ValueError, "centers must have shape"),
    (lambda: kmeans_step(X.int(), X), TypeError, "x must be a tensor of floating-point numbers"),
    (lambda: kmeans_step(X, X.double()), TypeError, "centers must be torch.float32"),
    (lambda: kmeans(X, 6), ValueError, "k must be an integer of at least 1 and at most 5"),
    (lambda: kmeans(X, 2.0), TypeError, "k must be an integer"),
    (lambda: kmeans(X / 0, 2), ValueError, "x must hold at least one example, of finite numbers"),
    (lambda: kmeans(X[:0], 1), ValueError, "at least one example"),
    (lambda: kmeans(X, 2, init=X), ValueError, r"init must have shape \(2, 2\)"),
    (lambda: kmeans(X, 2, init=X[:2].double()), TypeError, "init must be torch.float32"),
    (lambda: kmeans(X, 2, init=X[:2] / 0), ValueError, "init must hold finite numbers"),
    (lambda: kmeans(X, 2, init=X[:2].to("meta")), ValueError, "init must hold finite numbers"),
    (lambda: kmeans(X, 2, starts=0), ValueError, "starts"),
    (lambda: kmeans(X, 2, max_steps=0), ValueError, "max_steps"),
    (lambda: kmeans(X, 2, seed=-1), ValueError, "seed"),
    (lambda: kmeans_plus_plus(X.to("meta"), 2), ValueError, "x must hold"),
    (lambda: pca(X[:1], 1), ValueError, "at least two examples"),
    (lambda: pca(X, 3), ValueError, "d must be an integer of at least 1 and at most 2"),
    (lambda: pca(X * math.nan, 1), ValueError, "x must hold finite numbers"),
    (lambda: pca(X, 1).encode(X.double()), TypeError, "x must be torch.float32 as components is"),
    (lambda: pca(X, 1).decode(torch.ones(3, 1).double()), TypeError, "codes must be torch.float32"),
    (lambda: pca(X, 1).errors(X.double()), TypeError, "x must be torch.float32"),
    (lambda: pca(X, 1).encode(torch.ones(3)), ValueError, "x must end in an axis of 2"),
    (lambda: pca(X, 1).decode(torch.ones(3, 2)), ValueError, "codes must end in an axis of 1"),
    (lambda: roc_auc(X, YES), ValueError, r"scores must have shape \(N\)"),
    (lambda: roc_auc(X[:, 0], YES.int()), TypeError, "positive must be a Boolean tensor"),
    (lambda: roc_auc(X[:, 0], YES[:3]), ValueError, r"positive must have shape \(5,\)"),
    (lambda: roc_auc(X[:, 0], YES | ~YES), ValueError, "at least one example of each kind"),
    (lambda: roc_curve(X[:, 0] * math.nan, YES), ValueError, "NaN"),
    (lambda: roc_curve([1.0] * 5, YES), TypeError, "scores must be a tensor of real numbers"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
