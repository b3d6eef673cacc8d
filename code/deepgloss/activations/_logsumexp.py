"""The logarithm of a sum of exponentials."""

import torch

from .._arguments import flag
from .._precision import widened
from ._check import check_real
from ._dim import check_dim


def logsumexp(
    x: torch.Tensor, dim: int | tuple[int, ...], keepdim: bool = False
) -> torch.Tensor:
    r"""The logarithm of a sum of exponentials: a smooth maximum, whose gradient is softmax.

    .. math::
        \operatorname{LSE}(x) = m + \ln \sum_{k=1}^{n} e^{x_k - m}, \quad m = \max_k x_k,
        \qquad \max_k x_k \le \operatorname{LSE}(x) \le \max_k x_k + \ln n

    The result does not depend on m, which counts as a constant. A row of −∞ alone gives −∞ with
    gradients NaN, a row with +∞ and without NaN gives +∞, an empty row −∞, as in
    :func:`torch.logsumexp`. Half types are computed in float32 and rounded once. A departure: the
    gradient is softmax to the last digits, where PyTorch's exp(x − LSE) suffers from the rounding
    of LSE and says 0.49989 in place of ½ for two logits of 10⁴.

    Args:
        x: numbers of any shape; integers count as floating-point numbers of the default type.
        dim: the dimension or dimensions to sum over; below 0 they count from the end.
        keepdim: keep these dimensions, with size 1.

    Returns:
        Values in [−∞, ∞], in nats, with the dtype and device of ``x``.

    Raises:
        TypeError: ``x`` holds no real numbers, or ``dim`` is neither an integer nor a tuple of
            integers.
        ValueError: ``x`` has no such dimension, or ``dim`` is empty or names one twice.

    Source: Blanchard, Higham and Higham (2021), section 1, on both functions and the shift.
    """
    check_real(x)
    dims = _dims(dim, x)
    flag("keepdim", keepdim)
    if not x.is_floating_point():
        x = x.to(torch.get_default_dtype())
    return _logsumexp(widened(x), dims, keepdim).to(x.dtype)


def _logsumexp(x: torch.Tensor, dims: tuple[int, ...], keepdim: bool) -> torch.Tensor:
    if x.ndim and any(x.shape[d] == 0 for d in dims):
        # The largest of no numbers does not exist; their sum does, and its logarithm is −∞.
        return x.exp().sum(dims, keepdim=keepdim).log()
    limits = torch.finfo(x.dtype)
    # A finite shift, because −∞ − (−∞) and ∞ − ∞ would be NaN.
    largest = x.detach().amax(dims, keepdim=True).clamp(limits.min, limits.max)
    y = (x - largest).exp().sum(dims, keepdim=True).log() + largest
    return y if keepdim or not x.ndim else y.squeeze(dims)


def _dims(dim, x: torch.Tensor) -> tuple[int, ...]:
    """All dimensions to sum over, counted from 0."""
    several = tuple(dim) if isinstance(dim, (tuple, list)) else (dim,)
    dims = tuple(check_dim(d, x) % max(x.ndim, 1) for d in several)
    if not dims or len(set(dims)) < len(dims):
        raise ValueError(f"dim must name at least one dimension, and none twice, not {dim!r}")
    return dims
