"""Plausible wrong answers in language/natural-language-processing."""

MISTAKES = {
    "natural-language-processing-perplexity": [
        ("""
            def perplexity(p):
                return p.double().prod().item() ** (-1 / len(p)) if p.double().prod() else float("inf")""",
         "add logarithms"),
        ((".log()", ".log2()"), "natural logarithm|uniform choice"),
        ((".mean()", ".sum()"), "uniform choice"),
        ((".neg()", ""), "uniform choice"),
        (("p.double().log()", "(p.double() + 1e-9).log()"), "impossible word"),
        (("p.double().log().mean().neg().exp()", "(1 / p.double()).mean()"), "mean of -ln p"),
    ],
    "natural-language-processing-spans": [
        (('[*tags, "O"]', "tags"), "reach to the end"),
        (('tag != f"I-{kind}"', 'tag[0] != "I"'), "another kind"),
        (('tag != "O" and kind is None', 'tag[0] == "B" and kind is None'), "another kind|an I after O"),
        (('tag != f"I-{kind}"', 'tag == "O"'), "right behind one"),
        (("found.add((start, i, kind))", "found.add((start, i - 1, kind))"), "expected"),
    ],
    "natural-language-processing-continuation": [
        ((("pairs = {pair for words in sentences", "pairs = [pair for words in sentences"),
          ('"</s>"])}', '"</s>"])]')), "each pair counts once"),
        (("number / len(pairs)", "number / sum(len(words) for words in sentences)"), "expected"),
        (("Counter(second for _, second in pairs)", "Counter(first for first, _ in pairs)"), "the words are"),
        (("number / len(pairs)", "number / len(before)"), "each pair counts once"),
        (('zip(["<s>", *words], [*words, "</s>"])', "zip(words, words[1:])"), "<s> counts as a word"),
    ],
    "natural-language-processing-trees": [
        (("cell[a] += left[b] * right[c]", "cell[a] = left[b] * right[c]"), "adds its trees|one tree"),
        (("cell[a] += left[b] * right[c]", "cell[a] += left[b] + right[c]"), "have no tree|has 1 trees"),
        (("cell[a] += left[b] * right[c]", "cell[a] += bool(left[b] and right[c])"), "each split of a span"),
        (("chart[0, n][root]", "sum(chart[0, n].values())"), "given root only"),
        (("for a, b, c in rules:", "for a, b, c in set(rules):"), "counts twice"),
    ],
}
