"""Plausible wrong answers in optimization/gradient-descent."""

MISTAKES = {
    "gradient-descent-walk": [
        (("path[-1] - lr", "path[-1] + lr"), "climbs"),
        (("gradient(path[-1])", "gradient(w)"), "each step starts where"),
        (("path = [w]", "path = [w - lr * gradient(w)]"), "path is off"),
        (("return torch.stack(path)", "return path[-1]"), "the start belongs to it"),
    ],
    "gradient-descent-rates": [
        (("2 / high, 2", "1 / high, 2"), "as 2/λmax"),
        (("2 / (low + high)", "1 / (low + high)"), "equal in size at both ends"),
        (("(high - low) / (high + low)\n", "((high / low) ** 0.5 - 1) / ((high / low) ** 0.5 + 1)\n"), "κ = λmax/λmin"),
        (("2 / high, 2 / (low + high), ", "2 / high, "), "return the border"),
    ],
    "gradient-descent-backtracking": [
        (("while not loss(w - lr * gradient) <=", "while loss(w - lr * gradient) >"), "NaN is not good enough"),
        (("lr / 2 * square", "lr * square"), "½ η‖g‖²"),
        (("<= loss(w) - lr / 2 * square", "< loss(w) - lr / 2 * square and square > 0"), "for a "),
        (("(gradient**2).sum()", "(gradient**2).sum().sqrt()"), "squared length"),
    ],
    "gradient-descent-steps": [
        (("math.ceil(", "math.floor("), "more than"),
        (("return 1 if rho == 0 else max(1, math.ceil(math.log(factor) / math.log(rho)))",
          "return math.log(factor) / math.log(rho) if rho else 1"), "must be whole"),
        (("rho = (kappa - 1) / (kappa + 1)", "rho = (kappa**0.5 - 1) / (kappa**0.5 + 1)"), "ρ to the power"),
        (("max(1, math.ceil(math.log(factor) / math.log(rho)))", "math.ceil(2 * math.log(factor) / math.log(rho))"), "smallest number"),
    ],
}
