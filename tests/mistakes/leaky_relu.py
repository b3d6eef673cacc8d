"""Plausible wrong answers in activations/leaky-relu."""

MISTAKES = {
    "leaky-relu-inverse": [
        (("y / slope", "y * slope"), "once more"),
        ("def f(y, slope): return torch.minimum(y, y / slope)", "which x|positive"),
        ("def f(y, slope): return y / slope", "positive numbers|once more|as they are"),
        ("def f(y, slope): y[y < 0] /= slope; return y", "changed its argument"),
        ("def f(y, slope): return torch.relu(y)", "which x"),
    ],
    "parametric-relu-gradient": [
        (("x.clamp(max=0)", "x"), "say nothing"),
        (("x.clamp(max=0)", "(x < 0)"), "not 1"),
        ((".sum(dim=others)", ".mean(dim=others)"), "not averaged"),
        ((".sum(dim=others)", ".sum(dim=0)"), "shape"),
        (("if d != 1", "if d != 0"), "shape"),
        (("gradient * x.clamp(max=0)", "x.clamp(max=0)"), "is a factor"),
        (("(gradient *", "(-gradient *"), "the sign"),
    ],
    "leaky-relu-depth": [
        (("(layer - 1) / 2", "layer / 2"), "layer − 1"),
        (("(layer - 1) / 2", "(layer - 1)"), "takes its root"),
        (("slope**2", "slope"), "squared"),
        (("(1 + slope**2) / 2", "1"), "each layer multiplies"),
    ],
    "leaky-relu-updates": [
        (("// step) + 1", "// step)"), "still closed"),
        (("Fraction(lr) * Fraction(slope)", "Fraction(lr)"), "not 1|None"),
        ("def f(bias, lr, slope): return int(-bias / (lr * slope)) + 1", "never opens"),
        ("""
        def f(bias, lr, slope):
            import math
            return math.ceil(-bias / (lr * slope)) if slope else None
        """,
         "still closed"),
    ],
}

ALSO_RIGHT = {
    "leaky-relu-inverse": [
        "def f(y, slope): return torch.relu(y) - torch.relu(-y) / slope",
    ],
    "leaky-relu-updates": [
        """
        def f(bias, lr, slope):
            return None if slope == 0 else int(-bias // (lr * slope)) + 1
        """,
    ],
}
