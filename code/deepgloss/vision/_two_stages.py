"""Faster R-CNN and Mask R-CNN: regions are proposed first, then each one is named, outlined and masked."""

from collections.abc import Sequence

import torch
from torch import nn

from .._arguments import flag, floats, real, share, whole
from ..architectures import ResNet, resnet50
from ._anchors import anchor_grid, anchor_shapes
from ._arguments import boxes, labels_below, listed, masks
from ._box_coding import decode_boxes, encode_boxes
from ._boxes import box_iou, clip_boxes_to_image
from ._detection_scores import Detections, Objects
from ._feature_pyramid import FeaturePyramid
from ._masks import paste_masks
from ._matching import match_boxes, sample_matches
from ._nms import batched_nms
from ._region_heads import BoxHead, MaskHead, box_head_loss, mask_head_loss, pyramid_levels, pyramid_regions
from ._region_proposals import RegionProposalHead, propose_regions, region_proposal_loss

WEIGHTS = (10.0, 10.0, 5.0, 5.0)


class ResNetBody(nn.Module):
    """The four sizes of maps of a residual network, without its classifier.

    Args:
        resnet: the network, whose layers are taken over.

    Shape:
        ``(B, 3, H, W)`` to maps at strides 4, 8, 16 and 32.

    Raises:
        TypeError: it is no residual network.
    """

    def __init__(self, resnet: ResNet):
        super().__init__()
        if not isinstance(resnet, ResNet):
            raise TypeError(f"resnet must be a ResNet of deepgloss.architectures, not {type(resnet).__name__}")
        layers = dict(resnet.named_children())
        self.stages = nn.ModuleList(module for name, module in layers.items() if name.startswith("layer"))
        self.stem = nn.Sequential(*(module for name, module in layers.items() if name in ("conv1", "bn1", "relu", "maxpool")))

    def forward(self, x: torch.Tensor) -> list[torch.Tensor]:
        """Maps, largest first."""
        x, found = self.stem(x), []
        for stage in self.stages:
            x = stage(x)
            found.append(x)
        return found


class MaskRCNN(nn.Module):
    """A two-stage detector with a feature pyramid; without masks it is Faster R-CNN.

    Args:
        body: from pictures to maps of several sizes, largest first.
        channels: of these maps.
        strides: pixels from one place of each map to the next.
        num_classes: C, without the background.
        width: channels of the pyramid.
        anchor_sizes: in pixels, one for each map of the pyramid.
        ratios: height by width of anchors.
        extra: one more map above, for anchors alone.
        masks: whether there is a mask head.
        hidden: units of the box head.
        mask_width, mask_depth: of the mask head.
        proposals: regions an image, in training and in use.
        samples: regions an image that the box head learns from.
        candidates: anchors with the highest scores, from which the proposals of an image are chosen.
        positive: the largest share of objects among the samples.
        box_side, mask_side: places of a region along each side, for the two heads; a mask has twice as many.

    Shape:
        Pictures ``(B, 3, H, W)``, or as many channels as the body takes.

    Raises:
        TypeError, ValueError: a number is out of range, or lists have not the same length.

    Called with pictures alone it gives one :class:`Detections` an image, with pictures and one :class:`Objects` an image
    a dictionary of losses, whose sum is trained. Crowds are learned from like single objects: leave them out.

    Source: Ren et al. (2015); Lin et al. (2017), section 4; He et al. (2017), section 3.
    """

    def __init__(self, body: nn.Module, channels: Sequence[int], strides: Sequence[int], num_classes: int, *, width: int = 256,
                 anchor_sizes: Sequence[float] = (32, 64, 128, 256, 512), ratios: Sequence[float] = (0.5, 1.0, 2.0),
                 extra: bool = True, masks: bool = True, hidden: int = 1024, mask_width: int = 256, mask_depth: int = 4,
                 proposals: int = 1000, samples: int = 512, candidates: int = 2000, positive: float = 0.25,
                 box_side: int = 7, mask_side: int = 14):
        super().__init__()
        channels, strides, anchor_sizes, ratios = (listed(name, values) for name, values in (
            ("channels", channels), ("strides", strides), ("anchor_sizes", anchor_sizes), ("ratios", ratios)))
        if len(strides) != len(channels) or len(anchor_sizes) != len(channels) + flag("extra", extra):
            raise ValueError(f"strides must be {len(channels)} as channels are, and anchor_sizes {len(channels) + bool(extra)}, "
                             f"not {len(strides)} and {len(anchor_sizes)}")
        self.num_classes, self.proposals, self.samples, self.candidates, self.box_side, self.mask_side = (
            whole(name, n) for name, n in (("num_classes", num_classes), ("proposals", proposals), ("samples", samples),
                                           ("candidates", candidates), ("box_side", box_side), ("mask_side", mask_side)))
        self.positive = share("positive", positive)
        self.strides = [real(f"strides[{k}]", s, 1) for k, s in enumerate(strides)]
        self.shapes = [anchor_shapes([size], ratios) for size in anchor_sizes]
        self.body, self.pyramid = body, FeaturePyramid(channels, width, extra)
        self.proposer = RegionProposalHead(width, len(ratios))
        self.box_head = BoxHead(width, self.box_side, num_classes, hidden)
        self.mask_head = MaskHead(width, num_classes, mask_width, mask_depth) if flag("masks", masks) else None

    def forward(self, images: torch.Tensor, objects: Sequence[Objects] | None = None, *, seed: int = 0, score_threshold: float = 0.05,
                iou_threshold: float = 0.5, max_detections: int = 100):
        """Losses where objects are given, else detections."""
        if floats("images", images).ndim != 4 or not len(images):
            raise ValueError(f"images must have shape (B, C, H, W), with one at least, not {tuple(images.shape)}")
        if objects is not None:
            if len(listed("objects", objects)) != len(images):
                raise ValueError(f"objects must be one an image, {len(images)}, not {len(objects)}")
            objects = [self._told(f"objects[{n}]", truth, images) for n, truth in enumerate(objects)]
        maps, anchors, scores, offsets = self.look(images)
        regions = propose_regions(scores, offsets, anchors, images.shape[-2:], self.candidates, self.proposals)
        if objects is None:
            with torch.no_grad():
                return self.detect(maps, regions, images.shape[-2:], real("score_threshold", score_threshold, 0, 1),
                                   iou_threshold, whole("max_detections", max_detections))
        first = region_proposal_loss(scores, offsets, anchors, [truth.boxes for truth in objects], seed=seed)
        return dict(zip(("proposal score", "proposal box"), first)) | self.learn(maps, regions, objects, seed)

    def look(self, images: torch.Tensor):
        """The pyramid's maps, all anchors, and what the proposer says of them."""
        maps = self.pyramid(self.body(images))
        strides = [*self.strides, self.strides[-1] * 2][:len(maps)]
        anchors = torch.cat([anchor_grid(x.shape[-2:], stride, shapes, x.device) for x, stride, shapes in zip(maps, strides, self.shapes)])
        scores, offsets = (torch.cat(parts, 1) for parts in zip(*map(self.proposer, maps)))
        return maps, anchors, scores, offsets

    def learn(self, maps, regions, objects: Sequence[Objects], seed: int) -> dict[str, torch.Tensor]:
        """The losses of the heads, on a sample of regions; the objects' own boxes are among them."""
        boxes, labels, targets, masks = [], [], [], []
        for n, (region, truth) in enumerate(zip(regions, objects)):
            region = torch.cat([region, truth.boxes.to(region)])
            matches = match_boxes(box_iou(region, truth.boxes.to(region)), 0.5)
            chosen = sample_matches(matches, self.samples, self.positive, seed + n)
            region, matched = region[chosen], matches[chosen]
            hit = matched.clamp(min=0)
            boxes.append(region)
            if len(truth.labels):
                labels.append(torch.where(matched >= 0, truth.labels[hit], self.num_classes))
                targets.append(encode_boxes(truth.boxes[hit].to(region), region, WEIGHTS))
                if self.mask_head is not None:
                    masks.append(truth.masks[hit[matched >= 0]])
            else:
                labels.append(torch.full_like(matched, self.num_classes))
                targets.append(torch.zeros_like(region))
        labels, targets = torch.cat(labels), torch.cat(targets)
        losses = dict(zip(("class", "box"), box_head_loss(*self.box_head(self._read(maps, boxes, self.box_side)), labels, targets)))
        if self.mask_head is not None:
            hits = labels < self.num_classes
            ends = torch.cat(boxes)[hits]
            each = [one[labels_ < self.num_classes] for one, labels_ in zip(boxes, labels.split([len(b) for b in boxes]))]
            truth = torch.cat(masks) if masks else torch.zeros(0, 1, 1, dtype=torch.bool, device=ends.device)
            losses["mask"] = mask_head_loss(self.mask_head(self._read(maps, each, self.mask_side)), labels[hits], ends, truth)
        return losses

    def detect(self, maps, regions, image_size, score_threshold: float, iou_threshold: float, most: int) -> list[Detections]:
        """For each image the classes, boxes and masks of what was found."""
        scores, offsets = self.box_head(self._read(maps, regions, self.box_side))
        found = []
        for region, score, offset in zip(regions, *(x.split([len(r) for r in regions]) for x in (scores.softmax(1), offsets))):
            box = clip_boxes_to_image(decode_boxes(offset, region[:, None].expand(-1, self.num_classes, -1), WEIGHTS), image_size)
            at, label = (score[:, :-1] > score_threshold).nonzero(as_tuple=True)
            box, score = box[at, label], score[at, label]
            kept = batched_nms(box, score, label, iou_threshold)[:most]
            found.append(Detections(box[kept], score[kept], label[kept]))
        if self.mask_head is None:
            return found
        scores = self.mask_head(self._read(maps, [one.boxes for one in found], self.mask_side))
        return [one._replace(masks=paste_masks(mask[torch.arange(len(mask), device=mask.device), one.labels].sigmoid(), one.boxes, image_size))
                for one, mask in zip(found, scores.split([len(one.labels) for one in found]))]

    def _told(self, name: str, truth: Objects, images: torch.Tensor) -> Objects:
        """One image's objects, on the images' device."""
        if not isinstance(truth, Objects):
            raise TypeError(f"{name} must be an Objects, not {type(truth).__name__}")
        box = boxes(f"{name}.boxes", truth.boxes, 2).to(images.device)
        labels = labels_below(f"{name}.labels", truth.labels, len(box), self.num_classes).to(images.device)
        if self.mask_head is None:
            return Objects(box, labels)
        if truth.masks is None:
            raise ValueError(f"{name} must have masks, which the mask head learns from; without, make the network with masks=False")
        wanted = (len(box), *images.shape[-2:])
        if masks(f"{name}.masks", truth.masks).shape != wanted:
            raise ValueError(f"{name}.masks must have shape {wanted}, one a box and as large as the image, not {tuple(truth.masks.shape)}")
        return Objects(box, labels, truth.masks.to(images.device))

    def _read(self, maps, boxes, side: int) -> torch.Tensor:
        maps = maps[:len(self.strides)]
        # A region of the anchor size of a map is read from this map.
        size = self.shapes[0].prod(1).sqrt().max().item()
        levels = [pyramid_levels(one, len(maps), size, 0) for one in boxes]
        return pyramid_regions(maps, boxes, side, self.strides, levels)


def mask_rcnn_resnet50(num_classes: int = 90, *, masks: bool = True) -> MaskRCNN:
    """Mask R-CNN on ResNet-50 with a feature pyramid, at its published size; without masks, Faster R-CNN.

    Args:
        num_classes: C, without the background; COCO numbers its 80 classes up to 90.
        masks: whether there is a mask head.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: He et al. (2017), section 3.1.
    """
    return MaskRCNN(ResNetBody(resnet50()), (256, 512, 1024, 2048), (4, 8, 16, 32), num_classes, masks=masks)
