"""Plausible wrong answers in optimization/nesterov-accelerated-gradient."""

MISTAKES = {
    "nesterov-accelerated-gradient-path": [
        (("gradient(w + beta * v)", "gradient(w)"), "this is momentum"),
        (("w = w + v", "w = w - v"), "v carries the minus already"),
        (("gradient(w + beta * v)", "gradient(w + v)"), "the look-ahead is w \\+ βv"),
        (("places = torch.zeros_like(w), [w]", "places = torch.zeros_like(w), []"), "the start and one row"),
        (("w = w + v", "w += v"), "must stay as it is"),
    ],
    "nesterov-accelerated-gradient-factor": [
        (("(1 + beta) * q / 2, beta * q", "(beta + q) / 2, beta"), "the roots of momentum"),
        (("return math.sqrt(product)", "return product"), "complex roots"),
        (("return abs(middle) + math.sqrt(inside)", "return middle + math.sqrt(inside)"), "negative root"),
        (("return math.sqrt(product)", "return math.sqrt(beta)"), "the roots of momentum"),
    ],
    "nesterov-accelerated-gradient-weights": [
        (("w = w + group", "w = w - group"), "plus: b points uphill"),
        (('group["lr"] * group["momentum"] * b', 'group["lr"] * b'), "θ \\+ ηβb"),
        (('w = w + group["lr"] * group["momentum"] * b', 'pass'), "the look-ahead"),
        (('group["lr"] * group["momentum"] * b', 'optimizer.param_groups[0]["lr"] * optimizer.param_groups[0]["momentum"] * b'),
         "own group"),
    ],
    "nesterov-accelerated-gradient-restart": [
        (("(g * v).sum() > 0", "(g * v).sum() < 0"), "off from step"),
        (("(g * v).sum() > 0", "(g * v).sum() >= 0"), "there are 0 restarts, not 5"),
        (("v, k, restarts = torch.zeros_like(v), 0, restarts + 1", "k, restarts = 0, restarts + 1"), "off from step"),
        (("v, k, restarts = torch.zeros_like(v), 0, restarts + 1", "v, restarts = torch.zeros_like(v), restarts + 1"),
         "off from step"),
        (("beta = (k - 1) / (k + 2)", "beta = k / (k + 3)"), "off from step"),
        (("return torch.stack(places), restarts", "return torch.stack(places)"), "the number of restarts"),
    ],
}
