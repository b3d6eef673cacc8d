"""Checks of the exercises in the chapter on natural language processing."""

import math

import torch

from ..._device import precise
from .. import register
from .._compare import number


@register("natural-language-processing-perplexity")
def _(perplexity) -> None:
    draws = torch.Generator().manual_seed(0)
    for p, wanted, advice in [
        (torch.full((7,), 1 / 8), 8.0, "a uniform choice among 8 words has perplexity 8"),
        (torch.tensor([0.5, 0.125]), 4.0, "the exponential of the mean of -ln p, the natural logarithm"),
        (torch.full((100_000,), 0.01), 100.0, "a product of so many probabilities is 0: add logarithms"),
        (torch.rand(1009, generator=draws, dtype=torch.float64) * 0.9 + 0.1, None, "all words count alike"),
        (torch.tensor([0.5, 0.0, 0.5]), math.inf, "one impossible word makes it infinite"),
    ]:
        if wanted is None:
            wanted = math.exp(sum(-math.log(q) for q in p.tolist()) / len(p))
        got = perplexity(p.to(precise()))
        assert got is not None, "perplexity returned None: does it end in a return statement?"
        got = number(got, "perplexity")
        assert math.isclose(got, wanted, rel_tol=1e-4), (
            f"perplexity of {len(p)} probabilities gave {got:.6g}, expected {wanted:.6g}: {advice}"
        )


@register("natural-language-processing-spans")
def _(spans) -> None:
    for line, wanted, advice in [
        ("", set(), "no tags, no names"),
        ("O O", set(), "O belongs to no name"),
        ("B-PER I-PER O B-LOC", {(0, 2, "PER"), (3, 4, "LOC")}, "a name may reach to the end"),
        ("B-PER B-PER", {(0, 1, "PER"), (1, 2, "PER")}, "a B begins a new name, even right behind one"),
        ("B-PER I-LOC", {(0, 1, "PER"), (1, 2, "LOC")}, "an I of another kind begins a new name"),
        ("O I-ORG I-ORG O", {(1, 3, "ORG")}, "an I after O begins a name"),
        ("B-PER I-PER B-PER I-PER I-PER", {(0, 2, "PER"), (2, 5, "PER")}, "each B begins a new name"),
        ("B-LOC O I-LOC", {(0, 1, "LOC"), (2, 3, "LOC")}, "O ends a name"),
    ]:
        got = spans(line.split())
        assert got is not None, "spans returned None: does it end in a return statement?"
        assert set(got) == wanted, f"spans({line!r}.split()) gave {got}, expected {wanted}: {advice}"


@register("natural-language-processing-continuation")
def _(continuation) -> None:
    for lines, wanted, advice in [
        (["a"], {"a": 1 / 2, "</s>": 1 / 2}, "<s> counts as a word before the first, </s> as one after the last"),
        (["a", "a", "a b"], {"a": 1 / 4, "b": 1 / 4, "</s>": 2 / 4}, "each pair counts once, however often it occurs"),
        (["san francisco"] * 3 + ["my glasses", "new glasses"],
         {"san": 1 / 8, "francisco": 1 / 8, "my": 1 / 8, "new": 1 / 8, "glasses": 2 / 8, "</s>": 2 / 8},
         "divide by the number of different pairs"),
        (["a a b a"], {"a": 3 / 5, "b": 1 / 5, "</s>": 1 / 5}, "a pair is two neighbors, in order"),
        ([""], {"</s>": 1.0}, "an empty sentence is the pair <s>, </s>"),
    ]:
        sentences = [line.split() for line in lines]
        got = continuation(sentences)
        assert got is not None, "continuation returned None: does it end in a return statement?"
        assert sentences == [line.split() for line in lines], "the sentences were changed"
        assert got.keys() == wanted.keys(), f"for {lines} the words are {sorted(got)}, not {sorted(wanted)}: {advice}"
        for word, share in wanted.items():
            assert math.isclose(got[word], share, rel_tol=1e-9), (
                f"for {lines}, {word!r} has {got[word]:.4g}, expected {share:.4g}: {advice}"
            )


@register("natural-language-processing-trees")
def _(count_trees) -> None:
    rules = [("S", "NP", "VP"), ("VP", "V", "NP"), ("VP", "VP", "PP"), ("NP", "NP", "PP"), ("PP", "P", "NP")]
    lexicon = {"she": ["NP"], "saw": ["V", "NP"], "him": ["NP"], "near": ["P"], "her": ["NP"], "x": ["S"]}
    chains = [("S", "S", "S")]
    two = [*rules, ("VP", "V", "NP")]
    for words, grammar, root, wanted, advice in [
        (["she"], rules, "NP", 1, "a single word is a tree if the lexicon says so"),
        (["she"], rules, "S", 0, "count the trees with the given root only"),
        ("she saw him".split(), rules, "S", 1, "one tree here"),
        ("saw him she".split(), rules, "S", 0, "words in the wrong order have no tree"),
        ("she saw him near her".split(), rules, "S", 2, "each split of a span adds its trees"),
        ("she saw him near her near her".split(), rules, "S", 5, "trees of the left part times trees of the right"),
        ("she saw him".split(), two, "S", 2, "a rule that stands twice counts twice"),
        (["x"] * 31, chains, "S", math.comb(60, 30) // 31, "multiply counts; do not list trees"),
    ]:
        got = count_trees(words, grammar, lexicon, root)
        assert got is not None, "count_trees returned None: does it end in a return statement?"
        assert got == wanted, (
            f"{' '.join(words[:9])!r} with root {root!r} has {wanted} trees, not {got}: {advice}"
        )
