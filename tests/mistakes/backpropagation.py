"""Plausible wrong answers in networks/backpropagation."""

MISTAKES = {
    "backpropagation-neuron": [
        ((" * (1 - a * a)", ""), "tanh has a local derivative"),
        (("2 * (a - y)", "(a - y)"), "derivative of e² is 2e"),
        (("(a - y)", "(y - a)"), "the sign"),
        (("delta * x, delta * w, delta", "delta * w, delta * x, delta"), "w's derivative has the factor x"),
        (("delta * x, delta * w, delta", "delta * x, delta * w"), "with respect to w, x and b"),
    ],
    "backpropagation-order": [
        (("found[::-1]", "found"), "reverse an order of the forward pass"),
        (("if name not in found:", "if True:"), "more than once"),
        (("visit(result)", "[visit(name) for name in inputs]"), "exactly what the result depends on"),
        (("            for operand in inputs[name]:\n                visit(operand)\n            found.append(name)",
          "            found.insert(0, name)\n            for operand in inputs[name]:\n                visit(operand)"),
         "comes before"),
    ],
    "backpropagation-softmax": [
        (("(grad - (grad * p).sum(-1, keepdim=True))", "grad"), "depends on every z_k"),
        (("(grad - (grad * p).sum(-1, keepdim=True))", "(1 - p) * grad"), "diagonal alone"),
        (("sum(-1, keepdim=True)", "sum()"), "a sum for each row"),
        (("sum(-1, keepdim=True)", "mean(-1, keepdim=True)"), "a sum for each row"),
    ],
    "backpropagation-recurrence": [
        (("range(len(xs), 0, -1)", "[len(xs)]"), "last step's share alone"),
        ((" * (1 - states[t] ** 2)", ""), "at step t"),
        (("states[t - 1]", "states[t]"), "at step t"),
        (("grad = delta * w", "grad = delta"), "at step t"),
    ],
}
