"""Plausible wrong answers in networks/artificial-neural-network."""

MISTAKES = {
    "artificial-neural-network-neuron": [
        (("max(sum(weight * value for weight, value in zip(w, x)) + b, 0.0)",
          "sum(weight * value for weight, value in zip(w, x)) + b"), "apply ReLU"),
        ((" + b, 0.0)", ", 0.0)"), "the bias is missing"),
        ((" + b, 0.0)", ", 0.0) + b"), "inside ReLU"),
        (("sum(weight * value for weight, value in zip(w, x))", "sum(w) * sum(x)"), "its own weight"),
    ],
    "artificial-neural-network-bias": [
        (("[W, b[:, None]]", "[b[:, None], W]"), "the last column, not the first"),
        (("[W, b[:, None]]", "[W, torch.ones_like(b[:, None])]"), "one more column"),
        (("torch.cat([W, b[:, None]], dim=1)", "W + b[:, None]"), "must have shape"),
    ],
    "artificial-neural-network-sparse": [
        (("matrix[i, i:i + len(w)] = w", "matrix[i, i:i + len(w)] = w.flip(0)"), "run backwards"),
        (("matrix[i, i:i + len(w)] = w", "matrix[i, :len(w)] = w"), "row i holds"),
        (("return matrix", "return matrix.T"), "must have shape"),
        (("    return matrix\n", "    return torch.cat([matrix, matrix.new_zeros(len(w) - 1, n)])\n"), "windows fit"),
    ],
    "artificial-neural-network-spike": [
        (("1000 / rate - refractory", "1000 / rate"), "the pause after each spike"),
        (("return threshold / (", "return 1 / ("), "grows with the threshold"),
        (("threshold / (1 - math.exp(-climb / tau))", "threshold / math.exp(-climb / tau)"), "solve θ"),
        ((" if climb > 0 else math.inf", " if climb != 0 else math.inf"), "out of reach"),
    ],
}
