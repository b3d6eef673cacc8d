"""The judge of digits: what it says of real digits, and of samples that fail in one way each."""

import math

import pytest
import torch

import deepgloss as dg
from deepgloss.generative import DigitScorer


@pytest.fixture(scope="module")
def scorer():
    return DigitScorer()


def test_real_digits_score_like_the_test_digits(scorer):
    a, b = scorer.real(), scorer.real()
    assert a != b and a.classes == 10 and a.confidence > 0.9 and a.entropy < 0.3
    assert a.frechet < 1 and a.precision > 0.8 and a.recall > 0.8 and 0.9 < a.nearest < 1.1
    assert scorer.accuracy > 0.94


def test_the_test_digits_are_themselves(scorer):
    scores = scorer.score(scorer.split.test_x)
    assert scores.frechet < 1e-6 and scores.precision == scores.recall == scores.nearest == 1


def test_one_class_is_precise_and_covers_little(scorer):
    scores = scorer.score(scorer.split.train_x[scorer.split.train_y == 3])
    assert scores.classes < 5 and scores.precision > 0.9 and scores.recall < 0.4 and scores.frechet > 10


def test_copies_are_near_and_noise_is_far(scorer):
    x = scorer.split.train_x
    assert scorer.score(x[:97]).nearest == 0
    noise = scorer.score(torch.rand(97, 1, 8, 8, generator=torch.Generator().manual_seed(0)).to(x.device))
    assert noise.nearest > 2 and noise.precision < 0.3 and noise.entropy > 0.3


def test_an_undecided_picture_has_the_entropy_of_its_probabilities(scorer):
    x = torch.full((5, 1, 8, 8), 0.5, device=dg.device())
    p = scorer.logits(x)[0].double().softmax(0)
    scores = scorer.score(x)
    assert math.isclose(scores.confidence, p.max().item(), rel_tol=1e-6)
    assert math.isclose(scores.entropy, -(p * p.log()).sum().item(), rel_tol=1e-5)
    assert scores.classes == 1


def test_features_are_standardized_over_the_training_digits(scorer):
    seen = scorer.features(scorer.split.train_x)
    assert seen.shape == (len(scorer.split.train_x), 32)
    torch.testing.assert_close(seen.mean(0), torch.zeros_like(seen[0]), atol=1e-4, rtol=0)
    torch.testing.assert_close(seen.std(0), torch.ones_like(seen[0]))


def test_a_seed_decides_everything_and_the_global_generator_stays(scorer):
    torch.manual_seed(5)
    before = torch.get_rng_state()
    again, other = DigitScorer(0), DigitScorer(11)
    assert torch.equal(before, torch.get_rng_state())
    assert torch.equal(again.split.test_x, scorer.split.test_x) and not torch.equal(other.split.test_x, scorer.split.test_x)
    x = scorer.split.test_x[:7]
    torch.testing.assert_close(again.logits(x), scorer.logits(x))
    assert (again.logits(x) - other.logits(x)).abs().max() > 0.1


@pytest.mark.parametrize("wrong, error, message", [
    ("a", TypeError, "x must be"), (torch.zeros(5, 8, 8), ValueError, r"\(N, 1, 8, 8\) with at least 4, not \(5, 8, 8\)"),
    (torch.zeros(3, 1, 8, 8), ValueError, "with at least 4"), (torch.zeros(5, 1, 8, 8, dtype=torch.float64), TypeError, "float32"),
    (torch.full((5, 1, 8, 8), math.nan), ValueError, "finite"), (torch.zeros(5, 1, 8, 8, device="meta"), ValueError, "must be on"),
])
def test_other_pictures_are_refused(scorer, wrong, error, message):
    if isinstance(wrong, torch.Tensor) and not wrong.is_meta:
        wrong = wrong.to(dg.device())
    with pytest.raises(error, match=message):
        scorer.score(wrong)


@pytest.mark.parametrize("seed, error", [(-1, ValueError), ("a", TypeError), (1.5, TypeError)])
def test_other_seeds_are_refused(seed, error):
    with pytest.raises(error, match="seed must"):
        DigitScorer(seed)
