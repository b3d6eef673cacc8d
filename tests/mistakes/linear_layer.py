"""Plausible wrong answers in networks/linear-layer."""

MISTAKES = {
    "linear-layer-count": [
        ((" + m * bias", ""), "each layer has biases, too"),
        (("m * bias", "n * bias"), "one bias for each output"),
        (("m * bias", "m"), "weights only"),
        (("sizes, sizes[1:]", "sizes[1:], sizes[2:]"), "add up all layers"),
    ],
    "linear-layer-merge": [
        (("w2 @ b1 + b2", "b1 + b2 if len(b1) == len(b2) else b2"), "the first bias"),
        (("w2 @ b1 + b2", "b2"), "but not lost"),
        (("w2 @ b1 + b2", "w2 @ b1"), "second bias is added"),
        (("w2 @ w1,", "w1 @ w2 if w1.shape == w2.shape else w2 @ w1,"), "stands on the right"),
        (("w2 @ w1,", "w1.T @ w2.T,"), "the weight must have shape"),
    ],
    "linear-layer-std": [
        ((" ** -0.5", " ** -1"), "take the root"),
        (("(n * mean_square.item())", "mean_square.item()"), "root of n"),
        (("(n * mean_square.item())", "n"), "the activation changes the mean square"),
        (("(n * mean_square.item()) ** -0.5", "(2 / n) ** 0.5"), "suits ReLU alone"),
        (("(phi(z).square() * density)", "((phi(z) - (phi(z) * density).sum() / density.sum()).square() * density)"),
         "do not subtract the mean"),
        (("/ density.sum()", "/ len(z)"), "solve for σ"),
    ],
    "linear-layer-rank": [
        (("u[:, :rank] * s[:rank]", "u[:, :rank]"), "singular values are missing"),
        (("vt[:rank]", "s[:rank, None] * vt[:rank]"), "in both factors"),
        (("u[:, :rank] * s[:rank], vt[:rank]", "u[:, -rank:] * s[-rank:], vt[-rank:]"), "keep the largest"),
        (("vt[:rank]", "vt[:, :rank].T"), "returns Vᵀ already"),
        (("u[:, :rank] * s[:rank]", "u * s"), "U must have shape"),
    ],
}
