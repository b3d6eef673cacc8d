"""Checks of the exercises in vision/instance-segmentation."""

import torch
from torch.nn import functional as F

from .. import register
from ..._device import device
from .._compare import draws, near, number, same, tensor


@register("instance-segmentation-classes")
def _(class_of_pixels) -> None:
    draw = torch.Generator().manual_seed(3)
    for count, shape in ((3, (5, 7)), (1, (2, 3)), (0, (3, 2))):
        ids = torch.randint(0, count + 1, shape, generator=draw).to(device())
        labels = torch.randint(0, 10, (count,), generator=draw).to(device())
        wanted = torch.cat([labels.new_zeros(1), labels + 1])[ids]
        got = tensor(class_of_pixels(ids, labels), "the semantic segmentation")
        hint = "0 is for pixels of no object, and the classes of the others begin at 1"
        if count and got.shape == wanted.shape and not torch.equal(got, wanted):
            if torch.equal(got, torch.where(ids > 0, wanted - 1, 0)):
                hint = "add 1 to the class: class 0 must not look like no object"
            elif torch.equal(got[ids > 0], wanted[ids > 0]):
                hint = "pixels of no object must be 0: a place of -1 reads the last label"
        same(got, wanted, f"for {count} objects the semantic segmentation", hint)


@register("instance-segmentation-mask-loss")
def _(mask_loss) -> None:
    scores = 3 * draws(5, 3, 4, 4, seed=1)
    labels = torch.tensor([2, 0, 1, 1, 0], device=device())
    masks = (draws(5, 4, 4, seed=2) > 0).to(scores.dtype)
    own = scores[torch.arange(5, device=device()), labels]
    wanted = F.binary_cross_entropy_with_logits(own, masks)
    got = tensor(mask_loss(scores, labels, masks), "the loss")
    assert got.numel() == 1, f"the loss must be a single number, not of shape {tuple(got.shape)}"
    each = F.binary_cross_entropy_with_logits(scores, masks[:, None].expand_as(scores))
    soft = F.cross_entropy(scores, labels[:, None, None].expand(-1, 4, 4))
    hint = ("the masks of other classes must not count" if near(got.reshape(()), each) else
            "classes do not compete: a sigmoid for each, no softmax over them" if near(got.reshape(()), soft) else
            "take the mean over regions and places, not the sum" if near(got.reshape(()), wanted * masks.numel())
            or near(got.reshape(()), wanted * masks[0].numel()) or near(got.reshape(()), wanted * len(masks)) else
            "the mean binary cross-entropy of the true class's mask, through the sigmoid")
    assert near(got.reshape(()), wanted), f"the loss is {got.item():g}, expected {wanted.item():g}: {hint}"
    far = mask_loss(1000 * torch.ones_like(scores), labels, 0 * masks)
    far = number(far, "the loss")
    assert abs(far - 1000) < 1e-3, (
        f"for scores of 1,000 where the mask is 0 the loss is {far:g}, expected 1000: the logarithm of a rounded sigmoid loses it; "
        "take binary_cross_entropy_with_logits or softplus")
    far = number(mask_loss(-1000 * torch.ones_like(scores), labels, 0 * masks + 1), "the loss")
    assert abs(far - 1000) < 1e-3, (
        f"for scores of -1,000 where the mask is 1 the loss is {far:g}, expected 1000: a sigmoid that was rounded to 0 has no logarithm; "
        "take binary_cross_entropy_with_logits or softplus")
    none = number(mask_loss(scores[:0], labels[:0], masks[:0]), "the loss of no region")
    assert none == 0, f"without regions the loss must be 0, not {none:g}: the mean of nothing is NaN"


@register("instance-segmentation-quality")
def _(panoptic_quality) -> None:
    table = torch.zeros(4, 3)
    table[0, 1], table[1, 0], table[2, 2], table[3, 2], table[0, 0] = 0.9, 0.6, 0.5, 0.3, 0.1
    cases = ((table, 1.5 / (2 + 2 / 2 + 1 / 2), "one segment has an IoU of exactly 0.5, two match, two are false and one is missed"),
             (torch.full((1, 1), 0.8), 0.8, "a single pair with an IoU of 0.8"),
             (torch.full((2, 2), 0.2), 0.0, "nothing matches"),
             (torch.zeros(0, 3), 0.0, "nothing is predicted"), (torch.zeros(2, 0), 0.0, "nothing is there"))
    for iou, wanted, case in cases:
        got = number(panoptic_quality(iou.to(device())), "panoptic quality")
        hint = "the sum of the IoUs of matches, divided by TP + FP/2 + FN/2"
        if iou is table:
            half = "false and missed segments count one half each"
            slips = {2.0 / 3.5: "an IoU of exactly one half is no match", 0.75: "segments without a partner must count, too",
                     1.5 / 5: half, 1.5 / 3: half, 1.5 / 4: half, 1.5 / 2.5: half}
            hint = next((slip for value, slip in slips.items() if abs(got - value) < 1e-6), hint)
        assert abs(got - wanted) <= 1e-6, f"where {case}, panoptic quality is {got:g}, expected {wanted:g}: {hint}"


@register("instance-segmentation-merge")
def _(merge) -> None:
    rows = torch.tensor([[0, 1, 1, 1, 1, 0, 0, 0, 0, 0],          # second: half of it is free
                         [1, 1, 1, 0, 0, 0, 0, 0, 0, 0],          # first
                         [0, 0, 1, 1, 1, 0, 0, 0, 0, 0],          # third: nothing is free
                         [0, 0, 0, 0, 1, 1, 0, 0, 0, 0],          # fourth: half
                         [0, 0, 0, 0, 1, 1, 1, 0, 0, 0],          # fifth: a third, dropped; its pixel stays free
                         [0, 0, 0, 0, 0, 0, 1, 1, 1, 1],          # last
                         [0, 0, 0, 0, 0, 0, 0, 0, 0, 0]])
    masks = rows.bool()[:, None].to(device())
    scores = torch.tensor([0.8, 0.9, 0.7, 0.6, 0.5, 0.1, 0.95], device=device())
    wanted = torch.tensor([[1, 1, 1, 2, 2, 3, 4, 4, 4, 4]], device=device())
    got = tensor(merge(masks, scores), "the segments")
    assert got.shape == wanted.shape, f"the segments must have shape {tuple(wanted.shape)}, one number a pixel, not {tuple(got.shape)}"
    hint = "by falling score; dropped masks take no pixel and no number"
    values = got.flatten().tolist()
    if values[:3] != [1, 1, 1]:
        hint = ("empty masks are dropped and get no number" if values[:3] == [2, 2, 2] else
                "the mask with the highest score comes first, and what it has taken is not free any more")
    elif values[3:5] != [2, 2] or values[6] == 3:
        hint = "a mask of which exactly half is free is kept, and takes that half"
    elif values[6] == 4 and values[7] != 4 or values[5] == 4:
        hint = "a mask of which less than half is free is dropped, and takes nothing"
    elif values[5] > 3 or values[7] > 4:
        hint = "kept masks are numbered 1, 2, 3 and so on; dropped ones get no number"
    same(got, wanted, "the segments", hint)
    none = tensor(merge(masks[:0], scores[:0]), "the segments of no mask")
    assert none.shape == wanted.shape and not none.any(), "without masks every pixel is 0"
