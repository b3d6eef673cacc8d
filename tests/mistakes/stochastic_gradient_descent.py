"""Plausible wrong answers in optimization/stochastic-gradient-descent."""

MISTAKES = {
    "stochastic-gradient-descent-walk": [
        (("path[-1] - lr *", "path[-1] + lr *"), "this one climbs"),
        (("gradient(path[-1], n)", "gradient(w, n)"), "each update starts where the last one ended"),
        (("return torch.stack(path)", "return torch.stack(path[1:] or [w])"), "the start belongs to it"),
        (("path.append(path[-1] - lr * gradient(path[-1], n))", "w -= lr * gradient(w, n)\n        path.append(w.clone())"),
         "left as it is"),
    ],
    "stochastic-gradient-descent-examples": [
        (("return x[:, :, None] * pull[:, None, :]", "return (x[:, :, None] * pull[:, None, :]).mean(0)"), "no mean over them"),
        (("return x[:, :, None] * pull[:, None, :]", "return x[:, :, None] * pull[:, None, :] / len(x)"), "divided by the number"),
        ((" - F.one_hot(y, W.shape[1])", ""), "softmax − one-hot"),
    ],
    "stochastic-gradient-descent-rate": [
        (("variance + floor * curvature**2", "variance"), "small rates alone"),
        (("variance + floor * curvature**2", "variance + floor * curvature"), "solve equation"),
        (("2 * floor * curvature", "floor * curvature"), "solve equation"),
    ],
    "stochastic-gradient-descent-average": [
        (("                if p.grad is None:\n                    continue\n", ""), "NoneType|without a gradient"),
        (("group[\"lr\"] * p.grad", "self.param_groups[0][\"lr\"] * p.grad"), "own group"),
        (("                state = self.state[p]\n", "                state = self.state[p]\n"
          "                self.all = [*getattr(self, \"all\", []), p.clone()]\n"), "must not grow"),
        (("count = state[\"step\"] - group[\"start\"]", "count = state[\"step\"]"), "the mean is off"),
        (("(p - state[\"mean\"]) / count", "(p - state[\"mean\"]) / 10"), "all with the same share"),
        (("state[\"mean\"] += (p - state[\"mean\"]) / count", "state[\"mean\"] += (p - state[\"mean\"]) / count\n"
          "                    p.copy_(state[\"mean\"])"), "no averaging of the weights themselves"),
    ],
}
