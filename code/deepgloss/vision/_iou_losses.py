"""Overlaps that also tell two boxes apart that do not touch, and the losses made of them."""

import math

import torch

from .._arguments import choice, real
from .._precision import widened
from ._arguments import alike, boxes
from ._boxes import box_area, box_intersection, box_iou


def generalized_box_iou(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    r"""Intersection over union, less the share of the hull that neither box covers.

    .. math:: \mathrm{GIoU}(A, B) = \mathrm{IoU}(A, B) - \frac{|C| - |A \cup B|}{|C|}

    where C is the smallest box around both.

    Args:
        first: ``(N, 4)``, as (x1, y1, x2, y2).
        second: ``(M, 4)``.

    Returns:
        ``(N, M)``, in (−1, 1]; boxes that do not touch get the less the farther apart they are.

    Raises:
        TypeError, ValueError: they are no tensors of boxes.

    Source: Rezatofighi et al. (2019), algorithm 1.
    """
    iou = box_iou(first, second)
    union = box_area(first).unsqueeze(1) + box_area(second) - box_intersection(first, second)
    a, b = widened(first).unsqueeze(1), widened(second)
    hull = (torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    return iou - (hull - union) / torch.where(hull > 0, hull, 1)


def iou_loss(predicted: torch.Tensor, target: torch.Tensor, kind: str = "giou", eps: float = 1e-7) -> torch.Tensor:
    r"""One less the overlap of each predicted box with its own target.

    .. math::
        L_\mathrm{IoU} &= 1 - \mathrm{IoU}, &
        L_\mathrm{GIoU} &= L_\mathrm{IoU} + \frac{|C| - |A \cup B|}{|C|}, \\
        L_\mathrm{DIoU} &= L_\mathrm{IoU} + \frac{\lVert c_A - c_B \rVert^2}{d_C^2}, &
        L_\mathrm{CIoU} &= L_\mathrm{DIoU} + \alpha v

    with the smallest box C around both and its diagonal d_C, the centers c, and

    .. math::
        v = \frac{4}{\pi^2} \Bigl(\arctan\frac{w_B}{h_B} - \arctan\frac{w_A}{h_A}\Bigr)^2, \qquad
        \alpha = \frac{v}{1 - \mathrm{IoU} + v},

    where no gradient passes through α.

    Args:
        predicted: ``(…, 4)``, as (x1, y1, x2, y2).
        target: the same shape and type.
        kind: ``"iou"``, ``"giou"``, ``"diou"`` or ``"ciou"``.
        eps: kept out of zero, in each divisor.

    Returns:
        ``(…)``, a loss for each box; 0 for equal boxes with an area.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind.

    Source: Rezatofighi et al. (2019), algorithm 2; Zheng et al. (2020), equations 7 and 8 to 11.
    """
    kind, eps = choice("kind", kind, ("iou", "giou", "diou", "ciou")), real("eps", eps, 0)
    a, b = widened(boxes("predicted", predicted)), widened(alike("target", target, "predicted", predicted))
    shared = (torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])).clamp(min=0).prod(-1)
    union = box_area(a) + box_area(b) - shared
    iou = shared / (union + eps)
    loss = 1 - iou
    sides = torch.maximum(a[..., 2:], b[..., 2:]) - torch.minimum(a[..., :2], b[..., :2])     # of the hull
    if kind == "giou":
        hull = sides.clamp(min=0).prod(-1)
        loss = loss + (hull - union) / (hull + eps)
    elif kind in ("diou", "ciou"):
        apart = ((a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]) / 2).square().sum(-1)
        loss = loss + apart / (sides.square().sum(-1) + eps)
    if kind == "ciou":
        angles = [torch.atan((box[..., 2] - box[..., 0]) / (box[..., 3] - box[..., 1] + eps)) for box in (a, b)]
        v = 4 / math.pi**2 * (angles[1] - angles[0]).square()
        loss = loss + (v / (1 - iou + v + eps)).detach() * v
    return loss.to(predicted.dtype)
