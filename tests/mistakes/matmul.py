"""Plausible wrong answers in networks/matmul."""

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
    ],
}
