"""Plausible wrong answers in stability/exploding-gradient."""

MISTAKES = {
    "exploding-gradient-clip": [
        (("    if length <= max_norm:                         # also where all are zero\n        return [g.clone() for g in gradients]\n",
          ""), "at most 1"),
        (("return [g * (max_norm / length) for g in gradients]",
          "return [g * (max_norm / g.norm()).clamp(max=1) for g in gradients]"), "each is clipped by itself"),
        (("return [g * (max_norm / length) for g in gradients]", "return [g.clamp(-max_norm, max_norm) for g in gradients]"),
         "clipped by value"),
        (("[g * (max_norm / length) for", "[g.mul_(max_norm / length) for"), "leave the given ones"),
        (("length <= max_norm", "0 < length <= max_norm"), "zeros stay zeros"),
    ],
    "exploding-gradient-std": [
        (("math.sqrt(2 / ((1 + alpha**2) * fan_in))", "2 / ((1 + alpha**2) * fan_in)"), "its root"),
        (("(1 + alpha**2)", "(1 + alpha)"), "square of the slope"),
        (("2 / ((1 + alpha**2) * fan_in)", "2 / fan_in"), "pass with the slope"),
        (("2 / ((1 + alpha**2)", "1 / ((1 + alpha**2)"), "half of the z"),
    ],
    "exploding-gradient-turn": [
        (("math.degrees(math.acos(min(cosine.item(), 1.0)))", "math.acos(min(cosine.item(), 1.0))"), "radians"),
        (("new = g.clamp(-c, c)", "new = g * min(1.0, c / g.norm().item())"), "cut each number"),
        (("return math.degrees(math.acos(min(cosine.item(), 1.0)))", "return cosine.item()"), "the cosine, not"),
        (("new = g.clamp(-c, c)", "new = g.clamp(max=c)"), "cut each number"),
    ],
    "exploding-gradient-scale": [
        (("return scale / 2, 0", "return scale / 2, good"), "starts again at 0"),
        (("good + 1 == interval", "good == interval"), "this update counts too"),
        (("return scale * 2, 0", "return scale * 2, good + 1"), "after the scale has grown"),
        (("return scale / 2, 0", "return scale, 0"), "halve it"),
        (("interval=2000", "interval=1000"), "2000 unless given"),
    ],
}
