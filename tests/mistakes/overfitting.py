"""Plausible wrong answers in generalization/overfitting."""

MISTAKES = {
    "overfitting-memorized": [
        (("max(1, wrong.sum().item())", "len(labels)"), "divide by their number"),
        (("wrong & (predictions == labels)", "predictions == labels"), "count only examples whose label is wrong"),
        (("predictions == labels", "predictions != true"), "repeated means equal"),
        (("max(1, wrong.sum().item())", "wrong.sum().item()"), "ZeroDivisionError|division by zero|no label is wrong"),
    ],
    "overfitting-gap": [
        (("torch.linalg.matrix_rank(phi.cpu()).item()", "phi.shape[1]"), "rank of phi"),
        (("return 2 * ", "return "), "the variance alone"),
        (("noise**2", "noise"), "square of its standard deviation"),
        (("/ len(phi)", "/ phi.shape[1]"), "divided by the rows"),
    ],
    "overfitting-parts": [
        (("(predictions - mean).square().mean()", "predictions.var(0).mean()"), "not by S − 1"),
        (("(mean - truth).square().mean()", "(mean - truth).mean() ** 2"), "then the mean over the points"),
        (("(mean - truth).square().mean()", "(predictions - truth).square().mean()"), "take the mean over the samples"),
        (("mean = predictions.mean(0)", "mean = predictions.mean(1, keepdim=True)"), "mean over the samples|shape|size"),
        (("return bias.item(), variance.item()", "return bias.item(), variance.item(), (bias + variance).item()"),
         "2 parts, not 3"),
    ],
    "overfitting-shortest": [
        (("phi.T @ torch.linalg.solve(phi @ phi.T, y)",
          "torch.cat([torch.linalg.solve(phi[:, :len(y)], y), torch.zeros_like(phi[0, len(y):])])"), "not the shortest"),
        (("phi.T @ torch.linalg.solve(phi @ phi.T, y)", "phi.T @ y"), "is wrong|w = "),
        (("phi.T @ torch.linalg.solve(phi @ phi.T, y)", "torch.linalg.solve(phi @ phi.T, y)"), "shape"),
        (("phi.T @ torch.linalg.solve(phi @ phi.T, y)",
          "phi.T @ torch.linalg.solve(phi @ phi.T + 0.1 * torch.eye(len(y)).to(phi), y)"), "is wrong|w = "),
    ],
}

ALSO_RIGHT = {
    "overfitting-shortest": ["def shortest(phi, y):\n    return torch.linalg.pinv(phi) @ y\n",
                             "def shortest(phi, y):\n    u, s, vt = torch.linalg.svd(phi, full_matrices=False)\n"
                             "    return vt.T @ (u.T @ y / s)\n"],
    "overfitting-parts": ["def parts(predictions, truth):\n"
                          "    return (predictions.mean(0) - truth).pow(2).mean(), "
                          "predictions.var(0, correction=0).mean()\n"],
}
