"""Plausible wrong answers in sequences/recurrent-neural-network."""

MISTAKES = {
    "recurrent-neural-network-parameters": [
        (("hidden_size + 2)", "hidden_size + 1)"), "two biases"),
        (("width = directions * hidden_size", "width = hidden_size"), "twice as wide"),
        (("        width = directions * hidden_size\n", ""), "hidden states|twice as wide"),
        (("directions * hidden_size * (width", "hidden_size * (width"), "each direction"),
        (("hidden_size * (width + hidden_size + 2)", "4 * hidden_size * (width + hidden_size + 2)"), "matrix"),
    ],
    "recurrent-neural-network-jordan": [
        (("+ y @ w_y.T + b)", "+ b)"), "output y"),
        (("y = h @ v.T + c", "y = torch.tanh(h @ v.T + c)"), "first output"),
        (("y = h @ v.T + c", "y = h @ v.T"), "added to V h"),
        (("    return torch.stack(outputs)", "    return torch.stack(outputs, 1)"), "shape"),
        (("        outputs.append(y)", "    outputs.append(y)"), "shape"),
    ],
    "recurrent-neural-network-reach": [
        (("matrix_norm(w_hh.double(), 2)", "matrix_norm(w_hh.double())"), "expected"),
        (("torch.linalg.matrix_norm(w_hh.double(), 2)", "torch.linalg.eigvals(w_hh.double()).abs().max()"),
         "spectral norm"),
        (("math.floor(", "math.ceil("), "expected"),
        ((" + 1e-9", " - 1e-9"), "expected"),
        (("return math.inf", "return 10**9"), "rules nothing out"),
    ],
    "recurrent-neural-network-bptt": [
        (("delta = w_hh.T @ delta", "delta = w_hh @ delta"), "passes on"),
        (("        delta = delta * (states[t + 1] > 0)\n", ""), "above zero"),
        (("torch.outer(delta, states[t])", "torch.outer(delta, states[t + 1])"), "add up"),
        (("torch.outer(delta, states[t])", "torch.outer(states[t], delta)"), "transposed"),
        (("d_b += delta", "d_b = delta"), "add up"),
        (("return d_ih, d_hh, d_b", "return d_ih, d_hh"), "three gradients"),
    ],
}
