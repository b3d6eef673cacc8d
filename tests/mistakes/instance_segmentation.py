"""Plausible wrong answers in vision/instance-segmentation."""

MISTAKES = {
    "instance-segmentation-classes": [
        (("labels.new_zeros(1), labels + 1", "labels.new_zeros(1), labels"), "add 1 to the class"),
        (("return table[ids]", "return (labels + 1)[ids - 1]"), "0|reads the last label"),
        (("return table[ids]", "return (ids > 0) * (labels[0] + 1)"), "begin at 1|out of bounds"),
    ],
    "instance-segmentation-mask-loss": [
        (("own, masks)", "scores, masks[:, None].expand_as(scores))"), "other classes must not count"),
        (("own, masks)", "own, masks, reduction='sum')"), "not the sum"),
        (("return F.binary_cross_entropy_with_logits(own, masks)",
          "return F.cross_entropy(scores, labels[:, None, None].expand_as(masks))"), "no softmax"),
        (("return F.binary_cross_entropy_with_logits(own, masks)",
          "p = own.sigmoid(); return -(masks * p.log() + (1 - masks) * (1 - p).log()).mean()"), "rounded sigmoid"),
        (("return F.binary_cross_entropy_with_logits(own, masks)",
          "return (F.softplus(own) * (1 - masks) - torch.where(masks > 0, own.sigmoid().log(), 0)).mean()"), "rounded to 0"),
        (("    if not len(scores):\n        return scores.sum()\n", ""), "must be 0"),
    ],
    "instance-segmentation-quality": [
        (("iou > 0.5", "iou >= 0.5"), "exactly one half is no match"),
        (("(found + true) / 2", "found + true - hits.sum()"), "one half each"),
        (("((found + true) / 2)", "hits.sum()"), "without a partner"),
        (("((found + true) / 2)", "true"), "one half each"),
    ],
    "instance-segmentation-merge": [
        (("descending=True", "descending=False"), "highest score comes first"),
        (("masks[k] & (ids == 0)", "masks[k]"), "not free any more|takes|half"),
        (("2 * free.sum() >= masks[k].sum()", "2 * free.sum() > masks[k].sum()"), "exactly half"),
        ((" and 2 * free.sum() >= masks[k].sum()", ""), "less than half|takes nothing"),
        (("free.any() and ", ""), "empty masks"),
    ],
}
