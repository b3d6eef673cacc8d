"""Plausible wrong answers in activations/sigmoid."""

MISTAKES = {
    "sigmoid-transition": [
        ("def f(eps): return math.log((1 - eps) / eps)", "two sides"),
        ("def f(eps): return 2 * math.log(eps / (1 - eps))", "positive"),
        ("def f(eps): return -2 * math.log(eps)", "far to the left"),
        ("def f(eps): return 1 - 2 * eps", "inverse"),
    ],
    "sigmoid-log": [
        ("def f(x): return torch.log(torch.sigmoid(x))", "rounds to 1|handed a 0"),
        ("def f(x): return -torch.log1p(torch.exp(-x))", "overflowed"),
        ("def f(x): return x - torch.log1p(torch.exp(x))", "∞ − ∞|rounds to 1|overflowed"),
        (("torch.log1p(torch.exp(-x.abs()))", "torch.log(1 + torch.exp(-x.abs()))"), "log1p"),
        (("x.clamp(max=0)", "x.clamp(min=0)"), "pull x out"),
        ("def f(x): return torch.log1p(torch.exp(-x.abs())) + x.clamp(max=0)", "ln σ"),
        ("def f(x): return torch.log(torch.sigmoid(x) + 1e-8)", "log1p"),
        ("def f(x): return torch.sigmoid(x).log().nan_to_num()", "rounds to 1|pull x out"),
    ],
    "sigmoid-posterior": [
        (("mean1 - mean0", "mean0 - mean1"), "class 0|w is not right"),
        (("share1 / (1 - share1)", "(1 - share1) / share1"), "wrong sign"),
        (("math.log(share1 / (1 - share1)) -", "-"), "prior is missing"),
        (("torch.linalg.solve(covariance, mean1 - mean0)", "covariance @ (mean1 - mean0)"),
         "w is not right"),
        (("(mean0 + mean1) / 2", "(mean0 + mean1)"), "midpoint"),
        ("""
        def f(mean0, mean1, covariance, share1):
            w = torch.linalg.solve(covariance, mean0 - mean1)
            return w, math.log((1 - share1) / share1) - w @ (mean0 + mean1) / 2
        """,
         "log-odds of class 0"),
    ],
    "sigmoid-newton": [
        (("w - torch.linalg.solve", "w + torch.linalg.solve"), "uphill"),
        (("(p - t)", "(t - p)"), "uphill"),
        (("(p * (1 - p))[:, None]", "0.25"), "¼ at 0 alone"),
        (("x.T @ (x * (p * (1 - p))[:, None])", "x.T @ x"), "least squares"),
        (("torch.linalg.solve(hessian, gradient)", "gradient"), "gradient descent"),
        (("x.T @ (p - t)", "x.T @ (p - t) / len(x)"), "average both"),
        (("p * (1 - p)", "p"), "once more"),
    ],
}

ALSO_RIGHT = {
    "sigmoid-log": [
        "def f(x): return -torch.logaddexp(torch.zeros_like(x), -x)",
    ],
    "sigmoid-newton": [
        """
        def f(w, x, t):
            p = torch.sigmoid(x @ w)
            g = (x * (p - t)[:, None]).mean(dim=0)
            return w - torch.linalg.inv((x.T * (p * (1 - p))) @ x / len(x)) @ g
        """,
    ],
}
