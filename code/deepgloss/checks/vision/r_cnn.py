"""Checks of the exercises in vision/r-cnn."""

import math

import torch

from .. import register
from ...vision import box_iou, decode_boxes
from ..._device import device, wide
from .._compare import draws, near, number, several, tensor


@register("r-cnn-iou")
def _(iou) -> None:
    pairs = [([0, 0, 4, 4], [2, 1, 6, 5]), ([1, 2, 5, 9], [1, 2, 5, 9]), ([0, 0, 10, 10], [2.5, 3, 4.5, 8]),
             ([0, 0, 2, 3], [2, 0, 4, 3]), ([0, 0, 2, 3], [5, 7, 8, 10]), ([3, 1, 8, 4], [0, 0, 4, 2.5])]
    for a, b in pairs + [(b, a) for a, b in pairs]:
        got = number(iou(list(a), list(b)), "the IoU")
        wanted = box_iou(torch.tensor([a], dtype=torch.float64), torch.tensor([b], dtype=torch.float64)).item()
        sides = [min(a[k + 2], b[k + 2]) - max(a[k], b[k]) for k in (0, 1)]
        areas = [(box[2] - box[0]) * (box[3] - box[1]) for box in (a, b)]
        shared = max(sides[0], 0) * max(sides[1], 0)
        hint = ("boxes that do not meet share nothing: two negative sides must not make a positive area" if not shared and got
                else "what both share is counted twice in the sum of the areas" if math.isclose(got, shared / sum(areas))
                else "divide by the union, not by the smaller box" if math.isclose(got, shared / min(areas))
                else "the area of both, divided by the area of either")
        assert math.isclose(got, wanted, rel_tol=1e-6, abs_tol=1e-9), f"the IoU of {a} and {b} is {got:g}, expected {wanted:g}: {hint}"


@register("r-cnn-move")
def _(move) -> None:
    corner = 10 * draws(7, 2, seed=1)
    boxes = torch.cat([corner, corner + 3 + draws(7, 2, seed=2).abs() * torch.tensor([2.0, 9.0]).to(corner)], 1)
    offsets = (0.5 * draws(7, 4, seed=3)).requires_grad_()
    got, wanted = tensor(move(offsets, boxes), "the answer"), decode_boxes(offsets, boxes)
    assert got.shape == wanted.shape, f"return boxes of shape {tuple(wanted.shape)}, not {tuple(got.shape)}"
    size, middle = boxes[:, 2:] - boxes[:, :2], (wanted[:, :2] + wanted[:, 2:]) / 2
    grown = size * offsets[:, 2:].exp()
    hint = ("return corners, not center and size" if near(got, torch.cat([middle, grown], 1), 1e-4)
            else "the shift is counted from the center of the proposal, not from its corner" if near(
                got, torch.cat([m := boxes[:, :2] + offsets[:, :2] * size - grown / 2, m + grown], 1), 1e-4)
            else "the shift is in units of the proposal's width and height" if near(
                got, torch.cat([m := (boxes[:, :2] + boxes[:, 2:]) / 2 + offsets[:, :2] - grown / 2, m + grown], 1), 1e-4)
            else "t_w and t_h are logarithms of how much larger the box is" if near(
                got, torch.cat([m := middle - size * (1 + offsets[:, 2:]) / 2, m + size * (1 + offsets[:, 2:])], 1), 1e-4)
            else "solve equation (4) for the box")
    assert near(got, wanted, 1e-4, 1e-6), f"offsets {_row(offsets)} from {_row(boxes)} lead to {_row(got)}, expected {_row(wanted)}: {hint}"
    assert got.requires_grad, "gradients must flow to the offsets: compute with them as they are"
    assert near(move(torch.zeros(2, 4, dtype=wide(), device=device()), boxes[:2]), boxes[:2], 1e-4, 1e-6), (
        "offsets of 0 leave a proposal where it is")


def _row(x: torch.Tensor) -> list[float]:
    return [round(value, 2) for value in x[0].tolist()]


@register("r-cnn-nms")
def _(suppress_classes) -> None:
    chain = torch.tensor([[0.0, 0, 10, 10], [4, 0, 14, 10], [8, 0, 18, 10], [0, 0, 10, 10], [30, 30, 40, 40]])
    cases = [(chain, torch.tensor([0.8, 0.9, 0.7, 0.6, 0.95]), torch.tensor([1, 1, 1, 2, 2]), 0.3),
             (chain, torch.tensor([0.9, 0.8, 0.7, 0.6, 0.95]), torch.tensor([1, 1, 1, 2, 2]), 0.3),
             (chain[:0], torch.zeros(0), torch.zeros(0, dtype=torch.int64), 0.5)]
    for n, classes, threshold in ((30, 3, 0.3), (23, 1, 0.5), (17, 5, 0.0)):
        corner = 12 * draws(n, 2, seed=n).abs().float().cpu()
        boxes = torch.cat([corner, corner + 10], 1)
        scores = (torch.randperm(n, generator=torch.Generator().manual_seed(n)).float() - n / 3) / 7
        cases.append((boxes, scores, torch.arange(n) % classes, threshold))
    for boxes, scores, labels, threshold in cases:
        boxes, scores, labels = (x.to(device()) for x in (boxes, scores, labels))
        wanted = _kept(boxes, scores, labels, threshold)
        got = suppress_classes(boxes, scores, labels, threshold)
        got = [int(number(place, "a place")) for place in several(got, len(got) if hasattr(got, "__len__") else 0, "return a list of places")]
        hint = ("the highest score comes first, over all classes" if sorted(got) == sorted(wanted)
                else "boxes of other classes do not matter" if got == _kept(boxes, scores, torch.zeros_like(labels), threshold)
                else "only boxes that are kept suppress others" if got == _kept(boxes, scores, labels, threshold, dropped_too=True)
                else "an IoU that is just the threshold does not suppress" if threshold == 0 and set(got) < set(wanted)
                else "go through the boxes by falling score; one stays unless a kept one of its class overlaps it above the threshold")
        assert got == wanted, f"of {len(boxes)} boxes in {len(labels.unique())} classes {got} stay, expected {wanted}: {hint}"


def _kept(boxes, scores, labels, threshold: float, dropped_too: bool = False) -> list[int]:
    overlap = box_iou(boxes, boxes).tolist()
    labels, kept, seen = labels.tolist(), [], []
    for i in scores.argsort(descending=True).tolist():
        if not any(labels[i] == labels[j] and overlap[i][j] > threshold for j in (seen if dropped_too else kept)):
            kept.append(i)
        seen.append(i)
    return kept


@register("r-cnn-ap")
def _(average_precision) -> None:
    cases = [([True], 1), ([True, False, True, True], 4), ([False, True, True, False, True], 3), ([False, False], 2), ([], 3),
             ([True, True, False, False, False, True], 5), ([False, True, False, True, True], 3)]
    for right, objects in cases:
        hits, precision = 0, []
        for k, hit in enumerate(right):
            hits += hit
            precision.append(hits / (k + 1))
        wanted = sum(max(precision[k:]) for k, hit in enumerate(right) if hit) / objects
        got = number(average_precision(list(right), objects), "the average precision")
        plain = sum(precision[k] for k, hit in enumerate(right) if hit) / objects
        hint = ("each precision is the best one at this or a larger recall" if math.isclose(got, plain, abs_tol=1e-9)
                else "recall counts all objects, also those that no detection finds" if hits and math.isclose(
                    got, wanted * objects / hits, rel_tol=1e-9)
                else "without any right detection it is 0" if not hits
                else "the sum over the right detections of their precision, by equation (1), divided by the objects")
        assert math.isclose(got, wanted, rel_tol=1e-6, abs_tol=1e-9), (
            f"for {right} and {objects} object{'s' * (objects > 1)} it is {got:g}, expected {wanted:g}: {hint}")
