"""Scores of samples against scipy, against loops, and on sets of which the answer is known."""

import math

import numpy as np
import pytest
import scipy.linalg
import torch
from comparing import draws

import deepgloss as dg
from deepgloss import generative as G

close = torch.testing.assert_close


def by_roots(a, b):
    """The distance as it is mostly written, with the root of a matrix."""
    a, b = a.double().cpu().numpy(), b.double().cpu().numpy()
    first, second = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = scipy.linalg.sqrtm(first @ second).real
    return ((a.mean(0) - b.mean(0)) ** 2).sum() + np.trace(first + second - 2 * root)


@pytest.mark.parametrize("n, m", [(53, 41), (11, 13)])
def test_frechet_distance_is_that_of_roots(n, m):
    a, b = draws(n, 5) @ draws(5, 5, seed=1), draws(m, 5, seed=2) @ draws(5, 5, seed=3) + 1
    assert G.frechet_distance(a, b) == pytest.approx(by_roots(a, b), rel=1e-8)
    assert G.frechet_distance(a, b) == pytest.approx(G.frechet_distance(b, a), rel=1e-10)
    for dtype in (torch.float16, torch.bfloat16):
        assert G.frechet_distance(a.to(dtype), b.to(dtype)) == pytest.approx(by_roots(a.to(dtype), b.to(dtype)), rel=1e-8)


def test_frechet_distance_of_known_sets():
    a = draws(53, 5)
    assert G.frechet_distance(a, a) < 1e-10
    assert G.frechet_distance(a, a + 2) == pytest.approx(20)
    assert G.frechet_distance(a, 3 * (a - a.mean(0)) + a.mean(0)) == pytest.approx(4 * a.var(0).sum().item())
    flat = a.clone()
    flat[:, 2:] = 7.0                                                           # singular covariances
    assert G.frechet_distance(flat, flat + 1) == pytest.approx(5) and G.frechet_distance(flat[:3], flat[:3]) < 1e-10
    few = draws(3, 11), draws(5, 11, seed=1)                                    # fewer examples than features
    x, y = (s - s.mean(0) for s in few)
    roots = torch.linalg.svdvals((x.mT @ x / 2) @ (y.mT @ y / 4)).shape[0]
    trace = torch.linalg.eigvals(((x.mT @ x / 2) @ (y.mT @ y / 4)).cpu()).real.clamp(min=0).sqrt().sum()
    wanted = (few[0].mean(0) - few[1].mean(0)).square().sum().cpu() + x.square().sum().cpu() / 2 + y.square().sum().cpu() / 4 - 2 * trace
    assert roots == 11 and G.frechet_distance(*few) == pytest.approx(wanted.item(), rel=1e-5)


def test_small_sets_are_too_far_apart_and_halves_show_it():
    x = draws(2003, 5)
    sizes = [G.frechet_halves(x[:n], 3).mean().item() for n in (46, 202, 2002)]
    assert sizes[0] > 2 * sizes[1] > 8 * sizes[2] > 0
    halves = G.frechet_halves(x[:47], 3)
    assert halves.shape == (3,) and halves.dtype == torch.float64 and torch.equal(halves, G.frechet_halves(x[:47], 3))
    assert not torch.equal(halves, G.frechet_halves(x[:47], 3, seed=1))
    a, b = x[:101], x[101:202] + 1
    spread = G.frechet_bootstrap(a, b, 31)
    assert spread.shape == (31,) and abs(spread.mean().item() - G.frechet_distance(a, b)) < 3 * spread.std().item()
    assert spread.std().item() > 0.01
    order = torch.randperm(46, generator=torch.Generator().manual_seed(0))
    assert G.frechet_halves(x[:46], 1).item() == pytest.approx(G.frechet_distance(x[order[:23].to(x.device)], x[order[23:].to(x.device)]))


def test_kernel_distance_is_its_sums_and_has_no_bias():
    a, b = draws(5, 3), draws(7, 3, seed=1) + 0.5

    def k(x, y):
        return (x @ y / 3 + 1) ** 3

    own = [sum(k(s[i], s[j]) for i in range(len(s)) for j in range(len(s)) if i != j) / (len(s) * (len(s) - 1)) for s in (a, b)]
    wanted = sum(own) - 2 * sum(k(x, y) for x in a for y in b) / 35
    assert G.kernel_distance(a, b) == pytest.approx(wanted.item())
    many = draws(211, 20, 3)
    found = torch.tensor([G.kernel_distance(x[:10], x[10:]) for x in many])
    assert abs(found.mean()) < 4 * found.std() / 211**0.5 and (found < 0).any()
    assert G.kernel_distance(a, b, 1, 0.0) == pytest.approx(sum(sum(s[i] @ s[j] for i in range(len(s)) for j in range(len(s)) if i != j).item() / 3
                                                            / (len(s) * (len(s) - 1)) for s in (a, b)) - 2 * (a.mean(0) @ b.mean(0)).item() / 3)


def test_inception_score_between_one_and_all_classes():
    sure = 100 * torch.eye(7, dtype=torch.float64).to(dg.device())
    close(G.inception_score(sure), sure.new_tensor(7.0))
    close(G.inception_score(sure[:1].expand(5, -1)), sure.new_tensor(1.0))
    close(G.inception_score(0 * sure), sure.new_tensor(1.0))
    logits = draws(11, 5)
    p = logits.softmax(1)
    close(G.inception_score(logits), (p * (p / p.mean(0)).log()).sum(1).mean().exp())
    assert G.inception_score(1e4 * logits).isfinite()


def test_class_coverage():
    labels = torch.tensor([0] * 50 + [2] * 49 + [3]).to(dg.device())
    covered, shares = G.class_coverage(labels, 5)
    assert covered == 2 and shares.tolist() == [0.5, 0, 0.49, 0.01, 0]
    assert G.class_coverage(labels, 5, 0)[0] == 3 and G.class_coverage(labels.int(), 5, 0.4)[0] == 2


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.float16, torch.bfloat16])
def test_nearest_neighbors_by_loops(dtype):
    x, among = draws(13, 2, 3).to(dtype), draws(11, 2, 3, seed=1).to(dtype)
    found = G.nearest_neighbors(x, among, 3, chunk=5)
    assert found.distances.dtype == (torch.float64 if dtype == torch.float64 else torch.float32)
    wanted = torch.stack([(among.double() - one.double()).flatten(1).norm(dim=1) for one in x])
    order = wanted.argsort(1)[:, :3]
    assert torch.equal(found.indices, order)
    close(found.distances.double(), wanted.gather(1, order), rtol=1e-5, atol=1e-5)
    assert torch.equal(G.nearest_neighbors(x, among, 3).indices, order)


def test_a_copy_is_found_far_from_the_origin():
    """Where distances by products would have rounded it away."""
    among = 1e4 + draws(101, 7, dtype=torch.float32)
    found = G.nearest_neighbors(among[[5, 3]], among)
    assert found.indices.tolist() == [[5], [3]] and found.distances.tolist() == [[0], [0]]
    twice = torch.cat([among[:2], among[:2]])
    assert G.nearest_neighbors(twice, twice).indices.flatten().tolist() == [0, 1, 0, 1]
    assert G.nearest_neighbors(among[:0], among, 2).indices.shape == (0, 2)


def test_precision_and_recall_tell_quality_from_variety():
    def once(real, fake, k):
        radii = [(real - r).norm(dim=1).sort().values[k] for r in real]
        return sum(any((f - r).norm() <= radius for r, radius in zip(real, radii)) for f in fake) / len(fake)

    real, fake = draws(23, 2), 1.5 * draws(17, 2, seed=1)
    found = G.precision_recall_by_neighbors(real, fake, chunk=5)
    assert found == (once(real, fake, 3), once(fake, real, 3))
    narrow = G.precision_recall_by_neighbors(draws(503, 2), 0.1 * draws(503, 2, seed=1))
    wide = G.precision_recall_by_neighbors(draws(503, 2), 5 * draws(503, 2, seed=1))
    assert narrow.precision > 0.9 > 0.3 > narrow.recall and wide.recall > 0.9 > 0.5 > wide.precision
    assert G.precision_recall_by_neighbors(draws(53, 2), draws(53, 2) + 1000) == (0, 0)
    assert G.precision_recall_by_neighbors(draws(53, 2), draws(53, 2)) == (1, 1)


@pytest.mark.parametrize("call, error, words", [
    (lambda: G.frechet_distance(torch.ones(1, 3), torch.ones(2, 3)), ValueError, "a must have"),
    (lambda: G.frechet_distance(torch.ones(2, 3), torch.ones(2, 2)), ValueError, "b must have 3 columns"),
    (lambda: G.frechet_distance(torch.ones(2, 3), torch.full((2, 3), math.nan)), ValueError, "b must hold"),
    (lambda: G.frechet_distance(torch.ones(2, 3), torch.ones(2, 3).double()), TypeError, "b must"),
    (lambda: G.frechet_bootstrap(torch.ones(2, 3), torch.ones(2, 3), 0), ValueError, "draws"),
    (lambda: G.frechet_halves(torch.ones(3, 3)), ValueError, "x must"), (lambda: G.frechet_halves(torch.ones(4, 3), seed=-1), ValueError, "seed"),
    (lambda: G.kernel_distance(torch.ones(2, 3), torch.ones(2, 3), 0), ValueError, "degree"),
    (lambda: G.kernel_distance(torch.ones(2, 3), torch.ones(2, 3), offset=-1.0), ValueError, "offset"),
    (lambda: G.inception_score(torch.ones(3)), ValueError, "logits"), (lambda: G.class_coverage(torch.ones(3), 3), TypeError, "labels"),
    (lambda: G.class_coverage(torch.tensor([0, 3]), 3), ValueError, r"labels must be in 0\.\.2"),
    (lambda: G.class_coverage(torch.tensor([0, 1]), 3, 1.0), ValueError, "least"),
    (lambda: G.nearest_neighbors(torch.ones(3, 2), torch.ones(3, 3)), ValueError, "among must"),
    (lambda: G.nearest_neighbors(torch.ones(3, 2), torch.ones(3, 2), 4), ValueError, "k must"),
    (lambda: G.nearest_neighbors(torch.ones(3, 2), torch.ones(0, 2)), ValueError, "among must"),
    (lambda: G.nearest_neighbors(torch.ones(3, 2), torch.ones(3, 2), chunk=0), ValueError, "chunk"),
    (lambda: G.precision_recall_by_neighbors(torch.ones(3, 2), torch.ones(4, 2)), ValueError, "real must have"),
    (lambda: G.precision_recall_by_neighbors(torch.ones(4, 2), torch.ones(4, 3)), ValueError, "fake must have 2"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
