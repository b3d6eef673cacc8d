"""Plausible wrong answers in stability/layer-normalization."""



def averaged(axes, split="(groups, -1)"):
    """Channels split so, and averaged over these axes."""
    return f"""
def group_norm(x, groups, eps):
    parts = x.unflatten(1, {split})
    parts = parts - parts.mean({axes}, keepdim=True)
    return (parts / (parts.square().mean({axes}, keepdim=True) + eps).sqrt()).flatten(1, 2)
"""


MISTAKES = {
    "layer-normalization-forward": [
        (("centered.square().mean(-1, keepdim=True)", "x.var(-1, keepdim=True)"), "not by one less"),
        (("(variance + eps).sqrt()", "(variance.sqrt() + eps)"), "under the root"),
        (("variance + eps", "variance + 1e-5"), "eps is an argument"),
        (("centered.square().mean(-1, keepdim=True)", "(x.square().mean(-1, keepdim=True) - x.mean(-1, keepdim=True).square())"),
         "before you square"),
        (("x - x.mean(-1, keepdim=True)", "x - x.mean(0, keepdim=True)"), "over the last axis"),
        (("centered = x -", "x = x * weight + bias\n    centered = x -"), "wrong"),
        ("def layer_norm(x, weight, bias, eps):\n    x = x * weight + bias\n    c = x - x.mean(-1, keepdim=True)\n"
         "    return c / (c.square().mean(-1, keepdim=True) + eps).sqrt()", "come after"),
    ],
    "layer-normalization-rms-backward": [
        (("g - normal", "g - g.mean(-1, keepdim=True) - normal"), "stays where it is"),
        (("(g - normal * (g * normal).mean(-1, keepdim=True)) / root", "g / root"), "the term along"),
        (("g = grad * weight", "g = grad"), "through weight"),
        (("(g * normal).mean(-1", "(g * normal).sum(-1"), "not its sum"),
        ((".flatten(0, -2).sum(0)", ""), "with respect to weight must have shape"),
        ((".flatten(0, -2).sum(0)", ".flatten(0, -2).mean(0)"), "over all examples"),
    ],
    "layer-normalization-groups": [
        (averaged("(1, 3, 4)", "(-1, groups)"), "neighboring"),
        (averaged("(3, 4)"), "one channel each"),
        (averaged("(1, 2, 3, 4)"), "one group of all"),
        (averaged("(0, 2, 3, 4)"), "each example by itself"),
        ((".flatten(1, 2)", ""), "shape of x"),
        (("variance + eps", "variance + 1e-5"), "eps is an argument"),
        (("(variance + eps).sqrt()", "(variance.sqrt() + eps)"), "under the root"),
    ],
    "layer-normalization-absorb": [
        (("weight * gamma", "gamma[:, None] * weight"), "columns of W|size of tensor"),
        (("bias + weight @ beta", "bias"), "through the old W"),
        (("weight @ beta", "(weight * gamma) @ beta"), "through the old W"),
        (("weight @ beta", "beta.mean()"), "through the old W"),
    ],
}

ALSO_RIGHT = {
    "layer-normalization-forward": ["""
def layer_norm(x, weight, bias, eps):
    rows = [(row - row.mean()) / ((row - row.mean()).square().mean() + eps).sqrt() * weight + bias
            for row in x.reshape(-1, x.shape[-1])]
    return torch.stack(rows).reshape(x.shape)
"""],
    "layer-normalization-groups": ["""
def group_norm(x, groups, eps):
    parts = x.reshape(len(x), groups, -1)
    variance, mean = torch.var_mean(parts, -1, correction=0, keepdim=True)
    return ((parts - mean) * torch.rsqrt(variance + eps)).view(x.shape)
"""],
    "layer-normalization-rms-backward": ["""
def rms_backward(x, weight, grad, eps):
    rate = (x.square().mean(-1, keepdim=True) + eps).rsqrt()
    g = grad * weight
    for_x = g * rate - x * rate**3 * (g * x).mean(-1, keepdim=True)
    return [for_x, torch.einsum("...d,...d->d", grad, x * rate)]
"""],
    "layer-normalization-absorb": [("weight * gamma, bias + weight @ beta",
                                    "weight @ torch.diag(gamma), torch.addmv(bias, weight, beta)")],
}
