"""Plausible wrong answers in optimization/adam."""

MISTAKES = {
    "adam-first-step": [
        (("** 0.5", ""), "root is taken"),
        (("(1 - beta1) /", "beta1 /"), "m starts as"),
        (("(1 - beta1) /", "1 / (1 - beta1) /"), "m starts as"),
    ],
    "adam-state": [
        ((" if p.requires_grad", ""), "frozen"),
        (("2 * ", ""), "two averages"),
        (("p.numel()", "len(p)"), "72 trained parameters"),
    ],
    "adam-epsilon": [
        (("share / (1 - share)", "share"), "solve for"),
        (("eps * share", "share"), "solve for"),
        (("(1 - share)", "(1 + share)"), "solve for"),
    ],
    "adam-wrong-way": [
        (("largest if amsgrad else v", "v"), "amsgrad=True divides by the root of the largest"),
        (("w = min(max(w, -1.0), 1.0)", "pass"), "clip w"),
        ((" / t**0.5", ""), "learning rate shrinks"),
        (("t % 3 == 1", "t % 3 == 0"), "t starts at 1"),
        (("1 / (1 + C**2)", "0.999"), "not Adam's usual"),
        ((") ** 0.5", ")"), "not by v"),
        (("g / (largest if amsgrad else v)", "g / ((largest if amsgrad else v) / (1 - beta2**t))"),
         "leave out the bias correction"),
        (("beta2 * v + (1 - beta2)", "(1 - beta2) * v + beta2"), "then w is clipped"),
    ],
}
