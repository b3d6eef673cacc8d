"""Boxes: their formats, areas and overlaps.

A box is (x1, y1, x2, y2) in pixels, x to the right and y down. Pixel i covers [i, i + 1], so that x2 − x1 is the
width in pixels, as in COCO; PASCAL VOC's first years counted x2 − x1 + 1.
"""

import torch

from .._arguments import choice, real
from .._precision import widened
from ._arguments import FORMATS, boxes, size


def box_convert(box: torch.Tensor, in_fmt: str, out_fmt: str) -> torch.Tensor:
    r"""The same boxes, written in another format.

    ``"xyxy"`` is (x1, y1, x2, y2), two corners; ``"xywh"`` (x1, y1, w, h), a corner and the size; ``"cxcywh"``
    (c_x, c_y, w, h), the center and the size:

    .. math:: w = x_2 - x_1, \qquad c_x = \frac{x_1 + x_2}{2}

    Args:
        box: ``(…, 4)``.
        in_fmt, out_fmt: from which format to which.

    Returns:
        ``(…, 4)``, of the same type.

    Raises:
        TypeError: the boxes are no tensor of floating-point numbers.
        ValueError: they have another shape, or a format is unknown.
    """
    box = boxes("box", box)
    given, wanted = choice("in_fmt", in_fmt, FORMATS), choice("out_fmt", out_fmt, FORMATS)
    first, second = box[..., :2], box[..., 2:]
    if given == wanted:
        return box.clone()
    if given == "xyxy":
        corner, extent = first, second - first
    else:
        corner, extent = (first - second / 2 if given == "cxcywh" else first), second
    if wanted == "xyxy":
        return torch.cat([corner, corner + extent if given != "cxcywh" else first + second / 2], -1)
    return torch.cat([corner + extent / 2 if wanted == "cxcywh" else corner, extent], -1)


def box_area(box: torch.Tensor) -> torch.Tensor:
    """The areas of boxes (x1, y1, x2, y2) in square pixels; a box with no extent has none.

    Args:
        box: ``(…, 4)``.

    Returns:
        ``(…)``, float32 where the boxes are of half types, in which a large area overflows.

    Raises:
        TypeError, ValueError: they are no tensor of boxes.
    """
    sides = widened(boxes("box", box)[..., 2:]) - widened(box[..., :2])
    return sides.clamp(min=0).prod(-1)


def box_intersection(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    r"""The area that each box of one set shares with each of the other.

    .. math::
        |A \cap B| = \max\bigl(0, \min(x_2, x_2') - \max(x_1, x_1')\bigr)
        \max\bigl(0, \min(y_2, y_2') - \max(y_1, y_1')\bigr)

    Args:
        first: ``(N, 4)``, as (x1, y1, x2, y2).
        second: ``(M, 4)``.

    Returns:
        ``(N, M)``, float32 where the boxes are of half types.

    Raises:
        TypeError, ValueError: they are no tensors of boxes.
    """
    a, b = widened(boxes("first", first, 2)).unsqueeze(1), widened(boxes("second", second, 2))
    sides = torch.minimum(a[..., 2:], b[..., 2:]) - torch.maximum(a[..., :2], b[..., :2])   # (N, M, 2)
    return sides.clamp(min=0).prod(-1)


def box_iou(first: torch.Tensor, second: torch.Tensor) -> torch.Tensor:
    r"""Intersection over union of each box of one set with each of the other.

    .. math:: \mathrm{IoU}(A, B) = \frac{|A \cap B|}{|A| + |B| - |A \cap B|}

    Args:
        first: ``(N, 4)``, as (x1, y1, x2, y2).
        second: ``(M, 4)``.

    Returns:
        ``(N, M)``, in [0, 1]; 0 where neither box has an area.

    Raises:
        TypeError, ValueError: they are no tensors of boxes.

    Source: Everingham et al. (2010), the PASCAL Visual Object Classes challenge, section 4.2.
    """
    shared = box_intersection(first, second)
    union = box_area(first).unsqueeze(1) + box_area(second) - shared
    return shared / torch.where(union > 0, union, 1)


def clip_boxes_to_image(box: torch.Tensor, image_size: tuple[int, int]) -> torch.Tensor:
    """Boxes cut off at the border of an image.

    Args:
        box: ``(…, 4)``, as (x1, y1, x2, y2).
        image_size: height and width in pixels.

    Returns:
        ``(…, 4)``.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind.
    """
    height, width = size("image_size", image_size)
    box = boxes("box", box)
    return torch.stack([box[..., k].clamp(0, (width, height)[k % 2]) for k in range(4)], -1)


def remove_small_boxes(box: torch.Tensor, min_size: float) -> torch.Tensor:
    """The places of boxes whose two sides are at least so long.

    Args:
        box: ``(N, 4)``, as (x1, y1, x2, y2).
        min_size: in pixels, ≥ 0.

    Returns:
        ``(K,)``, ``int64``, in order.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.
    """
    box, least = boxes("box", box, 2), real("min_size", min_size, 0)
    return (box[:, 2:] - box[:, :2] >= least).all(1).nonzero().squeeze(1)
