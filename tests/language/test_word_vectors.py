"""Word vectors: windows, counts and their factors, negative sampling, subwords, GloVe."""

import itertools
import math
from collections import Counter

import pytest
import torch
import torch.nn.functional as F
from deepgloss.language import (
    CBOW, GloVe, SkipGram, SubwordSkipGram, WordCorpus, WordVectors, character_ngrams, context_pairs,
    context_windows, cooccurrence, expected_negative_sampling_loss, fit_vectors, fnv1a, glove_loss, glove_weight,
    keep_probability, negative_sampling_loss, noise_distribution, pmi, svd_vectors,
)
from hypothesis import given, settings
from hypothesis import strategies as st

import deepgloss as dg

texts = st.lists(st.lists(st.sampled_from("abcdefg"), max_size=11), min_size=1, max_size=7).filter(any)
TEXT = ["the cat sat on the mat".split(), "the dog sat".split()]


def normal(*shape, seed=0, dtype=torch.float64):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype).to(dg.device())


def counts(rows, columns, seed=0, dtype=torch.float64):
    drawn = torch.randint(1, 30, (rows, columns), generator=torch.Generator().manual_seed(seed))
    return drawn.to(dg.device(), dtype)


def brute_force(sentences, window):
    """Pairs of words up to ``window`` apart with their distances."""
    return Counter(
        (s[i], s[j], abs(i - j)) for s in sentences for i in range(len(s)) for j in range(len(s))
        if i != j and abs(i - j) <= window
    )


def test_a_corpus_puts_frequent_words_first():
    corpus = WordCorpus(TEXT)
    assert corpus.words == ("the", "sat", "cat", "dog", "mat", "on")
    assert corpus.counts.tolist() == [3, 2, 1, 1, 1, 1] and len(corpus) == 6
    assert [corpus.words[i] for i in corpus.ids] == TEXT[0] + TEXT[1]
    assert corpus.sentence.tolist() == [0] * 6 + [1] * 3


def test_rare_words_go_before_windows_are_laid():
    corpus = WordCorpus(TEXT, min_count=2)
    centers, contexts, distances = context_pairs(corpus, 1)
    pairs = {(corpus.words[a], corpus.words[b]) for a, b in zip(centers, contexts)}
    assert pairs == {("the", "sat"), ("sat", "the")} and set(distances.tolist()) == {1}


@settings(max_examples=40)
@given(texts, st.integers(1, 5))
def test_windows_are_those_of_the_definition(sentences, window):
    corpus = WordCorpus(sentences)
    centers, contexts, distances = context_pairs(corpus, window)
    found = Counter((corpus.words[a], corpus.words[b], d) for a, b, d in
                    zip(centers.tolist(), contexts.tolist(), distances.tolist()))
    assert found == brute_force(sentences, window)

    centers, rows = context_windows(corpus, window)
    assert rows.shape == (len(centers), 2 * window)
    offsets = [o for o in range(-window, window + 1) if o]
    in_rows = Counter((corpus.words[a], corpus.words[b], abs(o)) for a, row in zip(centers.tolist(), rows.tolist())
                      for o, b in zip(offsets, row) if b >= 0)
    assert in_rows == found and (rows >= 0).any(1).all()

    x = cooccurrence(corpus, window, "harmonic").to_dense()
    for (i, a), (j, b) in itertools.product(enumerate(corpus.words), repeat=2):
        wanted = sum(count / d for (u, v, d), count in found.items() if (u, v) == (a, b))
        assert x[i, j].item() == pytest.approx(wanted)
    flat = cooccurrence(corpus, window)
    assert flat.is_coalesced() and flat.to_dense().sum() == sum(found.values())


def test_words_are_thinned_by_their_probabilities():
    corpus = WordCorpus([["a", "b"] * 2000 + ["c"]])
    keep = torch.tensor([0.25, 1.0, 0.0])
    ids, sentence = corpus.thinned(keep, torch.Generator().manual_seed(0))
    kept = torch.bincount(ids, minlength=3)
    assert kept[1:].tolist() == [2000, 0] and 400 < kept[0] < 600 and len(sentence) == len(ids)
    with pytest.raises(ValueError, match=r"keep must be \(3,\)"):
        corpus.thinned(keep[:2])


@pytest.mark.parametrize("shift, smoothing", [(1, 1), (5, 1), (1, 0.75), (15, 0.5)])
def test_pmi_is_its_definition(shift, smoothing):
    x = counts(5, 7)
    x[2, 3] = 0
    p = x / x.sum()
    q = x.sum(0) ** smoothing / (x.sum(0) ** smoothing).sum()
    wanted = torch.log(p / (p.sum(1, keepdim=True) * q)) - math.log(shift)
    found = pmi(x, shift=shift, smoothing=smoothing)
    torch.testing.assert_close(found, wanted)
    assert found[2, 3] == -torch.inf
    sparse = x.to_sparse()
    torch.testing.assert_close(pmi(sparse, shift=shift, smoothing=smoothing), wanted)
    torch.testing.assert_close(pmi(x, shift=shift, smoothing=smoothing, positive=True), wanted.clamp(min=0))


def test_pmi_of_independent_words_is_zero_and_of_absent_words_minus_infinity():
    x = torch.outer(counts(5, 1)[:, 0], counts(7, 1, seed=1)[:, 0])
    torch.testing.assert_close(pmi(x), torch.zeros_like(x))
    x[2] = 0
    x[:, 3] = 0
    found = pmi(x)
    assert (found[2] == -torch.inf).all() and (found[:, 3] == -torch.inf).all() and found[0, 0].isfinite()


def test_noise_follows_the_power_of_the_counts():
    n = torch.tensor([16, 1, 0])
    torch.testing.assert_close(noise_distribution(n), torch.tensor([8 / 9, 1 / 9, 0], dtype=torch.float64))
    torch.testing.assert_close(noise_distribution(n, 0).float(), torch.tensor([0.5, 0.5, 0]))
    torch.testing.assert_close(noise_distribution(n, 1).float(), torch.tensor([16 / 17, 1 / 17, 0]))


def test_svd_vectors_are_the_best_of_their_size():
    m = normal(7, 5)
    words, contexts = svd_vectors(m, 5)
    torch.testing.assert_close(words @ contexts.T, m)
    values = torch.linalg.svdvals(m)
    for dim in (1, 2, 3):
        for power in (0, 0.5, 1):
            words, contexts = svd_vectors(m, dim, power)
            assert words.shape == (7, dim) and contexts.shape == (5, dim)
            error = (words @ contexts.T - m).square().sum()
            torch.testing.assert_close(error, values[dim:].square().sum())
            torch.testing.assert_close(words.norm(dim=0), values[:dim] ** power)
            assert (words.gather(0, words.abs().argmax(0, keepdim=True)) > 0).all()


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_the_loss_is_that_of_the_paper(dtype):
    v, u, noise = normal(5, 3, dtype=dtype), normal(5, 3, seed=1, dtype=dtype), normal(5, 7, 3, seed=2, dtype=dtype)
    wanted = -F.logsigmoid((v * u).sum(1)) - F.logsigmoid(-(noise @ v[:, :, None])[:, :, 0]).sum(1)
    torch.testing.assert_close(negative_sampling_loss(v, u, noise), wanted.mean())

    shared = normal(11, 3, seed=3, dtype=dtype)
    wanted = -F.logsigmoid((v * u).sum(1)).mean() - 7 * F.logsigmoid(-v @ shared.T).mean()
    torch.testing.assert_close(negative_sampling_loss(v, u, shared, 7), wanted)
    # the same noise for everyone, written out
    torch.testing.assert_close(
        negative_sampling_loss(v, u, shared), negative_sampling_loss(v, u, shared.expand(5, 11, 3))
    )
    huge = negative_sampling_loss(1e4 * v, -1e4 * v, noise)
    assert huge.isfinite()


def test_gradients_of_the_loss():
    inputs = [x.requires_grad_() for x in (normal(2, 3), normal(2, 3, seed=1), normal(2, 5, 3, seed=2))]
    assert torch.autograd.gradcheck(negative_sampling_loss, inputs)


@pytest.mark.parametrize("power", [1.0, 0.75, 0.0])
def test_the_expected_loss_is_the_mean_over_all_pairs_and_all_noise(power):
    x, words, contexts, k = counts(5, 7), normal(5, 3), normal(7, 3, seed=1), 3
    q = noise_distribution(x.sum(0), power)
    total = 0
    for w, c, u in itertools.product(range(5), range(7), range(7)):
        loss = negative_sampling_loss(words[w:w + 1], contexts[c:c + 1], contexts[u:u + 1], k)
        total += x[w, c] / x.sum() * q[u] * loss
    torch.testing.assert_close(expected_negative_sampling_loss(words @ contexts.T, x, k, power), total)


@pytest.mark.parametrize("k, power", [(1, 1.0), (5, 0.75), (15, 0.0)])
def test_the_expected_loss_is_least_at_shifted_pmi(k, power):
    x = counts(5, 7)
    best = pmi(x, shift=k, smoothing=power).requires_grad_()
    loss = expected_negative_sampling_loss(best, x, k, power)
    (slope,) = torch.autograd.grad(loss, best)
    torch.testing.assert_close(slope, torch.zeros_like(slope), atol=1e-12, rtol=0)
    for seed in range(3):
        assert expected_negative_sampling_loss(best + 0.1 * normal(5, 7, seed=seed), x, k, power) > loss


def test_what_subsampling_keeps():
    kept = keep_probability(torch.tensor([900, 90, 10]), threshold=0.01)
    torch.testing.assert_close(kept, torch.tensor([math.sqrt(1 / 90), 1 / 3, 1.0]))


def planted(sentences=400):
    """Pairs of words with equal contexts: (a0, b0) near c0, (a1, b1) near c1, …"""
    draws = torch.Generator().manual_seed(1)
    topics, which = (torch.randint(n, (sentences, 3), generator=draws).tolist() for n in (5, 2))
    return [[f"{'ab'[i]}{t[0]}", f"c{t[0]}", f"d{t[0]}"] for t, (i, *_) in zip(topics, which)]


@pytest.mark.parametrize("kind", ["skip-gram", "cbow", "subwords", "own noise"])
def test_training_brings_words_of_equal_contexts_together(kind):
    corpus = WordCorpus(planted())
    draws = torch.Generator().manual_seed(0)
    if kind == "cbow":
        model = CBOW(len(corpus), 7, draws)
    elif kind == "subwords":
        model = SubwordSkipGram(corpus.words, 7, 101, (2, 3), draws)
    else:
        model = SkipGram(len(corpus), 7, draws)
    losses = fit_vectors(model, corpus, window=2, epochs=12, batch_size=128, lr=0.05, threshold=None,
                         shared=None if kind == "own noise" else 16)
    assert losses[-1] < 0.8 * losses[0]
    vectors = WordVectors(corpus.words, model.vectors())
    for t in range(5):
        assert vectors.similarity(f"a{t}", f"b{t}") > max(vectors.similarity(f"a{t}", f"b{o}")
                                                          for o in range(5) if o != t)


def test_a_seed_gives_one_training():
    corpus = WordCorpus(planted(50))
    runs = []
    for seed in (3, 3, 4):
        model = SkipGram(len(corpus), 5, torch.Generator().manual_seed(0))
        fit_vectors(model, corpus, epochs=2, seed=seed)
        runs.append(model.vectors())
    assert torch.equal(runs[0], runs[1]) and not torch.equal(runs[0], runs[2])


def test_cbow_takes_the_mean_of_what_is_there():
    model = CBOW(7, 3).to(dg.device())
    rows = torch.tensor([[2, -1, 5, -1], [1, 1, 3, 0]], device=dg.device())
    table = model.vectors()
    wanted = torch.stack([table[[2, 5]].mean(0), table[[1, 1, 3, 0]].mean(0)])
    torch.testing.assert_close(model.represent(rows).detach(), wanted)


def test_ngrams_of_the_papers_example():
    assert character_ngrams("where", (3, 3)) == ["<wh", "whe", "her", "ere", "re>"]
    assert character_ngrams("x") == ["<x>"]
    grams = character_ngrams("where")
    assert grams[-2:] == ["<where", "where>"] and len(grams) == 5 + 4 + 3 + 2 and "<where>" not in grams


def test_hashes_are_the_published_ones():
    assert fnv1a("") == 0x811C9DC5
    assert fnv1a("a") == 0xE40C292C
    assert fnv1a("foobar") == 0xBF9CF968
    # 0xC3 and 0xA9 as signed bytes
    value = (0x811C9DC5 ^ 0xFFFFFFC3) * 16777619 % 2**32
    assert fnv1a("é") == (value ^ 0xFFFFFFA9) * 16777619 % 2**32


def test_a_word_is_the_mean_of_its_parts():
    words = ("where", "here", "x")
    model = SubwordSkipGram(words, 5, buckets=13, sizes=(3, 4), generator=torch.Generator().manual_seed(0))
    for i, word in enumerate(words):
        rows = [fnv1a(gram) % 13 for gram in character_ngrams(word, (3, 4))]
        parts = torch.cat([model.words.weight[i:i + 1], model.ngrams.weight[rows]]).detach()
        torch.testing.assert_close(model.vectors()[i], parts.mean(0))
        torch.testing.assert_close(model.embed(word), parts.mean(0))
    rows = [fnv1a(gram) % 13 for gram in character_ngrams("there", (3, 4))]
    torch.testing.assert_close(model.embed("there"), model.ngrams.weight.detach()[rows].mean(0))
    ids = torch.tensor([2, 0])
    torch.testing.assert_close(model.represent(ids).detach(), model.vectors()[ids])
    with pytest.raises(ValueError, match="no n-gram of 4"):
        SubwordSkipGram(words, 5, 13, (4, 5)).embed("y")


def test_glove_counts_only_what_occurs():
    x = torch.tensor([[0.0, 1.0], [50.0, 200.0]], dtype=torch.float64, device=dg.device())
    wanted = torch.tensor([[0, 100**-0.75], [0.5**0.75, 1]], dtype=torch.float64)
    torch.testing.assert_close(glove_weight(x).cpu(), wanted)
    scores = normal(2, 2).requires_grad_()
    loss = glove_loss(scores, x)
    wanted = sum(glove_weight(x)[i, j] * (scores[i, j] - x[i, j].log()) ** 2 for i, j in ((0, 1), (1, 0), (1, 1)))
    torch.testing.assert_close(loss, wanted)
    (slope,) = torch.autograd.grad(loss, scores)
    assert slope[0, 0] == 0 and (slope.flatten()[1:] != 0).all()


def test_glove_reaches_the_logarithms_of_the_counts():
    x = counts(7, 7, dtype=torch.float32)
    model = GloVe(7, 7, torch.Generator().manual_seed(0)).to(dg.device())
    losses = model.fit(x, steps=400, lr=0.05)
    assert losses[-1] < 1e-3 * losses[0]
    torch.testing.assert_close(model().detach(), x.log(), atol=0.1, rtol=0)
    torch.testing.assert_close(model.vectors(), (model.words + model.contexts).detach())


def test_neighbors_ranks_and_analogies():
    table = torch.tensor([[1.0, 0.0], [2.0, 0.2], [0.0, 3.0], [-1.0, 0.0], [0.5, 0.5]], device=dg.device())
    vectors = WordVectors("abcde", table)
    assert vectors.neighbors("a", 3) == ["b", "e", "c"]
    assert vectors.neighbors("a", 9, without="b") == ["e", "c", "d"]
    assert vectors.neighbors(table[2], 1) == ["c"]
    assert [vectors.rank("a", other) for other in "becd"] == [1, 2, 3, 4]
    assert vectors.similarity("a", "d") == pytest.approx(-1) and "f" not in vectors
    corners = WordVectors(["man", "woman", "king", "queen", "noise"],
                          torch.tensor([[1.0, 0, 0], [1, 1, 0], [1, 0, 1], [1, 1, 1], [-1, 0, 0]]).to(dg.device()))
    assert corners.analogy("man", "woman", "king") == ["queen"]
    zero = WordVectors("ab", torch.zeros(2, 3))
    assert zero.similarity("a", "b") == 0


CORPUS = WordCorpus(TEXT)
SQUARE = torch.ones(3, 3)


@pytest.mark.parametrize("call, error, message", [
    (lambda: WordCorpus(["a string"]), TypeError, "split it"),
    (lambda: WordCorpus([[]]), ValueError, "at least one word 1 times"),
    (lambda: WordCorpus(TEXT, 0), ValueError, "min_count must be an integer of at least 1"),
    (lambda: context_pairs(CORPUS, 0), ValueError, "window must be an integer of at least 1"),
    (lambda: context_windows(CORPUS, 1.5), TypeError, "window must be"),
    (lambda: cooccurrence(CORPUS, 2, "other"), ValueError, "weighting must be one of 'flat', 'harmonic'"),
    (lambda: pmi(SQUARE.long()), TypeError, "floating-point"),
    (lambda: pmi(-SQUARE), ValueError, "not negative"),
    (lambda: pmi(SQUARE, shift=0), ValueError, "greater than 0"),
    (lambda: noise_distribution(torch.zeros(3)), ValueError, "not all 0"),
    (lambda: svd_vectors(SQUARE.log() - torch.inf, 2), ValueError, "take positive PMI"),
    (lambda: svd_vectors(SQUARE, 4), ValueError, "at most 3"),
    (lambda: negative_sampling_loss(SQUARE, SQUARE[:2], SQUARE), ValueError, r"must be \(B, d\) both"),
    (lambda: negative_sampling_loss(SQUARE, SQUARE, SQUARE[:, :2]), ValueError, "noise must be"),
    (lambda: negative_sampling_loss(SQUARE, SQUARE, torch.ones(2, 5, 3)), ValueError, "noise must be"),
    (lambda: expected_negative_sampling_loss(SQUARE[:2], SQUARE), ValueError, "like counts"),
    (lambda: keep_probability(torch.ones(3), 0), ValueError, "threshold must be greater than 0"),
    (lambda: SkipGram(0, 3), ValueError, "size must be"),
    (lambda: character_ngrams(""), ValueError, "at least one character"),
    (lambda: character_ngrams("a", (3, 2)), ValueError, "sizes"),
    (lambda: glove_weight(SQUARE, 0), ValueError, "greater than 0"),
    (lambda: glove_loss(SQUARE, SQUARE[:2]), ValueError, "like counts"),
    (lambda: fit_vectors(SkipGram(1, 2), WordCorpus([["a"], ["a"]])), ValueError, "no two words in one window"),
    (lambda: WordVectors("ab", SQUARE), ValueError, "one row a word"),
    (lambda: WordVectors("aab", SQUARE), ValueError, "stands twice"),
    (lambda: WordVectors("abc", SQUARE)["d"], KeyError, "none of the 3 words"),
    (lambda: WordVectors("abc", SQUARE).neighbors(torch.ones(2)), ValueError, r"a vector must be \(3,\)"),
    (lambda: WordVectors("abc", SQUARE).rank("a", "a"), ValueError, "another word"),
])
def test_bad_input_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()
