"""Vision tasks: boxes, masks and the networks that find, outline and label objects, and how these are judged.

Boxes are (x1, y1, x2, y2) in pixels, x to the right and y down; pixel i covers [i, i + 1].
"""

from .._arguments import check_options
from ._anchors import anchor_grid, anchor_shapes
from ._average_precision import average_precision, precision_recall
from ._box_coding import decode_boxes, encode_boxes
from ._boxes import box_area, box_convert, box_intersection, box_iou, clip_boxes_to_image, remove_small_boxes
from ._detection_matching import match_detections
from ._detection_scores import Detections, DetectionScores, Objects, evaluate_detections
from ._draw import draw_boxes, draw_masks, picture
from ._fcn import FCN, bilinear_kernel
from ._feature_pyramid import FeaturePyramid
from ._graph_segmentation import graph_segmentation
from ._iou_losses import generalized_box_iou, iou_loss
from ._masks import mask_iou, masks_to_boxes, paste_masks
from ._matching import match_boxes, sample_matches
from ._nms import batched_nms, nms, soft_nms
from ._panoptic import PanopticScores, Segments, merge_masks, panoptic_quality
from ._region_heads import BoxHead, MaskHead, box_head_loss, mask_head_loss, pyramid_levels, pyramid_regions
from ._region_proposals import RegionProposalHead, propose_regions, region_proposal_loss
from ._roi_align import RoIAlign, roi_align
from ._roi_pool import RoIPool, roi_pool
from ._segmentation_losses import dice_loss, focal_loss
from ._segmentation_scores import boundary, boundary_f1, boundary_iou, class_iou, confusion_matrix, mean_iou, pixel_accuracy
from ._selective_search import selective_search
from ._two_stages import MaskRCNN, ResNetBody, mask_rcnn_resnet50
from ._unet import UNet
from ._warped_regions import warp_regions
from ._yolo import YOLOv1, decode_yolo, yolo_loss, yolo_targets

__all__ = [
    "BoxHead", "DetectionScores", "Detections", "FCN", "FeaturePyramid", "MaskHead", "MaskRCNN", "Objects",
    "PanopticScores", "RegionProposalHead", "ResNetBody", "RoIAlign", "RoIPool", "Segments", "UNet", "YOLOv1",
    "anchor_grid", "anchor_shapes", "average_precision", "batched_nms", "bilinear_kernel", "boundary", "boundary_f1",
    "boundary_iou", "box_area", "box_convert", "box_head_loss", "box_intersection", "box_iou", "class_iou",
    "clip_boxes_to_image", "confusion_matrix", "decode_boxes", "decode_yolo", "dice_loss", "draw_boxes", "draw_masks",
    "encode_boxes", "evaluate_detections", "focal_loss", "generalized_box_iou", "graph_segmentation", "iou_loss",
    "mask_head_loss", "mask_iou", "mask_rcnn_resnet50", "masks_to_boxes", "match_boxes", "match_detections", "mean_iou",
    "merge_masks", "nms", "panoptic_quality", "paste_masks", "picture", "pixel_accuracy", "precision_recall",
    "propose_regions", "pyramid_levels", "pyramid_regions", "region_proposal_loss", "remove_small_boxes", "roi_align",
    "roi_pool", "sample_matches", "selective_search", "soft_nms", "warp_regions", "yolo_loss", "yolo_targets",
]

check_options(globals())
