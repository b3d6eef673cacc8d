"""Plausible wrong answers in optimization/rprop."""

MISTAKES = {
    "rprop-sizes": [
        (("s = torch.where(agreement < 0, torch.zeros_like(s), g.sign())", "s = g.sign()"), "after a flip the sign counts as 0"),
        (("1.2 * size", "0.5 * size"), "× 1.2 for the same sign"),
        (("""agreement = s * g.sign()
        size = torch.where(agreement > 0, 1.2 * size,
                           torch.where(agreement < 0, 0.5 * size, size))
        s = torch.where(agreement < 0, torch.zeros_like(s), g.sign())""",
          """agreement = s * g
        size = torch.where(agreement > 0, 1.2 * size,
                           torch.where(agreement < 0, 0.5 * size, size))
        s = torch.where(agreement < 0, torch.zeros_like(s), g)"""), "compare signs"),
        (("size, rows = torch.full_like(s, first), []", "size = torch.full_like(s, first); rows = [size]"), "one row after each"),
        (("g.sign())\n        rows", "torch.where(g == 0, s, g.sign()))\n        rows"), "a gradient of 0 has the sign 0"),
    ],
    "rprop-distance": [
        (("gone, size, n = gone + size, size * up, n + 1", "gone, size, n = gone + size * up, size * up, n + 1"), "not stretched"),
        (("while gone < distance", "while gone <= distance"), "no distance|must reach"),
        (("return n\n", "return n + 1\n"), "no distance needs no step"),
        (("size * up", "size * 1.2"), "a factor of 2"),
    ],
    "rprop-threshold": [
        (("0.5 + math.sqrt(0.25 - pq)", "0.5 - math.sqrt(0.25 - pq)"), "the larger is wanted"),
        (("0.5 if pq >= 0.25 else 0.5 + math.sqrt(0.25 - pq)", "0.5 + math.sqrt(max(0.25 - pq, 0)) if pq < 0.2 else 0.82"),
         "for η⁻"),
        (("(3 * math.log(up) - math.log(down))", "(math.log(up) - math.log(down))"), "solve"),
        (("0.5 if pq >= 0.25 else 0.5 + math.sqrt(0.25 - pq)", "0.5 + math.sqrt(abs(0.25 - pq))"), "grow even at"),
    ],
    "rprop-optimizer": [
        (('p.sub_(state["sign"] * state["size"])', 'p.sub_(sign * state["size"])'), "waits for a step"),
        (('state["sign"] = sign.masked_fill(flip, 0.0)', 'state["sign"] = sign'), "as before in the step after|waits"),
        (('.clamp(*group["step_sizes"])', ''), "between the limits"),
        (('p.sub_(', 'p.add_('), "p ← p"),
        (('sign = p.grad.sign()', 'sign = p.grad.sign_()'), "must stay as it was"),
        (('                if p.grad is None:\n                    continue\n', ''), "NoneType|without a gradient"),
    ],
}
