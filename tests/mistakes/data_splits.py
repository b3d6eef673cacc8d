"""Plausible wrong answers in learning/data-splits."""

MISTAKES = {
    "data-splits-size": [
        (("1.96**2 * p", "p"), "1.96 standard errors"),
        (("half**2", "(2 * half)**2"), "reaches to each side"),
        (("half**2", "(half / 2)**2"), "already half"),
        (("math.ceil", "math.floor"), "round up"),
        (("1.96**2 * p * (1 - p) / half**2", "1.96 * p * (1 - p) / half"), "square both sides"),
        (("p * (1 - p)", "p"), "variance of a 0 or 1"),
    ],
    "data-splits-groups": [
        (("[n for n, group in enumerate(groups) if fold[group] == j]",
          "[n for n, group in enumerate(groups) if n % k == j]"), "whole groups"),
        (("place % k", "place * k // len(groups)"), "is empty"),
        (("[n for n, group", "[group for n, group"), "0.."),
        (("fold[group] == j", "fold[group] != j"), "exactly once"),
        (("for j in range(k)]", "for j in range(k + 1)]"), "list of k lists"),
    ],
    "data-splits-best": [
        (("return candidates", "return candidates - 1"), "still below"),
        (("sum(pmf[:j + 1])", "sum(pmf[:j])"), "adds up the probabilities of 0 to j"),
        (("candidates = 1", "candidates = 2"), "already reaches"),
        (("sum(1 - f**candidates for f in at_most) / n < score",
          "1 - at_most[max(0, math.ceil(score * n - 1e-9) - 1)]**candidates < 0.5"), "mean of the best score"),
    ],
    "data-splits-leak": [
        (("kept = choose(x[train], y[train])", "kept = choose(x, y)"), "shown all examples"),
        (("kept = choose(x[train], y[train])", "kept = choose(x[held], y[held])"), "training part of this fold"),
        (("predict(x[held][:, kept]) == y[held]", "predict(x[train][:, kept]) == y[train]"), "held-out part"),
        (("return sum(scores) / len(scores)", "return sum(scores)"), "then their mean"),
        (("fit(x[train][:, kept], y[train])", "fit(x[:, kept], y)"), "fit must get the training part"),
    ],
}
