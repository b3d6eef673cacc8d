"""Plausible wrong answers in convolution/upsampling."""

MISTAKES = {
    "upsampling-output-padding": [
        (("n + 2 * p - k", "n - k"), "both sides|leaves over"),
        (("(n + 2 * p - k) % s", "s - 1"), "leaves over"),
        (("(n + 2 * p - k) % s", "n - k"), "below the stride|leaves over"),
        (("% s", "// s"), "below the stride|leaves over"),
    ],
    "upsampling-bilinear-kernel": [
        (("/ 2\n", "/ 2 - 0.5\n"), "add up to|not bilinear"),
        (("return row[:, None] * row", "return row[:, None] * row / s**2"), "add up to 1"),
        (("k = 2 * s - s % 2", "k = 2 * s"), "must be a tensor of"),
        (("row[:, None] * row", "torch.ones(k, k, dtype=row.dtype) * s**2 / k**2"), "not bilinear"),
    ],
    "upsampling-icnr": [
        (("weight[::r**2].repeat_interleave(r**2, 0)",
          "weight[:len(weight) // r**2].repeat_interleave(r**2, 0)"), "own first filter"),
        (("weight[::r**2].repeat_interleave(r**2, 0)", "weight[::r**2].repeat(r**2, 1, 1, 1)"),
         "is not flat"),
        (("repeat_interleave(r**2, 0)", "repeat_interleave(r, 0)"), "must stay"),
        (("return weight[::r**2]", "weight.zero_()\n    return weight[::r**2]"), "changed in place"),
    ],
}
