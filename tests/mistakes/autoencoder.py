"""Plausible wrong answers in generative/autoencoder."""

MISTAKES = {
    "autoencoder-tied": [
        (("torch.sigmoid(x @ W.T + b)", "x @ W.T + b"), "the sigmoid of W x"),
        (("code @ W + c", "torch.sigmoid(code @ W + c)"), "no sigmoid follows"),
        (("return code, code @ W + c", "return code @ W + c"), "two tensors"),
        (("code @ W + c", "code @ W"), "Wᵀ z"),
        (("return code, code @ W + c", "return code @ W + c, code"), "must have shape|sigmoid of W x"),
    ],
    "autoencoder-threshold": [
        (("errors[None] > errors[:, None]", "errors[None] >= errors[:, None]"), "may lie above|lies strictly above|lie strictly"),
        (("    above = (errors[None] > errors[:, None]).float().mean(1)       # for each error\n"
          "    return errors[above <= rate + 1e-6].min().item()", "    return torch.quantile(errors, 1 - rate).item()"),
         "may lie above|at most two"),
        (("    above = (errors[None] > errors[:, None]).float().mean(1)       # for each error\n"
          "    return errors[above <= rate + 1e-6].min().item()",
          "    return errors.sort(descending=True).values[round(rate * len(errors))].item()"), "at most two|strictly above|single|raises an error"),
        ((".min().item()", ".max().item()"), "one of ten"),
    ],
    "autoencoder-exchange": [
        (("    length = length.where(length > 0, 1.0)\n", ""), "column of zeros"),
        (("V.norm(dim=0)", "V.norm().expand(len(b))"), "each column over its own length"),
        (("W * length[:, None], b * length", "W * length[:, None], b"), "row and bias"),
        (("W * length[:, None], b * length", "W / length[:, None], b / length"), "row and bias"),
        (("W * length[:, None], b * length", "W, b"), "row and bias"),
    ],
    "autoencoder-jacobian": [
        (("1 - torch.tanh(x @ W.T + b) ** 2", "1 - torch.tanh(x @ W.T) ** 2"), "diag"),
        (("jacobian = torch.einsum(\"kh,nh,hi->nki\", A, slope, W)          # (N, d, D)\n"
          "    return jacobian.square().sum((1, 2)).mean()",
          "return (A.square().sum(0) * slope**2 * W.square().sum(1)).sum(1).mean()"), "no product of squares"),
        (("jacobian.square().sum((1, 2)).mean()", "jacobian.square().sum((1, 2)).sum()"), "mean over the examples"),
        (("jacobian.square().sum((1, 2)).mean()", "jacobian.square().mean()"), "sum its squares"),
        (("1 - torch.tanh(x @ W.T + b) ** 2", "1 - torch.tanh(x @ W.T + b)"), "diag"),
    ],
    "autoencoder-directions": [
        (("found = basis @ turn", "found = basis"), "principal directions of the data's coordinates|largest absolute value"),
        (("basis = torch.linalg.qr(V)[0]  ", "basis = V  "), "orthonormal"),
        (("return found * largest.sign()", "return -found * largest.sign()"), "largest absolute value"),
        (("    found = basis @ turn\n",
          "    found = torch.linalg.svd(x, full_matrices=False)[2].T[:, :V.shape[1]]\n"), "space of V's columns"),
        (("found = basis @ turn", "found = (basis @ turn).flip(1)"), "largest variance first"),
    ],
}
