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
    "adam-wrong-way": [
        (("largest if amsgrad else v", "v"), "amsgrad=True"),
        (("w = min(max(w, -1.0), 1.0)", "pass"), "then clip"),
        ((" / t**0.5", ""), "η/√t"),
        (("t % 3 == 1", "t % 3 == 0"), "expected"),
        (("1 / (1 + C**2)", "0.999"), "β₂ = 1/"),
    ],
}
