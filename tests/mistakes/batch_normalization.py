"""Plausible wrong answers in stability/batch-normalization."""

MISTAKES = {
    "batch-normalization-layer": [
        (("x.var(0, correction=0)", "x.var(0)"), "unbiased variance"),
        (("var * m / (m - 1)", "var"), "the unbiased one"),
        (("old.mul_(1 - self.momentum).add_(self.momentum * new)", "old.mul_(self.momentum).add_((1 - self.momentum) * new)"),
         "share of the new batch"),
        (("x.mean(0), x.var(0, correction=0)", "x.mean(0).detach(), x.var(0, correction=0).detach()"), "flow through them"),
        (("mean, var = self.running_mean, self.running_var", "mean, var = x.mean(0), x.var(0, correction=0)"),
         "in evaluation mode"),
        (("old.mul_(1 - self.momentum).add_(self.momentum * new)", "pass"), "running_mean is wrong"),
        (("(var + self.eps).sqrt()", "(var.sqrt() + self.eps)"), "output in training mode is wrong"),
    ],
    "batch-normalization-fold": [
        (("linear.weight * scale, bias", "(linear.weight.T * scale[:linear.out_features]).T, bias"), "not to a row|the weight"),
        (("        bias = bias + linear.bias", "        pass"), "still to be added"),
        (("norm.bias - scale * norm.running_mean", "norm.bias - norm.running_mean"), "the bias is wrong"),
        (("+ norm.eps", ""), "the weight is wrong"),
        (("return linear.weight * scale, bias", "return linear.weight * scale"), "return the weight and the bias"),
    ],
    "batch-normalization-recalibrate": [
        (("        norm.reset_running_stats()\n", ""), "start afresh"),
        (("        norm.momentum = None                            # the mean over all batches\n", ""), "count equally"),
        (("        norm.momentum = momentum", "        pass"), "momentum is None"),
        (("        module.training = training", "        pass"), "the mode it was in before"),
        (("    model.train()\n", "    model.eval()\n"), "in training mode meanwhile"),
        (("    model.train()\n", "    for norm in norms:\n        norm.train()\n"), "in training mode meanwhile"),
    ],
}
