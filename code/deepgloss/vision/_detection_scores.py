"""Average precision of detections, over classes, thresholds of overlap and sizes, as COCO computes it."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch

from .._arguments import choice, real, whole
from ._arguments import listed
from ._average_precision import METHODS, average_precision
from ._boxes import box_area, box_intersection, box_iou
from ._detection_matching import coco_matches
from ._masks import mask_iou

THRESHOLDS = tuple((50 + 5 * k) / 100 for k in range(10))
AREAS = {"all": (0, 1e10), "small": (0, 32**2), "medium": (32**2, 96**2), "large": (96**2, 1e10)}
KINDS = ("boxes", "masks")


class Detections(NamedTuple):
    """What a detector says about one image.

    Attributes:
        boxes: ``(n, 4)``, as (x1, y1, x2, y2).
        scores: ``(n,)``.
        labels: ``(n,)``, ``int64``.
        masks: ``(n, H, W)``, of True and False, or None.
    """

    boxes: torch.Tensor
    scores: torch.Tensor
    labels: torch.Tensor
    masks: torch.Tensor | None = None


class Objects(NamedTuple):
    """What is in one image.

    Attributes:
        boxes: ``(m, 4)``, as (x1, y1, x2, y2).
        labels: ``(m,)``, ``int64``.
        masks: ``(m, H, W)``, of True and False, or None.
        crowd: ``(m,)``, of True and False: regions full of objects, in which any number of detections is neither
            right nor wrong; None for no such region.
    """

    boxes: torch.Tensor
    labels: torch.Tensor
    masks: torch.Tensor | None = None
    crowd: torch.Tensor | None = None


class DetectionScores(NamedTuple):
    """What :func:`evaluate_detections` gives, for each threshold and class.

    Attributes:
        ap: average precision, ``(T, C)``, ``float64``; NaN for a class without objects.
        recall: the share of objects found in the end, ``(T, C)``.
        thresholds: of the overlap, T numbers.
        classes: C labels.
    """

    ap: torch.Tensor
    recall: torch.Tensor
    thresholds: tuple[float, ...]
    classes: tuple[int, ...]

    @property
    def map(self) -> float:
        """Mean average precision: over all thresholds and classes that have objects; NaN where there are none."""
        return float(self.ap.nanmean())

    def at(self, threshold: float) -> float:
        """Mean average precision at one threshold, such as mAP@0.5.

        Raises:
            ValueError: detections were not judged at this threshold.
        """
        threshold = real("threshold", threshold)
        if threshold not in self.thresholds:
            raise ValueError(f"threshold must be one of {', '.join(map(str, self.thresholds))}, not {threshold:g}")
        return float(self.ap[self.thresholds.index(threshold)].nanmean())


def evaluate_detections(detections: Sequence[Detections], objects: Sequence[Objects], *, kind: str = "boxes",
                        thresholds: Sequence[float] = THRESHOLDS, method: str = "coco", area: str | tuple[float, float] = "all",
                        max_detections: int = 100) -> DetectionScores:
    """Judge detections by COCO's rules.

    For each class and image, detections choose their objects by falling score, see :func:`match_detections`. All
    detections of a class are then ranked, and their :func:`average_precision` is taken. Of equal scores the earlier
    image, and in it the earlier detection, comes first.

    Args:
        detections: one :class:`Detections` an image.
        objects: one :class:`Objects` an image.
        kind: overlap of ``"boxes"`` or of ``"masks"``.
        thresholds: of the overlap, from which on a detection is right.
        method: that of :func:`average_precision`.
        area: judge objects of some sizes alone, in square pixels: ``"all"``, ``"small"``, ``"medium"``, ``"large"``
            (with COCO's borders 32² and 96²), or a pair (least, largest). Others are left out, and so are detections
            of such sizes that find nothing. It is the area of masks where masks are judged, else of boxes.
        max_detections: of an image and class, the ones with the highest scores.

    Returns:
        A :class:`DetectionScores`.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Lin et al. (2014); the COCO evaluation code, with which it agrees.
    """
    kind, method = choice("kind", kind, KINDS), choice("method", method, METHODS)
    limits = _limits(area)
    levels = np.array([real(f"thresholds[{k}]", t, 0, 1) for k, t in enumerate(listed("thresholds", thresholds))])
    most = whole("max_detections", max_detections)
    detections, objects = listed("detections", detections), listed("objects", objects)
    if len(detections) != len(objects):
        raise ValueError(f"detections must be one an image, as objects are: {len(objects)}, not {len(detections)}")
    images = [_image(k, d, o, kind) for k, (d, o) in enumerate(zip(detections, objects))]
    areas = [tuple(_area(getattr(x, kind), kind) for x in image) for image in images]
    present = [{*found.labels.tolist(), *truth.labels.tolist()} for found, truth in images]
    classes = tuple(sorted({label for image in images for label in image[1].labels.tolist()}))
    ap, recall = (torch.full((len(levels), len(classes)), math.nan, dtype=torch.float64) for _ in range(2))
    for c, label in enumerate(classes):
        # Most classes are not in most images.
        judged = [_judged(*image, *sizes, label, kind, levels, limits, most)
                  for image, sizes, labels in zip(images, areas, present) if label in labels]
        truths = sum(part[3] for part in judged)
        if not truths:
            continue
        scores = np.concatenate([part[0] for part in judged])
        hits, left_out = (np.concatenate([part[k] for part in judged], 1) for k in (1, 2))   # (T, n)
        order = np.argsort(-scores, kind="stable")
        for t in range(len(levels)):
            right = torch.from_numpy(hits[t, order][~left_out[t, order]]).double().cumsum(0)
            curve = right / truths, right / torch.arange(1, len(right) + 1)
            ap[t, c] = average_precision(*curve, method)
            recall[t, c] = curve[0][-1] if len(right) else 0
    return DetectionScores(ap, recall, tuple(levels.tolist()), classes)


def _judged(found: Detections, truth: Objects, found_area, true_area, label: int, kind: str, levels, limits, most: int):
    """Of one image and class: scores (n,), hits and what is left out (T, n), and how many objects count."""
    mine, theirs = (found.labels == label).nonzero()[:, 0], (truth.labels == label).nonzero()[:, 0]
    scores, order = found.scores[mine].sort(descending=True, stable=True)
    scores, mine = scores[:most].numpy(), mine[order[:most]]
    sizes, crowd = (found_area[mine], true_area[theirs]), truth.crowd[theirs].numpy()
    outside = [((x < limits[0]) | (x > limits[1])).numpy() for x in sizes]
    ignored = crowd | outside[1]
    if not len(mine) or not len(theirs):
        misses = np.zeros((len(levels), len(mine)), dtype=bool)
        return scores, misses, misses | outside[0], int((~ignored).sum())
    first, second = getattr(found, kind)[mine], getattr(truth, kind)[theirs]
    overlaps = (mask_iou if kind == "masks" else box_iou)(first, second).double()
    if crowd.any():             # how much of a detection lies in a crowd, whatever the crowd's size
        shared = (first.flatten(1).double() @ second.flatten(1).double().T if kind == "masks" else box_intersection(first, second).double())
        share = shared / sizes[0].clamp(min=1e-12).unsqueeze(1)
        overlaps = torch.where(torch.from_numpy(crowd), share, overlaps)
    matched, neutral = coco_matches(overlaps.numpy(), levels, ignored, crowd)
    left_out = neutral | ((matched < 0) & outside[0])
    return scores, (matched >= 0) & ~neutral, left_out, int((~ignored).sum())


def _area(x: torch.Tensor, kind: str) -> torch.Tensor:
    return (x.flatten(1).sum(1) if kind == "masks" else box_area(x)).double()


def _limits(area) -> tuple[float, float]:
    if isinstance(area, str):
        return AREAS[choice("area", area, tuple(AREAS))]
    if not isinstance(area, (tuple, list)) or len(area) != 2:
        raise TypeError(f"area must be one of {', '.join(map(repr, AREAS))}, or a pair (least, largest), not {area!r}")
    least = real("area[0]", area[0], 0)
    return least, real("area[1]", area[1], least)


def _image(k: int, found, truth, kind: str) -> tuple[Detections, Objects]:
    """The two of one image, on the CPU and in double precision, with a crowd for each object."""
    if not isinstance(found, tuple) or len(found) != 4:
        raise TypeError(f"detections[{k}] must be a Detections, not {type(found).__name__}")
    if not isinstance(truth, tuple) or len(truth) != 4:
        raise TypeError(f"objects[{k}] must be an Objects, not {type(truth).__name__}")
    for name, x in (("detections", found), ("objects", truth)):
        n = len(x.labels)
        fits = x.boxes.shape == (n, 4) and (kind == "boxes" or (x.masks is not None and x.masks.ndim == 3 and len(x.masks) == n))
        if not fits or (name == "detections" and x.scores.shape != (n,)):
            raise ValueError(f"{name}[{k}] must hold one {'mask' if kind == 'masks' else 'box'} and one score for each label")
    crowd = torch.zeros(len(truth.labels), dtype=torch.bool) if truth.crowd is None else truth.crowd.detach().cpu().bool()
    cpu = [None if x is None else x.detach().cpu() for x in (*found, *truth[:3])]
    return (Detections(cpu[0].double(), cpu[1].double(), cpu[2], cpu[3]), Objects(cpu[4].double(), cpu[5], cpu[6], crowd))
