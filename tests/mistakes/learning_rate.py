"""Plausible wrong answers in optimization/learning-rate."""

MISTAKES = {
    "learning-rate-regime": [
        (("product = lr * curvature", "product = lr"), "one step ends at the minimum"),
        (("if product < 2:", "if product <= 2:"), "w becomes −w"),
        (("if product < 1:", "if product <= 1:"), "one step ends at the minimum"),
        (('"overshoots"', '"diverges"'), "the sign changes in each step"),
    ],
    "learning-rate-warmup-cosine": [
        (("lr * step / warmup", "lr * (step + 1) / warmup"), "a line from 0 at step 0"),
        (("(step - warmup) / (steps - warmup)", "step / steps"), "begins at the end of the warm-up"),
        (("min((step - warmup) / (steps - warmup), 1)", "(step - warmup) / (steps - warmup)"), "would rise again"),
        (("math.pi * share", "2 * math.pi * share"), "its half ends at"),
    ],
    "learning-rate-plateau": [
        (("bad > patience", "bad >= patience"), "more than `patience`"),
        (("loss < best", "loss <= best"), "an equal loss is not better"),
        (("best, bad = loss, 0\n", "best = loss\n"), "sets the count back"),
        (("        else:\n            bad += 1\n", "        else:\n            best, bad = loss, bad + 1\n"), "below every loss before"),
        (("lr, bad = lr * factor, 0", "lr, bad, best = lr * factor, 0, math.inf"), "best loss is kept"),
        (("loss < best", "not loss >= best"), "NaN is never better"),
        (("best, bad, after = math.inf, 0, []", "best, bad, after, lr = math.inf, 0, [], 1.0"), "lr = 0.8"),
    ],
    "learning-rate-limit": [
        (("v = power(1.1 * product(v).norm().item(), 300)", "v = power(0.0, 300)"), "add a number to all eigenvalues"),
        (("return 2 / (v", "return 1 / (v"), "this is 1/λmax"),
        (("power(1.1 * product(v).norm().item(), 300)", "power(1.1 * product(v).norm().item(), 3)"), "often enough"),
        (("item(), 300)", "item(), 3000)"), "500 are allowed"),
        (("        v = torch.randn(", "        H = torch.stack([product(e) for e in torch.eye(size).to(dg.device())])\n"
          "        v = torch.randn("), "500 are allowed"),
    ],
}
