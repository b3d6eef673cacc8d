"""Scores and losses of labeled pixels hold against counts by hand, and proposals against what a picture shows."""

import math

import pytest
import torch
import torch.nn.functional as F
from comparing import draws
from random_boxes import some_boxes

import deepgloss as dg
from deepgloss import vision as V

close = torch.testing.assert_close


def labels(*shape, classes=3, seed=0):
    return torch.randint(classes, shape, generator=torch.Generator().manual_seed(seed)).to(dg.device())


def test_confusion_counts_pixels():
    truth, found = labels(2, 7, 5), labels(2, 7, 5, seed=1)
    table = V.confusion_matrix(found, truth, 3)
    for i in range(3):
        for j in range(3):
            assert table[i, j] == ((truth == i) & (found == j)).sum()
    without = truth.clone()
    without[0] = 255
    close(V.confusion_matrix(found, without, 3, ignore_index=255), V.confusion_matrix(found[1], truth[1], 3))


def test_scores_of_regions_by_hand():
    table = torch.tensor([[50, 10, 0], [5, 20, 0], [0, 0, 0]])
    close(V.class_iou(table)[:2], torch.tensor([50 / 65, 20 / 35], dtype=torch.float64))
    assert V.class_iou(table)[2].isnan()
    assert V.mean_iou(table) == pytest.approx((50 / 65 + 20 / 35) / 2)
    assert V.mean_iou(table, classes=[1]) == pytest.approx(20 / 35) and math.isnan(V.mean_iou(table, [2]))
    assert V.pixel_accuracy(table) == pytest.approx(70 / 85)


def disk(x, y, r, size=41):
    at = torch.arange(size) + 0.5
    return ((at - x) ** 2 + (at[:, None] - y) ** 2 <= r**2).to(dg.device())


def slow_near(outline, tolerance):
    """Pixels within a distance of an outline, one pair at a time."""
    places = outline.nonzero().double()
    every = torch.ones_like(outline).nonzero().double()
    return (torch.cdist(every, places).amin(1) <= tolerance + 1e-9).view(outline.shape)


def test_an_outline_is_what_touches_the_outside():
    mask = torch.zeros(7, 8, dtype=torch.bool)
    mask[1:6, 2:8] = True                               # up to the right border, beyond which is outside
    outline = V.boundary(mask)
    wanted = mask.clone()
    wanted[2:5, 3:7] = False
    assert torch.equal(outline, wanted)
    assert torch.equal(V.boundary(mask, 2), mask & ~F.pad(torch.ones(1, 2, dtype=torch.bool), (4, 2, 3, 3)))


def test_scores_of_outlines():
    a, b = disk(20, 20, 11), disk(22, 20, 11)
    for tolerance in (0, 1, 1.5, 2):
        one, two = V.boundary(a), V.boundary(b)
        p = (one & slow_near(two.cpu(), tolerance).to(one.device)).sum() / one.sum()
        r = (two & slow_near(one.cpu(), tolerance).to(one.device)).sum() / two.sum()
        close(V.boundary_f1(a, b, tolerance), 2 * p * r / (p + r))
    scores = [V.boundary_f1(a, disk(20 + k, 20, 11)).item() for k in (0, 1, 4, 9)]
    assert scores[0] == 1 and scores == sorted(scores, reverse=True) and scores[-1] < 0.3
    empty = torch.zeros_like(a)
    assert V.boundary_f1(empty, empty) == 1 and V.boundary_f1(empty, a) == 0 == V.boundary_f1(a, empty)
    both = V.boundary_f1(torch.stack([a, a]), torch.stack([b, a]))
    assert both.shape == (2,) and both[1] == 1


def test_outlines_tell_more_of_large_objects_than_regions_do():
    large, small = (disk(20, 20, 19), disk(20, 20, 17)), (disk(20, 20, 5), disk(20, 20, 3))
    region = [V.mask_iou(a[None], b[None]).item() for a, b in (large, small)]
    outline = [V.boundary_iou(a, b).item() for a, b in (large, small)]
    assert region[0] > 0.75 > 0.5 > region[1] and outline[0] < 0.6 and V.boundary_iou(large[0], large[0]) == 1


def test_dice_is_its_formula():
    scores, truth = draws(2, 3, 5, 7).requires_grad_(), labels(2, 5, 7)
    p = scores.softmax(1)
    wanted = 0
    for k in range(3):
        y = (truth == k).double()
        wanted = wanted + (2 * (p[:, k] * y).sum() + 1) / (p[:, k].sum() + y.sum() + 1) / 3
    close(V.dice_loss(scores, truth), 1 - wanted)
    assert torch.autograd.gradcheck(lambda x: V.dice_loss(x, truth), scores)
    sure = 50 * F.one_hot(truth, 3).movedim(-1, 1).float()
    assert V.dice_loss(sure, truth) < 1e-6 and V.dice_loss(-sure, truth) > 0.6


def test_dice_weighs_a_small_class_as_much_as_a_large_one():
    truth = torch.zeros(1, 10, 10, dtype=torch.int64)
    truth[0, 0, :2] = 1
    all_background = torch.zeros(1, 2, 10, 10)
    all_background[:, 0] = 9
    assert F.cross_entropy(all_background, truth) < 0.2 and V.dice_loss(all_background, truth, smooth=0) > 0.49


@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_focal_loss_is_its_formula(gamma):
    scores, truth = draws(2, 3, 5, 7).requires_grad_(), labels(2, 5, 7)
    p = scores.softmax(1).gather(1, truth[:, None])[:, 0]
    alpha = torch.tensor([0.2, 0.5, 0.9], dtype=torch.float64).to(dg.device())
    close(V.focal_loss(scores, truth, gamma, reduction="none"), -((1 - p) ** gamma) * p.log())
    close(V.focal_loss(scores, truth, gamma, alpha), (-alpha[truth] * (1 - p) ** gamma * p.log()).mean())
    close(V.focal_loss(scores, truth, gamma, reduction="sum"), V.focal_loss(scores, truth, gamma) * truth.numel())
    assert torch.autograd.gradcheck(lambda x: V.focal_loss(x, truth, gamma), scores)


def test_focal_loss_without_focus_is_cross_entropy_and_survives_certainty():
    scores, truth = draws(5, 3), labels(5)
    close(V.focal_loss(scores, truth, 0), F.cross_entropy(scores, truth))
    sure = torch.tensor([[200.0, 0.0]], requires_grad=True)
    loss = V.focal_loss(sure, torch.tensor([0]), 0.5)
    assert loss == 0 and torch.autograd.grad(loss, sure)[0].isfinite().all()


def test_small_masks_are_put_back_where_they_belong():
    box = torch.tensor([[3.0, 2.0, 11.0, 9.0], [-2.0, 4.0, 6.0, 30.0]])
    full = V.paste_masks(torch.ones(2, 5, 5), box, (13, 17))
    wanted = torch.zeros(2, 13, 17, dtype=torch.bool)
    wanted[0, 2:9, 3:11] = wanted[1, 4:13, 0:6] = True
    assert torch.equal(full, wanted)
    big = disk(20, 20, 12)
    around = V.masks_to_boxes(big[None])
    x1, y1, x2, y2 = around[0].long().tolist()
    crop = F.interpolate(big[None, None, y1:y2, x1:x2].float(), size=(28, 28), mode="bilinear")[0]
    assert V.mask_iou(V.paste_masks(crop, around, (41, 41)), big[None]) > 0.97
    assert V.paste_masks(torch.ones(0, 5, 5), box[:0], (3, 5)).shape == (0, 3, 5)
    assert V.masks_to_boxes(torch.zeros(1, 3, 5, dtype=torch.bool)).tolist() == [[0, 0, 0, 0]]


def squares():
    """Two gray squares of different shades on white."""
    image = torch.zeros(1, 31, 37)
    image[0, 4:15, 5:14] = 0.5
    image[0, 10:27, 20:31] = 1
    return image


def test_regions_are_the_parts_of_a_plain_picture():
    regions = V.graph_segmentation(squares(), 30, sigma=0, min_size=5)
    image = (squares()[0] * 2).long()
    assert torch.equal(regions, image) and regions.dtype == torch.int64
    assert V.graph_segmentation(squares(), 1e9, 0, 1).max() == 0                # all one region
    noisy = (squares() + 0.02 * torch.randn(1, 31, 37, generator=torch.Generator().manual_seed(0))).clamp(0, 1)
    assert torch.equal(V.graph_segmentation(noisy, 60, 0, 30), image)


def test_no_region_stays_below_the_least_size():
    noise = torch.rand(3, 23, 29, generator=torch.Generator().manual_seed(0))
    counts = [V.graph_segmentation(noise, 20, 0.5, least).flatten().bincount() for least in (1, 17)]
    assert counts[0].min() < 17 <= counts[1].min() and len(counts[1]) > 1
    assert sum(len(V.graph_segmentation(noise, k, 0.5, 5).unique()) for k in (10,)) > len(V.graph_segmentation(noise, 400, 0.5, 5).unique())


def test_proposals_cover_the_objects():
    boxes = V.selective_search(squares(), (30,), sigma=0, min_size=5)
    wanted = torch.tensor([[5.0, 4, 14, 15], [20, 10, 31, 27]])
    assert V.box_iou(wanted, boxes).max(1).values.tolist() == [1, 1]
    assert len(boxes.unique(dim=0)) == len(boxes)
    scenes = dg.data.digit_scenes(5, digits=(2, 3), scale=(16, 24))
    best = [V.box_iou(truth.cpu(), V.selective_search(image.cpu())).max(1).values for image, truth in zip(scenes.images, scenes.boxes)]
    assert torch.cat(best).mean() > 0.7


def slow_search(image, regions, names):
    """Every region's box, each measure counted anew from the pixels."""
    height, width = regions.shape
    g = [math.exp(-k * k / 2) for k in range(-3, 4)]
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    dx, dy = torch.zeros_like(image), torch.zeros_like(image)
    for v in range(-3, 4):
        for u in range(-3, 4):
            near = image[:, (y + v).clamp(0, height - 1), (x + u).clamp(0, width - 1)] * g[u + 3] * g[v + 3] / sum(g) ** 2
            dx, dy = dx + u * near, dy + v * near
    angles = [k * math.pi / 4 for k in range(8)]
    strength = torch.stack([dx * math.cos(a) + dy * math.sin(a) for a in angles], 1).flatten(0, 1).clamp(min=0)
    bins = {"color": (image * 25).long().clamp(max=24), "texture": (strength * 20).long().clamp(max=9)}

    def box(mask):
        return int(x[mask].min()), int(y[mask].min()), int(x[mask].max()) + 1, int(y[mask].max()) + 1

    def histogram(mask, name):
        counts = torch.cat([one[mask].bincount(minlength=25 if name == "color" else 10) for one in bins[name]])
        return counts / counts.sum()

    def alike(a, b):
        both, (x1, y1, x2, y2) = a | b, box(a | b)
        value = {"size": 1 - both.sum() / both.numel(), "fill": 1 - ((x2 - x1) * (y2 - y1) - both.sum()) / both.numel()}
        for name in bins:
            value[name] = torch.minimum(histogram(a, name), histogram(b, name)).sum()
        return float(sum(value[name] for name in names))

    def touch(a, b):
        return bool((a[:, 1:] & b[:, :-1] | a[:, :-1] & b[:, 1:]).any() or (a[1:] & b[:-1] | a[:-1] & b[1:]).any())

    left = [regions == k for k in regions.unique()]
    found = {box(mask) for mask in left}
    while len(left) > 1:
        pairs = [(i, j) for i in range(len(left)) for j in range(i) if touch(left[i], left[j])]
        i, j = max(pairs, key=lambda pair: alike(left[pair[0]], left[pair[1]]))
        left.append(left[i] | left[j])
        del left[i], left[j]
        found.add(box(left[-1]))
    return found


@pytest.mark.parametrize("names", [("color", "texture", "size", "fill"), ("color",), ("texture",), ("color", "fill")])
def test_proposals_are_those_of_the_slow_reference(names):
    image = torch.rand(2, 19, 23, generator=torch.Generator().manual_seed(3)).double()
    image = F.avg_pool2d(image[None], 3, 1, 1)[0]                               # a little smooth, so that edges differ
    regions = V.graph_segmentation(image, 20, 0.5, 5)
    assert 7 < len(regions.unique()) < 60
    found = V.selective_search(image, [20], 0.5, 5, [names])
    assert {tuple(map(int, box)) for box in found.tolist()} == slow_search(image, regions, names)


def test_a_picture_takes_boxes_and_masks():
    import matplotlib.pyplot as plt

    ax = V.draw_boxes(squares(), some_boxes(3), ["1", "2", "3"])
    assert len(ax.lines) == 3 and [t.get_text() for t in ax.texts] == ["1", "2", "3"]
    assert ax.get_xlim() == (0, 37) and ax.get_ylim() == (31, 0)
    V.draw_masks(squares().expand(3, -1, -1), squares() > 0.7, ax=ax)
    assert len(ax.images) == 3 and ax.images[-1].get_array()[0, 0, 3] == 0
    plt.close("all")


@pytest.mark.parametrize("call, kind, words", [
    (lambda: V.confusion_matrix(torch.ones(3), torch.ones(3), 2), TypeError, "predicted must be a tensor of integers"),
    (lambda: V.confusion_matrix(labels(3), labels(4), 3), ValueError, "predicted must have shape"),
    (lambda: V.confusion_matrix(labels(5), labels(5), 1), ValueError, r"must be in 0\.\.0"),
    (lambda: V.class_iou(labels(3)), ValueError, "square table"),
    (lambda: V.mean_iou(labels(3, 3), [3]), ValueError, r"classes\[0\]"),
    (lambda: V.boundary(torch.ones(3, 5)), TypeError, "mask must be"),
    (lambda: V.boundary_f1(disk(1, 1, 1), disk(1, 1, 1, 7)), ValueError, "predicted must have shape"),
    (lambda: V.dice_loss(torch.ones(2, 3, 5), labels(2, 4)), ValueError, "target must have shape"),
    (lambda: V.dice_loss(torch.ones(2, 2), torch.tensor([0, 2])), ValueError, r"target must be in 0\.\.1"),
    (lambda: V.focal_loss(torch.ones(2, 2), torch.tensor([0, 1]), -1), ValueError, "gamma"),
    (lambda: V.focal_loss(torch.ones(2, 2), torch.tensor([0, 1]), alpha=torch.ones(3)), ValueError, "alpha must have one weight"),
    (lambda: V.mask_iou(torch.ones(1, 3, 5), torch.ones(1, 3, 5)), TypeError, "first must be a tensor of True and False"),
    (lambda: V.mask_iou(disk(1, 1, 1)[None], disk(1, 1, 1, 7)[None]), ValueError, "second must be of"),
    (lambda: V.paste_masks(torch.ones(2, 5, 5), torch.ones(1, 4), (3, 5)), ValueError, "one a box"),
    (lambda: V.graph_segmentation(torch.ones(3, 5)), ValueError, "image must have shape"),
    (lambda: V.selective_search(squares(), sights=["color"]), ValueError, r"sights\[0\]"),
    (lambda: V.selective_search(squares(), sights=[[["color"]]]), ValueError, r"sights\[0\]"),
    (lambda: V.draw_boxes(squares(), torch.ones(2, 4), None), TypeError, "labels must be several"),
    (lambda: V.draw_boxes(squares(), torch.ones(2, 4), ["a"]), ValueError, "labels must be one a box"),
    (lambda: V.picture(torch.ones(2, 3, 5)), ValueError, "image must have shape"),
])
def test_what_cannot_be_labeled_is_named(call, kind, words):
    with pytest.raises(kind, match=words):
        call()
