"""Checks of the exercises in networks/matmul."""

import math

import torch
from torch.utils._python_dispatch import TorchDispatchMode

from .. import register
from .._compare import draws, near, number, same, tensor

PAIRS = [
    ([[1, 2], [3, 4]], [[0, 1], [2, 5]]), ([[1, 2, 3], [4, 0, 1]], [[2, 1], [0, 3], [1, -1]]), ([[2]], [[-3]]),
    ([[1, 2, 3]], [[4], [5], [6]]), ([[1], [2]], [[3, 4, 5]]), ([[0.5, -1.5], [2.0, 0.25], [1.0, 1.0]], [[1.0, 2.0], [4.0, -8.0]]),
]

LOOKS = 300_000


def _shape(rows) -> tuple[int, int]:
    return len(rows), len(rows[0])


@register("matmul-loops")
def _(product) -> None:
    for a, b in PAIRS:
        wanted = [[sum(x * y for x, y in zip(row, column)) for column in zip(*b)] for row in a]
        case = f"for {a} and {b}"
        got = _rows(product([row[:] for row in a], [row[:] for row in b]), case)
        back = [list(column) for column in zip(*wanted)]
        if got == back and got != wanted:
            raise AssertionError(f"{case} that is the product with rows and columns exchanged: row i of the result belongs to row i of a")
        assert _shape(got) == _shape(wanted), (
            f"{case} the product has {len(wanted)} × {len(wanted[0])} entries, not {len(got)} × {len(got[0])}: "
            "as many rows as a, as many columns as b")
        for i, row in enumerate(wanted):
            for j, entry in enumerate(row):
                assert math.isclose(got[i][j], entry, rel_tol=1e-6, abs_tol=1e-9), (
                    f"{case} entry ({i}, {j}) is {got[i][j]:g}, expected {entry:g}: row {i} of a times *column* {j} of b, "
                    "number by number, added up")
    for a, b in (([[1, 2], [3, 4]], [[1, 2, 3]]), ([[1, 2]], [[3, 4], [5, 6], [7, 8]])):
        try:
            product(a, b)
        except ValueError:
            continue
        except IndexError:
            pass
        raise AssertionError(f"{_shape(a)} times {_shape(b)} must raise a ValueError: the columns of a are not as many as the rows of b")


def _rows(got, case: str) -> list[list[float]]:
    assert got is not None, "product returned None: does it end in a return statement?"
    got = got.tolist() if hasattr(got, "tolist") else got
    try:
        rows = [[number(entry, "each entry") for entry in row] for row in got]
    except TypeError:
        rows = []
    assert rows and all(rows) and len({len(row) for row in rows}) == 1, f"{case} return a list of rows of equal length, not {got!r}"
    return rows


class _NoSquare(TorchDispatchMode):
    """Refuses tensors of ``limit`` numbers or more."""

    def __init__(self, limit: int):
        super().__init__()
        self.limit = limit

    def __torch_dispatch__(self, func, types, args=(), kwargs=None):
        result = func(*args, **(kwargs or {}))
        for part in result if isinstance(result, (tuple, list)) else [result]:
            assert not isinstance(part, torch.Tensor) or part.numel() < self.limit, (
                f"a tensor of shape {tuple(part.shape)}: do without the K × K matrix, d_k is one factor for column k of a")
        return result


@register("matmul-diagonal")
def _(scaled) -> None:
    for n, k, m in ((5, 5, 5), (3, 7, 2), (1, 1, 1), (2, 2_000, 3)):
        a, d, b = draws(n, k, seed=n), draws(k, seed=n + 10), draws(k, m, seed=n + 20)
        wanted = torch.einsum("nk,k,km->nm", a, d, b)
        copies = a.clone(), d.clone(), b.clone()
        with _NoSquare(k * k if k == 2_000 else math.inf):
            got = scaled(*copies)
        got = tensor(got, "the product")
        if got.shape == wanted.shape and n == k == m > 1:
            for wrong, advice in (((a @ b) * d, "d scales the columns of the *product* there; it belongs between the factors"),
                                  (d[:, None] * (a @ b), "d scales the rows of the *product* there; it belongs between the factors"),
                                  (a @ b, "d is not used: column k of a and row k of b meet at the factor d_k")):
                assert not near(got.to(wanted), wrong), advice
        same(got, wanted, f"A diag(d) B for shapes {(n, k)}, {(k,)}, {(k, m)}",
             "c_ij = Σ_k a_ik d_k b_kj, so d_k scales column k of a (or row k of b)")


@register("matmul-scores")
def _(scores) -> None:
    for batch, queries, keys, heads, size in ((2, 5, 5, 5, 3), (2, 3, 5, 7, 11), (1, 1, 1, 1, 3)):
        q, k = draws(batch, queries, heads, size, seed=batch), draws(batch, keys, heads, size, seed=batch + 10)
        wanted = torch.einsum("bthd,bshd->bhts", q, k)
        got = tensor(scores(q.clone(), k.clone()), "the scores")
        if got.shape == wanted.shape:
            for wrong, advice in ((wanted.mT, "rows belong to q and columns to k: entry (t, s) is q at t times k at s"),
                                  (wanted / size**0.5, "plain inner products are asked for, not divided by √size")):
                assert got.shape != wrong.shape or near(got.to(wanted), wanted) or not near(got.to(wanted), wrong), advice
        same(got, wanted, "the scores", "(batch, heads, queries, keys): sum over size alone; batch and heads stay side by side")


class _Watched(list):
    """Sizes that count how often they are looked at, slices of them included."""

    def __init__(self, sizes, looks: list[int]):
        super().__init__(sizes)
        self.looks = looks

    def __getitem__(self, index):
        self.looks[0] += 1
        assert self.looks[0] <= LOOKS, (
            f"more than {LOOKS:,} looks into {len(self)} sizes: the best price of A_i…A_j is computed again and again; remember it")
        found = super().__getitem__(index)
        return _Watched(found, self.looks) if isinstance(index, slice) else found


@register("matmul-order")
def _(cheapest) -> None:
    long = [3, 7, 2, 11, 5, 13] * 5
    for sizes in ([5, 7], [2, 3, 5], [10, 100, 5, 50], [100, 1, 100, 1], [2, 9, 1, 9, 2], [40, 20, 30, 10, 30], [7, 1, 7, 2, 7, 3, 7], long):
        exact, left = _cheapest(sizes), sum(sizes[0] * sizes[k] * sizes[k + 1] for k in range(1, len(sizes) - 1))
        got = number(cheapest(_Watched(sizes, [0])), "the count")
        if got != exact:
            advice = ("that is the product from left to right" if got == left else
                      "fewer than possible: joining A_i…A_k and A_k+1…A_j costs sizes[i−1] · sizes[k] · sizes[j] more" if got < exact else
                      "some other order takes fewer; try every place of the last product, not only the one that looks cheapest now")
            raise AssertionError(f"for the sizes {sizes[:8]}{' …' if len(sizes) > 8 else ''} {exact:,} multiply–adds are enough, not {got:,.0f}: {advice}")


def _cheapest(sizes) -> int:
    n = len(sizes)
    cost = {(i, i + 1): 0 for i in range(n - 1)}
    for length in range(2, n):
        for i in range(n - length):
            cost[i, i + length] = min(cost[i, k] + cost[k, i + length] + sizes[i] * sizes[k] * sizes[i + length]
                                      for k in range(i + 1, i + length))
    return cost[0, n - 1]
