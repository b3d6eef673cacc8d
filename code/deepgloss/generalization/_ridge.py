"""Linear regression with an L2 penalty, seen along the directions in which the inputs vary; and early stopping beside it."""

from typing import NamedTuple

import torch

from .._arguments import floats, real, same_type, whole


class Ridge(NamedTuple):
    """What :func:`ridge` found.

    Attributes:
        weight: w, (D).
        eigenvalues: of XᵀX / N, the largest first, (D).
        directions: their eigenvectors, as columns, (D, D).
        factors: what the penalty leaves of the least-squares solution in each direction, (D), in [0, 1].
    """

    weight: torch.Tensor
    eigenvalues: torch.Tensor
    directions: torch.Tensor
    factors: torch.Tensor


def ridge(x: torch.Tensor, y: torch.Tensor, penalty: float) -> Ridge:
    r"""Linear regression with an L2 penalty, by what it does in each direction.

    .. math::
        \min_w \frac{1}{2N} \lVert X w - y \rVert^2 + \frac{\lambda}{2} \lVert w \rVert^2, \qquad
        w = \sum_k \frac{\mu_k}{\mu_k + \lambda}\, v_k v_k^\top w_\text{LS}, \qquad \tfrac1N X^\top X v_k = \mu_k v_k

    There is no bias: center ``x`` and ``y`` before, or see :func:`deepgloss.learning.least_squares`, which
    has one and the same λ.

    Args:
        x: examples, (N, D).
        y: targets, (N).
        penalty: λ ≥ 0; scikit-learn's ``Ridge`` calls Nλ ``alpha``.

    Returns:
        The weights, and the directions and factors behind them. With λ = 0, directions without variance get weight 0.

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: the shapes do not fit, or λ is negative.

    Source: Hastie, Tibshirani and Friedman (2009), equation 3.47.
    """
    if floats("x", x).ndim != 2 or not x.numel():
        raise ValueError(f"x must have shape (N, D) with at least one number, not {tuple(x.shape)}")
    if floats("y", y).shape != x.shape[:1]:
        raise ValueError(f"y must have shape {tuple(x.shape[:1])}, not {tuple(y.shape)}")
    same_type(x=x, y=y)
    penalty = real("penalty", penalty, 0)
    u, s, vt = torch.linalg.svd(x, full_matrices=True)
    rank = len(s)
    values = x.new_zeros(x.shape[1])
    values[:rank] = s.square() / len(x)
    seen = values > values.max() * torch.finfo(x.dtype).eps * max(x.shape)
    factors = torch.where(seen, values / (values + penalty), 0)
    along = torch.zeros_like(values)
    along[:rank] = torch.where(seen[:rank], (y @ u)[:rank] / s, 0)          # least squares in each direction
    return Ridge((factors * along) @ vt, values, vt.mT, factors)


def early_stopping_factors(eigenvalues: torch.Tensor, lr: float, steps: int) -> torch.Tensor:
    r"""What gradient descent from 0 has of the solution in each direction after some steps on a quadratic.

    .. math:: 1 - (1 - \eta \mu_k)^t

    Args:
        eigenvalues: μ, the curvatures, each at least 0; any shape.
        lr: η ≥ 0; beyond 2 / μ it diverges.
        steps: t ≥ 0.

    Returns:
        The factors, of the same shape.

    Raises:
        TypeError: one of them is of a wrong kind.
        ValueError: a number is out of range.

    Source: Goodfellow, Bengio and Courville (2016), section 7.8.
    """
    return 1 - (1 - real("lr", lr, 0) * floats("eigenvalues", eigenvalues)) ** whole("steps", steps, 0)


def equivalent_penalty(lr: float, steps: int) -> float:
    r"""The L2 penalty that does about as much as gradient descent's stop after some steps: λ ≈ 1 / (ηt).

    In directions of small curvature, ημt ≪ 1, both leave the share ημt of the least-squares solution, to first order;
    where ημt ≫ 1 both leave nearly all of it. In between the factors differ by up to 0.2.

    Args:
        lr: η > 0.
        steps: t ≥ 1.

    Raises:
        TypeError, ValueError: one of them is no such number.

    Source: Goodfellow, Bengio and Courville (2016), section 7.8.
    """
    if not real("lr", lr, 0):
        raise ValueError("lr must be above 0, not 0")
    return 1 / (float(lr) * whole("steps", steps))
