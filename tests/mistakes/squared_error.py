"""Plausible wrong answers in losses/squared-error."""

MISTAKES = {
    "squared-error-rate": [
        ("def f(lr, shape): return lr", "in the half sum"),
        (("2 * lr / count", "lr / count"), "cancels the 2"),
        (("2 * lr / count", "lr * count / 2"), "the other way round"),
        ("def f(lr, shape): return 2 * lr / shape[0]", "all predictions"),
        (("2 * lr / count", "lr / (2 * count)"), "in the half sum"),
    ],
    "squared-error-weighted-line": [
        (("1 / sigma**2", "1 / sigma"), "1/σ², not 1/σ"),
        (("1 / sigma**2", "sigma**2"), "1/σ², not 1/σ"),
        (("1 / sigma**2", "torch.ones_like(x)"), "1/σ², not 1/σ"),
        (("return t_mean - slope * x_mean, slope", "return slope, t_mean - slope * x_mean"),
         "intercept first"),
        (("return t_mean - slope * x_mean, slope", "return t_mean, slope"), "weighted means"),
        ("""
        def f(x, t, sigma):
            w = 1 / sigma**2
            s, sx, st = w.sum(), (w * x).sum(), (w * t).sum()
            sxx, sxt = (w * x * x).sum(), (w * x * t).sum()
            b = (s * sxt - sx * st) / (s * sxx - sx * sx)
            return (st - b * sx) / s, b
        """,
         "nearly cancel"),
    ],
    "squared-error-slow-factor": [
        ("def f(z): return torch.sigmoid(z) * torch.sigmoid(-z)", "factor 2"),
        ("def f(z): return 2 * torch.sigmoid(z) * (1 - torch.sigmoid(z))", "rounds to 0"),
        ("def f(z): return 2 * (torch.sigmoid(z) - 1) * torch.sigmoid(z)", "what is left"),
        ("def f(z): return 2 * torch.exp(-z) / (1 + torch.exp(-z))", "what is left"),
    ],
    "squared-error-huber-center": [
        ("def f(t, delta): return t.mean()", "a median"),
        ("def f(t, delta): return t.median()", "add up to zero|the mean"),
        ("""
        def f(t, delta):
            c = t.median()
            for _ in range(100):
                c = (c + (t - c).clamp(-delta, delta).mean()) / 1.0
            return t.clamp(c - delta, c + delta).median()
        """,
         "add up to zero|the mean"),
        (("clamp(-delta, delta)", "sign()"), "add up to zero|the mean"),
        (("range(100)", "range(5)"), "add up to zero"),
    ],
}

ALSO_RIGHT = {
    "squared-error-weighted-line": [
        """
        def f(x, t, sigma):
            middle = x.mean()
            rows = torch.stack([torch.ones_like(x), x - middle], 1) / sigma[:, None]
            a, b = torch.linalg.lstsq(rows, (t / sigma)[:, None]).solution[:, 0]
            return a - b * middle, b
        """,
    ],
    "squared-error-huber-center": [
        """
        def f(t, delta):
            c = t.median()
            for _ in range(200_000):
                step = (t - c).clamp(-delta, delta).mean()
                if step.abs() < 1e-13:
                    break
                c = c + step
            return c
        """,
    ],
}
