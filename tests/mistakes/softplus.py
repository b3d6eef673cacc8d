"""Plausible wrong answers in activations/softplus."""

CONVEX = """
class f(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.slope = nn.Parameter(torch.randn(hidden))
        self.shift = nn.Parameter(torch.randn(hidden))
        self.weight = nn.Parameter(torch.randn(hidden))

    def forward(self, x):
        return ({}).sum(1, keepdim=True)
"""

MISTAKES = {
    "softplus-sharpness": [
        ("def f(gap):\n    import math\n    return gap / math.log(2)", "upside down"),
        ("def f(gap): return 1 / gap", "not 1"),
        ("def f(gap):\n    import math\n    return math.log(2) * gap", "solve for β"),
        ("def f(gap): return 20.0", "differ most"),
    ],
    "softplus-inverse": [
        ("def f(y): return torch.log(torch.exp(y) + 1)", "solve"),
        ("def f(y): return torch.log(torch.exp(y) - 1)", "overflows"),
        ("def f(y): return torch.log(torch.expm1(y))", "overflows"),
        ("def f(y): return y + torch.log(1 - torch.exp(-y))", "cancel"),
        ("def f(y): return torch.where(y > 20, y, torch.log(torch.exp(y) - 1))", "cancel"),
        ("def f(y): return (y.double() + torch.log(-torch.expm1(-y.double())))", "should stay"),
        ("def f(y): return 1 / torch.sigmoid(y)", "solve"),
    ],
    "softplus-convex": [
        ("""
        class f(nn.Module):
            def __init__(self, hidden):
                super().__init__()
                self.net = nn.Sequential(nn.Linear(1, hidden), nn.Softplus(), nn.Linear(hidden, 1))

            def forward(self, x):
                return self.net(x)
        """,
         "falls somewhere"),
        (CONVEX.format("torch.sigmoid(x * self.slope.exp() + self.shift) * self.weight.exp()"),
         "not convex"),
        (CONVEX.format("(x * self.slope.exp() + self.shift) * self.weight.exp()"), "straight line"),
        (CONVEX.format("nn.functional.softplus(x * self.slope.relu() + self.shift)"
                       " * self.weight.relu()"), "gets no gradient|straight line"),
        (CONVEX.format("nn.functional.softplus(x * self.slope + self.shift) * self.weight.exp()"),
         "falls somewhere"),
        ("class f(nn.Module):\n    def __init__(self, hidden):\n        super().__init__()",
         "no parameters"),
    ],
}

ALSO_RIGHT = {
    "softplus-inverse": [
        """
        def f(y):
            return torch.where(y > 1, y + torch.log1p(-torch.exp(-y)), torch.log(torch.expm1(y.clamp(max=2))))
        """,
    ],
    "softplus-convex": [
        CONVEX.format("nn.functional.softplus(x * self.slope.exp() + self.shift) * self.weight.exp()"),
        CONVEX.format("(x * self.slope.exp() + self.shift).exp() * self.weight.exp()"),
    ],
}
