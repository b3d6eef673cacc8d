"""Linear regression with an L1 penalty: by proximal gradient steps, which reach exact zeros, and by subgradient steps."""

import torch

from .._arguments import floats, real, same_type, whole
from .._precision import in_float32


@in_float32
def soft_threshold(x: torch.Tensor, threshold: float) -> torch.Tensor:
    r"""Numbers pulled toward 0 by a threshold; what is smaller becomes 0.

    .. math::
        S_t(x) = \operatorname{sign}(x) \max(|x| - t, 0)
        = \operatorname*{arg\,min}_u \tfrac12 (u - x)^2 + t |u|

    Args:
        x: numbers of any shape.
        threshold: t ≥ 0.

    Returns:
        A tensor of the shape and type of ``x``.

    Raises:
        TypeError: ``x`` is no tensor of floating-point numbers, or t no number.
        ValueError: t is negative.

    Source: Donoho and Johnstone (1994); as a proximal operator, Parikh and Boyd (2014).
    """
    t = real("threshold", threshold, 0)
    return floats("x", x) - x.clamp(-t, t)


def ista(x: torch.Tensor, y: torch.Tensor, penalty: float, steps: int, start: torch.Tensor | None = None) -> torch.Tensor:
    r"""The lasso by proximal gradient descent: a gradient step on the error, then a soft threshold.

    .. math::
        w \leftarrow S_{\eta\lambda}\left(w - \tfrac{\eta}{N} X^\top (X w - y)\right), \qquad
        \min_w \frac{1}{2N} \lVert X w - y \rVert^2 + \lambda \lVert w \rVert_1

    The step size is η = 1 / (largest eigenvalue of XᵀX / N). There is no bias: center ``x`` and ``y`` before.

    Args:
        x: examples, (N, D).
        y: targets, (N).
        penalty: λ ≥ 0; scikit-learn's ``Lasso`` calls it ``alpha``.
        steps: how many.
        start: the first weights, (D); 0 unless given.

    Returns:
        The weights before and after each step, (steps + 1, D).

    Raises:
        TypeError: one of them is no tensor of floating-point numbers, or their types differ.
        ValueError: the shapes do not fit, or a number is out of range.

    Source: Beck and Teboulle (2009), section 3.
    """
    w = _checked(x, y, start)
    penalty, count = real("penalty", penalty, 0), whole("steps", steps, 0)
    rate = _rate(x)
    path = [w]
    for _ in range(count):
        path.append(soft_threshold(path[-1] - rate * _slope(x, y, path[-1]), rate * penalty))
    return torch.stack(path)


def lasso_subgradient(x: torch.Tensor, y: torch.Tensor, penalty: float, steps: int, lr: float | None = None,
                      start: torch.Tensor | None = None) -> torch.Tensor:
    r"""The same problem by plain subgradient steps, whose weights hover about 0 and hardly ever are 0.

    .. math:: w \leftarrow w - \eta \left( \tfrac1N X^\top (X w - y) + \lambda \operatorname{sign}(w) \right)

    Args:
        x, y, penalty, steps, start: as for :func:`ista`.
        lr: η > 0; that of :func:`ista` unless given.

    Returns:
        The weights before and after each step, (steps + 1, D).

    Raises:
        TypeError, ValueError: as there; or η is no number above 0.

    Source: Shor (1985), on subgradient steps.
    """
    w = _checked(x, y, start)
    penalty, count = real("penalty", penalty, 0), whole("steps", steps, 0)
    rate = _rate(x) if lr is None else real("lr", lr, 0)
    if not rate:
        raise ValueError("lr must be above 0, not 0")
    path = [w]
    for _ in range(count):
        path.append(path[-1] - rate * (_slope(x, y, path[-1]) + penalty * path[-1].sign()))
    return torch.stack(path)


def lasso_path(x: torch.Tensor, y: torch.Tensor, count: int = 50, ratio: float = 1e-3, tolerance: float = 1e-7,
               steps: int = 10_000) -> tuple[torch.Tensor, torch.Tensor]:
    r"""The lasso's weights for penalties from the least that makes all of them 0 downward, in equal ratios.

    .. math:: \lambda_\text{max} = \tfrac1N \lVert X^\top y \rVert_\infty

    Each penalty starts from the weights of the one before.

    Args:
        x, y: as for :func:`ista`.
        count: penalties, at least 2.
        ratio: the last penalty over the first, in (0, 1).
        tolerance: stop a penalty when no weight moves farther, relative to the largest.
        steps: of :func:`ista`, at most, for each penalty.

    Returns:
        The penalties (count) and the weights (count, D).

    Raises:
        TypeError, ValueError: as there; or a number is out of range.

    Source: Friedman, Hastie and Tibshirani (2010), for the penalties.
    """
    w = _checked(x, y, None)
    count, ratio = whole("count", count, 2), real("ratio", ratio, 0, 1)
    tolerance, limit = real("tolerance", tolerance, 0), whole("steps", steps)
    if not 0 < ratio < 1:
        raise ValueError(f"ratio must be in (0, 1), not {ratio:g}")
    rate, largest = _rate(x), _slope(x, y, w).abs().max()
    penalties = largest * ratio ** torch.linspace(0, 1, count, dtype=x.dtype, device=x.device)
    weights = [w]
    for penalty in penalties[1:].tolist():
        for _ in range(limit):
            old, w = w, soft_threshold(w - rate * _slope(x, y, w), rate * penalty)
            if (w - old).abs().max() <= tolerance * w.abs().max():
                break
        weights.append(w)
    return penalties, torch.stack(weights)


def _slope(x, y, w):
    return (x @ w - y) @ x / len(x)


def _rate(x) -> float:
    """1 over the largest curvature of the error."""
    return len(x) / max(torch.linalg.matrix_norm(x, 2).item() ** 2, torch.finfo(x.dtype).tiny)


def _checked(x, y, start) -> torch.Tensor:
    """The first weights, once everything fits."""
    if floats("x", x).ndim != 2 or not x.numel():
        raise ValueError(f"x must have shape (N, D) with at least one number, not {tuple(x.shape)}")
    if floats("y", y).shape != x.shape[:1]:
        raise ValueError(f"y must have shape {tuple(x.shape[:1])}, not {tuple(y.shape)}")
    start = x.new_zeros(x.shape[1]) if start is None else floats("start", start)
    if start.shape != x.shape[1:]:
        raise ValueError(f"start must have shape {tuple(x.shape[1:])}, not {tuple(start.shape)}")
    same_type(x=x, y=y, start=start)
    return start
