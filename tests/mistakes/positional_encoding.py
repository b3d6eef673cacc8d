"""Plausible wrong answers in attention/positional-encoding."""

MISTAKES = {
    "positional-encoding-shift": [
        (("[[cos, sin], [-sin, cos]]", "[[cos, -sin], [sin, cos]]"), "first row|turn back"),
        (("base ** (-i / dim)", "base ** (-2 * i / dim)"), "block i"),
        (("angle = k * base", "angle = base"), "identity"),
        (("shift = torch.zeros", "unfinished = None; return unfinished; shift = torch.zeros"), "return"),
    ],
    "positional-encoding-halves": [
        (("first, second = x[..., :half], x[..., half:]", "first, second = x[..., 0::2], x[..., 1::2]"),
         "are a pair"),
        (("first * cos - second * sin, first * sin + second * cos",
          "first * cos + second * sin, second * cos - first * sin"), "becomes"),
        (("-steps / half", "-steps / (2 * half)"), "turns by"),
    ],
    "positional-encoding-base": [
        (("turns ** (dim / (dim - 2))", "turns"), "slowest"),
        (("length / (2 * math.pi)", "length"), "slowest"),
        (("max(1.0, turns ** (dim / (dim - 2)))", "turns ** (dim / (dim - 2))"), "at least 1"),
        (("1.0 if turns <= 1 else math.inf", "1.0"), "no base"),
    ],
}
