"""Plausible wrong answers in optimization/gradient-ascent."""

MISTAKES = {
    "gradient-ascent-coin": [
        (("z += lr", "z -= lr"), "where descent leads"),
        (("(k - n / (1 + math.exp(-z)))", "(k / n - 1 / (1 + math.exp(-z)))"), "counts, not a mean"),
        (("return 1 / (1 + math.exp(-z))", "return z"), "is the logit"),
        (("range(steps)", "range(steps + 1)"), "start at z = 0"),
    ],
    "gradient-ascent-reinforce": [
        ((" - theta.softmax(0)", ""), "less π, at every arm"),
        ((".mean(0)", ".sum(0)"), "not the sum"),
        (("(rewards - baseline)[:, None] * slopes", "(baseline - rewards)[:, None] * slopes"), "downhill"),
        (("(rewards - baseline)", "rewards"), "(r − b)"),
        ((".mean(0)", ".mean(1)"), "one number an arm"),
    ],
    "gradient-ascent-project": [
        (("x * radius / length.clamp(min=radius)", "x * radius / length"), "the origin has length 0"),
        (("length.clamp(min=radius)", "length.clamp(min=1e-9)"), "inside the ball must stay"),
        (("x.norm(dim=-1, keepdim=True)", "x.norm()"), "its own length"),
        (("x * radius / length.clamp(min=radius)", "x.clamp(-radius, radius)"), "keeps its direction"),
    ],
    "gradient-ascent-endless": [
        (("margins >= 0", "margins > 0"), "stays where it is"),
        ((" and (margins > 0).any()", ""), "no rise"),
        (("(2 * y - 1) * (X @ v)", "X @ v"), "class 0"),
        (("(margins >= 0).all() and (margins > 0).any()", "margins.sum() > 0"), "costs more than the others gain"),
        (("(margins >= 0).all() and (margins > 0).any()", "F.logsigmoid(100 * margins).sum() > F.logsigmoid(0 * margins).sum()"),
         "the rise lasts long"),
    ],
}
