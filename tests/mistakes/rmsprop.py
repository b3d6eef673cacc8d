"""Plausible wrong answers in optimization/rmsprop."""

MISTAKES = {
    "rmsprop-first-steps": [
        (("range(1, count + 1)", "range(2, count + 2)"), "under a constant gradient"),
        (("** -0.5", "** -1.0"), "by the root of h, not by h"),
        (("(1 - gamma**t) ** -0.5", "(1 - gamma) ** -0.5"), "under a constant gradient"),
        (("range(1, count + 1)", "range(1, count)"), "one length for each step"),
    ],
    "rmsprop-memory": [
        (("while 1 - rest < share", "while rest > share"), "may be 1 − share"),
        (("n, rest = 0, 1.0", "n, rest = 1, 1.0"), "the first whole number"),
        (("n, rest = n + 1, rest * gamma", "n, rest = n + 1, rest * (1 - gamma)"), "the first whole number"),
        (("while 1 - rest < share:\n        n, rest = n + 1, rest * gamma\n    return n", "return round(1 / (1 - gamma))"),
         "the first whole number"),
    ],
    "rmsprop-rare": [
        (("        h = h * gamma ** (k - 1)                # k - 1 gradients of 0\n", ""), "k − 1 times by γ"),
        (("gamma ** (k - 1)", "gamma ** k"), "k − 1 gradients are 0"),
        (("far += h**-0.5", "far += 1.0"), "with the new h"),
        (("h = gamma * h + (1 - gamma)             # a gradient of 1 comes in\n        far += h**-0.5",
          "far += h**-0.5 if h else 0.0\n        h = gamma * h + (1 - gamma)"), "with the new h"),
    ],
    "rmsprop-optimizer": [
        (("(h / (1 - gamma**t)).sqrt()", "h.sqrt()"), "without the correction"),
        (('p.sub_(group["lr"] * p.grad / (root + group["eps"]))',
          'p.sub_(group["lr"] * p.grad / (h / (1 - gamma**t) + group["eps"]).sqrt())'), "outside the root"),
        (('h = state["h"] = gamma * old + (1 - gamma) * p.grad**2',
          'h = gamma * old + (1 - gamma) * p.grad**2\n                state["h"] = h / (1 - gamma**t)'), "off|not corrected"),
        (('t = state["t"] = state.get("t", 0) + 1', 't = group["t"] = group.get("t", 0) + 1'), "off|a t of its own"),
        (("p.sub_(", "p.add_("), "the weights are off"),
        (('                if p.grad is None:\n                    continue\n', ''), "NoneType|without a gradient"),
    ],
}
