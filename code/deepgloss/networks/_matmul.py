"""The product of two matrices: four orders of the same sums, tiles, and what a product has to move through memory."""

import torch

from .._arguments import choice, floats, real, same_type, whole
from .._precision import autocast_type, in_float32

WAYS = ("entries", "columns", "rows", "outer")


def matmul(a: torch.Tensor, b: torch.Tensor, by: str = "entries") -> torch.Tensor:
    r"""The product C = AB, built in one of four ways; batched and broadcast as :func:`torch.matmul` does.

    .. math::
        c_{ij} = \sum_k a_{ik} b_{kj}, \qquad
        C_{:j} = \sum_k b_{kj} A_{:k}, \qquad
        C_{i:} = \sum_k a_{ik} B_{k:}, \qquad
        C = \sum_k A_{:k} B_{k:}

    Args:
        a: (…, n, k).
        b: (…, k, m).
        by: ``"entries"``: one inner product of a row and a column after the other; ``"columns"``: each a
            combination of the columns of ``a``; ``"rows"``: each a combination of the rows of ``b``;
            ``"outer"``: a sum of k products of a column and a row.

    Returns:
        (…, n, m); the same numbers for every way, but for rounding.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: there are fewer than two axes, the shapes do not fit, or ``by`` is no such way.

    Source: Golub and Van Loan (2013), section 1.1.
    """
    choice("by", by, WAYS)
    product_shape(a, b)
    one_type(a=a, b=b)
    return _matmul(a, b, by)


@in_float32(autocast="product")
def _matmul(a, b, by):
    (n, k), m = a.shape[-2:], b.shape[-1]
    if by == "entries" and n * m:
        rows = [torch.stack([(a[..., i, :] * b[..., :, j]).sum(-1) for j in range(m)], -1) for i in range(n)]
        return torch.stack(rows, -2)
    if by == "columns" and m:
        return torch.stack([(a * b[..., None, :, j]).sum(-1) for j in range(m)], -1)
    if by == "rows" and n:
        return torch.stack([(a[..., i, :, None] * b).sum(-2) for i in range(n)], -2)
    if by == "outer" and k:
        return sum(a[..., :, p, None] * b[..., None, p, :] for p in range(k))
    return a @ b                                            # there is nothing to add up


def blocked_matmul(a: torch.Tensor, b: torch.Tensor, tile: int = 64) -> torch.Tensor:
    r"""The product C = AB, tile by tile: C_{IJ} = Σ_K A_{IK} B_{KJ} for blocks of rows and columns.

    A tile of the result stays in fast memory while the tiles that it needs pass by, so each number
    is read about n / tile times from slow memory, not n times. :func:`matmul_traffic` counts it.

    Args:
        a: (…, n, k).
        b: (…, k, m).
        tile: rows and columns of a tile; the last ones may be smaller.

    Returns:
        (…, n, m).

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, their types differ, or ``tile`` is no integer.
        ValueError: there are fewer than two axes, the shapes do not fit, or ``tile`` is below 1.

    Source: Golub and Van Loan (2013), section 1.3.
    """
    tile = whole("tile", tile)
    product_shape(a, b)
    one_type(a=a, b=b)
    return _blocked_matmul(a, b, tile)


@in_float32(autocast="product")
def _blocked_matmul(a, b, tile):
    if not a.shape[-2] * a.shape[-1] * b.shape[-1]:
        return a @ b
    rows = []
    for upper in a.split(tile, -2):
        columns = [sum(x @ y for x, y in zip(upper.split(tile, -1), right.split(tile, -2))) for right in b.split(tile, -1)]
        rows.append(torch.cat(columns, -1))
    return torch.cat(rows, -2)


def matmul_traffic(n: int, k: int, m: int, tile: int | None = None) -> int:
    r"""How many numbers a product (n × k)(k × m) moves between slow and fast memory.

    .. math::
        \text{at least } nk + km + nm, \qquad \text{by tiles } nk \lceil m/s \rceil + km \lceil n/s \rceil + nm

    A product without entries (n or m is 0) moves nothing.

    Args:
        n, k, m: the sizes.
        tile: s, the side of square tiles: each tile of the result is kept while whole bands of A and B are read
            for it. None: each number is read or written once, the least that is possible.

    Returns:
        The count. 2nkm divided by it, and by the bytes of a number, is the arithmetic intensity.

    Raises:
        TypeError: a size is no integer.
        ValueError: a size is below 0, or ``tile`` below 1.
    """
    n, k, m = (whole(name, size, 0) for name, size in (("n", n), ("k", k), ("m", m)))
    tile = max(n, m, 1) if tile is None else whole("tile", tile)
    return n * k * -(-m // tile) + k * m * -(-n // tile) + n * m


def roofline(intensity: float, peak: float, bandwidth: float) -> float:
    """The most operations per second that a machine can do: min(peak, intensity · bandwidth).

    Args:
        intensity: operations per byte moved, at least 0.
        peak: operations per second, at least 0.
        bandwidth: bytes per second between memory and processor, at least 0.

    Returns:
        Operations per second; the two limits meet at the ridge, ``peak / bandwidth`` operations per byte.

    Raises:
        TypeError: one of them is no number.
        ValueError: one of them is negative or not finite.

    Source: Williams, Waterman and Patterson (2009).
    """
    intensity, peak, bandwidth = (real(name, value, 0) for name, value in (
        ("intensity", intensity), ("peak", peak), ("bandwidth", bandwidth)))
    return min(peak, intensity * bandwidth)


def product_shape(a: torch.Tensor, b: torch.Tensor) -> tuple[int, ...]:
    """The shape of ``a @ b``; factors that do not fit are refused by name."""
    for name, x in (("a", a), ("b", b)):
        if floats(name, x).ndim < 2:
            raise ValueError(f"{name} must have at least 2 axes, not shape {tuple(x.shape)}")
    if a.shape[-1] != b.shape[-2]:
        raise ValueError(f"b must have {a.shape[-1]} rows, one for each column of a, not {b.shape[-2]}")
    batches = a.shape[:-2], b.shape[:-2]
    try:
        batch = torch.broadcast_shapes(*batches)
    except RuntimeError:
        raise ValueError(f"the batches of a and b must broadcast, not have shapes {tuple(map(tuple, batches))}") from None
    return *batch, a.shape[-2], b.shape[-1]


def one_type(**tensors: torch.Tensor) -> None:
    """Refuse tensors of different types, but under autocast, which gives all of them one."""
    if autocast_type(next(iter(tensors.values())).device) is None:
        same_type(**tensors)
