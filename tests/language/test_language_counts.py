"""Bags of words, TF-IDF, naive Bayes, n-gram models, Viterbi and CKY, each against another derivation."""

import itertools
import math
from collections import Counter

import numpy as np
import pytest
import torch
from deepgloss.language import (
    NGramModel, bag_of_words, inverse_document_frequency, naive_bayes, parse, tf_idf, viterbi, vocabulary,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer, TfidfTransformer
from sklearn.naive_bayes import MultinomialNB

import deepgloss as dg

words = st.sampled_from("a b c d e f g".split())
corpora = st.lists(st.lists(words, max_size=9), min_size=1, max_size=7)
SMOOTHINGS = [("add-k", {"k": 0.3}), ("kneser-ney", {"discount": 0.6})]


@settings(deadline=None, max_examples=30)
@given(corpora, st.integers(1, 3))
def test_bags_are_those_of_scikit_learn(documents, least):
    known = vocabulary(documents, least)
    theirs = CountVectorizer(analyzer=list, min_df=least)
    try:
        wanted = theirs.fit_transform(documents).toarray()
    except ValueError:                                   # no word left
        assert known == ()
        return
    assert list(known) == list(theirs.get_feature_names_out())
    counts = bag_of_words(documents, known)
    assert counts.device == torch.empty(0, device=dg.device()).device
    np.testing.assert_array_equal(counts.cpu().numpy(), wanted)

    oracle = TfidfTransformer().fit(wanted.astype(np.float64))
    idf = inverse_document_frequency(counts.double())
    np.testing.assert_allclose(idf.cpu().numpy(), oracle.idf_, rtol=1e-12)
    new = bag_of_words([["a", "a", "g"], []], known).double()
    np.testing.assert_allclose(tf_idf(new, idf).cpu().numpy(), oracle.transform(new.cpu().numpy()).toarray())
    np.testing.assert_allclose(tf_idf(counts).cpu().numpy(), oracle.transform(wanted).toarray(), rtol=1e-5)


@settings(deadline=None, max_examples=20)
@given(st.integers(1, 13), st.integers(1, 7), st.sampled_from([0.1, 1.0, 2.5]), st.integers(0, 99))
def test_naive_bayes_is_that_of_scikit_learn(n, size, k, seed):
    draws = torch.Generator().manual_seed(seed)
    counts = torch.randint(4, (n, size), generator=draws).double()
    labels = torch.randint(3, (n,), generator=draws)
    weight, bias = naive_bayes(counts.to(dg.device()), labels.to(dg.device()), 3, k)
    seen = labels.unique()
    theirs = MultinomialNB(alpha=k).fit(counts.numpy(), labels.numpy())
    np.testing.assert_allclose(weight.cpu()[seen].numpy(), theirs.feature_log_prob_)
    np.testing.assert_allclose(bias.cpu()[seen].numpy(), theirs.class_log_prior_)
    assert sorted(set(range(3)) - set(seen.tolist())) == (bias.cpu() == -torch.inf).nonzero().flatten().tolist()


@settings(deadline=None, max_examples=30)
@given(corpora, st.integers(1, 4), st.integers(1, 2), st.lists(words, max_size=5), st.sampled_from(SMOOTHINGS))
def test_probabilities_add_up_to_one_after_any_history(sentences, n, least, history, smoothing):
    kind, options = smoothing
    model = NGramModel(n, kind, min_count=least, **options).fit(sentences)
    p = model.probabilities([*history, "never seen"] if least == 2 else history)
    assert p.dtype == torch.float64 and len(p) == len(model.words)
    assert p.min() > 0 and p.sum().item() == pytest.approx(1, abs=1e-12)
    for word in model.words:
        one = model.probability(word, [*history, "never seen"] if least == 2 else history)
        assert one == pytest.approx(p[model.words.index(word)].item(), rel=1e-12)


@settings(deadline=None, max_examples=30)
@given(corpora, st.integers(1, 4), st.lists(words, max_size=5))
def test_kneser_ney_is_what_its_definition_says(sentences, n, history):
    model = NGramModel(n, discount=0.6).fit(sentences)
    lines = [("<s>", *sentence, "</s>") for sentence in sentences]

    def count(gram):
        return sum(line[i:i + len(gram)] == gram for line in lines for i in range(len(line) - len(gram) + 1))

    def before(gram):
        return len({line[i - 1] for line in lines for i in range(1, len(line)) if line[i:i + len(gram)] == gram})

    def p(word, h):
        full = len(h) == n - 1 or h[:1] == ("<s>",)
        a = {w: (count if full else before)((*h, w)) for w in model.words}
        lower = p(word, h[1:]) if h else 1 / len(model.words)
        total = sum(a.values())
        if not total:
            return lower
        return (max(a[word] - 0.6, 0) + 0.6 * sum(c > 0 for c in a.values()) * lower) / total

    h = ("<s>", *(w if w in model.words else "<unk>" for w in history))
    h = h[len(h) - min(len(h), n - 1):]
    for word in ("a", "</s>", "<unk>"):
        wanted = p(word if word in model.words else "<unk>", h)
        assert model.probability(word, history) == pytest.approx(wanted, rel=1e-12)


@settings(deadline=None, max_examples=20)
@given(corpora, st.integers(1, 4), st.lists(words, max_size=5))
def test_add_k_is_what_its_definition_says(sentences, n, history):
    model = NGramModel(n, "add-k", k=0.5).fit(sentences)
    lines = [("<s>", *sentence, "</s>") for sentence in sentences]
    h = ("<s>", *(w if w in model.words else "<unk>" for w in history))
    h = h[len(h) - min(len(h), n - 1):]
    after = Counter(line[i] for line in lines for i in range(1, len(line))
                    if i >= len(h) and line[i - len(h):i] == h)
    for word in model.words:
        wanted = (after[word] + 0.5) / (after.total() + 0.5 * len(model.words))
        assert model.probability(word, history) == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("kind, options", SMOOTHINGS)
def test_probabilities_of_all_short_sentences_add_up(kind, options):
    model = NGramModel(3, kind, **options).fit(["a b a".split(), "b".split(), "a a".split(), []])
    inner = [w for w in model.words if w != "</s>"]
    total = sum(
        model.log_probabilities(sentence).sum().exp().item()
        for length in range(4) for sentence in itertools.product(inner, repeat=length)
    )
    cut = sum(                                           # what has not ended after three words
        model.log_probabilities(sentence)[:-1].sum().exp().item()
        * (1 - model.probability("</s>", sentence)) for sentence in itertools.product(inner, repeat=3)
    )
    assert total + cut == pytest.approx(1, abs=1e-12)


def test_perplexity_samples_and_unknown_words():
    sentences = ["the cat sat".split(), "the dog sat".split(), "a bird".split()]
    uniform = NGramModel(1, "add-k", k=1e9).fit(sentences)
    assert len(uniform.words) == 8                       # six words, </s> and <unk>
    assert uniform.perplexity(sentences) == pytest.approx(8, rel=1e-6)
    model = NGramModel(2, min_count=2).fit(sentences)
    assert model.words == ("</s>", "<unk>", "sat", "the")
    assert model.probability("cat", ["the"]) == model.probability("zebra", ["the"])
    logs = model.log_probabilities(["the", "zebra"])
    assert model.perplexity([["the", "zebra"]]) == pytest.approx(math.exp(-logs.mean()))

    draws = torch.Generator().manual_seed(0)
    starts = Counter((model.sample(draws, 1) or ["</s>"])[0] for _ in range(4000))
    for word, p in zip(model.words, model.probabilities().tolist()):
        assert starts[word] / 4000 == pytest.approx(p, abs=0.03)
    assert max(len(model.sample(draws, 5)) for _ in range(100)) <= 5


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 5), st.integers(1, 3), st.integers(0, 99), st.sampled_from([torch.float32, torch.float64]))
def test_viterbi_finds_the_best_of_all_paths(steps, states, seed, dtype):
    draws = torch.Generator().manual_seed(seed)
    start, a, e = (torch.randn(*shape, generator=draws).to(dg.device(), dtype)
                   for shape in ((states,), (states, states), (steps, states)))

    def score(path):
        return (start[path[0]] + sum(e[t, j] for t, j in enumerate(path))
                + sum(a[i, j] for i, j in itertools.pairwise(path))).item()

    path, best = viterbi(start, a, e)
    assert path.shape == (steps,) and path.dtype == torch.int64 and path.device == start.device
    assert score(path.tolist()) == pytest.approx(best, abs=1e-5)
    assert best == pytest.approx(max(map(score, itertools.product(range(states), repeat=steps))), abs=1e-5)


def test_viterbi_never_takes_a_forbidden_step():
    forbidden = torch.tensor([[0.0, -torch.inf], [0.0, 0.0]])
    path, _ = viterbi(torch.zeros(2), forbidden, torch.tensor([[1.5, 0.0], [0.0, 1.0], [0.0, 1.0]]))
    assert path.tolist() == [1, 1, 1]


@pytest.mark.parametrize("attached", range(7))
def test_ambiguous_sentences_have_as_many_trees_as_catalan_numbers_say(attached):
    rules = [("S", "S", "S")]
    trees = parse(["x"] * (attached + 1), rules, {"x": ["S"]})
    assert len(trees) == len(set(trees)) == math.comb(2 * attached, attached) // (attached + 1)

    def leaves(tree):
        return [tree[1]] if len(tree) == 2 else leaves(tree[1]) + leaves(tree[2])

    assert all(leaves(tree) == ["x"] * (attached + 1) for tree in trees)


def test_parse_follows_the_rules():
    lexicon = {"dogs": ["NP"], "chase": ["V"], "cats": ["NP", "V"]}
    rules = [("S", "NP", "VP"), ("VP", "V", "NP")]
    assert parse("dogs chase cats".split(), rules, lexicon) == [
        ("S", ("NP", "dogs"), ("VP", ("V", "chase"), ("NP", "cats")))
    ]
    assert parse("chase dogs cats".split(), rules, lexicon) == []
    assert parse("chase cats".split(), rules, lexicon, root="VP")
    assert parse(["dogs"], rules, lexicon, root="NP") == [("NP", "dogs")]


ONES = torch.ones(3, 5)


@pytest.mark.parametrize("call, error, message", [
    (lambda: vocabulary(["one two"]), TypeError, "must be a sequence of words"),
    (lambda: vocabulary([["one"]], 0), ValueError, "min_documents must be an integer of at least 1"),
    (lambda: bag_of_words([["a"]], ["a", "a"]), ValueError, "one stands twice"),
    (lambda: bag_of_words(["a"], ["a"]), TypeError, "not the string 'a'"),
    (lambda: tf_idf(ONES.long()), TypeError, "counts must be a tensor of floating-point"),
    (lambda: tf_idf(ONES[0]), ValueError, r"must be \(N, V\)"),
    (lambda: tf_idf(ONES, torch.ones(3)), ValueError, r"idf must be \(5,\)"),
    (lambda: naive_bayes(ONES, torch.tensor([0, 1, 2]), 2), ValueError, r"labels must be in 0\.\.1"),
    (lambda: naive_bayes(ONES, torch.tensor([0, 1]), 2), ValueError, r"labels must be \(3,\)"),
    (lambda: naive_bayes(ONES, torch.tensor([0, 1, 1]), 2, 0), ValueError, "k must be greater than 0"),
    (lambda: NGramModel(0), ValueError, "n must be an integer of at least 1"),
    (lambda: NGramModel(2, "laplace"), ValueError, "smoothing must be one of"),
    (lambda: NGramModel(2, "add-k", k=0), ValueError, "k must be greater than 0"),
    (lambda: NGramModel(2, discount=1), ValueError, r"discount must be in \(0, 1\)"),
    (lambda: NGramModel(2).fit([]), ValueError, "at least one sentence"),
    (lambda: NGramModel(2).fit(["a b"]), TypeError, "must be a sequence of words"),
    (lambda: naive_bayes(torch.ones(2, 3), [0, 1], 2), TypeError, "labels must be an int64 tensor"),
    (lambda: viterbi([0.0], torch.zeros(1, 1), torch.zeros(2, 1)), TypeError, "start must be a tensor of floating-point"),
    (lambda: NGramModel(2).fit([["<s>"]]), ValueError, "set by the model"),
    (lambda: NGramModel(2).perplexity([["a"]]), RuntimeError, "call fit first"),
    (lambda: NGramModel(2).fit([["a"]]).perplexity([]), ValueError, "at least one sentence"),
    (lambda: viterbi(torch.ones(2), torch.ones(2, 3), torch.ones(4, 2)), ValueError, r"transition \(K, K\)"),
    (lambda: viterbi(torch.ones(2), torch.ones(2, 2), torch.ones(4, 3)), ValueError, r"must be \(T, 2\)"),
    (lambda: viterbi(torch.ones(2), torch.ones(2, 2), torch.ones(0, 2)), ValueError, "T of at least 1"),
    (lambda: parse([], [], {}), ValueError, "at least one word"),
    (lambda: parse(["x", "y"], [], {"x": ["S"]}), ValueError, "has no 'y'"),
])
def test_bad_input_is_refused_by_name(call, error, message):
    with pytest.raises(error, match=message):
        call()
