"""Plausible wrong answers in generalization/l2-regularization."""

MISTAKES = {
    "l2-regularization-prior": [
        (("noise**2 / (n * spread**2),", "noise / (n * spread),"), "variances and not deviations"),
        (("noise**2 / (n * spread**2),", "spread**2 / (n * noise**2),"), "σ² / "),
        ((", noise**2 / spread**2", ", 2 * noise**2 / spread**2"), "compare the factors"),
        ((", noise**2 / spread**2", ", noise**2 / (n * spread**2)"), "multiply the chapter's loss"),
    ],
    "l2-regularization-fit": [
        (("center, middle = x.mean(0), y.mean()", "center, middle = torch.zeros_like(x[0]), y.mean() * 0"), "nothing is centered"),
        ("def fit(x, y, penalty):\n    rows = torch.cat([x, torch.ones(len(x), 1).to(x)], 1)\n"
         "    A = rows.T @ rows / len(x) + penalty * torch.eye(x.shape[1] + 1).to(x)\n"
         "    w = torch.linalg.solve(A, rows.T @ y / len(x))\n    return w[:-1], w[-1]", "the bias is penalized, too"),
        (("rows.T @ rows / len(x)", "rows.T @ rows"), "A = XᵀX / N"),
        (("middle - center @ w", "middle"), "the mean target minus"),
        (("penalty * torch.eye", "2 * penalty * torch.eye"), "solve"),
    ],
    "l2-regularization-freedom": [
        (("x.T @ x / len(x)", "x.T @ x"), "μ the eigenvalues"),
        (("low, high = -60.0, 60.0", "low, high = -1.0, 1.0"), "over many powers of ten"),
        (("return math.exp(low)", "return low"), "above 0|over many powers"),
        (("range(100)", "range(12)"), "look for"),
        (("> freedom", "< freedom"), "look for"),
    ],
    "l2-regularization-decoupled": [
        (('v = group["momentum"] * old - group["lr"] * p.grad\n',
          'g = p.grad + group["weight_decay"] * p\n                v = group["momentum"] * old - group["lr"] * g\n'),
         "the weights are off"),
        (('v = group["momentum"] * old - group["lr"] * p.grad\n                self.state[p]["v"] = v\n'
          '                p.mul_(1 - group["lr"] * group["weight_decay"]).add_(v)',
          'g = p.grad + group["weight_decay"] * p\n                v = group["momentum"] * old - group["lr"] * g\n'
          '                self.state[p]["v"] = v\n                p.add_(v)'), "through the velocity"),
        (("                if p.grad is None:\n                    continue\n", ""), "NoneType|without a gradient"),
        (('p.mul_(1 - group["lr"] * group["weight_decay"]).add_(v)', 'p.mul_(1 - group["weight_decay"]).add_(v)'), "p ← "),
        (('p.mul_(1 - group["lr"] * group["weight_decay"]).add_(v)', 'p.add_(v).mul_(1 - group["lr"] * group["weight_decay"])'), "then v ←"),
        (('group["weight_decay"])', 'self.param_groups[0]["weight_decay"])'), "of its own|unless given"),
        (('group["momentum"]', 'self.defaults["momentum"]'), "of its own"),
        (('group["lr"] * p.grad', 'self.param_groups[0]["lr"] * p.grad'), "of its own"),
        (('p.mul_(1 - group["lr"]', 'p.mul_(1 - self.param_groups[0]["lr"]'), "of its own"),
        ([('"weight_decay": weight_decay})', '"weight_decay": weight_decay})\n'
           '        self.momenta = [group["momentum"] for group in self.param_groups]'),
          ("for group in self.param_groups:", "for group, momentum in zip(self.param_groups, self.momenta):"),
          ('group["momentum"] * old', "momentum * old")], "were changed in param_groups"),
    ],
}
