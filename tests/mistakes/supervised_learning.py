"""Plausible wrong answers in learning/supervised-learning."""

MISTAKES = {
    "supervised-learning-constant": [
        (("return sorted(y)[len(y) // 2]", "return sum(y) / len(y)"), "middle of the sorted targets"),
        (("return sorted(y)[len(y) // 2]", "return y[len(y) // 2]"), "middle of the sorted targets"),
        (("return max(y, key=y.count)", "return max(y)"), "most frequent"),
        (("return sum(y) / len(y)", "return sorted(y)[len(y) // 2]"), "is the mean"),
    ],
    "supervised-learning-nearest": [
        (("return y[distances.argmin(1)]", "return distances.argmin(1)"), "places in x"),
        (("argmin", "argmax"), "farthest"),
        ((".square().sum(2)", ".abs().sum(2)"), "adds up squares"),
        (("distances = (new[:, None] - x[None]).square().sum(2)", "distances = -(new @ x.T)"), "no small distance"),
        (("distances = (new[:, None] - x[None]).square().sum(2)", "distances = x.square().sum(1) - new @ x.T"),
         "the place of the smallest for each"),
        (("(new[:, None] - x[None])", "(x[:, None] - new[None])"), "must have shape"),
    ],
    "supervised-learning-examples": [
        (("2 * functions / risk", "2 / risk"), "adds its probability"),
        (("2 * functions / risk", "functions / risk"), "2M, not M"),
        (("(2 * gap**2)", "gap**2"), "divide by 2ε²"),
        (("math.ceil", "math.floor"), "round up"),
        (("math.log(", "math.log10("), "natural logarithm"),
        (("gap**2", "gap"), "counts squared"),
    ],
    "supervised-learning-noisy-labels": [
        (("(a - s / K) / (1 - s)", "a / (1 - s)"), "by chance, too"),
        (("(a - s / K) / (1 - s)", "a * (1 - s) + s / K"), "solve it for the accuracy"),
        (("s / K", "s / (K - 1)"), "all K classes"),
        ((" / (1 - s)", ""), "divide"),
    ],
}
