"""Plausible wrong answers in generalization/l1-regularization."""

MISTAKES = {
    "l1-regularization-largest": [
        (("x.T @ y / len(x)", "x.T @ y"), "a mean over the examples"),
        ((".abs().max()", ".max()"), "of either sign"),
        ((".abs().max()", ".norm()"), "the largest pull"),
        ((".abs().max()", ".abs().mean()"), "the largest pull"),
    ],
    "l1-regularization-net": [
        (("return a.sign() * (a.abs() - t).clamp(min=0) / (1 + s)",
          "a = a / (1 + s)\n    return a.sign() * (a.abs() - t).clamp(min=0)"), "you divide before"),
        ((" / (1 + s)", " / (1 + 2 * s)"), "the smooth part"),
        ((" / (1 + s)", ""), "the smooth part"),
        ((".clamp(min=0)", ""), "the smooth part"),
        (("a.sign() * (a.abs() - t)", "(a - t)"), "the smooth part"),
        (("a.sign() * (a.abs() - t).clamp(min=0)", "a * (1 - t / a.abs()).clamp(min=0)"), "do not divide by a"),
        (("return a.sign() * (a.abs() - t).clamp(min=0) / (1 + s)",
          "return torch.stack([row.sign() * max(abs(row) - t, 0) / (1 + s) for row in a])"), "raises an error"),
    ],
    "l1-regularization-descent": [
        ((" / curvature[i]", ""), "the mean of xᵢ²"),
        (("x[:, i] @ rest / len(x)", "x[:, i] @ rest"), "xᵢ · r / N"),
        (("            rest = rest + x[:, i] * w[i]            # errors without input i\n", ""), "without input i"),
        (("            rest = rest - x[:, i] * w[i]\n", ""), "already uses the new values"),
        (("- penalty).clamp", "- penalty / curvature[i]).clamp"), "S_λ"),
        (("    for _ in range(sweeps):\n        for i in range(x.shape[1]):\n"
          "            rest = rest + x[:, i] * w[i]            # errors without input i\n",
          "    for _ in range(sweeps):\n        old = w.clone()\n        for i in range(x.shape[1]):\n"
          "            rest = y - x @ old + x[:, i] * old[i]\n"), "already uses the new values"),
    ],
    "l1-regularization-violation": [
        (("/ len(x)", ""), "expected"),
        (("torch.where(w == 0, (pull.abs() - penalty).clamp(min=0),\n                         (pull - penalty * w.sign()).abs())",
          "(pull - penalty * w.sign()).abs()"), "weights at 0 may be pulled"),
        ((".clamp(min=0)", ""), "expected"),
        (("pull - penalty * w.sign()", "pull + penalty * w.sign()"), "exactly λ sign"),
        (("missed.max()", "missed.sum()"), "expected"),
    ],
}
