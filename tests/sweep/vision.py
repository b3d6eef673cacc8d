"""Boxes, their overlaps and their offsets; pooling of regions; losses of labeled pixels."""

import torch

from deepgloss import vision as V

from .entries import Entry, simple


def boxes(x, n: int) -> torch.Tensor:
    """Boxes with sides above 0, some of which overlap."""
    corner = 4 * x.share(n, 2)
    return torch.cat([corner, corner + 1 + 3 * x.share(n, 2)], 1)


def one_set(x, n, length):
    return (boxes(x, n),)


def two_sets(x, n, length):
    return boxes(x, n), boxes(x, 3)


def pairs(x, n, length):
    return boxes(x, n), boxes(x, n)


def regions(x, n, length):
    """Two maps of five by seven, and regions of both."""
    return x(2, 3, 5, 7), torch.cat([torch.arange(n).float()[:, None] % 2, boxes(x, n)], 1)


def pixels(x, n, length):
    return x(n, 3, 4, 5), x.ids(3, n, 4, 5)


ENTRIES = {
    "box_convert": Entry(simple(V.box_convert, in_fmt="xyxy", out_fmt="cxcywh"), one_set, scale=1, slope=1),
    "box_area": Entry(simple(V.box_area), one_set, half=torch.float32),
    "box_intersection": Entry(simple(V.box_intersection), two_sets, half=torch.float32),
    "box_iou": Entry(simple(V.box_iou), two_sets, half=torch.float32, slope=1),
    "generalized_box_iou": Entry(simple(V.generalized_box_iou), two_sets, half=torch.float32, slope=1),
    "iou_loss": Entry(simple(V.iou_loss, kind="ciou"), pairs, slope=1),
    "clip_boxes_to_image": Entry(simple(V.clip_boxes_to_image, image_size=(3, 5)), one_set),
    "encode_boxes": Entry(simple(V.encode_boxes), pairs, scale=1, slope=2),
    "decode_boxes": Entry(simple(V.decode_boxes), lambda x, n, length: (x(n, 4), boxes(x, n)), scale=1, slope=2),
    "dice_loss": Entry(simple(V.dice_loss), pixels, slope=1),
    "focal_loss": Entry(simple(V.focal_loss), pixels, slope=1),
}
