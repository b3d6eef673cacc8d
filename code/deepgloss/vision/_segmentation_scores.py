"""How well a labeling of pixels fits the truth: over regions, and along their borders."""

import torch
import torch.nn.functional as F

from .._arguments import integers, real, whole


def confusion_matrix(predicted: torch.Tensor, target: torch.Tensor, classes: int, ignore_index: int | None = None) -> torch.Tensor:
    """How many pixels of each true class got each label.

    Args:
        predicted, target: labels 0..K − 1 of one shape, ``int64``, such as ``(N, H, W)``.
        classes: K.
        ignore_index: pixels with this target are left out, whatever it is.

    Returns:
        ``(K, K)``, ``int64``: true classes down, labels across.

    Raises:
        TypeError: labels are no integers.
        ValueError: they are of different shapes, or out of range.
    """
    labels, truth, k = integers("predicted", predicted), integers("target", target), whole("classes", classes)
    if labels.shape != truth.shape:
        raise ValueError(f"predicted must have shape {tuple(truth.shape)} as target has, not {tuple(labels.shape)}")
    counts = torch.ones_like(truth, dtype=torch.bool) if ignore_index is None else truth != whole("ignore_index", ignore_index, -2**62)
    labels, truth = labels[counts].long(), truth[counts].long()
    for name, x in (("predicted", labels), ("target", truth)):
        if x.numel() and not 0 <= int(x.min()) <= int(x.max()) < k:
            raise ValueError(f"{name} must be in 0..{k - 1}, not {int(x.min())}..{int(x.max())}")
    return torch.bincount(truth * k + labels, minlength=k * k).view(k, k)


def class_iou(confusion: torch.Tensor) -> torch.Tensor:
    r"""Intersection over union of each class.

    .. math:: \mathrm{IoU}_i = \frac{n_{ii}}{\sum_j n_{ij} + \sum_j n_{ji} - n_{ii}}

    with n_ij pixels of class i that are labeled j.

    Args:
        confusion: ``(K, K)``, as :func:`confusion_matrix` gives.

    Returns:
        ``(K,)``, ``float64`` on the CPU; NaN for a class that is neither there nor predicted.

    Raises:
        TypeError, ValueError: it is no table of counts.

    Source: Everingham et al. (2010), section 4.3; Long, Shelhamer and Darrell (2015), section 5.
    """
    n = _table(confusion)
    return n.diag() / (n.sum(0) + n.sum(1) - n.diag())


def mean_iou(confusion: torch.Tensor, classes=None) -> float:
    """The mean of :func:`class_iou` over classes that are there or were predicted.

    Args:
        confusion: ``(K, K)``, as :func:`confusion_matrix` gives.
        classes: the classes to take; all by default. Without the background, the mean tells more of small objects.

    Returns:
        A number in [0, 1]; NaN where none of them occurs.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind, or there is no such class.
    """
    iou = class_iou(confusion)
    chosen = range(len(iou)) if classes is None else [whole(f"classes[{k}]", c, 0, len(iou) - 1) for k, c in enumerate(classes)]
    return float(iou[list(chosen)].nanmean())


def pixel_accuracy(confusion: torch.Tensor) -> float:
    """The share of pixels with the right label, which the background decides where it is large.

    Raises:
        TypeError, ValueError: it is no table of counts.
    """
    n = _table(confusion)
    return float(n.diag().sum() / n.sum())


def boundary(mask: torch.Tensor, width: float = 1.0) -> torch.Tensor:
    """The pixels of masks that lie within so many pixels of a pixel outside; what is beyond the image is outside.

    Args:
        mask: ``(…, H, W)``, of True and False.
        width: in pixels, ≥ 1, measured from center to center.

    Returns:
        The same shape, of True and False.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.
    """
    return _mask("mask", mask) & ~_eroded(mask, real("width", width, 1))


def boundary_f1(predicted: torch.Tensor, target: torch.Tensor, tolerance: float = 2.0) -> torch.Tensor:
    r"""How well the outlines of two masks agree.

    .. math:: F_1 = \frac{2 P R}{P + R},

    where P is the share of the predicted outline that lies within the tolerance of the true one, and R the share of the
    true outline within the tolerance of the predicted one. Each pixel of a mask beside one outside is outline.

    Args:
        predicted, target: ``(…, H, W)``, of True and False.
        tolerance: in pixels, ≥ 0, measured from center to center.

    Returns:
        ``(…)``, ``float32``: 1 for two empty masks, 0 where one of them alone is empty.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Csurka, Larlus and Perronnin (2013); Perazzi et al. (2016), where it is F.
    """
    outlines = [boundary(_mask(name, mask)) for name, mask in (("predicted", predicted), ("target", target))]
    if outlines[0].shape != outlines[1].shape:
        raise ValueError(f"predicted must have shape {tuple(target.shape)} as target has, not {tuple(predicted.shape)}")
    near = [~_eroded(~outline, real("tolerance", tolerance, 0), outside=True) for outline in outlines]
    counts = [outline.flatten(-2).sum(-1).float() for outline in outlines]
    shares = [(outlines[k] & near[1 - k]).flatten(-2).sum(-1) / counts[k].clamp(min=1) for k in (0, 1)]
    score = 2 * shares[0] * shares[1] / (shares[0] + shares[1]).clamp(min=1e-12)
    return torch.where(counts[0] + counts[1] == 0, 1.0, score)


def boundary_iou(predicted: torch.Tensor, target: torch.Tensor, width: float = 2.0) -> torch.Tensor:
    """Intersection over union of two masks, of the pixels near their own borders alone.

    A large object's inside counts for nothing, so that the outline decides at every size.

    Args:
        predicted, target: ``(…, H, W)``, of True and False.
        width: of the border in pixels, see :func:`boundary`.

    Returns:
        ``(…)``, ``float32``; 1 for two empty masks.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Cheng et al. (2021).
    """
    rims = [boundary(_mask(name, mask), width) for name, mask in (("predicted", predicted), ("target", target))]
    if rims[0].shape != rims[1].shape:
        raise ValueError(f"predicted must have shape {tuple(target.shape)} as target has, not {tuple(predicted.shape)}")
    shared, union = ((f(*rims)).flatten(-2).sum(-1).float() for f in (torch.logical_and, torch.logical_or))
    return torch.where(union == 0, 1.0, shared / union.clamp(min=1))


def _eroded(mask: torch.Tensor, radius: float, outside: bool = False) -> torch.Tensor:
    """The pixels all of whose neighbors within a radius are set; beyond the image they are as ``outside`` says."""
    reach = int(radius)
    at = torch.arange(-reach, reach + 1, device=mask.device)
    disk = (at[:, None] ** 2 + at**2 <= radius**2).float()
    flat = (~mask).float().reshape(-1, 1, *mask.shape[-2:])
    missing = F.conv2d(F.pad(flat, [reach] * 4, value=float(not outside)), disk[None, None])
    return (missing < 0.5).reshape(mask.shape)


def _mask(name: str, value) -> torch.Tensor:
    if not isinstance(value, torch.Tensor) or value.dtype != torch.bool:
        raise TypeError(f"{name} must be a tensor of True and False, torch.bool")
    if value.ndim < 2:
        raise ValueError(f"{name} must have shape (…, H, W), not {tuple(value.shape)}")
    return value


def _table(confusion) -> torch.Tensor:
    counts = integers("confusion", confusion)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or (counts < 0).any():
        raise ValueError(f"confusion must be a square table of counts, not of shape {tuple(counts.shape)}")
    return counts.cpu().double()
