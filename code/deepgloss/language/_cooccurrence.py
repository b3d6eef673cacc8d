"""Which words keep company: counts in windows, pointwise mutual information, and its factors."""

import torch

from .._arguments import choice, flag, floats, numbers, readable, real, whole
from .._device import device, wide
from .._precision import in_float32
from ._word_corpus import WordCorpus, context_pairs


def cooccurrence(corpus: WordCorpus, window: int, weighting: str = "flat") -> torch.Tensor:
    r"""How often each word stands in the window of each other word.

    .. math:: X_{wc} = \sum_{\text{pairs } (w, c)} \omega(\text{distance})

    Args:
        corpus: the sentences.
        window: reach to either side, at least 1.
        weighting: 'flat' counts every pair as 1, 'harmonic' as 1 / distance, as GloVe does.

    Returns:
        Symmetric counts ``(V, V)``, sparse (COO, coalesced), ``float32``, on
        :func:`deepgloss.device`.

    Raises:
        TypeError, ValueError: an argument does not fit.

    Source: harmonic weights, Pennington, Socher and Manning (2014), section 4.2.
    """
    choice("weighting", weighting, ("flat", "harmonic"))
    centers, contexts, distances = context_pairs(corpus, window)
    weights = torch.ones(len(centers)) if weighting == "flat" else 1 / distances
    size = (len(corpus),) * 2
    places = torch.stack([centers, contexts])
    return torch.sparse_coo_tensor(places, weights, size, check_invariants=True).coalesce().to(device())


@in_float32
def pmi(
    counts: torch.Tensor, *, shift: float = 1.0, smoothing: float = 1.0, positive: bool = False
) -> torch.Tensor:
    r"""Pointwise mutual information of words and contexts, shifted by log k.

    .. math::
        \log \frac{P(w, c)}{P(w)\, Q(c)} - \log k, \qquad
        Q(c) = \frac{(\sum_w X_{wc})^\alpha}{\sum_{c'} (\sum_w X_{wc'})^\alpha}

    Args:
        counts: X ≥ 0, ``(V, C)``, dense or sparse.
        shift: k > 0; 1 for no shift.
        smoothing: α ≥ 0; 1 for plain PMI, less to take weight off rare contexts.
        positive: put 0 where the result is negative, −∞ included.

    Returns:
        A dense matrix ``(V, C)``. A pair that never occurs has −∞; so has a row or a column of
        zeros, whose PMI is not defined.

    Raises:
        TypeError: ``counts`` is no tensor of floating-point numbers.
        ValueError: ``counts`` is no matrix, holds a negative number or no positive one, or another
            argument is out of range.

    Source: Church and Hanks (1990); shifted, Levy and Goldberg (2014), section 3.1; smoothed, Levy,
    Goldberg and Dagan (2015), section 3.2.
    """
    counts = check_counts(counts)
    flag("positive", positive)
    shift, smoothing = real("shift", shift, 0), real("smoothing", smoothing, 0)
    if shift == 0:
        raise ValueError("shift must be greater than 0: its logarithm is taken off")
    rows, noise = counts.sum(1, keepdim=True), noise_distribution(counts.sum(0), smoothing)
    information = (counts / rows / (shift * noise)).log()
    information = information.nan_to_num(nan=-torch.inf, neginf=-torch.inf)
    return information.clamp(min=0) if positive else information


@in_float32
def noise_distribution(counts: torch.Tensor, power: float = 0.75) -> torch.Tensor:
    r"""The distribution that negative samples come from, counts raised to a power.

    .. math:: Q(c) = \frac{n_c^\alpha}{\sum_{c'} n_{c'}^\alpha}

    Args:
        counts: how often each word occurs, ≥ 0, ``(V,)``.
        power: α; 1 for the words' own distribution, 0 for a uniform one.

    Returns:
        Probabilities ``(V,)``. A word that never occurs has probability 0, whatever the power.

    Raises:
        ValueError: ``counts`` is no vector, holds a negative number or no positive one.

    Source: Mikolov, Sutskever, Chen, Corrado and Dean (2013), section 2.2, with α = 3/4.
    """
    numbers("counts", counts)
    if counts.ndim != 1 or readable(counts) and ((counts < 0).any() or not counts.sum() > 0):
        raise ValueError("counts must be a vector of numbers that are not negative, and not all 0")
    power = real("power", power, 0)
    counts = counts if counts.is_floating_point() else counts.to(wide(counts.device))
    # 0 ** 0 is 1, and what never occurs shall not be drawn
    weights = counts.pow(power).where(counts > 0, 0)
    return weights / weights.sum()


@in_float32
def svd_vectors(matrix: torch.Tensor, dim: int, power: float = 0.5) -> tuple[torch.Tensor, torch.Tensor]:
    r"""Word and context vectors whose dot products come nearest to a matrix.

    .. math:: M \approx W C^\top, \qquad W = U_d \Sigma_d^p, \qquad C = V_d \Sigma_d^{1-p}

    No two matrices of d columns have a product with a smaller squared error. Each column's sign is
    such that the entry of W with the largest magnitude is positive.

    Args:
        matrix: finite numbers ``(V, C)``, such as positive PMI.
        dim: d, from 1 to the smaller size.
        power: p, how much of the singular values goes to the words.

    Returns:
        W ``(V, d)`` and C ``(C, d)``.

    Raises:
        TypeError: ``dim`` or ``power`` is no number.
        ValueError: ``matrix`` is no finite matrix, or ``dim`` is out of range.

    Source: Deerwester, Dumais, Furnas, Landauer and Harshman (1990), of words and documents; the
    power, Levy, Goldberg and Dagan (2015), section 3.3.
    """
    floats("matrix", matrix)
    if matrix.ndim != 2 or readable(matrix) and not matrix.isfinite().all():
        raise ValueError("matrix must be (V, C) and finite: take positive PMI, where -inf is 0")
    dim, power = whole("dim", dim, 1, min(matrix.shape)), real("power", power)
    u, s, vt = torch.linalg.svd(matrix, full_matrices=False)
    u, s, v = u[:, :dim], s[:dim], vt[:dim].T
    sign = u.gather(0, u.abs().argmax(0, keepdim=True)).sign()        # (1, d)
    return sign * u * s.pow(power), sign * v * s.pow(1 - power)


def check_counts(counts: torch.Tensor) -> torch.Tensor:
    """The counts as a dense matrix, if they are counts.

    Raises:
        TypeError: ``counts`` is no tensor of floating-point numbers.
        ValueError: it is no matrix, holds a negative number or no positive one.
    """
    if not isinstance(counts, torch.Tensor) or not counts.is_floating_point():
        raise TypeError("counts must be a tensor of floating-point numbers")
    counts = counts.to_dense() if counts.is_sparse else counts
    if counts.ndim != 2 or readable(counts) and ((counts < 0).any() or not counts.sum() > 0):
        raise ValueError("counts must be a matrix of numbers that are not negative, and not all 0")
    return counts
