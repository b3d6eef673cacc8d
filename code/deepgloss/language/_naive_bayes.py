"""Naive Bayes for counts: the classifier that takes one pass over the data."""

import torch

from .._arguments import readable, real, whole
from .._precision import in_float32
from ._bag import check_counts


@in_float32
def naive_bayes(
    counts: torch.Tensor, labels: torch.Tensor, classes: int, k: float = 1.0
) -> tuple[torch.Tensor, torch.Tensor]:
    r"""Weights and biases of multinomial naive Bayes, a linear classifier of counts.

    .. math::
        W_{yw} = \ln \frac{c_{yw} + k}{\sum_v (c_{yv} + k)}, \qquad b_y = \ln \frac{N_y}{N}

    with :math:`c_{yw}` the occurrences of word w in the :math:`N_y` documents of class y. The
    logits ``x @ W.T + b`` are the logarithms of :math:`P(y) \prod_w P(w \mid y)^{x_w}`.

    Args:
        counts: ``(N, V)``.
        labels: class numbers ``(N,)``, integers in [0, classes).
        classes: C ≥ 1.
        k: added to every count, > 0.

    Returns:
        ``(W, b)``, of shapes ``(C, V)`` and ``(C,)``. A class without documents has b = −inf.

    Raises:
        TypeError: an argument has another type.
        ValueError: shapes do not fit, a label is out of range, or ``k`` is not positive.

    Source: McCallum and Nigam (1998), the multinomial model.
    """
    check_counts(counts)
    classes, k = whole("classes", classes), real("k", k, 0)
    if k == 0:
        raise ValueError("k must be greater than 0: a word unseen in a class would rule the class out")
    if not isinstance(labels, torch.Tensor) or labels.dtype != torch.int64:
        raise TypeError(f"labels must be an int64 tensor of class numbers, not {labels!r}")
    if labels.shape != counts.shape[:1]:
        raise ValueError(f"labels must be {tuple(counts.shape[:1])}, not {tuple(labels.shape)}")
    if not len(labels) or readable(labels) and (labels.min() < 0 or labels.max() >= classes):
        raise ValueError(f"labels must be in 0..{classes - 1}, one for each of at least one document")
    members = torch.nn.functional.one_hot(labels, classes).to(counts)   # (N, C)
    smoothed = members.T @ counts + k                                   # (C, V)
    weight = smoothed.log() - smoothed.sum(1, keepdim=True).log()
    return weight, members.mean(0).log()
