"""Which detection counts as right: the rules of PASCAL VOC and of COCO."""

import numpy as np
import torch

from .._arguments import choice, real
from ._arguments import scores_matrix


def match_detections(iou: torch.Tensor, threshold: float = 0.5, rule: str = "coco") -> torch.Tensor:
    """The object that each detection finds; each object is found once.

    Detections choose in order. By the rule of ``"coco"`` each takes the object that it overlaps most among those not
    yet found. By that of ``"voc"`` it takes the one that it overlaps most among all, and is wrong when that has been
    found before, even where another one lies free.

    Args:
        iou: overlaps of n detections, highest score first, with m objects, ``(n, m)``.
        threshold: the least overlap that counts.
        rule: ``"coco"`` or ``"voc"``.

    Returns:
        ``(n,)``, ``int64``, on the CPU: the place of the object, −1 for a wrong detection.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Everingham et al. (2010), section 4.2; the COCO evaluation code.
    """
    iou = scores_matrix("iou", iou)
    threshold, rule = real("threshold", threshold, 0, 1), choice("rule", rule, ("coco", "voc"))
    table = iou.detach().cpu().double().numpy()
    n, m = table.shape
    if rule == "coco":
        found, _ = coco_matches(table, np.array([threshold]), np.zeros(m, bool), np.zeros(m, bool))
        return torch.from_numpy(found[0])
    found, free = np.full(n, -1), np.ones(m, bool)
    for d in range(n if m else 0):
        best = int(table[d].argmax())
        if table[d, best] >= threshold and free[best]:
            found[d], free[best] = best, False
    return torch.from_numpy(found)


def coco_matches(iou: np.ndarray, thresholds: np.ndarray, ignored: np.ndarray, crowd: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """COCO's matching at several thresholds at once.

    Args:
        iou: (n, m), detections by falling score.
        thresholds: (T,).
        ignored: (m,), objects that neither count nor make a detection wrong; they are taken only where no other fits.
        crowd: (m,), ignored objects that any number of detections may take.

    Returns:
        The object of each detection, (T, n), −1 for none, and whether that is an ignored one, (T, n).
    """
    (n, m), count = iou.shape, len(thresholds)
    found, free = np.full((count, n), -1), np.ones((count, m), bool)
    least = np.minimum(thresholds, 1 - 1e-10)[:, None]
    for d in range(n if m else 0):
        fits = (free | crowd) & (iou[d] >= least)                               # (T, m)
        counted = fits & ~ignored
        fits = np.where(counted.any(1, keepdims=True), counted, fits)
        table = np.where(fits, iou[d], -1.0)
        best = m - 1 - table[:, ::-1].argmax(1)                                 # of equal overlaps the last, as COCO's loop
        hit = fits.any(1)
        found[hit, d] = best[hit]
        free[hit, best[hit]] = False
    return found, (found >= 0) & ignored[found] if m else np.zeros((count, n), bool)
