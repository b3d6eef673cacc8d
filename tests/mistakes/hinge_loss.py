"""Plausible wrong answers in losses/hinge-loss."""

MISTAKES = {
    "hinge-loss-gradient": [
        (("< 1", "<= 1"), "exactly on the margin"),
        (("< 1", "< 0"), "right side pull as well"),
        (("-t, 0", "t, 0"), "wrong way round"),
        ((" / len(t)", ""), "divide by the number"),
        (("t * (x @ w + b)", "t * (x @ w)"), "ty < 1"),
        (("pulling.sum()", "pulling.mean()"), "for b"),
        (("return pulling @ x, pulling.sum()", "return pulling @ x"), "pair"),
    ],
    "hinge-loss-rivals": [
        ((" - 1                     #", "                         #"), "expected"),
        (("+ 1 > 0", "+ 1 >= 0"), "far enough"),
        (("+ 1 > 0", "> 0"), "less than 1 behind"),
        (("too_close = (scores - true) + 1 > 0", "too_close = (scores - true).abs() < 1"),
         "above the true class"),
        (("return too_close.sum(1) - 1", "return too_close.sum() - 1"), "expected"),
        (("scores.gather(1, labels[:, None])", "scores[:, labels[:1]]"), "its own label"),
    ],
    "support-vector-machine-step": [
        (("penalty * w - (pulling", "-(pulling"), "penalty pulls"),
        ((" / len(x)", ""), "divide by the number"),
        ((" / len(x)", " / (t * (x @ w) < 1).sum().clamp(min=1)"), "not by those inside"),
        (("return w - gradient", "return w + gradient"), "uphill"),
        (("gradient / (penalty * s)", "gradient / s"), "step size"),
        (("(x @ w) < 1)", "(x @ w) < 0)"), "wrong side"),
        (("return w - gradient / (penalty * s)", "w -= gradient / (penalty * s)\n    return w"),
         "changed"),
    ],
    "support-vector-machine-line": [
        (("direction * 2 /", "direction * 1 /"), "2 apart"),
        (("low, high, direction = max(positive), min(negative), -1",
          "low, high, direction = max(positive), min(negative), 1"), "to the left"),
        (("return w, -w * (low + high) / 2", "return w, w * (low + high) / 2"), "nearest"),
        (("max(negative) < min(positive)", "max(negative) <= min(positive)"),
         "division|expected|None"),
        ("def f(x, t): return 1.0, -sum(x) / len(x)", "nearest examples"),
        (("        return None", "        return 0.0, 0.0"), "None"),
    ],
}

ALSO_RIGHT = {
    "hinge-loss-gradient": [
        """
        def f(w, b, x, t):
            w, b = w.clone().requires_grad_(), b.clone().requires_grad_()
            loss = dg.losses.hinge_loss(x @ w + b, t)
            return torch.autograd.grad(loss, (w, b))
        """,
    ],
    "hinge-loss-rivals": [
        """
        def f(scores, labels):
            y = scores.clone().requires_grad_()
            dg.losses.multi_margin_loss(y, labels, reduction="sum").backward()
            pull = y.grad.gather(1, labels[:, None])[:, 0]
            return (-pull * scores.shape[1]).round().long()
        """,
    ],
}
