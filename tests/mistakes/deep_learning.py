"""Plausible wrong answers in learning/deep-learning."""

MISTAKES = {
    "deep-learning-units": [
        (("return 2 * layers, 2 * teeth", "return layers, 2 * teeth"), "two units"),
        (("return 2 * layers, 2 * teeth", "return 2 * (layers - 1), 2 * teeth"), "already makes a tooth"),
        (("return 2 * layers, 2 * teeth", "return 6 * layers + 1, 2 * teeth"), "number of parameters"),
        (("return 2 * layers, 2 * teeth", "return 2 * layers, teeth"), "two straight pieces"),
        (("return 2 * layers, 2 * teeth", "return 2 * layers, 2 * teeth - 1"), "that is enough"),
    ],
    "deep-learning-forward": [
        (("return x @ weights[-1].T + biases[-1]", "return (x @ weights[-1].T + biases[-1]).relu()"), "no ReLU after the last"),
        (("(x @ W.T + b).relu()", "(x @ W.T + b)"), "all layers are one"),
        (("(x @ W.T + b).relu()", "(x @ W.T).relu()"), "x @ W.T"),
        (("return x @ weights[-1].T + biases[-1]", "return x"), "must have shape"),
    ],
    "deep-learning-occlude": [
        (("return score(x[None]) - score(covered)", "return score(covered) - score(x[None])"), "before minus"),
        (("(1 - torch.eye", "(torch.eye"), "keep the others"),
        (("return score(x[None]) - score(covered)",
          "return torch.cat([score(x[None]) - score(row[None]) for row in covered])"), "at most 2"),
        (("return score(x[None]) - score(covered)", "return -score(covered)"), "the fall is score"),
        (("score(x[None])", "score(x)"), "batch of one"),
    ],
    "deep-learning-blind": [
        (("return 1 - (1 - x[:, 0] - x[:, 1]).relu()", "return (x[:, 0] + x[:, 1]) / 2"), "one input be enough"),
        (("return 1 - (1 - x[:, 0] - x[:, 1]).relu()", "return x.amax(1)"), "gradient is"),
        (("return 1 - (1 - x[:, 0] - x[:, 1]).relu()", "return x[:, 0] + x[:, 1]"), "must be 1"),
        (("return 1 - (1 - x[:, 0] - x[:, 1]).relu()", "return (x[:, 0] + x[:, 1] > 0).float()"), "cannot jump"),
        (("return 1 - (1 - x[:, 0] - x[:, 1]).relu()", "return x.detach().amax(1)"), "out of the graph"),
    ],
}
