"""The kernel distance of two sets of features: unlike the Fréchet distance, it has no bias."""

import torch

from .._arguments import real, whole
from ._frechet import features


def kernel_distance(a: torch.Tensor, b: torch.Tensor, degree: int = 3, offset: float = 1.0) -> float:
    r"""The squared maximum mean discrepancy of two sets of features, by its unbiased estimate.

    .. math::
        \frac{1}{N(N - 1)} \sum_{i \ne j} k(a_i, a_j) + \frac{1}{M(M - 1)} \sum_{i \ne j} k(b_i, b_j)
        - \frac{2}{NM} \sum_{i, j} k(a_i, b_j), \qquad k(x, y) = \Big( \frac{x \cdot y}{D} + c \Big)^p

    Its expectation is that of infinite sets, whatever N and M; so where two sets are from one distribution it is 0 on
    average, and often below. With Inception's features it is the kernel inception distance, KID.

    Args:
        a: features, (N, D), N ≥ 2; computed in float64 on the CPU, whatever their type.
        b: others, (M, D), M ≥ 2.
        degree: p ≥ 1.
        offset: c ≥ 0.

    Returns:
        The estimate.

    Raises:
        TypeError: one of them is of a wrong kind, or types differ.
        ValueError: shapes do not fit, or a number is out of range or not finite.

    Source: Bińkowski and others (2018), section 4, whose kernel is the default; Gretton and others (2012), equation 3.
    """
    a, b = features(a, b)
    degree, offset = whole("degree", degree), real("offset", offset, 0)

    def kernel(x, y):
        return (x @ y.mT / x.shape[1] + offset) ** degree

    own = sum((kernel(x, x).sum() - kernel(x, x).diagonal().sum()) / (len(x) * (len(x) - 1)) for x in (a, b))
    return (own - 2 * kernel(a, b).mean()).item()
