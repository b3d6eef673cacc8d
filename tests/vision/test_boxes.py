"""Boxes hold against the obvious: formats round-trip, overlaps are counted pixel by pixel, losses have autograd's slopes."""

import pytest
import torch
from random_boxes import some_boxes

import deepgloss as dg
from deepgloss import vision as V

close = torch.testing.assert_close


@pytest.mark.parametrize("first", ["xyxy", "xywh", "cxcywh"])
@pytest.mark.parametrize("second", ["xyxy", "xywh", "cxcywh"])
def test_formats_lead_there_and_back(first, second):
    box = V.box_convert(some_boxes(13), "xyxy", first)
    close(V.box_convert(V.box_convert(box, first, second), second, first), box)


def test_formats_by_hand():
    box = torch.tensor([[2.0, 3.0, 8.0, 7.0]])
    assert V.box_convert(box, "xyxy", "xywh").tolist() == [[2, 3, 6, 4]]
    assert V.box_convert(box, "xyxy", "cxcywh").tolist() == [[5, 5, 6, 4]]
    assert V.box_convert(torch.tensor([5.0, 5.0, 6.0, 4.0]), "cxcywh", "xyxy").tolist() == [2, 3, 8, 7]
    assert V.box_area(box).tolist() == [24] and V.box_area(torch.tensor([8.0, 3.0, 2.0, 7.0])) == 0


def test_overlaps_are_those_of_pixels():
    a, b = some_boxes(11, whole=True), some_boxes(7, seed=1, whole=True)
    painted = [torch.zeros(len(x), 23, 23, dtype=torch.bool) for x in (a, b)]
    for boxes, masks in zip((a, b), painted):
        for k, (x1, y1, x2, y2) in enumerate(boxes.long().tolist()):
            masks[k, y1:y2, x1:x2] = True
    shared = (painted[0][:, None] & painted[1]).sum((2, 3))
    union = (painted[0][:, None] | painted[1]).sum((2, 3))
    assert shared.any() and not shared.all()
    close(V.box_intersection(a, b).cpu(), shared.double())
    close(V.box_iou(a, b).cpu(), shared / union.double())
    close(V.mask_iou(*painted), (shared / union).float())
    close(V.masks_to_boxes(painted[0]), a.cpu().float())


def test_generalized_iou_tells_how_far_apart_boxes_are():
    a = torch.tensor([[0.0, 0.0, 2.0, 2.0]])
    b = torch.tensor([[1.0, 0.0, 3.0, 2.0], [3.0, 0.0, 5.0, 2.0], [10.0, 0.0, 12.0, 2.0]])
    close(V.box_iou(a, b), torch.tensor([[1 / 3, 0, 0]]))
    close(V.generalized_box_iou(a, b), torch.tensor([[1 / 3, -1 / 5, -8 / 12]]))
    close(1 - V.generalized_box_iou(a, b)[0], V.iou_loss(a.expand(3, 4), b))


def test_distance_and_shape_losses_by_hand():
    a, b = torch.tensor([0.0, 0, 2, 4], dtype=torch.float64), torch.tensor([1.0, 0, 3, 2], dtype=torch.float64)
    iou, apart, diagonal = 2 / 10, 1 + 1, 9 + 16
    close(V.iou_loss(a, b, "iou").item(), 1 - iou, atol=1e-6, rtol=0)
    close(V.iou_loss(a, b, "diou").item(), 1 - iou + apart / diagonal, atol=1e-6, rtol=0)
    v = 4 / torch.pi**2 * (torch.pi / 4 - torch.atan(torch.tensor(0.5, dtype=torch.float64)).item()) ** 2
    close(V.iou_loss(a, b, "ciou").item(), 1 - iou + apart / diagonal + v**2 / (1 - iou + v), atol=1e-6, rtol=0)


@pytest.mark.parametrize("kind", ["iou", "giou", "diou"])
def test_losses_have_the_slopes_of_their_formulas(kind):
    a, b = some_boxes(5).requires_grad_(), some_boxes(5, seed=3)
    assert torch.autograd.gradcheck(lambda x: V.iou_loss(x, b, kind), a)
    close(V.iou_loss(b, b, kind), torch.zeros_like(b[:, 0]), atol=1e-6, rtol=0)


@pytest.mark.parametrize("kind", ["giou", "diou", "ciou"])
def test_a_gradient_reaches_boxes_that_do_not_touch(kind):
    far = torch.tensor([[0.0, 0.0, 2.0, 3.0]], requires_grad=True)
    target = torch.tensor([[10.0, 10.0, 13.0, 13.0]])
    assert torch.autograd.grad(V.iou_loss(far, target, kind).sum(), far)[0].abs().sum() > 0.01
    assert torch.autograd.grad(V.iou_loss(far, target, "iou").sum(), far)[0].abs().sum() == 0


def test_clipping_and_small_boxes():
    box = torch.tensor([[-3.0, -2.0, 5.0, 6.0], [20.0, 1.0, 30.0, 40.0], [2.0, 2.0, 3.0, 9.0]])
    assert V.clip_boxes_to_image(box, (11, 23)).tolist() == [[0, 0, 5, 6], [20, 1, 23, 11], [2, 2, 3, 9]]
    assert V.remove_small_boxes(box, 2).tolist() == [0, 1]


def test_offsets_lead_from_anchors_to_boxes():
    box, anchors = some_boxes(13), some_boxes(13, seed=5)
    for weights in ((1, 1, 1, 1), (10, 10, 5, 5)):
        close(V.decode_boxes(V.encode_boxes(box, anchors, weights), anchors, weights), box)
    one = V.encode_boxes(torch.tensor([2.0, 2, 6, 10]), torch.tensor([0.0, 0, 4, 4]))
    close(one, torch.tensor([2 / 4, 4 / 4, 0, 0.6931472]))
    wide = V.decode_boxes(torch.tensor([0.0, 0, 99, 0]), torch.tensor([0.0, 0, 16, 16]))
    close(wide[2] - wide[0], torch.tensor(1000.0))


def test_anchors_stand_where_their_places_look():
    shapes = V.anchor_shapes((16, 32), (0.5, 1, 2))
    close(shapes.prod(1), torch.tensor([256.0] * 3 + [1024.0] * 3))
    close(shapes[:, 1] / shapes[:, 0], torch.tensor([0.5, 1, 2] * 2))
    grid = V.anchor_grid((3, 5), 8, shapes)
    assert grid.shape == (3 * 5 * 6, 4) and grid.device.type == dg.device().type and grid.dtype == torch.float32
    centers = V.box_convert(grid, "xyxy", "cxcywh").view(3, 5, 6, 4)
    close(centers[2, 3, :, :2].cpu(), torch.tensor([[28.0, 20.0]]).expand(6, 2))
    close(centers[1, 4, :, 2:].cpu(), shapes)


def test_each_anchor_finds_its_object():
    iou = torch.tensor([[0.8, 0.1], [0.4, 0.2], [0.0, 0.45], [0.1, 0.0]])
    assert V.match_boxes(iou).tolist() == [0, -1, -1, -1]
    assert V.match_boxes(iou, 0.7, 0.3).tolist() == [0, -2, -2, -1]
    assert V.match_boxes(iou, 0.7, 0.3, best_for_each=True).tolist() == [0, -2, 1, -1]
    assert V.match_boxes(iou[:, :0]).tolist() == [-1] * 4 and V.match_boxes(iou[:0]).tolist() == []
    # an object that nothing touches stays without
    assert V.match_boxes(torch.tensor([[0.6, 0.0]]), best_for_each=True).tolist() == [0]


def test_a_sample_holds_no_more_than_its_share():
    matches = torch.tensor([2] * 17 + [-1] * 101 + [-2] * 13).to(dg.device())
    chosen = V.sample_matches(matches, 32, 0.25)
    assert (matches[chosen] >= 0).sum() == 8 and (matches[chosen] == -1).sum() == 24 and len(chosen.unique()) == 32
    assert not torch.equal(chosen, V.sample_matches(matches, 32, 0.25, seed=1))
    few = V.sample_matches(matches[15:30], 32, 0.5)
    assert (matches[15:30][few] >= 0).sum() == 2 and len(few) == 15


@pytest.mark.parametrize("call, kind, words", [
    (lambda: V.box_iou(torch.ones(3, 5), torch.ones(2, 4)), ValueError, "first must have shape"),
    (lambda: V.box_iou(torch.ones(3, 4), torch.ones(4)), ValueError, "second must have shape"),
    (lambda: V.box_area([1, 2, 3, 4]), TypeError, "box must be a tensor of floating-point"),
    (lambda: V.box_area(torch.ones(4, dtype=torch.int64)), TypeError, "int64"),
    (lambda: V.box_convert(torch.ones(4), "xyxy", "yx"), ValueError, "out_fmt must be one of"),
    (lambda: V.iou_loss(torch.ones(2, 4), torch.ones(3, 4)), ValueError, "target must have shape"),
    (lambda: V.iou_loss(torch.ones(4), torch.ones(4).double()), TypeError, "target must be torch.float32"),
    (lambda: V.iou_loss(torch.ones(4), torch.ones(4), "eiou"), ValueError, "kind must be one of"),
    (lambda: V.clip_boxes_to_image(torch.ones(4), (3, 0)), ValueError, "image_size"),
    (lambda: V.encode_boxes(torch.ones(4), torch.ones(4), (1, 2)), ValueError, "weights must be four"),
    (lambda: V.anchor_shapes([]), ValueError, "sizes must hold"),
    (lambda: V.anchor_shapes([8], [0]), ValueError, "ratios"),
    (lambda: V.anchor_grid((2, 3), 8, torch.ones(3)), ValueError, "shapes must have shape"),
    (lambda: V.match_boxes(torch.ones(3)), ValueError, "iou must have shape"),
    (lambda: V.match_boxes(torch.ones(3, 2), 0.3, 0.7), ValueError, "low must be"),
    (lambda: V.sample_matches(torch.ones(3), 2), TypeError, "matches must be"),
])
def test_what_is_no_box_is_named(call, kind, words):
    with pytest.raises(kind, match=words):
        call()


def test_half_types_do_not_overflow():
    box = torch.tensor([[0.0, 0, 1000, 1000], [500, 500, 1500, 1500]], dtype=torch.float16)
    assert V.box_area(box).dtype == torch.float32 and V.box_area(box).tolist() == [1e6, 1e6]
    close(V.box_iou(box, box)[0, 1].item(), 0.25 / 1.75, atol=1e-6, rtol=0)
