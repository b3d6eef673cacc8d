"""Plausible wrong answers in optimization/adadelta."""

MISTAKES = {
    "adadelta-first-step": [
        (("eps**0.5 / ((1 - rho) * g**2 + eps).sqrt() * g", "eps**0.5 / eps**0.5 * g"), "present gradient"),
        (("eps**0.5 /", "eps /"), "both square roots"),
        (("+ eps).sqrt() * g", "+ eps).sqrt() * g.abs()"), "the sign of g"),
        (("(1 - rho) * g**2", "rho * g**2"), "√ε / √"),
    ],
    "adadelta-steps": [
        (("        s = rho * s + (1 - rho) * d**2\n", "        s = rho * s + (1 - rho) * g**2\n"), "s with d²"),
        (("rows.append(d)", "rows.append(-d)"), "the sign of −g"),
        (("        h = rho * h + (1 - rho) * g**2\n        d = (s + eps).sqrt() / (h + eps).sqrt() * g\n",
          "        d = (s + eps).sqrt() / (h + eps).sqrt() * g\n        h = rho * h + (1 - rho) * g**2\n"),
         "h includes the present gradient"),
        (("return torch.stack(rows)", "return rows[-1]"), "one row for each update"),
    ],
    "adadelta-constants": [
        (("eps_w * unit**2", "eps_w * unit"), "a squared step"),
        (("(loss / unit) ** 2", "(loss * unit) ** 2"), "loss over weight"),
        (("eps_g * (loss / unit) ** 2", "eps_g"), "a squared gradient"),
        (("return eps_w * unit**2, eps_g", "return eps_g"), "return ε_w and ε_g"),
    ],
    "adadelta-optimizer": [
        (("p.sub_(d)", "p.add_(d)"), "p ← p − d"),
        (("rho=0.95", "rho=0.9"), "ρ is 0.95"),
        (('                if p.grad is None:\n                    continue\n', ''), "NoneType|without a gradient"),
        (('                state["h"] = h\n', ''), "must hold a running mean|h with the present"),
        (('(1 - rho) * d**2', '(1 - rho) * p.grad**2'), "then s with d²"),
    ],
}
