"""Plausible wrong answers in losses/loss-function."""

MISTAKES = {
    "loss-function-best-constant": [
        ("def f(values, loss): return sum(values) / len(values)", "half of the values"),
        (("statistics.median(values)", "sorted(values)[len(values) // 2]"), "even counts"),
        (("statistics.median(values)", "values[len(values) // 2]"), "sort"),
        (("min(statistics.multimode(values))", "statistics.mode(values)"), "smallest"),
        (("(min(values) + max(values)) / 2", "max(values) / 2"), "halfway"),
        (("(min(values) + max(values)) / 2", "max(values)"), "halfway"),
    ],
    "loss-function-quantile": [
        ("def f(y, t, tau): return (t - y).abs()", "half the absolute error"),
        (("short = t - y", "short = y - t"), "swapped"),
        ("def f(y, t, tau): return tau * (t - y)", "not negative"),
        ("def f(y, t, tau): return torch.where(t > y, tau, 1 - tau) * (t - y)", "not negative"),
        (("(tau - 1) * short", "-tau * short"), "beyond"),
        ("def f(y, t, tau): return torch.maximum(tau * (t - y), (tau - 1) * (t - y)).mean()",
         "one loss for each element"),
    ],
    "loss-function-poisson": [
        ("def f(y, t): return y.exp() - t * y", "included"),
        ("def f(y, t): return t * y - y.exp() - torch.lgamma(t + 1)", "sign"),
        ("def f(y, t): return y.exp() - t * y + torch.lgamma(t)", "t \\+ 1"),
        (("t * y", "t * y.exp().clamp(min=1e-8).log()"), "prediction minus truth"),
        ("def f(y, t): return y - t * y.clamp(min=1e-9).log() + torch.lgamma(t + 1)",
         "logarithm of the rate"),
        ("def f(y, t): return (y.exp() - t) ** 2", "ln t!"),
    ],
    "loss-function-threshold": [
        ("def f(scores, labels): return ((scores > 0.5).long() != labels).sum().item()",
         "always right"),
        (("possible[:-1] = scores[:-1] != scores[1:]", "pass"), "same side"),
        (("min(below_all.item(), errors[possible].min().item())",
          "errors[possible].min().item()"), "yes to everything"),
        (("scores, order = scores.sort()", "order = torch.arange(len(scores))"),
         "need not be sorted"),
        ("def f(scores, labels): return min(int(labels.sum()), int((1 - labels).sum()))",
         "always right"),
        ("""
        def f(scores, labels):
            cuts = [s.item() - 1 for s in scores[:1]] + scores.tolist() + [-1.0]
            return min(
                min(int(((scores > c).long() != labels).sum()),
                    int(((scores <= c).long() != labels).sum())) for c in cuts)
        """,
         "cannot be swapped"),
    ],
}
