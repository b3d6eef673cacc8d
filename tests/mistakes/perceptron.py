"""Plausible wrong answers in networks/perceptron."""

MISTAKES = {
    "perceptron-gate": [
        (("(1, 1, -0.5)", "(1, 1, 0.5)"), "b alone decides"),
        (("(-1, 1, 0.5)", "(1, -1, 0.5)"), "IMPLIES of"),
        (("(1, 1, -0.5)", "(1, 1, 0)"), "0 away from 0"),
        (("(-1, -1, 1.5)", "(-1, -1)"), "must be a triple"),
    ],
    "perceptron-bound": [
        ((" * u.norm()", ""), "divide by the length of u"),
        (("(2 * t - 1)", "t"), "expected 100"),
        ((".item() ** 2 / margin**2", ".item() / margin"), "square their ratio"),
        (("x.norm(dim=1).max()", "x.norm()"), "largest length of an example"),
        (("if margin <= 0:", "if False:"), "wrong side"),
    ],
    "perceptron-averaged": [
        (("return total_w / (epochs * len(x)), total_b / (epochs * len(x))", "return w, b"), "last weights"),
        (("            total_w, total_b = total_w + w, total_b + b", "        total_w, total_b = total_w + w, total_b + b"),
         "weights are off"),
        (("float(w @ x[n] + b > 0)", "float(w @ x[n] + b >= 0)"), "weights are off"),
        (("w, b = w + error * x[n], b + error\n", "w = w + error * x[n]\n"), "moves by t − y"),
    ],
    "perceptron-xor": [
        (("(1, -1, -0.5)          # either, but not both", "(1, 1, -0.5)"), "wanted is"),
        (("either, both, (1, -1, -0.5)", "both, either, (1, -1, -0.5)"), "wanted is"),
        (("(1, 1, -1.5)", "(1, 1, -0.5)"), "wanted is"),
    ],
}
