"""Plausible wrong answers in stability/vanishing-gradient."""

MISTAKES = {
    "vanishing-gradient-lengths": [
        (("torch.stack(found[::-1])", "torch.stack(found)"), "wrong order"),
        (("W.T @ (slope * gradient)", "W.T @ gradient"), "slopes are missing"),
        (("W.T @ (slope * gradient)", "slope * (W.T @ gradient)"), "size of tensor|before the transposed"),
        (("found = [gradient.norm()]", "found = []"), "one for the input"),
        (("(slope * gradient)", "(slope.abs() * gradient)"), "δ of the layer before"),
        (("(slope * gradient)", "(slope.relu() * gradient)"), "δ of the layer before"),
    ],
    "vanishing-gradient-gain": [
        (("slope(z).square().mean().sqrt().item()", "slope(z).mean().item()"), "square of the mean"),
        (("z = std * torch", "z = torch"), "standard deviation of 1"),
        (("mean().sqrt().item()", "mean().item()"), "its root"),
    ],
    "vanishing-gradient-reach": [
        (("    if torch.linalg.eigvals(W.cpu()).abs().max() > 0.999:\n        return math.inf\n",
          "    radius = torch.linalg.eigvals(W.cpu()).abs().max().item()\n    if radius > 0.999:\n        return math.inf\n"
          "    return 0 if radius == 0 else 1 + math.floor(math.log(floor) / math.log(radius))\n"), "norm of the power"),
        (("torch.linalg.eigvals(W.cpu()).abs().max() > 0.999", "torch.linalg.matrix_norm(W, 2) >= 1"), "spectral radius decides"),
        (("        power, q = W @ power, q + 1\n",
          "        before, power, q = power, W @ power, q + 1\n        if q > 1 and torch.linalg.matrix_norm(power, 2) > "
          "torch.linalg.matrix_norm(before, 2):\n            return math.inf\n"), "spectral radius decides"),
        (("return q\n", "return q - 1\n"), "first q"),
        (("    if torch.linalg.eigvals(W.cpu()).abs().max() > 0.999:\n        return math.inf\n",
          "    if torch.linalg.eigvals(W.cpu()).abs().max() > 0.999:\n        return 1000\n"), "return math.inf"),
    ],
    "vanishing-gradient-paths": [
        (("range(longest + 1)", "range(longest)"), "exactly `longest`"),
        (("return terms / (1 + factor) ** depth", "return terms"), "not yet its share"),
        (("math.comb(depth, m) * factor**m for", "math.comb(depth, m) * 1.0 for"), "expected"),
        (("math.comb(depth, m) * factor**m for", "factor**m for"), "terms have m layers"),
    ],
}

ALSO_RIGHT = {
    "vanishing-gradient-lengths": [
        ("return torch.stack(found[::-1])", "return torch.tensor([float(one) for one in found[::-1]])"),
    ],
}
