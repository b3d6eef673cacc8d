"""Plausible wrong answers in learning/unsupervised-learning."""

MISTAKES = {
    "unsupervised-learning-step": [
        (("if (labels == k).any():", "if True:"), "mean of no examples"),
        (("moved = centers.clone()", "moved = torch.zeros_like(centers)"), "stays where it is"),
        (("argmin(1)", "argmax(1)"), "farthest"),
        (("    return moved", "    return centers"), "the centers that came in"),
        (("labels = (x[:, None] - centers).square().sum(2).argmin(1)",
          "labels = len(centers) - 1 - (x[:, None] - centers).square().sum(2).flip(1).argmin(1)"), "equally near"),
        (("(x[:, None] - centers).square().sum(2).argmin(1)", "(x @ centers.T).argmax(1)"), "squared distances"),
    ],
    "unsupervised-learning-components": [
        (("x - x.mean(0)", "x"), "subtract the mean first"),
        ((".square()        #", "        #"), "square of a singular value"),
        ((" + 1\n", "\n"), "one more is needed"),
        ((".square()        # falling", ".square().flip(0)"), "largest variances first"),
        (("torch.linalg.svdvals(x - x.mean(0)).square()", "x.var(0).sort(descending=True).values"), "single inputs"),
    ],
    "unsupervised-learning-area": [
        (("(a > n)", "(a < n)"), "not lower"),
        ((" + 0.5 * (a == n)", ""), "count one half"),
        (("(a > n) + 0.5 * (a == n)", "(a >= n)"), "count one half"),
        (("len(normal) * len(strange)", "len(normal) + len(strange)"), "not of scores"),
    ],
    "unsupervised-learning-exact": [
        (("sorted(values)", "values"), "in any order"),
        (("min(cost(x[:cut]) + cost(x[cut:]) for cut in range(1, len(x)))",
          "cost(x[:len(x) // 2]) + cost(x[len(x) // 2:])"), "need not be in the middle"),
        (("min(cost(x[:cut]) + cost(x[cut:]) for cut in range(1, len(x)))",
          "min((x[cut - 1] - x[cut], cost(x[:cut]) + cost(x[cut:])) for cut in range(1, len(x)))[1]"), "widest gap"),
        (("range(1, len(x))", "range(min(2, len(x) - 1), len(x))"), "for every cut"),
        (("range(1, len(x))", "range(1, max(2, len(x) - 1))"), "for every cut"),
        (("square().sum()", "square().mean()"), "for every cut"),
        (("x = torch.tensor(sorted(values), dtype=torch.float64)", "x = torch.tensor(sorted(values), dtype=torch.float32)"),
         "for .* came .*, expected"),
        (("return (part - part.mean()).square().sum().item()",
          "return (part.square().sum() - part.sum() ** 2 / len(part)).item()"), "for .* came .*, expected"),
    ],
}
