"""What a classifier says of samples: how sure it is of each, and how many classes there are."""

import torch
import torch.nn.functional as F

from .._arguments import integers, share, whole
from .._precision import in_float32
from ._arguments import table


def inception_score(logits: torch.Tensor) -> torch.Tensor:
    r"""High where a classifier is sure of every sample and the samples are of all classes.

    .. math:: \exp \mathbb E_x\, D\big(p(y \mid x) \,\|\, p(y)\big), \qquad p(y) = \mathbb E_x\, p(y \mid x)

    It looks at no real data: one perfect picture of each class, over and over, has the highest score.

    Args:
        logits: of a classifier for samples, (N, K).

    Returns:
        A single number, between 1 and K.

    Raises:
        TypeError: ``logits`` is no tensor of floating-point numbers.
        ValueError: it has another shape, or holds no sample.

    Source: Salimans and others (2016), section 4, with Inception as the classifier; Barratt and Sharma (2018) for what
    it does not see.
    """
    return _exponential(table("logits", logits))


@in_float32
def _exponential(logits: torch.Tensor) -> torch.Tensor:
    log_p = F.log_softmax(logits, 1)                                            # (N, K)
    marginal = torch.logsumexp(log_p, 0) - torch.log(log_p.new_tensor(len(log_p)))
    return (log_p.exp() * (log_p - marginal)).sum(1).mean().exp()


def class_coverage(labels: torch.Tensor, classes: int, least: float = 0.01) -> tuple[int, torch.Tensor]:
    """How many classes samples are of, by the labels that a classifier gives them.

    Args:
        labels: of the samples, (N), in 0..K − 1.
        classes: K.
        least: the share of all samples, in [0, 1), that a class must have more than; at 0, one sample is enough.

    Returns:
        The number of classes, and the share of each, (K), float64, on the CPU.

    Raises:
        TypeError: an argument is of a wrong kind.
        ValueError: shape or range are wrong, or there is no sample.
    """
    count, least = whole("classes", classes), share("least", least, zero=True)
    if integers("labels", labels).ndim != 1 or not len(labels):
        raise ValueError(f"labels must have shape (N,) with at least one, not {tuple(labels.shape)}")
    found = labels.detach().cpu()
    if not 0 <= int(found.min()) <= int(found.max()) < count:
        raise ValueError(f"labels must be in 0..{count - 1}, not {int(found.min())}..{int(found.max())}")
    shares = torch.bincount(found, minlength=count).double() / len(found)
    return int((shares > least).sum()), shares
