"""Plausible wrong answers in attention/transformer."""

MISTAKES = {
    "transformer-parameters": [
        (("4 * d * d + 4 * d", "4 * d * d"), "four projections with biases"),
        (("2 * attention + ffn", "attention + ffn"), "two attentions"),
        (("3 * one_norm", "2 * one_norm"), "three norms"),
        (("+ vocabulary * d", "+ 2 * vocabulary * d"), "one table"),
        (("2 * d * h + h + d", "2 * d * h + 2 * h"), "expected"),
    ],
    "transformer-crossing": [
        (("n = 2 * d + h ", "n = d + h "), "2n²d"),
        (("n = 2 * d + h ", "n = 2 * d + 2 * h "), "expected"),
        (("window <= n", "window < n"), "so narrow a window"),
        (("math.inf if window is not None and window <= n else n", "n if window is None else min(n, window)"),
         "narrow a window|never lets"),
    ],
    "transformer-smoothing": [
        (("[targets != pad].mean()", ".mean()"), "not padding"),
        (("scores.mean(2)", "scores.sum(2)"), "spread over all"),
        (("scores.mean(2)", "(scores.sum(2) - right) / (scores.shape[2] - 1)"), "right one included"),
        (("-(1 - epsilon) * right", "-right"), "spread over all|alike"),
        (("logits.log_softmax(2)", "logits.softmax(2).log()"), "log_softmax"),
    ],
}
