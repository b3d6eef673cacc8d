"""Splits leave nothing out and nothing twice; intervals and expected maxima are scipy's."""

import math

import numpy as np
import pytest
import torch
from scipy import integrate, stats
from sklearn import model_selection

import deepgloss as dg
from deepgloss import learning as L

CLASSES = torch.tensor([0] * 41 + [1] * 13 + [2] * 7)
GROUPS = torch.tensor([5] * 19 + [2] * 11 + [9] * 11 + [1] * 7 + [4] * 3 + [8] * 2)


@pytest.mark.parametrize("n, validation, test", [(101, 0.2, 0.2), (1797, 0.1, 0.25), (7, 0.0, 0.4), (1, 0.0, 0.0)])
def test_three_parts_are_a_partition(n, validation, test):
    parts = L.train_val_test_split(n, validation, test, seed=3)
    assert sorted(torch.cat(parts).tolist()) == list(range(n))
    assert (len(parts.validation), len(parts.test)) == (round(n * validation), round(n * test))
    assert all(torch.equal(part, part.sort().values) and part.dtype == torch.int64 for part in parts)


def test_every_place_comes_into_every_part():
    counts = torch.zeros(3, 11)
    for seed in range(1000):
        for k, part in enumerate(L.train_val_test_split(11, 2 / 11, 3 / 11, seed=seed)):
            counts[k, part] += 1
    assert (counts - 1000 * torch.tensor([6, 2, 3])[:, None] / 11).abs().max() < 75      # five standard errors


def test_groups_stay_together():
    for seed in range(20):
        parts = L.train_val_test_split(len(GROUPS), 1 / 6, 2 / 6, groups=GROUPS, seed=seed)
        seen = [set(GROUPS[part].tolist()) for part in parts]
        assert [len(part) for part in seen] == [3, 1, 2] and len(set.union(*seen)) == 6
        assert sorted(torch.cat(parts).tolist()) == list(range(len(GROUPS)))
    assert len({tuple(L.train_val_test_split(53, groups=GROUPS.tolist(), seed=s).test.tolist()) for s in range(20)}) > 3


def pairs_are_partitions(pairs, n):
    assert sorted(torch.cat([held for _, held in pairs]).tolist()) == list(range(n))
    assert all(sorted(torch.cat(pair).tolist()) == list(range(n)) for pair in pairs)


@pytest.mark.parametrize("n, folds", [(101, 5), (7, 7), (23, 2)])
def test_folds_have_the_sizes_of_scikit_learns(n, folds):
    ours = L.kfold(n, folds, seed=1)
    pairs_are_partitions(ours, n)
    theirs = model_selection.KFold(folds).split(np.zeros(n))
    assert [len(held) for _, held in ours] == [len(held) for _, held in theirs]
    assert not torch.equal(ours[0][1], L.kfold(n, folds, seed=2)[0][1]) or n == folds


def test_stratified_folds_share_out_every_class():
    ours = L.kfold(61, 5, y=CLASSES[torch.randperm(61, generator=torch.Generator().manual_seed(1))], seed=4)
    pairs_are_partitions(ours, 61)
    ours = L.kfold(61, 5, y=CLASSES, seed=4)
    counts = torch.stack([CLASSES[held].bincount(minlength=3) for _, held in ours])     # (folds, classes)
    assert (counts.amax(0) - counts.amin(0) <= 1).all() and counts.sum(1).max() - counts.sum(1).min() <= 1
    theirs = [np.bincount(CLASSES[held], minlength=3) for _, held in
              model_selection.StratifiedKFold(5).split(np.zeros(61), CLASSES)]
    assert sorted(map(tuple, counts.T.sort(1).values.tolist())) == sorted(map(tuple, np.sort(np.stack(theirs).T, 1).tolist()))
    assert not torch.equal(ours[0][1], L.kfold(61, 5, y=CLASSES, seed=5)[0][1])


def test_grouped_folds_have_the_sizes_of_scikit_learns():
    for folds in (2, 3, 6):
        ours = L.kfold(53, folds, groups=GROUPS, seed=2)
        pairs_are_partitions(ours, 53)
        assert all(not set(GROUPS[a].tolist()) & set(GROUPS[b].tolist()) for a, b in ours)
        theirs = model_selection.GroupKFold(folds).split(np.zeros(53), groups=GROUPS)
        assert sorted(len(held) for _, held in ours) == sorted(len(held) for _, held in theirs)


def test_groups_of_equal_size_meet_at_random():
    pairs = torch.arange(26) // 2
    assert len({tuple(L.kfold(26, 2, groups=pairs, seed=seed)[0][1].tolist()) for seed in range(11)}) > 7


def test_splits_follow_their_seed(monkeypatch):
    other = L.kfold(31, seed=6)[0][1], L.train_val_test_split(31, seed=6).test
    assert not torch.equal(L.kfold(31, seed=5)[0][1], other[0])
    monkeypatch.setenv("DEEPGLOSS_SHIFT", "1")
    assert torch.equal(L.kfold(31, seed=5)[0][1], other[0])
    assert torch.equal(L.train_val_test_split(31, seed=5).test, other[1])


def test_bootstrap_is_scipys_up_to_its_draws():
    scores = torch.randn(53, generator=torch.Generator().manual_seed(3)).exp().to(dg.device())
    ours = L.bootstrap_interval(scores, 0.9, draws=40_000)
    theirs = stats.bootstrap((scores.cpu().numpy(),), np.mean, confidence_level=0.9, method="percentile",
                             n_resamples=40_000, rng=np.random.default_rng(1)).confidence_interval
    error = scores.std().item() / 53**0.5
    assert np.allclose(ours, theirs, atol=0.05 * error)


@pytest.mark.parametrize("right, total", [(48, 53), (7, 11), (430, 449)])
def test_bootstrap_of_zeros_and_ones_is_binomial(right, total):
    scores = torch.arange(total) < right
    ours = L.bootstrap_interval(scores, draws=20_000, seed=1)
    exact = stats.binom.ppf([0.025, 0.975], total, right / total) / total
    assert np.allclose(ours, exact, atol=1.01 / total)


def test_bootstrap_follows_its_seed_and_its_level():
    scores = torch.arange(17.0)
    assert L.bootstrap_interval(scores, seed=1) == L.bootstrap_interval(scores.tolist(), seed=1)
    assert L.bootstrap_interval(scores, seed=1) != L.bootstrap_interval(scores, seed=2)
    narrow, wide = L.bootstrap_interval(scores, 0.5), L.bootstrap_interval(scores, 0.99)
    assert wide[0] < narrow[0] < 8 < narrow[1] < wide[1]
    assert L.bootstrap_interval([1, 1, 1]) == (1, 1)
    assert L.bootstrap_interval([3], draws=2**24 + 1) == (3, 3)


@pytest.mark.parametrize("right, total, level", [(0, 7, 0.95), (7, 7, 0.9), (41, 53, 0.95), (440, 449, 0.99), (3, 7, 1e-9)])
def test_wilson_is_scipys(right, total, level):
    theirs = stats.binomtest(right, total).proportion_ci(level, method="wilson")
    assert np.allclose(L.wilson_interval(right, total, level), theirs, rtol=1e-9, atol=1e-12)


def test_wilson_at_the_level_next_to_one():
    low, high = L.wilson_interval(3, 7, math.nextafter(1, 0))
    assert 0 < low < 0.06 and 0.92 < high < 1


@pytest.mark.parametrize("k", [1, 2, 3, 7, 101, 10**6])
def test_expected_maximum_is_the_integral(k):
    value, _ = integrate.quad(lambda z: z * k * stats.norm.pdf(z) * stats.norm.cdf(z) ** (k - 1), -12, 12,
                              limit=500, epsabs=1e-12, points=[0, 3, 5])
    assert math.isclose(L.expected_maximum(k), value, rel_tol=1e-8, abs_tol=1e-9)
    assert L.expected_maximum(k) <= math.sqrt(2 * math.log(k)) + 1e-12
    known = {1: 0, 2: 1 / math.sqrt(math.pi), 3: 1.5 / math.sqrt(math.pi)}
    assert math.isclose(L.expected_maximum(k), known.get(k, value), abs_tol=1e-9)


@pytest.mark.parametrize("k, n, p", [(1, 7, 0.3), (2, 2, 0.5), (13, 53, 0.9), (10**9, 449, 0.97), (101, 20_011, 0.6)])
def test_expected_best_accuracy_is_the_sum(k, n, p):
    wanted = -np.expm1(k * stats.binom.logcdf(np.arange(n), n, p)).mean()
    assert math.isclose(L.expected_best_accuracy(k, n, p), wanted, rel_tol=1e-7)
    if (k, n) == (2, 2):
        assert L.expected_best_accuracy(k, n, p) == pytest.approx(11 / 16)


def test_expected_best_accuracy_against_draws():
    flips = torch.binomial(torch.full((20_000, 13), 53.0), torch.tensor(0.9).expand(20_000, 13),
                           generator=torch.Generator().manual_seed(1)).amax(1) / 53
    assert abs(flips.mean().item() - L.expected_best_accuracy(13, 53, 0.9)) < 5 * flips.std().item() / 20_000**0.5
    assert [L.expected_best_accuracy(5, 7, p) for p in (0, 1)] == [0, 1]


@pytest.mark.parametrize("call, error, words", [
    (lambda: L.train_val_test_split(0), ValueError, "n must be"),
    (lambda: L.train_val_test_split(10.0), TypeError, "n must be"),
    (lambda: L.train_val_test_split(10, 1.0), ValueError, "validation_share"),
    (lambda: L.train_val_test_split(10, 0.5, 0.5), ValueError, "leave nothing of 10 examples"),
    (lambda: L.train_val_test_split(6, 0.4, 0.4, groups=[1, 1, 1, 2, 2, 2]), ValueError, "leave nothing of 2 groups"),
    (lambda: L.train_val_test_split(6, groups=[1, 2]), ValueError, r"groups must have shape \(6,\)"),
    (lambda: L.train_val_test_split(2, groups=["a", "b"]), TypeError, "groups must be integers"),
    (lambda: L.train_val_test_split(2, groups=[0.5, 1]), TypeError, "groups must be integers"),
    (lambda: L.kfold(1), ValueError, "n must be"),
    (lambda: L.kfold(5, 6), ValueError, "folds must be"),
    (lambda: L.kfold(5, 1), ValueError, "folds must be"),
    (lambda: L.kfold(5, 2, y=[1, 2]), ValueError, r"y must have shape \(5,\)"),
    (lambda: L.kfold(3, 2, y=[True, False, True]), TypeError, "y must be integers"),
    (lambda: L.kfold(3, 2, y=[1, 1, 2], groups=[1, 1, 2]), ValueError, "y or groups, not both"),
    (lambda: L.kfold(3, 3, groups=[1, 1, 2]), ValueError, "at least 3 groups for 3 folds, not 2"),
    (lambda: L.kfold(3, 2, seed=-1), ValueError, "seed"),
    (lambda: L.bootstrap_interval([]), ValueError, r"scores must have shape \(N,\)"),
    (lambda: L.bootstrap_interval(torch.ones(2, 2)), ValueError, r"not \(2, 2\)"),
    (lambda: L.bootstrap_interval([1.0, math.nan]), ValueError, "finite"),
    (lambda: L.bootstrap_interval([1j]), TypeError, "real numbers"),
    (lambda: L.bootstrap_interval(torch.ones(3, device="meta")), ValueError, "numbers are stored"),
    (lambda: L.bootstrap_interval(torch.ones(3).to_sparse()), ValueError, "dense"),
    (lambda: L.bootstrap_interval(["right"]), TypeError, "scores must be"),
    (lambda: L.bootstrap_interval([1.0], 95), ValueError, "level"),
    (lambda: L.bootstrap_interval([1.0], draws=0), ValueError, "draws"),
    (lambda: L.wilson_interval(5, 4), ValueError, "right must be"),
    (lambda: L.wilson_interval(0, 0), ValueError, "total must be"),
    (lambda: L.wilson_interval(0.9, 1), TypeError, "right must be"),
    (lambda: L.wilson_interval(1, 2, 1.0), ValueError, "level"),
    (lambda: L.expected_maximum(0), ValueError, "candidates"),
    (lambda: L.expected_best_accuracy(2, 0, 0.5), ValueError, "n must be"),
    (lambda: L.expected_best_accuracy(2, 5, 1.5), ValueError, "accuracy"),
    (lambda: L.expected_best_accuracy(2.5, 5, 0.5), TypeError, "candidates"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
