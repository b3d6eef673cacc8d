"""Plausible wrong answers in losses/cross-entropy."""

MISTAKES = {
    "cross-entropy-floor": [
        ("def f(classes, smoothing): return 0.0", "which prediction is best"),
        (("log(t)", "log(t, 2)"), "in bits"),
        (("    rest = smoothing / classes\n    target = [1 - smoothing + rest]",
          "    rest = smoothing / max(classes - 1, 1)\n    target = [1 - smoothing]"),
         "the true one included"),
        (("for t in target if t > 0", "for t in target"), "0·ln 0"),
        (("for t in target if t > 0", "for t in target[:1]"), "have a share"),
    ],
    "cross-entropy-weighted": [
        ("def f(logits, target, weight): return torch.softmax(logits, 1) - target",
         "weights are missing"),
        ("def f(logits, target, weight): return weight * (torch.softmax(logits, 1) - target)",
         "its own probability alone"),
        ("def f(logits, target, weight): return torch.softmax(logits, 1) - weight * target",
         "add up to 0"),
        (("* weighted.sum(1, keepdim=True) - weighted",
          "* weighted.sum(1, keepdim=True) / len(logits) - weighted / len(logits)"),
         "not of their mean"),
        (("return torch.softmax(logits, 1) * weighted.sum(1, keepdim=True) - weighted",
          "return weighted - torch.softmax(logits, 1) * weighted.sum(1, keepdim=True)"),
         "sign"),
        (("torch.softmax(logits, 1)", "(logits.exp() / logits.exp().sum(1, keepdim=True))"),
         "±10,000"),
    ],
    "cross-entropy-parts": [
        ("def f(means, labels, weight, ignore_index=-100): return sum(means) / len(means)",
         "three labels"),
        (("weight[part[part != ignore_index]].sum().item()", "part.numel()"), "do not count"),
        (("weight[part[part != ignore_index]].sum().item()",
          "(part != ignore_index).sum().item()"), "class weights"),
        (("if share > 0:", "if True:"), "NaN and no weight"),
        (("part != ignore_index", "part >= 0"), "may be a class"),
        ((" if denominator > 0 else float(\"nan\")", ""), "NaN, not an error"),
    ],
    "cross-entropy-temperature": [
        ("def f(logits, labels): return 1.0", "too timid"),
        (("return 1 / beta", "return beta"), "T is asked for"),
        (("1e-3, 1e3", "1e-3, 1.0"), "below 1"),
        (("1e-3, 1e3", "0.1, 10.0"), "whole range"),
        (("range(60)", "range(8)"), "slope"),
    ],
}

ALSO_RIGHT = {
    "cross-entropy-floor": [
        """
        def f(classes, smoothing):
            target = torch.full((classes,), smoothing / classes, dtype=torch.float64)
            target[0] += 1 - smoothing
            return -torch.xlogy(target, target).sum().item()
        """,
    ],
    "cross-entropy-weighted": [
        """
        def f(logits, target, weight):
            p = torch.log_softmax(logits, 1).exp()
            return p * (target @ weight)[:, None] - weight * target
        """,
    ],
}
