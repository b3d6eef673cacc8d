"""Plausible wrong answers in optimization/adagrad."""

MISTAKES = {
    "adagrad-rates": [
        (("(gradients**2).cumsum(0)", "((gradients**2).cumsum(0) - gradients**2)"), "its own step|so far"),
        (("cumsum(0).sqrt()", "cumsum(0)"), "the root of h"),
        (("lr / ", "lr * gradients / "), "these are steps"),
        (("cumsum(0)", "cumsum(1)"), "sum of the squares so far|off"),
        (("cumsum(0)", "sum(0)"), "one row for each step"),
    ],
    "adagrad-travel": [
        (("lr / math.sqrt(updates)", "lr"), "gradient descent"),
        (("lr / math.sqrt(updates)", "lr / updates"), "lr / √t"),
        (("    covered, updates = 0.0, 0\n    while covered < distance:\n        updates += 1\n"
          "        covered += lr / math.sqrt(updates)\n    return updates",
          "    return math.ceil((distance / (2 * lr)) ** 2)"), "add them up"),
        (("    return updates\n", "    return updates + 0.5\n"), "must be whole"),
    ],
    "adagrad-hindsight": [
        (("(gradients**2).sum(0).sqrt()", "(gradients**2).sum(0)"), "best fixed rate is off"),
        (("D * root, math.sqrt(2)", "2 * D * root, math.sqrt(2)"), "bound of the best fixed rate is off"),
        (("math.sqrt(2) * D * root", "2 * D * root"), "bound of AdaGrad is off"),
        (("(gradients**2).sum(0).sqrt()", "(gradients**2).sum().sqrt()"), "one for each weight"),
        (("return D / root, D * root,", "return D / root,"), "3 parts, not 2"),
    ],
    "adagrad-optimizer": [
        (('(h.sqrt() + group["eps"])', '(h + group["eps"]).sqrt()'), "beside the root"),
        (("+ p.grad**2", "* 0 + p.grad**2"), "h ← h \\+ g²"),
        (('self.state[p]["h"] = h', 'self.state[p]["sum"] = h'), "h ← h \\+ g²|must hold"),
        (('                if p.grad is None:\n                    continue\n', ''), "NoneType|without a gradient"),
        (("p.sub_(", "p.add_("), "p ← p"),
        (("in self.param_groups:", "in self.param_groups[:1]:"), "two parameter groups"),
        (('+ group["eps"]', '+ self.defaults["eps"]'), "two parameter groups"),
        (("eps=1e-10", "eps=1e-8"), "eps 1e-10"),
    ],
}
