"""Plausible wrong answers in activations/relu."""

MISTAKES = {
    "relu-maximum": [
        ("def f(a, b, relu): return relu(a - b)", "how far is a above b"),
        ("def f(a, b, relu): return a + relu(a - b)", "how far is a above b"),
        ("def f(a, b, relu): return relu(b + relu(a - b))", "both are negative"),
        ("def f(a, b, relu): return torch.maximum(a, b)", "only \\+, -"),
        ("def f(a, b, relu): return a if a > b else b", "only \\+, -"),
        ("def f(a, b, relu): return (a + b + relu(a - b) + relu(b - a)) / 2", "only \\+, -"),
    ],
    "relu-open-share": [
        ("def f(share, std): return -std * torch.special.ndtri(torch.tensor(share)).item()",
         "sign"),
        ("def f(share, std): return std**2 * torch.special.ndtri(torch.tensor(share)).item()",
         "not by the variance"),
        ("def f(share, std): return torch.special.ndtri(torch.tensor(share)).item()",
         "scaled by std"),
        ("def f(share, std): return std * (share - 0.5)", "should be the share"),
    ],
    "relu-pieces": [
        ("def f(w, b, a): return len(w) + 1", "w = 0"),
        ("def f(w, b, a): return 1 + sum(x != 0 and y != 0 for x, y in zip(w, a))",
         "share the kink"),
        ("def f(w, b, a): return 1 + len({-y / x for x, y, z in zip(w, b, a) if x and z})",
         "cancel"),
        (("a_h * abs(w_h)", "a_h * w_h"), "whatever the sign of w"),
        (("bend != 0 for bend in bends.values()", "1 for _ in bends"), "a = 0"),
        (("if w_h != 0:", "if w_h > 0:"), "bends cancel"),
        (("Fraction(-b_h, w_h)", "-b_h / w_h"), "closer than"),
    ],
    "relu-triangle": [
        ("def f(k): return nn.ReLU()", "should give|at x ="),
        ("def f(k): return lambda x: x", "nn.Module"),
        ("""
        class f(nn.Module):
            def __init__(self, k):
                super().__init__()
                self.k = k

            def forward(self, x):
                for _ in range(self.k):
                    x = 1 - (2 * x - 1).abs()
                return x
        """,
         "no nn.ReLU"),
        ("""
        class f(nn.Module):
            def __init__(self, k):
                super().__init__()
                self.n, self.relu = 2**k, nn.ReLU()

            def forward(self, x):
                kinks = torch.arange(self.n, device=x.device) / self.n
                bends = 2.0 * self.n * (-1.0) ** torch.arange(self.n, device=x.device)
                bends[0] = self.n
                return self.relu(x - kinks) @ bends[:, None]
        """,
         "hidden units, at most"),
        (("range(k - 1)", "range(k)"), "at x ="),
        (("range(k - 1)", "range(0)"), "at x ="),
        (("[[2.0, -4.0]]", "[[2.0, -2.0]]"), "at x ="),
    ],
}

ALSO_RIGHT = {
    "relu-maximum": [
        "def f(a, b, relu): return a - relu(b - a) + relu(b - a) + relu(b - a)",
        "def f(a, b, relu): return relu(a - b) + relu(b) - relu(-b)",
    ],
}
