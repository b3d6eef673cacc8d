"""A region proposal network: at every place of a map and for every anchor, is there an object, and where."""

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional as F

from .._arguments import floats, whole
from ._arguments import boxes, size
from ._box_coding import decode_boxes, encode_boxes
from ._boxes import box_iou, clip_boxes_to_image, remove_small_boxes
from ._matching import match_boxes, sample_matches
from ._nms import nms


class RegionProposalHead(nn.Module):
    """A 3 × 3 convolution, and behind it for each anchor a score and four offsets.

    Args:
        in_channels: channels of the map.
        anchors: A, shapes at each place.
        hidden: channels of the convolution; ``in_channels`` by default.

    Shape:
        ``(B, in_channels, H, W)`` to scores ``(B, H·W·A)`` and offsets ``(B, H·W·A, 4)``, in the order of
        :func:`anchor_grid`.

    Raises:
        TypeError, ValueError: a number is out of range.

    Source: Ren et al. (2015), section 3.1; one score an anchor, through the logistic function, in place of two.
    """

    def __init__(self, in_channels: int, anchors: int, hidden: int | None = None):
        super().__init__()
        hidden = whole("in_channels", in_channels) if hidden is None else whole("hidden", hidden)
        self.conv = nn.Conv2d(in_channels, hidden, 3, padding=1)
        self.score = nn.Conv2d(hidden, whole("anchors", anchors), 1)
        self.offset = nn.Conv2d(hidden, 4 * anchors, 1)
        for layer in (self.conv, self.score, self.offset):
            nn.init.normal_(layer.weight, 0, 0.01)
            nn.init.zeros_(layer.bias)

    def forward(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores and offsets of all anchors."""
        x = F.relu(self.conv(x))
        scores = self.score(x).permute(0, 2, 3, 1).flatten(1)                   # (B, H·W·A)
        offsets = self.offset(x).permute(0, 2, 3, 1).flatten(1).unflatten(1, (scores.shape[1], 4))
        return scores, offsets


def propose_regions(scores: torch.Tensor, offsets: torch.Tensor, anchors: torch.Tensor, image_size: tuple[int, int],
                    before: int = 2000, after: int = 1000, iou_threshold: float = 0.7, min_size: float = 1.0) -> list[torch.Tensor]:
    """The regions of each image that most likely hold an object.

    Args:
        scores: ``(B, A)``.
        offsets: ``(B, A, 4)``.
        anchors: ``(A, 4)``.
        image_size: height and width, at which regions are cut off.
        before, after: how many are kept before and after suppression.
        iou_threshold: of :func:`nms`.
        min_size: shorter regions are dropped.

    Returns:
        For each image ``(K, 4)``, highest score first; no gradient passes through them.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Ren et al. (2015), section 3.3.
    """
    _check(scores, offsets, anchors)
    size("image_size", image_size)
    before, after = whole("before", before), whole("after", after)
    found = []
    with torch.no_grad():
        for score, offset in zip(scores, offsets):
            top = score.argsort(descending=True, stable=True)[:before]
            box = clip_boxes_to_image(decode_boxes(offset[top], anchors[top]), image_size)
            good = remove_small_boxes(box, min_size)
            box, score = box[good], score[top][good]
            found.append(box[nms(box, score, iou_threshold)[:after]])
    return found


def region_proposal_loss(scores: torch.Tensor, offsets: torch.Tensor, anchors: torch.Tensor, truths: Sequence[torch.Tensor],
                         high: float = 0.7, low: float = 0.3, count: int = 256, positive: float = 0.5,
                         seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    r"""How wrong a region proposal network is about the objects of some images.

    .. math::
        L_\mathrm{score} = \frac1n \sum_{i \in \text{sample}} \mathrm{BCE}(s_i, y_i), \qquad
        L_\mathrm{box} = \frac1n \sum_{i \in \text{sample},\, y_i = 1} \mathrm{smooth}_{L_1}(t_i - t_i^*)

    Args:
        scores: ``(B, A)``.
        offsets: ``(B, A, 4)``.
        anchors: ``(A, 4)``.
        truths: boxes of the objects of each image, ``(G, 4)``.
        high, low: of :func:`match_boxes`; every object has its best anchors.
        count, positive: of :func:`sample_matches`, for each image.
        seed: of the draw; ``DEEPGLOSS_SHIFT`` is added to it, and the number of the image.

    Returns:
        The two losses, single numbers; n are the sampled anchors of all images.

    Raises:
        TypeError, ValueError: an argument is of a wrong kind or out of range.

    Source: Ren et al. (2015), equation 1, with the weight of the second term left to the caller; smooth L1 bends at
    1/9, as in the authors' code.
    """
    _check(scores, offsets, anchors)
    if len(truths) != len(scores):
        raise ValueError(f"truths must be one an image, {len(scores)}, not {len(truths)}")
    whole("seed", seed, 0)
    picked, wanted, moved, targets = [], [], [], []
    for n, truth in enumerate(truths):
        matches = match_boxes(box_iou(anchors, boxes(f"truths[{n}]", truth, 2)), high, low, best_for_each=True)
        sample = sample_matches(matches, count, positive, seed + n)
        picked.append(scores[n, sample])
        wanted.append((matches[sample] >= 0).to(scores.dtype))
        hits = sample[matches[sample] >= 0]
        moved.append(offsets[n, hits])
        targets.append(encode_boxes(truth[matches[hits]].to(anchors), anchors[hits]).to(offsets.dtype))
    picked, wanted = torch.cat(picked), torch.cat(wanted)
    n = max(len(picked), 1)
    score_loss = F.binary_cross_entropy_with_logits(picked, wanted, reduction="sum") / n
    box_loss = F.smooth_l1_loss(torch.cat(moved), torch.cat(targets), reduction="sum", beta=1 / 9) / n
    return score_loss, box_loss


def _check(scores, offsets, anchors) -> None:
    boxes("anchors", anchors, 2)
    if floats("scores", scores).ndim != 2 or scores.shape[1] != len(anchors):
        raise ValueError(f"scores must have shape (B, {len(anchors)}), one an anchor, not {tuple(scores.shape)}")
    if floats("offsets", offsets).shape != (*scores.shape, 4):
        raise ValueError(f"offsets must have shape {(*scores.shape, 4)}, not {tuple(offsets.shape)}")
