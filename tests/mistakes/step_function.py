"""Plausible wrong answers in activations/step-function."""

MISTAKES = {
    "step-function-majority": [
        ("def f(n): return [1.0] * n, -n / 2", "half is not more"),
        ("def f(n): return [1.0] * n, n // 2 + 0.5", "should reach 0"),
        ("def f(n): return [1.0] * n, -n + 0.5", "should reach 0"),
        ("def f(n): return [1.0 / n] * (n + 1), -0.5", "weights, one a bit"),
        ("def f(n): return -n / 2 - 0.5", "a list of weights and a bias"),
    ],
    "step-function-truth-table": [
        (("2 * rows - 1 ", "rows "), "must count against"),
        (("0.5 - rows.sum(1)", "-0.5 - rows.sum(1)"), "no hidden unit recognizes"),
        (("0.5 - rows.sum(1)", "0.5 - rows.shape[1] * torch.ones(len(rows))"),
         "no hidden unit recognizes"),
        (("torch.ones_like(b1), -0.5", "torch.ones_like(b1), 0.0"), "must not"),
        (("torch.ones_like(b1), -0.5", "torch.ones_like(b1), 0.5 - len(rows)"), "is an OR"),
        (("return W1, b1, torch.ones_like(b1), -0.5", "return W1.T, b1, torch.ones_like(b1), -0.5"),
         "should have the shape"),
        (("return W1, b1, torch.ones_like(b1), -0.5", "return W1, b1"), "four things"),
    ],
    "step-function-sign-ste": [
        ("def f(x): return x.sign()", "counts as"),
        ("def f(x): return 2 * (x >= 0).to(x.dtype) - 1", "cut off"),
        ("def f(x): return x + (2 * (x >= 0).to(x.dtype) - 1 - x).detach()",
         "expected|nowhere else"),
        (("x.abs() <= 1", "x.abs() < 1"), "edges included"),
        (("torch.where(x.abs() <= 1, gradient, 0)", "gradient"), "nowhere else"),
        (("2 * (x >= 0).to(x.dtype) - 1", "(x >= 0).to(x.dtype)"), "below"),
        ("def f(x): return 2 * dg.activations.step_ste(x) - 1", "nowhere else"),
    ],
    "step-function-round-ste": [
        ("def f(x, s): return s * (x / s).round()", "ends at|nowhere else"),
        ("def f(x, s): return (s * (x / s).round()).clamp(-1, 1)", "nowhere else"),
        (("(soft / s).round()", "(soft / s).floor()"), "nearest multiple"),
        (("(soft / s).round()", "(soft * s).round()"), "expected"),
        (("soft = x.clamp(-1, 1)", "soft = x"), "ends at"),
        (("s * (soft / s).round()", "(soft / s).round()"), "expected"),
        (("return soft + (s", "return x + (s"), "ends at|nowhere else"),
        ((".detach()", ""), "nowhere else"),
    ],
}

ALSO_RIGHT = {
    "step-function-majority": [
        "def f(n): return [2.0] * n, -n - 0.5",
    ],
}
