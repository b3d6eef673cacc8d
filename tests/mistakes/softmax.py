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
        ("""
        def f(numbers):
            from math import exp, inf, log
            stored = list(numbers)
            m = max(stored, default=-inf)
            if m in (inf, -inf):
                return m
            return m + log(sum(exp(x - m) for x in stored))
        """,
         "they are stored"),
        ("""
        def f(numbers):
            import numpy as np
            stored = torch.from_numpy(np.fromiter(numbers, float))
            return torch.logsumexp(stored, 0).item() if len(stored) else -torch.inf
        """,
         "they are stored"),
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
        ("def f(x, allowed): return torch.nan_to_num(x.masked_fill(~allowed, -torch.inf).softmax(-1))",
         "must show"),
        ("""
        def f(x, allowed):
            p = torch.softmax(x.masked_fill(~allowed, -torch.inf), -1)
            return torch.where(p.isnan(), 0, p)
        """,
         "must show"),
    ],
}

ALSO_RIGHT = {
    "softmax-online": [
        """
        def f(numbers):
            from math import exp, inf, log
            largest, total = -inf, 0.0
            while True:
                block = [x for _, x in zip(range(1000), numbers)]   # a thousand at a time
                if not block:
                    return largest + log(total) if total > 0 else largest
                m = max(largest, *block)
                if m == inf:
                    return inf
                if m > -inf:
                    total = total * exp(largest - m) + sum(exp(x - m) for x in block)
                    largest = m
        """,
    ],
    "softmax-masked": [
        """
        def f(x, allowed):
            empty = ~allowed.any(-1, keepdim=True)
            p = torch.softmax(x.masked_fill(~allowed & ~empty, -torch.inf).masked_fill(empty, 0), -1)
            return p.masked_fill(~allowed, 0)
        """,
    ],
}
