"""Plausible wrong answers in vision/r-cnn."""

MISTAKES = {
    "r-cnn-iou": [
        ([("max(0, min(a[2], b[2]) - max(a[0], b[0]))", "min(a[2], b[2]) - max(a[0], b[0])"),
          ("max(0, min(a[3], b[3]) - max(a[1], b[1]))", "min(a[3], b[3]) - max(a[1], b[1])")], "share nothing"),
        (("(sum(areas) - shared)", "sum(areas)"), "counted twice"),
        (("(sum(areas) - shared)", "min(areas)"), "not by the smaller box"),
        (("max(a[1], b[1])", "min(a[1], b[1])"), "divided by the area of either"),
    ],
    "r-cnn-move": [
        (("torch.cat([center - half, center + half], 1)", "torch.cat([center, 2 * half], 1)"), "not center and size"),
        (("(boxes[:, :2] + boxes[:, 2:]) / 2 +", "boxes[:, :2] +"), "not from its corner"),
        (("offsets[:, :2] * size", "offsets[:, :2]"), "in units of the proposal's width"),
        (("offsets[:, 2:].exp()", "(1 + offsets[:, 2:])"), "logarithms"),
        (("size = boxes", "offsets = offsets.detach()\n    size = boxes"), "gradients must flow"),
    ],
    "r-cnn-nms": [
        ((" if labels[j] == labels[i]", ""), "other classes do not matter"),
        (("            kept.append(i)\n", "            kept.append(i)\n    return sorted(kept)\n"), "highest score comes first"),
        (("overlap[i, j] <= threshold", "overlap[i, j] < threshold"), "just the threshold"),
        (("scores.argsort(descending=True)", "scores.argsort()"), "falling score"),
    ],
    "r-cnn-ap": [
        (("max(precision[k:])", "precision[k]"), "the best one at this or a larger recall"),
        (("/ objects", "/ max(hits, 1)"), "also those that no detection finds"),
        (("if hit) / objects", "if True) / objects"), "by equation|is 0"),
        (("hits / (k + 1)", "hits / objects"), "by equation"),
    ],
}
