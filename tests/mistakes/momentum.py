"""Plausible wrong answers in optimization/momentum."""

MISTAKES = {
    "momentum-velocities": [
        (("beta * v - lr * g", "beta * v + lr * g"), "the sign is turned"),
        (("beta * v - lr * g", "beta * v - (1 - beta) * lr * g"), "these are means"),
        (("beta * v - lr * g", "beta * (v - lr * g)"), "each from the v before"),
        (("v, rows = torch.zeros_like(gradients[0]), []", "v = torch.zeros_like(gradients[0]); rows = [v]"), "none for the start"),
    ],
    "momentum-settings": [
        (("root = math.sqrt(high / low)", "root = high / low"), "√κ"),
        (("rho**2, rho", "rho, rho"), "the root of β"),
        (("4 / (math.sqrt(low) + math.sqrt(high)) ** 2", "2 / (low + high)"), "√low"),
        (("rho**2, rho\n", "rho**2\n"), "3 parts, not 2|return the learning rate"),
    ],
    "momentum-factor": [
        (("return math.sqrt(beta)", "return beta"), "complex roots"),
        (("abs(middle) + math.sqrt(inside)", "middle + math.sqrt(inside)"), "both are negative"),
        (("middle = (1 + beta - lr * curvature) / 2", "middle = (1 - lr * curvature) / 2"), "expected"),
    ],
    "momentum-optimizer": [
        (('v = group["beta"] * old - group["lr"] * p.grad\n                self.state[p]["v"] = v\n                p.add_(v)',
          'u = group["beta"] * self.state[p].get("u", 0) + p.grad\n                self.state[p]["u"] = u\n'
          '                self.state[p]["v"] = -group["lr"] * u\n                p.sub_(group["lr"] * u)'), "PyTorch's form"),
        (('                if p.grad is None:\n                    continue\n', ''), "NoneType|without a gradient"),
        (("p.add_(v)", "p.sub_(v)"), "p ← p"),
        (('self.state[p]["v"] = v', 'self.state[p]["velocity"] = v'), "must hold the velocity"),
    ],
}
