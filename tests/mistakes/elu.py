"""Plausible wrong answers in activations/elu."""

MISTAKES = {
    "elu-inverse": [
        (("torch.log1p(y.clamp(max=0) / alpha)", "torch.log(1 + y.clamp(max=0) / alpha)"),
         "loses the digits"),
        ((" / alpha", ""), "divide by alpha"),
        ("def f(y, alpha): return torch.log1p(y / alpha)", "as they are"),
        ("def f(y, alpha): return torch.where(y > 0, y, torch.log(-y / alpha))", "not its own|solve"),
        ("def f(y, alpha): return torch.where(y > 0, y, y / alpha)", "solve"),
    ],
    "elu-backward": [
        (("x > 0", "x >= 0"), "at 0"),
        (("gradient * torch", "torch"), "from above"),
        (("alpha * x.clamp(max=0).exp()", "x.clamp(max=0).exp()"), "alpha is a factor"),
        ("""
        def f(gradient, x, alpha):
            y = torch.where(x > 0, x, alpha * torch.expm1(x.clamp(max=0)))
            return gradient * torch.where(x > 0, 1.0, y + alpha)
        """,
         "has rounded"),
        ("""
        def f(gradient, x, alpha):
            return gradient * ((x > 0) + (x <= 0) * alpha * x.exp())
        """,
         "0 · inf"),
    ],
    "elu-mean": [
        (("return right + left", "return right"), "ReLU's mean"),
        ((" - standard.cdf(-m)\n", "\n"), "the −1"),
        (("math.exp(mean + std**2 / 2)", "math.exp(std**2 / 2)"), "completing the square|E\\[z"),
        (("cdf(-m - std)", "cdf(-m)"), "E\\[z"),
        (("mean * standard.cdf(m) + ", ""), "E\\[z"),
    ],
    "elu-fixed-point": [
        ("def f(variance): return 1.6732632423543772, 1.0507009873554805", "depends on the variance"),
        (("(2 * q / (q", "(2 / (q"), "that is 1"),
        ((").sqrt()\n    return alpha", ")\n    return alpha"), "enters it squared|solve"),
        (("(1 - first)", "(1 + first)"), "balances"),
        (("second - 2 * first + 1", "second - first + 1"), "solve Q"),
    ],
}

ALSO_RIGHT = {
    "elu-backward": [
        """
        def f(gradient, x, alpha):
            return torch.where(x > 0, gradient, gradient * alpha * x.exp())
        """,
    ],
}
