"""The angles between two subspaces."""

import torch

from .._arguments import readable, same_type
from .._precision import in_float32
from ._arguments import finite, table


def principal_angles(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    r"""The principal angles between the spaces that the columns of two matrices span.

    With orthonormal bases Q of the one and R of the other,

    .. math::
        \cos \theta_k = s_k(Q^\top R), \qquad \sin \theta_k = s_k\big((I - Q Q^\top) R\big),

    where s are singular values. Small angles are taken from the sine and large ones from the cosine, each where it is
    steep: a cosine alone has lost every angle below 10⁻⁸ in double precision. All are 0 where the smaller space lies
    in the larger one.

    Args:
        a: p linearly independent columns, (D, p).
        b: q of them, (D, q).

    Returns:
        min(p, q) angles in [0, π/2], the largest first, as ``scipy.linalg.subspace_angles`` gives them.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: the shapes do not fit, a number is not finite, or columns depend on each other.

    Source: Björck and Golub (1973); Knyazev and Argentati (2002), algorithm 3.1.
    """
    finite("a", table("a", a))
    finite("b", table("b", b))
    if len(a) != len(b):
        raise ValueError(f"b must have {len(a)} rows as a has, not {len(b)}")
    same_type(a=a, b=b)
    for name, matrix in (("a", a), ("b", b)):
        if matrix.shape[1] > len(matrix) or readable(matrix) and not _independent(matrix):
            raise ValueError(f"{name} must have linearly independent columns")
    return _angles(*(a, b) if a.shape[1] >= b.shape[1] else (b, a))


@in_float32
def _independent(matrix: torch.Tensor) -> bool:
    sizes = torch.linalg.svdvals(matrix.detach())
    return bool(sizes[-1] > sizes[0] * torch.finfo(sizes.dtype).eps * max(matrix.shape))


@in_float32
def _angles(larger: torch.Tensor, smaller: torch.Tensor) -> torch.Tensor:
    q, r = torch.linalg.qr(larger)[0], torch.linalg.qr(smaller)[0]
    shared = q.mT @ r                                                           # (p, q)
    cosines = torch.linalg.svdvals(shared).flip(0).clamp(max=1)                 # of the largest angle first
    sines = torch.linalg.svdvals(r - q @ shared).clamp(max=1)
    return torch.where(cosines.square() < 0.5, cosines.acos(), sines.asin())
