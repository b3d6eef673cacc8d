"""Plausible wrong answers in networks/matmul, and right ones of another shape."""

NAIVE = """
def cheapest(sizes):
    def price(i, j):
        return min((price(i, k) + price(k, j) + sizes[i] * sizes[k] * sizes[j] for k in range(i + 1, j)), default=0)
    return price(0, len(sizes) - 1)
"""

SLICES = """
def cheapest(sizes):
    return min((cheapest(sizes[:k + 1]) + cheapest(sizes[k:]) + sizes[0] * sizes[k] * sizes[-1]
                for k in range(1, len(sizes) - 1)), default=0)
"""

REMEMBERED = """
from functools import lru_cache


def cheapest(sizes):
    @lru_cache(None)
    def price(part):
        return min((price(part[:k + 1]) + price(part[k:]) + part[0] * part[k] * part[-1]
                    for k in range(1, len(part) - 1)), default=0)
    return price(tuple(sizes))
"""

MISTAKES = {
    "matmul-loops": [
        (("b[k][j]", "b[j][k]"), r"\*column\* \d of b"),
        (("    if len(a[0]) != len(b):\n        raise ValueError(f\"{len(a[0])} columns, but {len(b)} rows\")\n", ""), "must raise a ValueError"),
        (("for j in range(len(b[0]))] for row in a]", "for row in a] for j in range(len(b[0]))]"), "rows and columns exchanged"),
        (("sum(row[k] * b[k][j] for k in range(len(b)))", "row[0] * b[0][j]"), "added up"),
    ],
    "matmul-diagonal": [
        (("(a * d) @ b", "a @ b"), "d is not used"),
        (("(a * d) @ b", "(a @ b) * d"), "scales the columns of the"),
        (("(a * d) @ b", "d[:, None] * (a @ b)"), "scales the rows of the"),
        (("(a * d) @ b", "(a * d.sum()) @ b"), "d_k scales column k of a"),
        (("(a * d) @ b", "a @ torch.diag(d) @ b"), "do without the K × K matrix"),
        (("(a * d) @ b", "a @ (torch.eye(len(d)).to(d) * d) @ b"), "do without the K × K matrix"),
    ],
    "matmul-scores": [
        (("bthd,bshd->bhts", "bthd,bshd->bths"), "sum over size alone"),
        (("bthd,bshd->bhts", "bthd,bshd->bts"), "batch and heads stay side by side"),
        (("\"bthd,bshd->bhts\", q, k)", "\"bthd,bshd->bhts\", q, k) / q.shape[-1] ** 0.5"), "not divided by √size"),
        (("bthd,bshd->bhts", "bthd,bshd->bhst"), "rows belong to q"),
    ],
    "matmul-order": [
        (("sizes[i] * sizes[k] * sizes[j]", "sizes[i] * sizes[j]"), "fewer than possible"),
        (("for k in range(i + 1, j))", "for k in (j - 1,))"), "that is the product from left to right"),
        (("for k in range(i + 1, j))", "for k in (i + 1,))"), "some other order takes fewer"),
        (("cost[0, n]", "cost[0, n] + sizes[0] * sizes[n]"), "some other order takes fewer"),
        (NAIVE, "again and again; remember it"),
        (SLICES, "again and again; remember it"),
    ],
}

ALSO_RIGHT = {
    "matmul-loops": [(("[[sum(row[k] * b[k][j] for k in range(len(b)))\n             for j in range(len(b[0]))] for row in a]",
                       "(torch.tensor(a, dtype=torch.float64) @ torch.tensor(b, dtype=torch.float64)).tolist()"),)],
    "matmul-diagonal": [("(a * d) @ b", "a @ (d[:, None] * b)"), ("(a * d) @ b", 'torch.einsum("nk,k,km->nm", a, d, b)'),
                        ("(a * d) @ b", "torch.stack([(row * d) @ b for row in a])")],
    "matmul-scores": [('torch.einsum("bthd,bshd->bhts", q, k)', "q.transpose(1, 2) @ k.permute(0, 2, 3, 1)"),
                      ('torch.einsum("bthd,bshd->bhts", q, k)', "(q[:, :, None] * k[:, None]).sum(-1).permute(0, 3, 1, 2)")],
    "matmul-order": [REMEMBERED],
}
