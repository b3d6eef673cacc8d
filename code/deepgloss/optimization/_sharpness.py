"""How curved a loss is: products with its Hessian, and the curvatures that these reveal."""

from collections.abc import Callable

import torch

from .._arguments import floats, generator, shown, whole, whole_seed


def hessian_product(loss: Callable[[torch.Tensor], torch.Tensor], w: torch.Tensor, v: torch.Tensor) -> torch.Tensor:
    r"""The Hessian of a loss times a vector, without the Hessian: the gradient of the slope along the vector.

    .. math:: H v = \nabla_w \bigl( \nabla L(w) \cdot v \bigr)

    It costs a few gradients, however many weights there are.

    Args:
        loss: of weights, gives one number.
        w: where, of any shape.
        v: the vector, of the shape and type of ``w``.

    Returns:
        Hv, of the same shape.

    Raises:
        TypeError: an argument is of a wrong kind, or ``w`` and ``v`` are of two types.
        ValueError: ``v`` has another shape.

    Source: Pearlmutter (1994), whose way is the other one: the derivative of the gradient along v.
    """
    _point(loss, w)
    if floats("v", v).shape != w.shape:
        raise ValueError(f"v must have shape {tuple(w.shape)} as w has, not {tuple(v.shape)}")
    if v.dtype != w.dtype:
        raise TypeError(f"v must be of the type of w, {w.dtype}, not {v.dtype}")
    return torch.func.grad(lambda w: (torch.func.grad(loss)(w) * v).sum())(w)


def extreme_curvatures(loss: Callable[[torch.Tensor], torch.Tensor], w: torch.Tensor, steps: int = 30,
                       seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    r"""The smallest and the largest eigenvalue of a loss's Hessian, by the method of Lanczos.

    Products with the Hessian, each made perpendicular to the vectors before, build a basis in which the Hessian
    is a small matrix of three diagonals; the ends of its spectrum are the answer. They lie within the true
    ones and come closer with each step; with as many steps as there are weights they are exact.

    Args:
        loss: of weights, gives one number.
        w: where, of any shape, with at least one weight; the two types of half precision are too coarse.
        steps: products with the Hessian, at least 1; no more are made than there are weights.
        seed: of the first vector; ``DEEPGLOSS_SHIFT`` is added.

    Returns:
        Two tensors of one number each, (λmin, λmax). For many points at once, wrap the call in
        :func:`torch.vmap` with ``randomness="same"``.

    Raises:
        TypeError: an argument is of a wrong kind.
        ValueError: it is out of range.

    Source: Lanczos (1950), section IV; Golub and Van Loan (2013), section 10.1.
    """
    _point(loss, w)
    if w.dtype not in (torch.float32, torch.float64):
        raise TypeError(f"w must be of type float32 or float64, not {w.dtype}")
    if not w.numel():
        raise ValueError("w must hold at least one weight")
    steps = min(whole("steps", steps), w.numel())
    start = torch.randn(w.numel(), generator=generator(whole_seed(seed)), dtype=torch.float64).to(w.device, w.dtype)
    q, basis, middle, beside = start / start.norm(), [], [], []
    for _ in range(steps):
        basis.append(q)
        v = hessian_product(loss, w, q.view_as(w)).flatten()
        middle.append(q @ v)
        known = torch.stack(basis)                              # (vectors, weights)
        for _ in range(2):                                      # once leaves what rounding puts back
            v = v - (known @ v) @ known
        length = v.norm()
        # In a space that the Hessian does not leave there is nothing new: the matrix falls into two parts.
        new = length > 1e3 * torch.finfo(w.dtype).eps * torch.stack(middle).abs().max()
        beside.append(torch.where(new, length, 0.0))
        q = torch.where(new, v / torch.where(new, length, 1.0), 0.0)
    small = torch.diag(torch.stack(middle))
    if steps > 1:
        side = torch.stack(beside[:-1])
        small = small + torch.diag(side, 1) + torch.diag(side, -1)
    # Behind the end of such a space stand zeros that are no eigenvalues: they become a number that is one.
    alive = torch.stack([torch.ones_like(middle[0]), *(b > 0 for b in beside[:-1])]).cumprod(0).bool()
    values = torch.linalg.eigvalsh(small + torch.diag(torch.where(alive, 0.0, middle[0])))
    return values[0], values[-1]


def sharpness(loss: Callable[[torch.Tensor], torch.Tensor], w: torch.Tensor, steps: int = 30,
              seed: int = 0) -> torch.Tensor:
    r"""The largest curvature of a loss, :math:`\lambda_{\max}` of its Hessian, which bounds the learning rate.

    Gradient descent on a quadratic is stable below the rate :math:`2 / \lambda_{\max}`.

    Args:
        loss, w, steps, seed: as for :func:`extreme_curvatures`.

    Returns:
        One number, a tensor.

    Raises:
        TypeError, ValueError: as there.

    Source: Cohen et al. (2021), who give it this name.
    """
    return extreme_curvatures(loss, w, steps, seed)[1]


def _point(loss, w) -> None:
    if not callable(loss):
        raise TypeError(f"loss must be a function of weights, not {shown(loss)}")
    floats("w", w)
