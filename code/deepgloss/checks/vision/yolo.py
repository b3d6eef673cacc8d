"""Checks of the exercises in vision/yolo."""

import math

import torch

from .. import register
from .._compare import draws, near, number, same, several, tensor


@register("yolo-cell")
def _(cell_of) -> None:
    cases = [
        ((22.0, 10.0, 38.0, 26.0), 8, 64, (2, 3, 0.75, 0.25)),
        ((0.0, 0.0, 3.0, 5.0), 7, 448, (0, 0, 0.0234375, 0.0390625)),
        ((12.0, 4.0, 20.0, 12.0), 8, 64, (1, 2, 0.0, 0.0)),
        ((60.0, 24.0, 68.0, 28.0), 8, 64, (3, 7, 1.0, 0.25)),
        ((10.0, 60.0, 20.0, 68.0), 4, 64, (3, 0, 0.9375, 1.0)),
        ((5.0, 7.0, 20.0, 30.0), 1, 100, (0, 0, 0.125, 0.185)),
    ]
    for box, grid, side, wanted in cases:
        got = [number(part, "each part") for part in several(
            cell_of(box, grid, side), 4, "return row, column, x and y")]
        where = f"the box {box} on a grid of {grid} in {side} pixels"
        row, column, x, y = got
        if not all(math.isclose(a, b, abs_tol=1e-6) for a, b in zip(got, wanted)):
            hint = ("rows go down, along y, and columns to the right, along x"
                    if (row, column) == (wanted[1], wanted[0]) and row != column
                    else "a center on the picture's own edge belongs to the last cell" if 1.0 in wanted[2:]
                    else "row and column are whole numbers, counted from 0" if row % 1 or column % 1
                    else "the center is the middle of the corners, and a cell is side / grid pixels wide" if (row, column) != wanted[:2]
                    else "x comes before y" if math.isclose(x, wanted[3]) and math.isclose(y, wanted[2])
                    else "x and y are the place within the cell, as a share of the cell")
            raise AssertionError(f"{where} gave {tuple(got)}, expected {wanted}: {hint}")


@register("yolo-lost")
def _(lost) -> None:
    one = torch.tensor([[22.0, 10, 38, 26]])
    cases = [
        (one[:0], 8, 64, 0, "no box, none lost"),
        (one, 8, 64, 0, "a single box has its cell for itself"),
        (torch.cat([one, one + 1]), 8, 64, 1, "the two centers lie in one cell, and one of them keeps it"),
        (torch.cat([one, one + 1, one + 1.5]), 8, 64, 2, "of three boxes in one cell two are lost"),
        (torch.tensor([[0.0, 8, 8, 16], [8, 0, 16, 8]]), 8, 64, 0, "row 1 of column 0 and row 0 of column 1 are two cells"),
        (torch.tensor([[0.0, 8, 40, 16], [16, 8, 24, 16]]), 8, 64, 1, "the centers count, not the corners"),
        (torch.tensor([[0.0, 0, 10, 10], [0, 0, 60, 60], [50, 50, 60, 60], [20, 0, 34, 6]]), 2, 64, 2,
         "the cells of a coarse grid are wide: all these but the third lie in the first cell"),
    ]
    for box, grid, side, wanted, hint in cases:
        got = number(lost(draws(1)[:1].new_tensor(box.tolist()).view(-1, 4), grid, side), "the count")
        assert got == wanted, f"of {box.tolist()} on a grid of {grid} in {side} pixels {got:g} are lost, expected {wanted}: {hint}"


@register("yolo-confidence")
def _(confidence_loss) -> None:
    for k, (b, weight) in enumerate(((2, 0.5), (1, 0.5), (3, 0.2), (5, 1.0))):
        confidence = draws(b, seed=k).requires_grad_()
        iou = draws(b, seed=20 + k).sigmoid().requires_grad_()
        best = int(iou.argmax())
        quiet = torch.cat([confidence[:best], confidence[best + 1:]]).square().sum()
        target = iou[best].detach()
        wanted = (confidence[best] - target).square() + weight * quiet
        got = tensor(confidence_loss(confidence, iou, weight), "the loss")
        assert got.numel() == 1, f"the loss must be a single number, not of shape {tuple(got.shape)}"
        every = (confidence[best] - target).square() + weight * confidence.square().sum()
        own = (confidence[best] - 1).square() + weight * quiet
        unweighted = (confidence[best] - target).square() + quiet
        hint = ("the box that answers does not count among the silent ones" if b > 1 and near(got, every) or b == 1 and near(got, every)
                else "the confidence should be the overlap itself, not 1" if near(got, own)
                else "the term of the silent boxes has the weight λ_noobj" if near(got, unweighted)
                else "the box with the largest overlap answers, whatever its confidence; the others should say 0")
        assert near(got.reshape(()), wanted), f"for confidences {confidence.tolist()} and overlaps {iou.tolist()} the loss is {got.item():g}, expected {wanted.item():g}: {hint}"
        assert got.requires_grad, "the loss must have a gradient with respect to the confidences"
        slope, through = torch.autograd.grad(got.reshape(()), (confidence, iou), allow_unused=True)
        assert through is None or not through.any(), "the overlap is a target: no gradient may flow into it"
        expected, = torch.autograd.grad(wanted, confidence)
        assert slope is not None and near(slope, expected), "the gradient with respect to the confidences is wrong: none of them may be detached"


@register("yolo-read")
def _(read_cell) -> None:
    for k, (b, c, row, column, grid, side) in enumerate((
            (2, 3, 2, 3, 8, 64), (1, 5, 0, 6, 7, 448), (3, 1, 4, 0, 5, 100), (2, 10, 1, 1, 2, 32))):
        numbers = draws(5 * b + c, seed=k).sigmoid()
        got_boxes, got_scores = several(read_cell(numbers, row, column, b, grid, side), 2, "return boxes and scores")
        each, p = numbers[:5 * b].view(b, 5), numbers[5 * b:]
        center = (each[:, :2] + numbers.new_tensor([column, row])) * side / grid
        half = each[:, 2:4].square() * side / 2
        wanted, scores = torch.cat([center - half, center + half], 1), each[:, 4:] * p
        swapped = (each[:, :2] + numbers.new_tensor([row, column])) * side / grid
        plain = each[:, 2:4] * side / 2
        advice = "the center is column + x and row + y in cells of side / grid pixels; the sides are the squares, as shares of the picture"
        if isinstance(got_boxes, torch.Tensor) and got_boxes.shape == wanted.shape:
            advice = ("x belongs to the column and y to the row" if near(got_boxes, torch.cat([swapped - half, swapped + half], 1))
                      else "the numbers are the roots of width and height" if near(got_boxes, torch.cat([center - plain, center + plain], 1))
                      else "half of each side lies on either side of the center" if near(got_boxes, torch.cat([center - 2 * half, center + 2 * half], 1))
                      else "corners are wanted, not a center and a size" if near(got_boxes, torch.cat([center, 2 * half], 1))
                      else advice)
        same(got_boxes, wanted, "the boxes", advice)
        same(got_scores, scores, "the scores", "each is the confidence of a box times the probability of a class")
