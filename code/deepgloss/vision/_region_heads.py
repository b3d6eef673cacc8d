"""What is said about each region of a two-stage detector: its class and a better box, and its mask."""

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional as F

from .._arguments import floats, integers, whole
from ._arguments import boxes, labels_below
from ._arguments import masks as masks_
from ._boxes import box_area
from ._roi_align import roi_align


class BoxHead(nn.Module):
    """Two fully connected layers, and behind them a score for each class and four offsets for each.

    Args:
        in_channels: channels of the regions.
        side: their side in places.
        num_classes: C, without the background.
        hidden: units of both layers.

    Shape:
        ``(K, in_channels, side, side)`` to scores ``(K, C + 1)``, the background last, and offsets ``(K, C, 4)``.

    Raises:
        TypeError, ValueError: a number is out of range.

    Source: Girshick (2015), section 2; Lin et al. (2017), section 4.2, for the two layers.
    """

    def __init__(self, in_channels: int, side: int, num_classes: int, hidden: int = 1024):
        super().__init__()
        inputs = whole("in_channels", in_channels) * whole("side", side) ** 2
        self.fc1, self.fc2 = nn.Linear(inputs, whole("hidden", hidden)), nn.Linear(hidden, hidden)
        self.score = nn.Linear(hidden, whole("num_classes", num_classes) + 1)
        self.offset = nn.Linear(hidden, 4 * num_classes)
        for layer, std in ((self.score, 0.01), (self.offset, 0.001)):
            nn.init.normal_(layer.weight, 0, std)
            nn.init.zeros_(layer.bias)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores and offsets of each region."""
        x = F.relu(self.fc2(F.relu(self.fc1(x.flatten(1)))))
        return self.score(x), self.offset(x).unflatten(1, (self.offset.out_features // 4, 4))


class MaskHead(nn.Sequential):
    """A few convolutions, one that doubles the size, and a mask for each class.

    Args:
        in_channels: channels of the regions.
        num_classes: C, without the background.
        hidden: channels of all layers.
        depth: how many 3 × 3 convolutions.

    Shape:
        ``(K, in_channels, m, m)`` to scores ``(K, C, 2 m, 2 m)``, for the logistic function.

    Raises:
        TypeError, ValueError: a number is out of range.

    Source: He et al. (2017), figure 4, right.
    """

    def __init__(self, in_channels: int, num_classes: int, hidden: int = 256, depth: int = 4):
        channels, layers = whole("in_channels", in_channels), []
        whole("hidden", hidden), whole("num_classes", num_classes)
        for _ in range(whole("depth", depth, 0)):
            layers += [nn.Conv2d(channels, hidden, 3, padding=1), nn.ReLU(inplace=True)]
            channels = hidden
        super().__init__(*layers, nn.ConvTranspose2d(channels, hidden, 2, stride=2), nn.ReLU(inplace=True),
                         nn.Conv2d(hidden, num_classes, 1))
        for layer in self:
            if not isinstance(layer, nn.ReLU):
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
                nn.init.zeros_(layer.bias)


def pyramid_levels(box: torch.Tensor, levels: int, canonical_size: float = 224.0, canonical_level: int = 2) -> torch.Tensor:
    r"""Which map of a pyramid a region is read from: the larger the region, the smaller the map.

    .. math:: k = \Bigl\lfloor k_0 + \log_2 \frac{\sqrt{w h}}{s_0} \Bigr\rfloor

    Args:
        box: ``(K, 4)``, as (x1, y1, x2, y2).
        levels: how many maps there are, 0 being the largest; k is kept within.
        canonical_size: s₀ in pixels.
        canonical_level: k₀, the map that a region of this size is read from. The paper's 4 is the third of its maps.

    Returns:
        ``(K,)``, ``int64``.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Lin et al. (2017), equation 1.
    """
    top = whole("levels", levels) - 1
    side = box_area(boxes("box", box, 2)).sqrt().clamp(min=1e-6)
    level = canonical_level + torch.log2(side / canonical_size) + 1e-6         # a side of exactly s₀ is not below it
    return level.floor().long().clamp(0, top)


def pyramid_regions(maps: Sequence[torch.Tensor], box: Sequence[torch.Tensor], side: int, strides: Sequence[float],
                    levels: Sequence[torch.Tensor] | None = None, sampling_ratio: int = 2) -> torch.Tensor:
    """Regions of several images, each from its map of a pyramid, by :func:`roi_align`.

    Args:
        maps: ``(B, C, H_l, W_l)``, largest first.
        box: for each image ``(K, 4)``, as (x1, y1, x2, y2) in pixels.
        side: of the regions in places.
        strides: pixels from one place of each map to the next.
        levels: the map of each region, for each image ``(K,)``; all the first by default.
        sampling_ratio: of :func:`roi_align`.

    Returns:
        ``(all K, C, side, side)``, image by image.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind, or there is no image.
    """
    if not len(box):
        raise ValueError("box must hold a tensor (K, 4) for each image, and there is no image")
    if len(maps) != len(strides):
        raise ValueError(f"strides must be one a map, {len(maps)}, not {len(strides)}")
    table = torch.cat([torch.cat([torch.full_like(one[:, :1], n), one], 1) for n, one in enumerate(box)])
    level = torch.cat(list(levels)) if levels is not None else torch.zeros(len(table), dtype=torch.int64, device=table.device)
    found = maps[0].new_zeros(len(table), maps[0].shape[1], side, side)
    for k, (x, stride) in enumerate(zip(maps, strides)):
        at = (level == k).nonzero().squeeze(1)
        if len(at):
            found = found.index_copy(0, at, roi_align(x, table[at], side, 1 / stride, sampling_ratio).to(found.dtype))
    return found


def box_head_loss(scores: torch.Tensor, offsets: torch.Tensor, labels: torch.Tensor,
                  targets: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """How wrong a :class:`BoxHead` is: cross-entropy of classes, smooth L1 of the true class's offsets.

    Args:
        scores: ``(K, C + 1)``.
        offsets: ``(K, C, 4)``.
        labels: ``(K,)``, ``int64``; C is the background, which has no offsets.
        targets: ``(K, 4)``, what :func:`encode_boxes` gives; rows of the background count for nothing.

    Returns:
        The two losses, single numbers, both divided by K.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Girshick (2015), equations 1 to 3; smooth L1 bends at 1.
    """
    if floats("scores", scores).ndim != 2:
        raise ValueError(f"scores must have shape (K, C + 1), not {tuple(scores.shape)}")
    count, classes = len(scores), scores.shape[1] - 1
    labels = labels_below("labels", labels, count, classes + 1)
    if floats("offsets", offsets).shape != (count, classes, 4) or boxes("targets", targets, 2).shape != (count, 4):
        raise ValueError(f"offsets and targets must have shapes ({count}, {classes}, 4) and ({count}, 4), not "
                         f"{tuple(offsets.shape)} and {tuple(targets.shape)}")
    hits = labels < classes                                                     # (K,)
    own = offsets[torch.arange(count, device=labels.device), labels.clamp(max=classes - 1)]
    class_loss = F.cross_entropy(scores, labels, reduction="sum") / max(count, 1)
    box_loss = F.smooth_l1_loss(own, targets.to(own.dtype), reduction="none").sum(1)
    return class_loss, torch.where(hits, box_loss, 0).sum() / max(count, 1)


def mask_head_loss(scores: torch.Tensor, labels: torch.Tensor, box: torch.Tensor, masks: torch.Tensor) -> torch.Tensor:
    """How wrong a :class:`MaskHead` is: the mean binary cross-entropy of the true class's mask, cut out of the truth.

    Args:
        scores: ``(K, C, m, m)``.
        labels: ``(K,)``, ``int64``.
        box: ``(K, 4)``, the regions in pixels.
        masks: ``(K, H, W)``, of True and False, the true mask of each region in the whole image.

    Returns:
        A single number; 0 of no region.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: He et al. (2017), section 3.
    """
    if floats("scores", scores).ndim != 4 or scores.shape[2] != scores.shape[3]:
        raise ValueError(f"scores must have shape (K, C, m, m), not {tuple(scores.shape)}")
    count = len(scores)
    if len(integers("labels", labels)) != count or len(masks_("masks", masks)) != count or len(boxes("box", box, 2)) != count:
        raise ValueError(f"labels, box and masks must be {count} as scores are, not {len(labels)}, {len(box)} and {len(masks)}")
    labels = labels_below("labels", labels, count, scores.shape[1])
    if not count:
        return scores.sum() * 0
    rows = torch.arange(count, device=box.device)
    with torch.no_grad():
        table = torch.cat([rows[:, None].to(box), box], 1)
        truth = roi_align(masks.unsqueeze(1).to(box.dtype), table, scores.shape[-1], 1.0, 2).squeeze(1) >= 0.5
    return F.binary_cross_entropy_with_logits(scores[rows, labels], truth.to(scores.dtype))
