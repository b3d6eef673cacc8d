"""How far a score can be trusted: intervals around it, and what the best of many scores is worth."""

import math
from collections.abc import Sequence

import numpy as np
import torch

from .._arguments import generator, real, share, shown, whole, whole_seed


def bootstrap_interval(scores: torch.Tensor | Sequence[float], level: float = 0.95, *, draws: int = 2000,
                       seed: int = 0) -> tuple[float, float]:
    """The percentile bootstrap interval of a mean score.

    As many scores as there are examples are drawn with replacement, again and again; the interval holds
    the middle share ``level`` of the means. It stands for what other test sets of this size might have
    said. Where all scores are equal it has no width, which is too sure by far: see :func:`wilson_interval`.

    Args:
        scores: one number for each test example, (N), such as 1 for right and 0 for wrong.
        level: the share of the means within, in (0, 1).
        draws: how many means.
        seed: of the draws; ``DEEPGLOSS_SHIFT`` is added to it.

    Returns:
        The lower and the upper end.

    Raises:
        TypeError: ``draws`` is no integer, or ``scores`` are no real numbers.
        ValueError: ``scores`` is not one row of at least one finite number, all stored, or ``level`` is out
            of range.

    Source: Efron and Tibshirani (1993), section 13.3.
    """
    try:
        scores = torch.as_tensor(scores)
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(f"scores must be a tensor or a list of numbers, not {shown(scores)}") from None
    if scores.is_meta or scores.layout != torch.strided:
        raise ValueError(f"scores must be a dense tensor whose numbers are stored, not {shown(scores)}")
    if scores.is_complex():
        raise TypeError(f"scores must be real numbers, not {scores.dtype}")
    if scores.ndim != 1 or not len(scores):
        raise ValueError(f"scores must have shape (N,) with at least one score, not {tuple(scores.shape)}")
    scores = scores.detach().cpu().double()
    if not scores.isfinite().all():
        raise ValueError("scores must be finite")
    level, draws, stream = share("level", level), whole("draws", draws), generator(whole_seed(seed))
    rows = max(1, 10**6 // len(scores))                             # at most a million places at a time
    means = torch.cat([scores[torch.randint(len(scores), (min(rows, draws - start), len(scores)), generator=stream)].mean(1)
                       for start in range(0, draws, rows)])
    low, high = np.quantile(means.numpy(), [(1 - level) / 2, (1 + level) / 2]).tolist()  # torch's ends at 2²⁴ means
    return low, high


def wilson_interval(right: int, total: int, level: float = 0.95) -> tuple[float, float]:
    r"""Wilson's interval of a share: all p that are less than z standard errors from the share that was seen.

    .. math::
        \frac{\hat p + z^2 / 2n \pm z \sqrt{\hat p (1 - \hat p) / n + z^2 / 4n^2}}{1 + z^2 / n}

    Args:
        right: how many of the examples were right, in 0..total.
        total: n, how many examples there were, at least 1.
        level: of confidence, in (0, 1); z is 1.96 for 0.95.

    Returns:
        The lower and the upper end, in [0, 1].

    Raises:
        TypeError: a number of examples is no integer.
        ValueError: a number is out of range.

    Source: Wilson (1927); Brown, Cai and DasGupta (2001), section 3.1.1.
    """
    total = whole("total", total)
    right = whole("right", right, 0, total)
    tail = torch.tensor((1 - share("level", level)) / 2, dtype=torch.float64)   # (1 + level) / 2 can round to 1
    z2 = float(torch.special.ndtri(tail)) ** 2
    seen = right / total
    middle, half = seen + z2 / (2 * total), math.sqrt(z2 * (seen * (1 - seen) / total + z2 / (4 * total**2)))
    low, high = (middle - half) / (1 + z2 / total), (middle + half) / (1 + z2 / total)
    return (0.0 if right == 0 else low), (1.0 if right == total else high)


def expected_maximum(candidates: int) -> float:
    r"""The mean of the largest of K independent standard normal numbers.

    .. math:: m_K = \int z \, K \, \varphi(z) \, \Phi(z)^{K-1} \, dz \le \sqrt{2 \ln K}

    Args:
        candidates: K, at least 1.

    Returns:
        The mean, to about ten digits.

    Raises:
        TypeError: ``candidates`` is no integer.
        ValueError: it is less than 1.

    Source: David and Nagaraja (2003), section 3.1.
    """
    k = whole("candidates", candidates)
    z = torch.linspace(-16, 16, 32001, dtype=torch.float64)
    log_density = math.log(k) - z.square() / 2 - math.log(2 * math.pi) / 2 + (k - 1) * torch.special.log_ndtr(z)
    return torch.trapezoid(z * log_density.exp(), z).item()


def expected_best_accuracy(candidates: int, n: int, accuracy: float) -> float:
    r"""The mean of the highest of K accuracies, each seen on n examples, of candidates that are equally good.

    .. math:: \frac{1}{n} \sum_{j=0}^{n-1} \bigl( 1 - F(j)^K \bigr)

    where F(j) is the probability that one candidate is right on at most j of the n. The candidates' errors
    are taken as independent of each other; those of real models have much in common, and the mean is lower.

    Args:
        candidates: K, at least 1.
        n: examples that each is judged by, at least 1.
        accuracy: the true accuracy of each, in [0, 1].

    Returns:
        The mean, in [accuracy, 1].

    Raises:
        TypeError: a number of candidates or examples is no integer.
        ValueError: a number is out of range.

    Source: David and Nagaraja (2003), section 3.1.
    """
    k, n = whole("candidates", candidates), whole("n", n)
    p = real("accuracy", accuracy, 0, 1)
    if p in (0.0, 1.0):
        return p
    j = torch.arange(1, n + 1, dtype=torch.float64)
    log_choose = math.lgamma(n + 1) - torch.lgamma(j + 1) - torch.lgamma(n - j + 1)
    each = (log_choose + j * math.log(p) + (n - j) * math.log1p(-p)).exp()
    at_least = each.flip(0).cumsum(0).clamp(max=1)                  # 1 − F(n − 1), …, 1 − F(0): (n)
    return -torch.expm1(k * torch.log1p(-at_least)).mean().item()
