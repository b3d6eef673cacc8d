"""Plausible wrong answers in networks/multilayer-perceptron."""

MISTAKES = {
    "multilayer-perceptron-count": [
        (("d * h + h", "d * h"), "a bias as well"),
        (("d * h + h", "d * h + d"), "not to each input"),
        (("return sum(", "return sizes[0] + sum("), "no bias"),
        (("sum(d * h + h for d, h in zip(sizes, sizes[1:]))", "sum(sizes)"), "h·d weights and h biases"),
    ],
    "multilayer-perceptron-forward": [
        (("z.relu() if k < len(weights) - 1 else z", "z.relu()"), "no activation follows the last layer"),
        (("z.relu() if k < len(weights) - 1 else z", "z"), "apply ReLU to their sums"),
        ((" + b\n", "\n"), "the bias is missing"),
        (("held = [x]", "held = [x.relu()]"), "layer 0"),
        (("return held", "return held[-1]"), "return a list of the input"),
    ],
    "multilayer-perceptron-bump": [
        (("return up, -up - down, down", "return up, -2 * up, up"), "back at 0"),
        (("return up, -up - down, down", "return up, -up - down, 0.0"), "beyond the right knot"),
        (("return up, -up - down, down", "return 1, -2, 1"), "only the first unit"),
        (("return up, -up - down, down", "return up, -down, down"), "back at 0"),
        (("return up, -up - down, down", "return up, -1.001 * (up + down), down"), "back at 0"),
    ],
    "multilayer-perceptron-parity": [
        (("w2 = 1.0 - 2.0 * (torch.arange(n) % 2)", "w2 = torch.ones(n)"), "turn the output over"),
        (("torch.arange(1, n + 1)", "torch.arange(n)"), "unit k should be 1"),
        (("0.5 - torch.arange(1, n + 1)", "-0.5 * torch.ones(n)"), "unit k should be 1"),
        (("w1 = torch.ones(n, n)", "w1 = torch.ones(n)"), "w1 must have shape"),
        (("return w1, b1, w2, 0.0", "return w1, b1, w2, 1.0"), "the output is"),
        (("w2 = 1.0 - 2.0 * (torch.arange(n) % 2)", "w2 = torch.full((n,), torch.nan)"), "the output is nan"),
    ],
}

ALSO_RIGHT = {
    "multilayer-perceptron-bump": [
        ("return up, -up - down, down", "return [float(f'{v:.5g}') for v in (up, -up - down, down)]"),
        ("return up, -up - down, down", "return torch.tensor([up, -up - down, down])"),
    ],
    "multilayer-perceptron-parity": [
        [("torch.arange(1, n + 1)", "torch.arange(n, 0, -1)"), ("torch.arange(n) %", "torch.arange(n - 1, -1, -1) %")],
    ],
}
