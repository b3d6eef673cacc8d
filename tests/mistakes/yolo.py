"""Plausible wrong answers in vision/yolo."""

MISTAKES = {
    "yolo-cell": [
        (("return row, column, x - column, y - row", "return column, row, x - column, y - row"), "rows go down"),
        (("min(int(x), grid - 1), min(int(y), grid - 1)", "int(x), int(y)"), "belongs to the last cell"),
        (("return row, column, x - column, y - row", "return row, column, y - row, x - column"), "x comes before y"),
        (("x - column, y - row", "x, y"), "as a share of the cell"),
        (("(x1 + x2) / 2 * grid / side, (y1 + y2) / 2 * grid / side", "x1 * grid / side, y1 * grid / side"), "middle of the corners"),
    ],
    "yolo-lost": [
        (("return len(boxes) - len((y * grid + x).unique())", "return len((y * grid + x).unique())"), "for itself"),
        (("y * grid + x", "y + x"), "are two cells"),
        (("((boxes[:, :2] + boxes[:, 2:]) / 2", "(boxes[:, :2]"), "centers count"),
        (("return len(boxes) - len((y * grid + x).unique())", "return int(len((y * grid + x).unique()) < len(boxes))"), "two are lost"),
    ],
    "yolo-confidence": [
        ((" - confidence[best].square()", ""), "does not count among"),
        (("iou[best].detach()", "1"), "not 1"),
        (("weight * silent", "silent"), "has the weight"),
        (("iou.argmax()", "confidence.argmax()"), "largest overlap answers"),
        ((".detach()", ""), "no gradient may flow into it"),
    ],
    "yolo-read": [
        (("[column, row]", "[row, column]"), "x belongs to the column"),
        (("each[:, 2:4].square() * side / 2", "each[:, 2:4] * side / 2"), "roots of width and height"),
        (("each[:, 2:4].square() * side / 2", "each[:, 2:4].square() * side"), "half of each side"),
        (("torch.cat([center - half, center + half], 1)", "torch.cat([center, 2 * half], 1)"), "corners are wanted"),
        (("each[:, 4:] * classes", "classes.expand(boxes, -1)"), "times the probability"),
    ],
}
