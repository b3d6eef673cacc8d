"""Plausible wrong answers in activations/tanh."""

MISTAKES = {
    "tanh-from-sigmoid": [
        ("def f(x, sigmoid): return 2 * sigmoid(x) - 1", "too wide"),
        ("def f(x, sigmoid): return sigmoid(2 * x)", "stretch the range"),
        ("def f(x, sigmoid): return sigmoid(x) - sigmoid(-x)", "too wide"),
        ("def f(x, sigmoid): return 2 * sigmoid(2 * x)", "from −1 to 1"),
        ("def f(x, sigmoid): return torch.tanh(x)", "only \\+, -"),
        ("def f(x, sigmoid): return x.tanh()", "only \\+, -"),
    ],
    "tanh-soft-cap": [
        ("def f(logits, cap): return torch.tanh(logits)", "slope at 0|reaches|soft cap"),
        ("def f(logits, cap): return cap * torch.tanh(logits)", "what goes"),
        ("def f(logits, cap): return torch.tanh(logits / cap)", "slope at 0|reaches"),
        ("def f(logits, cap): return logits.clamp(-cap, cap)", "does not clip"),
        ("def f(logits, cap): return 2 * cap * torch.sigmoid(logits / cap) - cap", "slope at 0"),
        ("def f(logits, cap): return logits / (1 + logits.abs() / cap)", "as tanh does"),
    ],
    "tanh-network": [
        (("layer.bias -= layer.weight.sum(dim=1)", "pass"), "off by a constant|doubles"),
        (("layer.weight *= 2\n        for", "pass\n        for"), "doubles"),
        (("            layer.weight *= 2\n            layer.bias *= 2", "            pass"),
         "doubles"),
        (("layer.bias *= 2", "pass"), "doubles"),
        (("copy.deepcopy(layer) for", "layer for"), "was changed"),
        (("nn.Sigmoid()", "nn.Tanh()"), "a Tanh is left"),
        ("def f(model): return model", "a Tanh is left"),
        (("layer.weight.sum(dim=1)", "layer.weight.sum()"), "off by a constant|doubles"),
    ],
    "tanh-lecun": [
        ("def f(x0): return 1.7159 * x0, 2 / 3 / x0", "bends most"),
        ("def f(x0): return math.sqrt(3), math.atanh(1 / math.sqrt(3))", "should be|bends most"),
        ("def f(x0): return x0 * math.sqrt(3), math.atanh(1 / math.sqrt(3)) * x0", "bends most"),
        ("def f(x0): return x0 / math.tanh(1), 1 / x0", "bends most"),
        (("x0 * math.sqrt(3)", "math.sqrt(3)"), "should be"),
        (("x0 * math.sqrt(3)", "x0 / math.sqrt(3)"), "should be"),
    ],
}

ALSO_RIGHT = {
    "tanh-from-sigmoid": [
        "def f(x, sigmoid): return sigmoid(2 * x) - sigmoid(-2 * x)",
    ],
    "tanh-soft-cap": [
        "def f(logits, cap): return 2 * cap * torch.sigmoid(2 * logits / cap) - cap",
    ],
}
