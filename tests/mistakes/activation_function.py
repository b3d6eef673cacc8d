"""Plausible wrong answers in activations/activation-function."""

MISTAKES = {
    "activation-function-collapse": [
        (("W @ weight, W @ bias + b", "weight @ W, W @ bias + b"), "in which order"),
        (("W @ bias + b", "bias + b"), "biases before"),
        (("W @ bias + b", "b"), "every later matrix"),
        (("W @ bias + b", "W @ bias"), "every later matrix"),
        (("return weight, bias", "return weight"), "a pair"),
        (("return weight, bias", "return weight.T, bias"), "in which order"),
        ("""
        def f(layers):
            weight = torch.linalg.multi_dot([W for W, _ in reversed(layers)]) \
                if len(layers) > 1 else layers[0][0]
            return weight, sum(b.sum() for _, b in layers)
        """, "bias has the shape"),
    ],
    "activation-function-parity": [
        ("def f(n): return nn.ReLU()", "should give"),
        ("def f(n): return lambda x: x.sum(1, keepdim=True) % 2", "nn.Module"),
        ("""
        class f(nn.Module):
            def __init__(self, n):
                super().__init__()

            def forward(self, x):
                return x.sum(1, keepdim=True) % 2
        """, "no nn.ReLU"),
        (("-torch.arange(n)", "torch.arange(n)"), "line that turns"),
        (("output.weight[0, 0] = 1.0", "pass"), "line that turns"),
        (("(-1.0)", "(1.0)"), "line that turns"),
        ("""
        class f(nn.Module):
            def __init__(self, n):
                super().__init__()
                self.relu, self.n = nn.ReLU(), n

            def forward(self, x):
                counts = torch.arange(self.n + 1, device=x.device)
                s = x.sum(1, keepdim=True)
                tents = self.relu(s - counts + 1) - 2 * self.relu(s - counts)
                tents = tents + self.relu(s - counts - 1)
                return tents[:, 1::2].sum(1, keepdim=True)
        """, "hidden units"),
    ],
    "activation-function-canonical": [
        ("def f(A): return A", "is that A itself|not its derivative"),
        (("A(theta).sum()", "A(theta).mean()"), "a mean divides"),
        (("A(theta).sum()", "A(theta)"), "taken of a sum"),
        (("theta.detach().requires_grad_()", "theta.detach()"), "requires one"),
        (("[0]", ""), "tuple"),
        (("return activation", "return activation(torch.zeros(1))"), "not its value"),
    ],
    "activation-function-swiglu-width": [
        ("def f(h, multiple=1): return 2 * h // 3", "no multiple of"),
        ("def f(h, multiple=1): return int(2 / 3 * h) // multiple * multiple", "in integers"),
        ("def f(h, multiple=1): return -(-2 * h // (3 * multiple)) * multiple", "larger than"),
        ("def f(h, multiple=1): return h // (2 * multiple) * multiple", "room for more"),
        ("def f(h, multiple=1): return round(2 * h / 3)", "larger than|no multiple"),
        ("def f(h, multiple=1): return 2 * h / 3", "an int"),
        ("def f(h, multiple): return 2 * h // (3 * multiple) * multiple", "unless it is given"),
    ],
}

ALSO_RIGHT = {
    "activation-function-swiglu-width": [
        "def f(h, multiple=1): return (2 * h // 3) // multiple * multiple",
        """
        def f(h, multiple=1):
            import numpy as np
            return np.int64(2) * h // (3 * multiple) * multiple
        """,
    ],
}
