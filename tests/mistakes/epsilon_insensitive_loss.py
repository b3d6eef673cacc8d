"""Plausible wrong answers in losses/epsilon-insensitive-loss."""

MISTAKES = {
    "epsilon-insensitive-loss-gradient": [
        (("> epsilon", ">= epsilon"), "on the edge|at y = t"),
        (("error.sign(), 0", "error, 0"), "edge|does not grow|outside the tube|mean"),
        (("error = y - t", "error = t - y"), "wrong way round"),
        ((" / len(y)", ""), "divide by the number"),
        (("torch.where(error.abs() > epsilon, error.sign(), 0)", "error.sign()"), "inside"),
        (("error.abs() > epsilon", "error > epsilon"), "outside the tube"),
    ],
    "epsilon-insensitive-loss-hinges": [
        (("return above + below", "return above"), "below the prediction"),
        (("return above + below", "return below"), "above the prediction"),
        (("above = hinge(1 - (t - y - epsilon), 1)", "above = hinge(t - y - epsilon, 1)"),
         "expected"),
        (("(y - t - epsilon) - 1, -1", "(y - t + epsilon) - 1, -1"), "expected"),
        ("def f(y, t, epsilon, hinge): return ((t - y).abs() - epsilon).clamp(min=0)",
         "only \\+, -"),
        ("def f(y, t, epsilon, hinge): return hinge(t * y, 1) - epsilon", "only \\+, -"),
    ],
    "epsilon-insensitive-loss-constant": [
        (("kinks[len(t) - 1], kinks[len(t)]", "kinks[len(t)], kinks[len(t) + 1]"),
         "list index|expected"),
        (("sorted([a - epsilon for a in t] + [a + epsilon for a in t])",
          "[a - epsilon for a in t] + [a + epsilon for a in t]"), "expected"),
        ("""
        def f(t, epsilon):
            middle = sorted(t)[len(t) // 2]
            return middle - epsilon, middle + epsilon
        """, "interval of medians"),
        ("""
        def f(t, epsilon):
            mean = sum(t) / len(t)
            return mean, mean
        """, "median"),
        ("""
        def f(t, epsilon):
            return max(t) - epsilon, min(t) + epsilon
        """, "median"),
        ("""
        def f(t, epsilon):
            middle = sorted(t)
            return middle[(len(t) - 1) // 2], middle[len(t) // 2]
        """, "within ε"),
    ],
    "support-vector-regression-pull": [
        ((" / len(x)", ""), "mean"),
        (("pull.norm() / w.norm()", "w.norm() / pull.norm()"), "None|1/\\(CN\\)"),
        (("return penalty if missing < 1e-6 else None", "return penalty"), "against the sum"),
        (("if missing < 1e-6 else", "if missing < 1e-2 else"), "thousandth"),
        (("missing = (penalty * w - pull)", "missing = ((penalty * w).abs() - pull.abs())"),
         "against the sum"),
        ("def f(w, x, alpha): return 1 / len(x)", "expected"),
    ],
}
