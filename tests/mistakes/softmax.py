"""Plausible wrong answers in activations/softmax."""

MISTAKES = {
    "softmax-temperature": [
        ("def f(odds, gap):\n    import math\n    return math.log(odds) / gap", "upside down"),
        ("def f(odds, gap):\n    import math\n    return math.log(odds) * gap", "divided by T"),
        ("def f(odds, gap): return gap / odds", "not gap / T"),
        ("def f(odds, gap):\n    import math\n    return gap / math.log2(odds)", "natural logarithm"),
        ("def f(odds, gap): return 1.0", "ratio"),
    ],
    "softmax-jacobian-product": [
        ("def f(p, v): return p * v", "only the first term"),
        ("def f(p, v): return p * v - (p * v).sum(-1, keepdim=True)", "p times the number"),
        ("def f(p, v): return p * (v - v.mean(-1, keepdim=True))", "under p"),
        ("def f(p, v): return p * (v - (p * v).sum())", "keep the rows apart"),
        ("def f(p, v): return p * (1 - p) * v", "full"),
        ("def f(p, v): return (torch.diag_embed(p) - p[:, :, None] * p[:, None]).matmul(v[..., None])",
         "same shape"),
        ("""
        def f(p, v):
            return (torch.diag_embed(p) - p[:, :, None] * p[:, None]).matmul(v[..., None])[..., 0]
        """,
         "fits into memory"),
    ],
    "softmax-online": [
        ("""
        def f(numbers):
            from math import exp, log
            return log(sum(exp(x) for x in numbers))
        """,
         "overflows"),
        ("""
        def f(numbers):
            from math import exp, log
            m = max(numbers)
            return m + log(sum(exp(x - m) for x in numbers))
        """,
         "only once"),
        (("total * exp(largest - x) + 1.0", "total + 1.0"), "has to shrink"),
        (("exp(largest - x)", "exp(x - largest)"), "ln 2"),
        (("total * exp(largest - x) + 1.0", "1.0"), "has to shrink"),
        (("largest, total = -inf, 0.0", "largest, total = 0.0, 0.0"), "start at −∞"),
        (("elif x > -inf:", "else:"), "adds nothing|−∞"),
        (("if total > 0 else -inf", ""), "−∞"),
        (("        if x == inf:\n            return inf\n", ""), r"\+∞"),
    ],
    "softmax-masked": [
        ("def f(x, allowed): return torch.softmax(x, -1) * allowed", "the others share 1"),
        ("def f(x, allowed): return torch.softmax(x.masked_fill(~allowed, -torch.inf), -1)",
         "gives zeros"),
        ("def f(x, allowed): return torch.softmax(x.masked_fill(~allowed, -1e9), -1)", "gives zeros"),
        ("""
        def f(x, allowed):
            p = torch.softmax(x + allowed.to(x).log(), -1)
            return torch.where(p.isnan(), 0, p)
        """,
         "gradient .* NaN"),
        ("""
        def f(x, allowed):
            e = x.exp() * allowed
            return e / e.sum(-1, keepdim=True).clamp(min=1e-30)
        """,
         "shift"),
        (("x.detach().masked_fill(~allowed, floor).amax", "x.detach().amax"), "neither overflow|underflows"),
        (("torch.where(allowed, x - largest, 0)", "x - largest"), "gradient .* NaN"),
    ],
}

ALSO_RIGHT = {
    "softmax-masked": [
        """
        def f(x, allowed):
            p = torch.softmax(x.masked_fill(~allowed, -torch.inf), -1)
            return torch.where(p.isnan(), 0, p)
        """,
        """
        def f(x, allowed):
            empty = ~allowed.any(-1, keepdim=True)
            p = torch.softmax(x.masked_fill(~allowed & ~empty, -torch.inf).masked_fill(empty, 0), -1)
            return p.masked_fill(~allowed, 0)
        """,
    ],
}
