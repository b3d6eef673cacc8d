"""Products of matrices: every way gives PyTorch's numbers, traffic is what a walk over tiles counts."""

import math

import pytest
import torch

import deepgloss as dg
from deepgloss.networks import blocked_matmul, matmul, matmul_traffic, roofline

SHAPES = [((3, 5), (5, 7)), ((1, 1), (1, 1)), ((2, 3, 5), (2, 5, 7)), ((3, 5), (2, 5, 7)), ((11, 1, 3, 5), (2, 5, 7)),
          ((0, 5), (5, 7)), ((3, 0), (0, 7)), ((3, 5), (5, 0)), ((0, 3, 5), (5, 7))]
WAYS = [lambda a, b, way=way: matmul(a, b, way) for way in ("entries", "columns", "rows", "outer")]
TILES = [lambda a, b, tile=tile: blocked_matmul(a, b, tile) for tile in (1, 2, 5, 64)]


def draw(*shape, seed=0):
    x = torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)
    return x.to(dg.device())


@pytest.mark.parametrize("product", WAYS + TILES)
@pytest.mark.parametrize("a, b", SHAPES)
def test_every_way_gives_the_product(product, a, b):
    a, b = draw(*a), draw(*b, seed=1)
    torch.testing.assert_close(product(a, b), a @ b)


@pytest.mark.parametrize("product", WAYS + TILES)
def test_gradients(product):
    a, b = draw(2, 3, 5).requires_grad_(), draw(5, 7, seed=1).requires_grad_()
    grad = draw(2, 3, 7, seed=2)
    for got, wanted in zip(torch.autograd.grad(product(a, b), (a, b), grad), torch.autograd.grad(a @ b, (a, b), grad)):
        torch.testing.assert_close(got, wanted)


def test_by_hand():
    a, b = torch.tensor([[1.0, 2, 3], [4, 0, 1]]), torch.tensor([[2.0, 1], [0, 3], [1, -1]])
    for product in WAYS + TILES:
        assert product(a, b).tolist() == [[5, 4], [9, 3]]


@pytest.mark.parametrize("n, k, m, tile", [(7, 5, 3, 2), (6, 4, 8, 2), (1, 11, 13, 5), (3, 5, 7, 64), (0, 3, 2, 2), (2, 3, 0, 1), (2, 0, 3, 2)])
def test_traffic_is_what_a_walk_counts(n, k, m, tile):
    moved = 0
    for i in range(0, n, tile):
        for j in range(0, m, tile):
            rows, columns = min(tile, n - i), min(tile, m - j)
            for p in range(0, k, tile):
                moved += (rows + columns) * min(tile, k - p)
            moved += rows * columns
    assert matmul_traffic(n, k, m, tile) == moved
    assert matmul_traffic(n, k, m) == (n * k + k * m + n * m if n and m else 0)


def test_roofline():
    assert roofline(2, 100, 10) == 20 and roofline(50, 100, 10) == 100 and roofline(10, 100, 10) == 100
    assert roofline(0, 100, 10) == 0


@pytest.mark.parametrize("call, error, words", [
    (lambda x: matmul(x, x), ValueError, "b must have 7 rows, one for each column of a, not 3"),
    (lambda x: matmul(x, x[0]), ValueError, "b must have at least 2 axes"),
    (lambda x: matmul(x[0], x), ValueError, "a must have at least 2 axes"),
    (lambda x: matmul(x, x.mT.float()), TypeError, "b must be torch.float64 as a is"),
    (lambda x: matmul(x, x.mT.int()), TypeError, "b must be a tensor of floating-point numbers"),
    (lambda x: matmul([[1.0]], x), TypeError, "a must be a tensor"),
    (lambda x: matmul(x, x.mT, "cells"), ValueError, "by must be one of 'entries', 'columns', 'rows', 'outer'"),
    (lambda x: matmul(draw(2, 3, 5), draw(3, 5, 7)), ValueError, "the batches of a and b must broadcast"),
    (lambda x: blocked_matmul(x, x), ValueError, "b must have 7 rows"),
    (lambda x: blocked_matmul(x, x.mT, 0), ValueError, "tile must be an integer of at least 1"),
    (lambda x: blocked_matmul(x, x.mT, 2.0), TypeError, "tile must be an integer"),
    (lambda x: matmul_traffic(3, -1, 2), ValueError, "k must be an integer of at least 0"),
    (lambda x: matmul_traffic(3, 1.5, 2), TypeError, "k must be an integer"),
    (lambda x: matmul_traffic(3, 1, 2, 0), ValueError, "tile must be an integer of at least 1"),
    (lambda x: roofline(-1, 2, 3), ValueError, "intensity must be a number"),
    (lambda x: roofline(1, math.inf, 3), ValueError, "peak must be a number"),
    (lambda x: roofline(1, 2, "3"), TypeError, "bandwidth must be a number"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call(draw(3, 7))
