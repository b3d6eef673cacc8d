"""The unigram model against all segmentations written out, and against Hugging Face's Viterbi."""

import math
from collections import Counter

import pytest
import tokenizers as oracle
import torch
from deepgloss.language import Unigram
from deepgloss.language import _lattice as lattice
from deepgloss.language._trie import Trie
from deepgloss.language._unigram import expectation_maximization
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import models

import deepgloss as dg

WORDS = st.text("abc", min_size=1, max_size=7)
PIECES = st.dictionaries(st.text("abc", min_size=1, max_size=4), st.floats(0.1, 9), max_size=9)


def segmentations(word):
    """Every way to cut a word."""
    for cuts in range(2 ** (len(word) - 1)):
        ends = [i for i in range(1, len(word)) if cuts >> (i - 1) & 1] + [len(word)]
        yield [(start, end) for start, end in zip([0, *ends], ends)]


def weigh(word, pieces):
    """Each segmentation into pieces, with its probability."""
    total = sum(pieces.values())
    return {tuple(cut): math.prod(pieces[word[i:j]] / total for i, j in cut) for cut in segmentations(word)
            if all(word[i:j] in pieces for i, j in cut)}


@settings(max_examples=60)
@given(WORDS, PIECES)
def test_sums_and_the_best_are_those_of_all_segmentations(word, pieces):
    pieces = {**dict.fromkeys("abc", 1.0), **pieces}
    total, every = sum(pieces.values()), weigh(word, pieces)
    longest = max(map(len, pieces))
    ways = lattice.lattice(word, {piece: math.log(p / total) for piece, p in pieces.items()}, longest)
    assert math.exp(lattice.forward(ways)[-1]) == pytest.approx(sum(every.values()))
    cut, score = lattice.viterbi(ways)
    assert math.exp(score) == pytest.approx(max(every.values())) == pytest.approx(every[tuple(cut)])

    expected = {}
    likelihood = lattice.add_expected_counts(word, {x: p / total for x, p in pieces.items()}, longest, 3, expected)
    wanted = Counter()
    for cut, p in every.items():
        for i, j in cut:
            wanted[word[i:j]] += 3 * p / sum(every.values())
    assert likelihood == pytest.approx(3 * math.log(sum(every.values())))
    assert expected == pytest.approx(dict(wanted))


@settings(max_examples=200)
@given(st.text("abcd", max_size=40), st.dictionaries(st.text("abc", min_size=1, max_size=6), st.floats(-9, 9), min_size=1))
def test_one_walk_finds_what_the_lattice_finds(word, scores):
    model = Unigram(scores)
    cut, score = lattice.viterbi(lattice.lattice(word, scores, max(map(len, scores)), min(scores.values()) - 10))
    assert Trie(scores, min(scores.values()) - 10).best(word) == (cut, score)
    assert model._word(word) == [model.vocab[word[i:j]] if word[i:j] in scores else 0 for i, j in cut]


def test_a_long_text_without_spaces_is_walked_through_once():
    """Each place looks at the characters of the longest piece that begins there, and at one more."""
    looks = 0

    class Text(str):
        def __getitem__(self, place):
            nonlocal looks
            looks += 1
            return super().__getitem__(place)

    scores = {"a": -1.0, "ab": -1.5, "abc": -1.75, "b": -2.0, "c": -2.0, "x" * 500: -1.0}
    assert Trie(scores, -99.0).best(Text("abc" * 10_000))[0] == [(i, i + 3) for i in range(0, 30_000, 3)]
    assert looks < 30_000


@settings(max_examples=20)
@given(st.dictionaries(WORDS, st.integers(1, 9), min_size=1, max_size=9), PIECES)
def test_the_likelihood_never_falls(words, pieces):
    pieces, before = {**dict.fromkeys("abc", 1.0), **pieces}, -math.inf
    for _ in range(4):
        fitted, likelihood = expectation_maximization(words, pieces)
        assert likelihood >= before - 1e-9
        # without the floor, which drops rare pieces: the plain step of the method
        pieces, before = {piece: fitted.get(piece, 1e-3) for piece in pieces}, likelihood
        if any(piece not in fitted for piece in pieces):
            return
    assert sum(count * len(piece) for piece, count in fitted.items()) == pytest.approx(
        sum(count * len(word) for word, count in words.items()))


def test_samples_have_their_probabilities():
    pieces = {"a": 3.0, "b": 2.0, "ab": 2.0, "ba": 1.0, "aba": 2.0}
    model = Unigram({piece: math.log(p / 10) for piece, p in pieces.items()})
    draws = dg.seed(0)
    for alpha in (1.0, 0.5, 0.0):
        every = {cut: p**alpha for cut, p in weigh("aba", pieces).items()}
        names = {tuple(model.vocab["aba"[i:j]] for i, j in cut): p / sum(every.values()) for cut, p in every.items()}
        found = Counter(tuple(model.sample("aba", alpha, draws)) for _ in range(2000))
        assert set(found) == set(names)
        for ids, p in names.items():
            assert abs(found[ids] / 2000 - p) < 5 * math.sqrt(p * (1 - p) / 2000)
    assert model.sample("aba", 500.0) == model.encode("aba")


@pytest.fixture(scope="module")
def trained():
    return Unigram.train(dg.data.text().text[:60_000], 400, special_tokens=["<s>"])


def test_training_keeps_its_promises(trained):
    assert 380 < len(trained) <= 400 and trained.tokens[:2] == ("<unk>", "<s>")
    assert set(dg.data.text().text[:60_000]) <= set(trained.tokens)
    assert sum(math.exp(score) for score in trained.scores.values()) == pytest.approx(1)
    assert " the" in trained.vocab
    more = Unigram.train(dg.data.text().text[:60_000], 800)
    text = dg.data.text().validation
    assert len(more.encode(text)) < len(trained.encode(text)) < 0.6 * len(text)


@settings(max_examples=60)
@given(st.text("the clasundoWq\u00e9 .\n", max_size=30))
def test_the_best_segmentation_is_that_of_hugging_face(trained, text):
    scores = [("<unk>", 0.0), *trained.scores.items()]
    theirs = oracle.Tokenizer(models.Unigram(scores, 0, False))
    known = "".join(letter for letter in text if letter in trained.vocab)
    cut = [token for word in trained._split(known) for token in theirs.encode(word).tokens]
    best = sum(trained.scores[token] for token in cut)
    assert trained.log_probability(known) == pytest.approx(best)
    assert sum(trained.scores[token] for token in trained.tokenize(known)) == pytest.approx(best)
    assert trained.encode(text).count(0) == sum(letter not in trained.vocab for letter in text)
    assert trained.decode(trained.encode(known)) == known == trained.decode(trained.sample(known, 0.3))


def test_arguments_are_checked(trained):
    for call, message in (
        (lambda: Unigram({}), "scores must hold at least one piece"),
        (lambda: Unigram({"a": -1.0, "": -1.0}), "none that is empty"),
        (lambda: Unigram({"a": math.nan}), r"scores\['a'\] must be a number"),
        (lambda: Unigram.train("abc", 3), "vocab_size must be at least 4"),
        (lambda: Unigram.train("abc", 9, shrink=1.0), r"shrink must be in \(0, 1\)"),
        (lambda: trained.sample("a", -1.0), "alpha must be a number in"),
    ):
        with pytest.raises(ValueError, match=message):
            call()
    assert torch.equal(torch.tensor(trained.encode("class")), torch.tensor(trained.encode("class")))
