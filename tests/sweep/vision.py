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


class Pyramid(V.FeaturePyramid):
    """One whose maps are arguments of their own."""

    def __init__(self):
        super().__init__((3, 5), 4, extra=True)

    def forward(self, *maps):
        return super().forward(maps)


def pixels(x, n, length):
    return x(n, 3, 4, 5), x.ids(3, n, 4, 5)


def pictures(side: int, channels: int = 1):
    return lambda x, n, length: (x(n, channels, side, side),)


def places(x, n, length):
    """Four boxes in each of two by two cells, and what they should be, two boxes of three classes."""
    target = torch.cat([x.share(n, 2, 2, 4), torch.ones(n, 2, 2, 1), torch.eye(3)[x.ids(3, n, 2, 2)]], 3)
    return torch.cat([x.share(n, 2, 2, 10), x(n, 2, 2, 3)], 3), target


ENTRIES = {
    "BoxHead": Entry(lambda: V.BoxHead(3, 2, 5, 7), lambda x, n, length: (x(n, 3, 2, 2),), scale=4, slope=8),
    "MaskHead": Entry(lambda: V.MaskHead(3, 5, 7, 2), lambda x, n, length: (x(n, 3, 4, 4),), scale=8, slope=16),
    "RegionProposalHead": Entry(lambda: V.RegionProposalHead(3, 2), lambda x, n, length: (x(n, 3, 4, 5),), scale=4, slope=8),
    "FeaturePyramid": Entry(lambda: Pyramid(), lambda x, n, length: (x(n, 3, 4, 6), x(n, 5, 2, 3)), scale=8, slope=16),
    "UNet": Entry(lambda: V.UNet(1, 3, (4, 6), padding=1), pictures(6), scale=16, slope=64),
    "FCN": Entry(lambda: V.FCN(3, 4, (1, 1, 1), (4, 5, 6), hidden=7, kernel=3, in_channels=1), pictures(8), scale=8, slope=16),
    "YOLOv1": Entry(lambda: V.YOLOv1(2, 2, 3, ((3, 4, 2), "pool", (1, 5, 1)), hidden=7, image_size=8, in_channels=1), pictures(8),
                    scale=8, slope=32),
    "yolo_loss": Entry(simple(V.yolo_loss), places, slope=2, fixed=(1,)),
    "box_head_loss": Entry(simple(V.box_head_loss), lambda x, n, length: (x(n, 4), x(n, 3, 4), x.ids(4, n), x(n, 4)), slope=2, fixed=(3,)),
    "box_convert": Entry(simple(V.box_convert, in_fmt="xyxy", out_fmt="cxcywh"), one_set, scale=1, slope=1),
    "box_area": Entry(simple(V.box_area), one_set, half=torch.float32),
    "box_intersection": Entry(simple(V.box_intersection), two_sets, half=torch.float32),
    "box_iou": Entry(simple(V.box_iou), two_sets, half=torch.float32, slope=1),
    "generalized_box_iou": Entry(simple(V.generalized_box_iou), two_sets, half=torch.float32, slope=1),
    "iou_loss": Entry(simple(V.iou_loss, kind="ciou"), pairs, slope=1),
    "clip_boxes_to_image": Entry(simple(V.clip_boxes_to_image, image_size=(3, 5)), one_set),
    "encode_boxes": Entry(simple(V.encode_boxes), pairs, scale=1, slope=2),
    "decode_boxes": Entry(simple(V.decode_boxes), lambda x, n, length: (x(n, 4), boxes(x, n)), scale=1, slope=2),
    "warp_regions": Entry(simple(V.warp_regions, output_size=(6, 4), context=1), regions, scale=1, slope=4, meta=RuntimeError, fixed=(1,)),
    "dice_loss": Entry(simple(V.dice_loss), pixels, slope=1),
    "focal_loss": Entry(simple(V.focal_loss), pixels, slope=1),
}
