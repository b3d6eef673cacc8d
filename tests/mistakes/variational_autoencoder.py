"""Plausible wrong answers in generative/variational-autoencoder."""

MISTAKES = {
    "variational-autoencoder-divergence": [
        (("ratio = log_var - other_log_var\n    square = (mean - other_mean)**2 / other_log_var.exp()",
          "ratio = other_log_var - log_var\n    square = (mean - other_mean)**2 / log_var.exp()"), "changed places"),
        ((" / other_log_var.exp()", ""), "in units of the second variance"),
        ((".sum(1)", ".mean(1)"), "not their mean"),
        ((".sum(1)", ""), "sum over the d numbers"),
        ((") / 2)", "))"), "one half is missing"),
        (("ratio = log_var - other_log_var", "ratio = (log_var - other_log_var) / 2"), "expectation of log q"),
    ],
    "variational-autoencoder-variance": [
        (("variance = ((x - mean)**2).mean()", "variance = ((x - mean)**2).mean().sqrt()"), "not s"),
        (("((x - mean)**2).mean()", "((x - mean)**2).sum(1).mean()"), "not a sum"),
        (("((x - mean)**2).mean()", "(x - x.mean(0)).square().mean()"), "from the decoder's means"),
        (("-n / 2 *", "n / 2 *"), "not minus it"),
        (("-n / 2 *", "-1 / 2 *"), "sum over the pixels"),
        (("(1 + (2", "((2"), "first term"),
        (("2 * math.pi * variance", "variance"), "with 2π"),
    ],
    "variational-autoencoder-weights": [
        (("log_w.logsumexp(0)", "log_w.exp().sum(0).log()"), "not finite"),
        (("return log_w.logsumexp(0) - math.log(len(log_w))", "return log_w.mean(0)"), "plain bound"),
        ((" - math.log(len(log_w))", ""), "divide by K"),
        (("log_joint - log_q", "log_joint + log_q"), "log q is subtracted"),
        (("log_w.logsumexp(0)", "log_w.logsumexp(1)"), "along the first axis|must have shape"),
    ],
    "variational-autoencoder-awake": [
        (("beta * variance", "variance"), "β multiplies"),
        (("min(d, int((values > beta * variance).sum()))", "int((values > beta * variance).sum())"), "only d numbers"),
        (("    x = x - x.mean(0)\n", ""), "not centered"),
        (("beta * variance", "beta * variance**2"), "neither is squared"),
        (("values > beta", "values.sqrt() > beta"), "no root is taken"),
        ((" / len(x)", ""), "with the divisor N"),
    ],
}
ALSO_RIGHT = {
    "variational-autoencoder-divergence": [
        "def divergence(mean, log_var, other_mean, other_log_var):\n"
        "    q = torch.distributions.Normal(mean, (log_var / 2).exp())\n"
        "    p = torch.distributions.Normal(other_mean, (other_log_var / 2).exp())\n"
        "    return torch.distributions.kl_divergence(q, p).sum(-1)\n",
    ],
    "variational-autoencoder-weights": [
        "def weighted_bound(log_joint, log_q):\n"
        "    w = log_joint - log_q\n"
        "    top = w.amax(0)\n"
        "    return top + (w - top).exp().mean(0).log()\n",
    ],
    "variational-autoencoder-awake": [
        "def awake(x, variance, beta, d):\n"
        "    s = torch.linalg.svdvals(x - x.mean(0))**2 / len(x)\n"
        "    return (s[:d] > beta * variance).sum()\n",
    ],
}
