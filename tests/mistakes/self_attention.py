"""Plausible wrong answers in attention/self-attention."""

MISTAKES = {
    "self-attention-crossing": [
        (("max(1, (gates - 2) * d + 1)", "max(1, (gates - 2) * d)"), "equal is not enough"),
        (("max(1, (gates - 2) * d + 1)", "(gates - 2) * d + 1"), "below 1"),
        (("(gates - 2) * d + 1", "gates * d + 1"), "4nd²"),
        (("(gates - 2) * d + 1", "2 * (gates - 2) * d + 1"), "2n²d"),
    ],
    "self-attention-step": [
        (("torch.cat([cache[0], keys])", "torch.cat([keys, cache[0]])"), "output for token"),
        ((" / x.shape[0] ** 0.5", ""), "divided by √d"),
        (("(x @ w_k)[None], (x @ w_v)[None]", "(x @ w_k)[None], (x @ w_k)[None]"), "output for token 0"),
        (("return weights @ values, (keys, values)", "return weights @ values, cache"), "pair of keys and values"),
        (("return weights @ values, (keys, values)", "return weights @ values, (keys[-1:], values[-1:])"),
         "one row a token"),
    ],
    "self-attention-depth": [
        (("(width - 1) * stride", "width * stride"), "width − 1"),
        (("width if dilated else 1", "2 if dilated else 1"), "when dilated"),
        (("reach < n or layers == 0", "reach < n"), "depth.1, 2, False."),
        (("reach, stride = 0, 1, 1", "reach, stride = 0, 0, 1"), "further back"),
        (("width if dilated else 1", "1"), "when dilated"),
    ],
}
