"""Pooling of regions holds against slow, obvious references, bin by bin and point by point."""

import math

import pytest
import torch
from comparing import draws
from random_boxes import some_boxes

import deepgloss as dg
from deepgloss import vision as V

close = torch.testing.assert_close


def half_away(x: float) -> int:
    return int(math.floor(abs(x) + 0.5)) * (1 if x >= 0 else -1)


def slow_pool(maps, rois, size, scale):
    """RoI pooling, one number at a time."""
    out = torch.zeros(len(rois), maps.shape[1], *size, dtype=maps.dtype)
    height, width = maps.shape[2:]
    for k, (image, *corners) in enumerate(rois.tolist()):
        x1, y1, x2, y2 = (half_away(c * scale) for c in corners)
        h, w = max(y2 - y1 + 1, 1), max(x2 - x1 + 1, 1)
        for i in range(size[0]):
            for j in range(size[1]):
                rows = range(max(y1 + math.floor(i * h / size[0]), 0), min(y1 + math.ceil((i + 1) * h / size[0]), height))
                columns = range(max(x1 + math.floor(j * w / size[1]), 0), min(x1 + math.ceil((j + 1) * w / size[1]), width))
                if len(rows) and len(columns):
                    out[k, :, i, j] = maps[int(image)][:, rows.start:rows.stop, columns.start:columns.stop].amax((1, 2))
    return out


def interpolated(picture, y, x):
    """One point of a map (C, H, W), by the four places around it."""
    height, width = picture.shape[1:]
    if not -1 <= y <= height or not -1 <= x <= width:
        return torch.zeros(len(picture), dtype=picture.dtype)
    y, x = min(max(y, 0), height - 1), min(max(x, 0), width - 1)
    total = 0
    for i in {math.floor(y), min(math.floor(y) + 1, height - 1)}:
        for j in {math.floor(x), min(math.floor(x) + 1, width - 1)}:
            share = (1 - abs(y - i)) * (1 - abs(x - j))
            total = total + share * picture[:, i, j]
    return total


def slow_align(maps, rois, size, scale, ratio, aligned):
    """RoI align, one point at a time."""
    out = torch.zeros(len(rois), maps.shape[1], *size, dtype=maps.dtype)
    for k, (image, *corners) in enumerate(rois.tolist()):
        x1, y1, x2, y2 = (c * scale - (0.5 if aligned else 0) for c in corners)
        h, w = y2 - y1, x2 - x1
        if not aligned:
            h, w = max(h, 1), max(w, 1)
        h, w = h / size[0], w / size[1]
        r, s = (ratio, ratio) if ratio > 0 else (math.ceil(h), math.ceil(w))
        for i in range(size[0]):
            for j in range(size[1]):
                points = [interpolated(maps[int(image)], y1 + (i + (a + 0.5) / r) * h, x1 + (j + (b + 0.5) / s) * w)
                          for a in range(r) for b in range(s)]
                out[k, :, i, j] = sum(points) / len(points)
    return out


def regions(n=7, images=2, size=23):
    """Regions of several images, some of them beyond the border."""
    box = some_boxes(n, size=size + 7) * 1.7 - 5
    return torch.cat([(torch.arange(n) % images).to(box)[:, None], box], 1)


@pytest.mark.parametrize("size", [(3, 5), (7, 2), (1, 1)])
@pytest.mark.parametrize("scale", [1.0, 0.25, 0.5])
def test_pooling_is_that_of_the_slow_reference(size, scale):
    maps, rois = draws(2, 3, 17, 13), regions()
    close(V.roi_pool(maps, rois, size, scale).cpu(), slow_pool(maps.cpu(), rois.cpu(), size, scale))


def test_halves_are_rounded_away_from_zero():
    maps = torch.arange(36.0, device=dg.device()).view(1, 1, 6, 6)
    box = torch.tensor([[0.0, 2.5, 0.5, 2.5, 0.5]]).to(dg.device())
    assert V.roi_pool(maps, box, 1).item() == maps[0, 0, 1, 3]


@pytest.mark.parametrize("ratio", [-1, 1, 2, 3])
@pytest.mark.parametrize("aligned", [True, False])
@pytest.mark.parametrize("scale", [1.0, 0.25])
def test_align_is_that_of_the_slow_reference(ratio, aligned, scale):
    maps, rois = draws(2, 3, 17, 13), regions()
    ours = V.roi_align(maps, rois, (3, 5), scale, ratio, aligned)
    close(ours.cpu(), slow_align(maps.cpu(), rois.cpu(), (3, 5), scale, ratio, aligned))


def test_align_gives_the_same_by_products_and_by_looking_up(monkeypatch):
    from deepgloss.vision import _roi_align

    maps, rois = draws(2, 3, 17, 13), regions()
    ways = {}
    for name in ("_multiplied", "_looked_up"):
        monkeypatch.setattr(_roi_align, "_multiplied", getattr(_roi_align, name))
        monkeypatch.setattr(_roi_align, "_looked_up", getattr(_roi_align, name))
        x, box = maps.clone().requires_grad_(), rois.clone().requires_grad_()
        found = V.roi_align(x, box, (3, 5), 0.5, 2)
        ways[name] = (found, *torch.autograd.grad(found.square().sum(), (x, box)))
        monkeypatch.undo()
    for one, other in zip(*ways.values()):
        close(one, other)


def test_align_is_exact_on_a_slope():
    """On a map that rises evenly, a bin's mean is the value at its center, so that nothing is lost by rounding."""
    y, x = torch.meshgrid(torch.arange(19.0), torch.arange(23.0), indexing="ij")
    maps = (2 * y + 3 * x + 1)[None, None].double().to(dg.device())
    box = torch.tensor([[3.3, 2.7, 15.1, 12.9]], dtype=torch.float64).to(dg.device())
    out = V.roi_align(maps, [box], (5, 3))[0, 0].cpu()
    rows = 2.7 - 0.5 + (torch.arange(5).double() + 0.5) * 10.2 / 5
    columns = 3.3 - 0.5 + (torch.arange(3).double() + 0.5) * 11.8 / 3
    close(out, 2 * rows[:, None] + 3 * columns + 1)
    assert (V.roi_pool(maps, [box], (5, 3))[0, 0].cpu() - out).abs().max() > 1


def slow_warp(pictures, rois, size, context):
    """Warped regions, one pixel at a time."""
    out = torch.zeros(len(rois), pictures.shape[1], *size, dtype=pictures.dtype)
    for k, (image, x1, y1, x2, y2) in enumerate(rois.tolist()):
        for i in range(size[0]):
            for j in range(size[1]):
                y = y1 + (i - context + 0.5) * (y2 - y1) / (size[0] - 2 * context)
                x = x1 + (j - context + 0.5) * (x2 - x1) / (size[1] - 2 * context)
                out[k, :, i, j] = interpolated(pictures[int(image)], y - 0.5, x - 0.5)
    return out


@pytest.mark.parametrize("size, context", [((7, 5), 0), ((7, 5), 2), ((11, 13), 3)])
def test_warping_is_that_of_the_slow_reference(size, context):
    pictures, rois = draws(2, 3, 17, 13), regions()
    close(V.warp_regions(pictures, rois, size, context).cpu(), slow_warp(pictures.cpu(), rois.cpu(), size, context))


def test_a_region_of_the_same_size_is_cut_out_as_it_is():
    picture, box = draws(1, 2, 17, 13), torch.tensor([[0.0, 3, 5, 8, 12]]).to(dg.device())
    close(V.warp_regions(picture, box, (7, 5)), picture[:, :, 5:12, 3:8])
    wider = V.warp_regions(picture, box, (11, 9), context=2)
    close(wider[:, :, 2:-2, 2:-2], V.warp_regions(picture, box, (7, 5)))
    close(wider, picture[:, :, 3:14, 1:10])
    # beyond the border nothing is seen
    assert not V.warp_regions(picture, box, (27, 25), context=10)[:, :, :3].any()


def test_gradients_reach_the_places_that_were_read():
    maps, rois = draws(2, 2, 7, 5).requires_grad_(), regions(3, size=3)
    assert torch.autograd.gradcheck(lambda x: V.roi_align(x, rois, (2, 3), 0.7, 2), maps)
    assert torch.autograd.gradcheck(lambda x: V.roi_pool(x, rois, (2, 3), 0.7), maps)
    assert torch.autograd.gradcheck(lambda x: V.warp_regions(x, rois, (4, 3), 1), maps)


def test_a_list_of_boxes_is_the_same_as_one_table():
    maps, rois = draws(3, 2, 11, 13), regions(7, 3)
    rois = rois[rois[:, 0].argsort(stable=True)]
    each = [rois[rois[:, 0] == n, 1:] for n in range(3)]
    for ours, module in ((V.roi_pool, V.RoIPool), (V.roi_align, V.RoIAlign)):
        close(ours(maps, rois, (2, 3), 0.5), ours(maps, each, (2, 3), 0.5))
        close(module((2, 3), 0.5)(maps, each), ours(maps, rois, (2, 3), 0.5))
        assert ours(maps, [box[:0] for box in each], 2).shape == (0, 2, 2, 2)
    assert "sampling_ratio=2" in repr(V.RoIAlign(7, 1 / 16, 2))


@pytest.mark.parametrize("call, kind, words", [
    (lambda: V.roi_align(torch.ones(2, 3, 5), [], 2), ValueError, "input must have shape"),
    (lambda: V.roi_align(torch.ones(2, 1, 3, 5), [torch.ones(1, 4)], 2), ValueError, "a list of 1 for 2 images"),
    (lambda: V.roi_align(torch.ones(2, 1, 3, 5), torch.ones(2, 4), 2), ValueError, r"\(K, 5\)"),
    (lambda: V.roi_align(torch.ones(2, 1, 3, 5), torch.tensor([[2.0, 0, 0, 1, 1]]), 2), ValueError, r"images 0\.\.1"),
    (lambda: V.roi_align(torch.ones(2, 1, 3, 5), 3, 2), TypeError, "not int"),
    (lambda: V.roi_align(torch.ones(1, 1, 3, 5), [torch.ones(1, 4)], 2, sampling_ratio=0), ValueError, "sampling_ratio"),
    (lambda: V.warp_regions(torch.ones(1, 3, 5), [torch.ones(1, 4)], 2), ValueError, "images must have shape"),
    (lambda: V.warp_regions(torch.ones(1, 1, 3, 5), [torch.ones(1, 4)], (8, 4), 2), ValueError, "context must be less"),
    (lambda: V.warp_regions(torch.ones(1, 1, 3, 5), [torch.ones(1, 4)], 8, -1), ValueError, "context"),
    (lambda: V.warp_regions(torch.ones(1, 1, 3, 5), torch.ones(1, 4), 8), ValueError, r"\(K, 5\)"),
    (lambda: V.roi_pool(torch.ones(1, 1, 3, 5), [torch.ones(1, 4)], 0), ValueError, "output_size"),
    (lambda: V.roi_pool(torch.ones(1, 1, 3, 5), [torch.ones(1, 4)], 2, 0.0), ValueError, "spatial_scale"),
])
def test_what_cannot_be_pooled_is_named(call, kind, words):
    with pytest.raises(kind, match=words):
        call()
