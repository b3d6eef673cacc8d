"""A picture cut into segments, each with a class, so that every pixel belongs to one; and how well the cut fits the truth."""

from collections.abc import Sequence
from typing import NamedTuple

import torch

from .._arguments import integers, real, whole
from ._arguments import listed, masks, one_each
from ._detection_scores import Detections


class Segments(NamedTuple):
    """One picture's segments.

    Attributes:
        ids: ``(H, W)``, ``int64``: k for the pixels of the k-th segment, 0 for those of none.
        labels: ``(K,)``, ``int64``: the class of each segment, the first one's at place 0.
    """

    ids: torch.Tensor
    labels: torch.Tensor


class PanopticScores(NamedTuple):
    """What :func:`panoptic_quality` gives for each class that occurs.

    Attributes:
        pq: panoptic quality, ``(C,)``, ``float64``.
        sq: segmentation quality, the mean IoU of matched segments; 0 where nothing is matched.
        rq: recognition quality, the F1 score of matching.
        classes: C labels.
    """

    pq: torch.Tensor
    sq: torch.Tensor
    rq: torch.Tensor
    classes: tuple[int, ...]


def merge_masks(found: Detections, score_threshold: float = 0.5, least: float = 0.5, background: int | None = None) -> Segments:
    """Masks that may overlap as segments that do not: each pixel goes to the mask with the highest score.

    Args:
        found: with masks.
        score_threshold: detections below are left out.
        least: a mask of which less than this share is free is dropped as a whole.
        background: the class of what is left, as one more segment; None to leave it out.

    Returns:
        A :class:`Segments`, highest score first.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range, or there are no masks.

    Source: Kirillov et al. (2019), *Panoptic segmentation*, the procedure for overlapping instance predictions.
    """
    if not isinstance(found, Detections) or found.masks is None:
        raise TypeError("found must be a Detections with masks")
    mask = masks("found.masks", found.masks)
    scores = one_each("found.scores", found.scores, len(mask))
    labels = one_each("found.labels", found.labels, len(mask), integers)
    limit, least = real("score_threshold", score_threshold, 0, 1), real("least", least, 0, 1)
    ids, kept = torch.zeros(mask.shape[1:], dtype=torch.int64, device=mask.device), []
    for k in scores.argsort(descending=True, stable=True).tolist():
        free = mask[k] & (ids == 0)
        if scores[k] >= limit and free.any() and free.sum() >= least * mask[k].sum():
            kept.append(int(labels[k]))
            ids[free] = len(kept)
    if background is not None and (ids == 0).any():
        kept.append(whole("background", background, 0))
        ids[ids == 0] = len(kept)
    return Segments(ids, torch.tensor(kept, dtype=torch.int64, device=mask.device))


def panoptic_quality(predicted: Sequence[Segments], truth: Sequence[Segments]) -> PanopticScores:
    r"""How well pictures were cut into segments.

    .. math::
        \mathrm{PQ} = \underbrace{\frac{\sum_{(p, t) \in TP} \mathrm{IoU}(p, t)}{|TP|}}_{\mathrm{SQ}}
        \cdot \underbrace{\frac{|TP|}{|TP| + \frac12 |FP| + \frac12 |FN|}}_{\mathrm{RQ}}

    for each class, over all pictures. A predicted and a true segment of one class match when their IoU is above ½, so
    that none has two partners. True pixels of no segment count for nothing, and so does a segment that finds nothing
    and has more than half of its pixels there.

    Args:
        predicted, truth: one :class:`Segments` a picture; those of one picture do not overlap.

    Returns:
        A :class:`PanopticScores`, over classes that are there or were predicted.

    Raises:
        TypeError, ValueError: they are no segments, of different sizes, or not equally many.

    Source: Kirillov et al. (2019), *Panoptic segmentation*, section 4.
    """
    predicted, truth = listed("predicted", predicted), listed("truth", truth)
    if len(predicted) != len(truth):
        raise ValueError(f"predicted must be one a picture, as truth is: {len(truth)}, not {len(predicted)}")
    rows = {}                                           # class: the sum of IoUs, and how many TP, FP and FN
    for n, (found, true) in enumerate(zip(predicted, truth)):
        (p, p_labels), (t, t_labels) = _checked(f"predicted[{n}]", found), _checked(f"truth[{n}]", true)
        if p.shape != t.shape:
            raise ValueError(f"predicted[{n}] must have {tuple(t.shape)} pixels as truth has, not {tuple(p.shape)}")
        shared = torch.bincount((p * (len(t_labels) + 1) + t).flatten(), minlength=(len(p_labels) + 1) * (len(t_labels) + 1))
        shared = shared.view(len(p_labels) + 1, len(t_labels) + 1).double()
        sizes, unjudged = shared[1:].sum(1), shared[1:, 0]
        union = (sizes - unjudged)[:, None] + shared[:, 1:].sum(0) - shared[1:, 1:]
        iou = shared[1:, 1:] / union.clamp(min=1) * (p_labels[:, None] == t_labels)
        hits = iou > 0.5
        for label in {*p_labels.tolist(), *t_labels.tolist()}:
            mine, theirs = p_labels == label, t_labels == label
            false = mine & ~hits.any(1) & (unjudged <= sizes / 2) & (sizes > 0)
            missed = theirs & ~hits.any(0) & (shared[:, 1:].sum(0) > 0)
            both = hits & mine[:, None]
            row = torch.stack([iou[both].sum(), both.sum(), false.sum(), missed.sum()])
            rows[label] = rows.get(label, 0) + row
    classes = tuple(sorted(label for label, row in rows.items() if row[1:].any()))
    total, hit, false, missed = torch.stack([rows[k] for k in classes], 1) if classes else torch.zeros(4, 0, dtype=torch.float64)
    sq, rq = total / hit.clamp(min=1), hit / (hit + false / 2 + missed / 2)
    return PanopticScores(sq * rq, sq, rq, classes)


def _checked(name: str, value) -> tuple[torch.Tensor, torch.Tensor]:
    if not isinstance(value, tuple) or len(value) != 2:
        raise TypeError(f"{name} must be Segments, not {type(value).__name__}")
    ids, labels = integers(f"{name}.ids", value[0]).detach().cpu().long(), integers(f"{name}.labels", value[1]).detach().cpu().long()
    if ids.ndim != 2 or labels.ndim != 1:
        raise ValueError(f"{name} must have ids (H, W) and labels (K,), not {tuple(ids.shape)} and {tuple(labels.shape)}")
    if ids.numel() and not 0 <= int(ids.min()) <= int(ids.max()) <= len(labels):
        raise ValueError(f"{name}.ids must be in 0..{len(labels)}, one for each label, not {int(ids.min())}..{int(ids.max())}")
    return ids, labels
