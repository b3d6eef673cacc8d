"""The networks have their published sizes, every term of their losses is checked by hand, and they learn a scene."""

import math

import pytest
import torch
import torch.nn.functional as F
from comparing import draws
from random_boxes import some_boxes

import deepgloss as dg
from deepgloss import vision as V

close = torch.testing.assert_close


def parameters(model):
    return sum(p.numel() for p in model.parameters())


def test_published_sizes():
    with torch.device("meta"):
        unet = V.UNet()
        assert parameters(unet) == 31_030_658 and unet(torch.empty(1, 1, 572, 572)).shape == (1, 2, 388, 388)
        vgg, scores = 14_714_688 + 4096 * (512 * 49 + 1) + 4096 * 4097, 21 * 4097
        for stride, more in ((32, 21 * 21 * 64**2), (16, 21 * 21 * (32**2 + 16) + 21 * 513),
                             (8, 21 * 21 * (16**2 + 2 * 16) + 21 * (513 + 257))):
            fcn = V.FCN(stride=stride)
            assert parameters(fcn) == vgg + scores + more and fcn(torch.empty(1, 3, 64, 96)).shape == (1, 21, 64, 96)
        yolo = V.YOLOv1()
        assert parameters(yolo) == 271_703_550 and yolo(torch.empty(1, 3, 448, 448)).shape == (1, 7, 7, 30)
        assert sum(isinstance(layer, torch.nn.Conv2d) for layer in yolo.modules()) == 24


def test_two_stages_have_torchvisions_sizes():
    """torchvision's hold 44,401,393 and 41,755,286 numbers: they have offsets and a mask for the background, too."""
    for masks, theirs in ((True, 44_401_393), (False, 41_755_286)):
        model = V.mask_rcnn_resnet50(masks=masks)
        norms = sum(parameters(layer) for layer in model.modules() if isinstance(layer, torch.nn.BatchNorm2d))   # frozen there
        assert parameters(model) - norms == theirs - 4 * 1025 - masks * 257


@pytest.mark.parametrize("padding, size, out", [(0, 92, 4), (1, 16, 16)])
@pytest.mark.parametrize("skip", [True, False])
def test_unet_at_any_depth(padding, size, out, skip):
    unet = V.UNet(2, 3, (4, 6, 8, 10), padding=padding, skip=skip, batch_norm=True).to(dg.device())
    assert unet.output_size(size) == out
    scores = unet(draws(2, 2, size, size, dtype=torch.float32))
    assert scores.shape == (2, 3, out, out)
    scores.sum().backward()
    assert all(p.grad is not None for p in unet.parameters())


def test_what_goes_across_is_the_middle():
    x = torch.arange(49.0).view(1, 1, 7, 7)
    from deepgloss.vision._unet import center_crop
    assert torch.equal(center_crop(x, (3, 4)), x[..., 2:5, 1:5])
    unet = V.UNet(1, 1, (2, 3), padding=0)
    for side in range(1, 60):
        if unet._side(side):
            assert unet(torch.zeros(1, 1, side, side)).shape[-1] == unet.output_size(side)
    with pytest.raises(ValueError, match=r"next to 17 are \[18\]"):
        unet.output_size(17)


def test_enlargement_starts_as_interpolation():
    for factor in (2, 8):
        layer = torch.nn.ConvTranspose2d(3, 3, 2 * factor, factor, factor // 2, bias=False)
        layer.weight.data.copy_(V.bilinear_kernel(3, factor))
        x = draws(1, 3, 5, 7, dtype=torch.float32).cpu()
        wanted = F.interpolate(x, scale_factor=factor, mode="bilinear", align_corners=False)
        inner = (..., *[slice(factor, -factor)] * 2)                            # beyond the border there are zeros
        close(layer(x)[inner], wanted[inner])


@pytest.mark.parametrize("stride", [8, 4, 2])
def test_fcn_adds_scores_of_earlier_blocks(stride):
    fcn = V.FCN(5, stride, (1, 1, 1), (4, 6, 8), hidden=7, kernel=3, in_channels=1).to(dg.device()).eval()
    x = draws(2, 1, 16, 24, dtype=torch.float32)
    assert fcn(x).shape == (2, 5, 16, 24) and not fcn(x).any()                  # scores start at zero
    for layer in (*fcn.score, fcn.classifier[-1]):
        torch.nn.init.normal_(layer.weight)
    with torch.no_grad():
        maps = [x]
        for block in fcn.blocks:
            maps.append(block(maps[-1]))
        scores = fcn.classifier(maps[3])
        if stride < 8:
            scores = fcn.enlarge[0](scores) + fcn.score[0](maps[2])
        if stride < 4:
            scores = fcn.enlarge[1](scores) + fcn.score[1](maps[1])
        close(fcn(x), fcn.last(scores))
    assert not fcn.last.weight.requires_grad and len(fcn.score) == {8: 0, 4: 1, 2: 2}[stride]


def test_a_pyramid_by_hand():
    pyramid = V.FeaturePyramid((3, 5), 4, extra=True).to(dg.device())
    maps = [draws(2, 3, 6, 7, dtype=torch.float32), draws(2, 5, 3, 4, dtype=torch.float32)]
    top = pyramid.lateral[1](maps[1])
    below = pyramid.lateral[0](maps[0]) + F.interpolate(top, size=(6, 7), mode="nearest")
    first, second, third = pyramid(maps)
    close(first, pyramid.output[0](below))
    close(second, pyramid.output[1](top))
    close(third, second[..., ::2, ::2])


def test_scores_stand_in_the_order_of_the_anchors():
    head = V.RegionProposalHead(1, 3, 2)
    for p in head.parameters():
        torch.nn.init.zeros_(p)
    head.conv.weight.data[0, 0, 1, 1] = 1
    head.score.weight.data[:, 0, 0, 0] = torch.tensor([1.0, 2, 3])
    head.offset.weight.data[:, 0, 0, 0] = torch.arange(12.0)
    x = torch.zeros(1, 1, 5, 7)
    x[0, 0, 3, 2] = 1
    scores, offsets = head(x)
    at = (3 * 7 + 2) * 3
    assert scores[0, at:at + 3].tolist() == [1, 2, 3] and scores.count_nonzero() == 3
    assert offsets[0, at + 1].tolist() == [4, 5, 6, 7]
    anchors = V.anchor_grid((5, 7), 4, V.anchor_shapes([8], [0.5, 1, 2]))
    close(anchors[at + 1].cpu(), torch.tensor([6.0, 10, 14, 18]))


def test_proposals_are_the_best_boxes_inside_the_image():
    anchors = V.anchor_grid((4, 4), 16, V.anchor_shapes([16, 32]), "cpu")
    scores = torch.randn(2, len(anchors), generator=torch.Generator().manual_seed(0))
    regions = V.propose_regions(scores, torch.zeros(2, len(anchors), 4), anchors, (64, 64), after=7, iou_threshold=0.5)
    for box, score in zip(regions, scores):
        assert len(box) == 7 and box.min() >= 0 and box.max() <= 64
        assert (V.box_iou(box, box) - torch.eye(7)).max() <= 0.5
        close(box[0], V.clip_boxes_to_image(anchors[score.argmax()], (64, 64)))


def test_the_loss_of_proposals_by_hand():
    anchors = torch.tensor([[0.0, 0, 8, 8], [20, 20, 28, 28], [40, 40, 48, 48], [2, 2, 10, 10]])
    truth = torch.tensor([[1.0, 0, 9, 8]])
    scores = torch.tensor([[0.3, -0.2, 0.1, 0.7]], requires_grad=True)
    offsets = torch.tensor([[[0.1, 0, 0, 0]] * 4], requires_grad=True)
    first, second = V.region_proposal_loss(scores, offsets, anchors, [truth], 0.7, 0.3)
    used = torch.tensor([0, 1, 2])                                               # the last one lies between
    wanted = F.binary_cross_entropy_with_logits(scores[0, used], torch.tensor([1.0, 0, 0]))
    close(first, wanted)
    close(second.item(), 0.5 * (0.1 - 1 / 8) ** 2 * 9 / 3, rtol=1e-5, atol=0)
    none = V.region_proposal_loss(scores, offsets, anchors, [truth[:0]])
    assert none[1] == 0 and none[0] > 0


def test_regions_are_read_from_the_map_of_their_size():
    sides = torch.tensor([[8.0], [16], [31], [32], [500]])
    box = torch.cat([torch.zeros(5, 2), sides, sides], 1)
    assert V.pyramid_levels(box, 3, 16, 0).tolist() == [0, 0, 0, 1, 2]
    assert V.pyramid_levels(torch.tensor([[0.0, 0, 224, 224], [0, 0, 112, 112]]), 4).tolist() == [2, 1]
    maps = [draws(2, 3, 16, 16, dtype=torch.float32), draws(2, 3, 8, 8, dtype=torch.float32)]
    boxes = [some_boxes(n, size=60).float() for n in (3, 4)]
    levels = [torch.tensor([0, 1, 0]).to(dg.device()), torch.tensor([1, 1, 0, 0]).to(dg.device())]
    found = V.pyramid_regions(maps, boxes, 5, (4, 8), levels)
    close(found[1], V.roi_align(maps[1][:1], [boxes[0][1:2]], 5, 1 / 8, 2)[0])
    close(found[6], V.roi_align(maps[0][1:], [boxes[1][3:]], 5, 1 / 4, 2)[0])


def test_losses_of_the_heads_by_hand():
    scores, offsets = draws(3, 5, dtype=torch.float32), draws(3, 4, 4, dtype=torch.float32)
    labels, targets = torch.tensor([2, 4, 0]).to(dg.device()), draws(3, 4, seed=1, dtype=torch.float32)
    first, second = V.box_head_loss(scores, offsets, labels, targets)
    close(first, F.cross_entropy(scores, labels))
    pairs = [(offsets[0, 2], targets[0]), (offsets[2, 0], targets[2])]
    close(second, sum(F.smooth_l1_loss(a, b, reduction="sum") for a, b in pairs) / 3)
    masks = torch.zeros(1, 40, 40, dtype=torch.bool).to(dg.device())
    masks[0, 10:20, 10:20] = True
    box = torch.tensor([[10.0, 10, 30, 20]]).to(dg.device())                     # its left half is the object
    sure = torch.full((1, 2, 8, 8), -20.0).to(dg.device())
    sure[0, 1, :, :4] = 20
    assert V.mask_head_loss(sure, torch.tensor([1]).to(dg.device()), box, masks) < 1e-6
    assert V.mask_head_loss(-sure, torch.tensor([1]).to(dg.device()), box, masks) > 10
    assert V.mask_head_loss(sure[:0], labels[:0], box[:0], masks[:0]) == 0


def scenes(n, **options):
    data = dg.data.digit_scenes(n, digits=(2, 3), scale=(18, 28), **options)
    masks = [torch.stack([one == k + 1 for k in range(len(label))]) for one, label in zip(data.instances, data.labels)]
    return data, [V.Objects(*truth) for truth in zip(data.boxes, data.labels, masks)]


def test_yolo_says_where_what_it_was_told_is():
    data, objects = scenes(5)
    target = V.yolo_targets(data.boxes, data.labels, 8, (64, 64), 10)
    assert target.shape == (5, 8, 8, 15)
    output = torch.cat([target[..., :2], target[..., 2:4].sqrt(), target[..., 4:5],
                        torch.zeros_like(target[..., :5]), target[..., 5:]], -1)
    box, scores = V.decode_yolo(output, (64, 64))
    assert box.shape == (5, 128, 4) and scores.shape == (5, 128, 10)
    for n, truth in enumerate(objects):
        at, label = (scores[n] > 0.5).nonzero(as_tuple=True)
        assert len(at) == int(target[n, ..., 4].sum())
        iou = V.box_iou(truth.boxes, box[n, at])
        good = iou.max(1).values > 0.999
        assert good.sum() == len(at) and torch.equal(label[iou.argmax(1)[good]], truth.labels[good])
    losses = V.yolo_loss(output, target)
    assert sum(losses.values()) < 1e-6


def test_yolos_loss_term_by_term():
    target = V.yolo_targets([torch.tensor([[8.0, 16, 24, 48]])], [torch.tensor([1])], 2, (64, 64), 3)
    assert target[0, 1, 0].tolist() == [0.5, 0.0, 0.25, 0.5, 1, 0, 1, 0] and target.count_nonzero() == 5
    output = torch.zeros(1, 2, 2, 2 * 5 + 3)
    output[0, 1, 0] = torch.tensor([0.5, 0.1, 0.5, 0.7, 0.8,    0.9, 0.9, 0.1, 0.1, 0.3,    0.2, 0.6, 0.1])
    output[0, 0, 1, 4] = 0.4                                                     # a cell without an object
    losses = {name: value.item() for name, value in V.yolo_loss(output, target).items()}
    iou = V.box_iou(torch.tensor([[8.0, 16, 24, 48]]),
                    torch.tensor([[0.25 - 0.125, 0.55 - 0.245, 0.25 + 0.125, 0.55 + 0.245]]) * 64).item()
    close(losses["center"], 5 * 0.1**2, rtol=1e-5, atol=0)
    close(losses["size"], 5 * (0.7 - math.sqrt(0.5)) ** 2, rtol=1e-4, atol=0)
    close(losses["object"], (0.8 - iou) ** 2, rtol=1e-4, atol=0)
    close(losses["no object"], 0.5 * (0.3**2 + 0.4**2), rtol=1e-5, atol=0)
    close(losses["class"], 0.2**2 + 0.4**2 + 0.1**2, rtol=1e-5, atol=0)


def test_of_two_objects_in_a_cell_the_later_one_stays():
    box = torch.tensor([[0.0, 0, 10, 10], [1, 1, 9, 9]])
    target = V.yolo_targets([box], [torch.tensor([0, 2])], 2, (64, 64), 3)
    assert target[0, 0, 0, 5:].tolist() == [0, 0, 1] and target[..., 4].sum() == 1
    assert V.yolo_targets([box[:0]], [torch.zeros(0, dtype=torch.int64)], 2, (64, 64), 3).count_nonzero() == 0


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
def test_a_center_on_the_edge_belongs_to_the_last_cell(dtype):
    box = torch.tensor([[60.0, 20, 68, 28], [-6, 60, 2, 68]], dtype=dtype)
    target = V.yolo_targets([box], [torch.tensor([1, 0])], 8, (64, 64), 2)
    assert target.dtype == dtype and target[..., 4].sum() == 2
    assert target[0, 3, 7].tolist() == [1, 0, 0.125, 0.125, 1, 0, 1]
    assert target[0, 7, 0, :2].tolist() == [0, 1]


def test_yolo_refuses_what_it_cannot_place():
    with pytest.raises(ValueError, match=r"box\[0\] must be finite"):
        V.yolo_targets([torch.tensor([[math.nan, 1, 2, 3]])], [torch.tensor([0])], 8, (64, 64), 2)
    with pytest.raises(ValueError, match="image_size must leave a map"):
        V.YOLOv1(image_size=4, hidden=3)
    small = V.YOLOv1(2, 1, 3, ((3, 5, 2), "pool"), hidden=7, image_size=16, in_channels=1)
    with pytest.raises(ValueError, match=r"x must have shape \(N, 1, 16, 16\), not \(2, 1, 32, 32\)"):
        small(torch.zeros(2, 1, 32, 32))
    with pytest.raises(TypeError, match="x must be a tensor of floating-point numbers"):
        small(torch.zeros(2, 1, 16, 16, dtype=torch.int64))
    assert small(torch.zeros(2, 1, 16, 16)).shape == (2, 2, 2, 8)


def small_body():
    """Maps at strides 4 and 8, with 16 and 32 channels."""
    def block(i, o, stride):
        return torch.nn.Sequential(torch.nn.Conv2d(i, o, 3, stride, 1), torch.nn.BatchNorm2d(o), torch.nn.ReLU())

    class Body(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.stem, self.next = torch.nn.Sequential(block(1, 8, 2), block(8, 16, 2)), block(16, 32, 2)

        def forward(self, x):
            x = self.stem(x)
            return [x, self.next(x)]

    return Body()


@pytest.mark.parametrize("masks", [True, False])
def test_two_stages_learn_a_scene_and_speak_of_an_empty_one(masks):
    torch.manual_seed(0)
    data, objects = scenes(1)
    model = V.MaskRCNN(small_body(), (16, 32), (4, 8), 10, width=24, anchor_sizes=(16, 24), extra=False, masks=masks,
                       hidden=48, mask_width=16, mask_depth=1, proposals=50, samples=32).to(dg.device())
    optimizer = torch.optim.Adam(model.parameters(), lr=3e-3)
    first = None
    for step in range(60):
        losses = model(data.images, objects, seed=step)
        assert ("mask" in losses) == masks and all(value.isfinite() for value in losses.values())
        loss = sum(losses.values())
        first = loss.item() if first is None else first
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss < first / 4
    model.train()                                                                # one scene: keep its own statistics
    (found,) = model(data.images)
    scores = V.evaluate_detections([found], objects, kind="masks" if masks else "boxes")
    assert scores.at(0.5) > 0.9
    nothing = V.Objects(torch.zeros(0, 4), torch.zeros(0, dtype=torch.int64), torch.zeros(0, 64, 64, dtype=torch.bool))
    empty = model(data.images, [V.Objects(*(x.to(dg.device()) for x in nothing[:3]))])
    assert empty["box"] == 0 == empty["proposal box"] and all(value.isfinite() for value in empty.values())


def test_heads_read_regions_of_the_sides_they_are_told():
    model = V.MaskRCNN(small_body(), (16, 32), (4, 8), 10, width=5, anchor_sizes=(16, 24), extra=False, hidden=11, mask_width=7, mask_depth=1,
                       candidates=13, proposals=2, positive=0.5, box_side=3, mask_side=5)
    assert model.box_head.fc1.in_features == 5 * 3**2
    seen = []
    model.mask_head.register_forward_hook(lambda head, given, out: seen.append((given[0].shape[2], out.shape[2])))
    data, objects = scenes(1)
    model.to(dg.device())(data.images, objects)
    assert seen == [(5, 10)]
    with pytest.raises(ValueError, match="positive"):
        V.MaskRCNN(small_body(), (16, 32), (4, 8), 3, anchor_sizes=(16, 24), extra=False, positive=2)


def told(**changes):
    """A small network's losses for one digit, some of what it is told changed."""
    right = {"boxes": torch.tensor([[2.0, 3.0, 13.0, 17.0]]), "labels": torch.tensor([1]), "masks": torch.ones(1, 23, 29, dtype=torch.bool)}
    model = V.MaskRCNN(small_body(), (16, 32), (4, 8), 3, width=4, anchor_sizes=(8, 16), extra=False, hidden=5, mask_width=4, mask_depth=0)
    return model(torch.rand(2, 1, 23, 29), [V.Objects(**right), V.Objects(**(right | changes))])


def test_numbers_of_32_bits_are_classes_too():
    assert all(value.isfinite() for value in told(labels=torch.tensor([2], dtype=torch.int32)).values())
    scores, offsets = torch.zeros(1, 4), torch.zeros(1, 3, 4)
    close(V.box_head_loss(scores, offsets, torch.tensor([3], dtype=torch.int32), torch.ones(1, 4))[0], torch.tensor(4.0).log())


@pytest.mark.parametrize("call, kind, words", [
    (lambda: told(labels=torch.tensor([3])), ValueError, r"objects\[1\].labels must be in 0..2, not 3..3"),
    (lambda: told(labels=torch.tensor([-1])), ValueError, r"objects\[1\].labels must be in 0..2"),
    (lambda: told(labels=torch.tensor([0, 1])), ValueError, r"objects\[1\].labels must have one number a box"),
    (lambda: told(masks=torch.ones(1, 23, 23) > 0), ValueError, r"objects\[1\].masks must have shape \(1, 23, 29\)"),
    (lambda: told(masks=torch.ones(1, 23, 29)), TypeError, r"objects\[1\].masks must be a tensor of True and False"),
    (lambda: told(masks=None), ValueError, r"objects\[1\] must have masks"),
    (lambda: V.MaskRCNN(small_body(), (16, 32), (4, 8), 3, anchor_sizes=(8, 16), extra=False)(torch.zeros(1, 1, 16, 16), [3]),
     TypeError, r"objects\[0\] must be an Objects, not int"),
    (lambda: V.MaskRCNN(small_body(), (16, 32), (4, 8), 3, anchor_sizes=(8, 16), extra=False)(torch.zeros(0, 1, 16, 16)),
     ValueError, "with one at least"),
    (lambda: V.pyramid_regions([torch.zeros(0, 1, 2, 2)], [], 2, (4,)), ValueError, "there is no image"),
    (lambda: V.box_head_loss(torch.zeros(1, 4), torch.zeros(1, 3, 4), torch.tensor([4]), torch.ones(1, 4)), ValueError, "labels must be in 0..3"),
    (lambda: V.box_head_loss(torch.zeros(1, 4), torch.zeros(1, 3, 4), torch.tensor([0]), torch.ones(2, 4)), ValueError, "targets must have shapes"),
    (lambda: V.box_head_loss(torch.zeros(4), torch.zeros(1, 3, 4), torch.tensor([0]), torch.ones(1, 4)), ValueError, "scores must have shape"),
    (lambda: V.mask_head_loss(torch.zeros(1, 3, 4, 4), torch.tensor([3]), torch.ones(1, 4), torch.ones(1, 5, 7) > 0),
     ValueError, "labels must be in 0..2"),
    (lambda: V.mask_head_loss(torch.zeros(1, 3, 4, 5), torch.tensor([2]), torch.ones(1, 4), torch.ones(1, 5, 7) > 0),
     ValueError, r"scores must have shape \(K, C, m, m\)"),
    (lambda: V.paste_masks(torch.zeros(1, 0, 3), torch.ones(1, 4), (5, 7)), ValueError, "h and w at least 1"),
    *((lambda read=read, value=value: read(torch.zeros(1, 1, 3, 5), [torch.full((1, 4), value)], 2), ValueError,
       "boxes must hold finite numbers") for read in (V.roi_align, V.roi_pool, V.warp_regions,
                                                      lambda *given: V.roi_align(*given, sampling_ratio=2)) for value in (math.nan, math.inf)),
    (lambda: V.mask_head_loss(torch.zeros(1, 3, 4, 4), 2, torch.ones(1, 4), torch.ones(1, 5, 7) > 0), TypeError, "labels must be a tensor"),
])
def test_what_a_network_cannot_learn_from_is_named(call, kind, words):
    with pytest.raises(kind, match=words):
        call()


def test_masks_of_no_pixel_have_no_box():
    assert V.masks_to_boxes(torch.zeros(2, 0, 3, dtype=torch.bool)).tolist() == [[0.0] * 4] * 2


def test_a_residual_network_gives_four_maps():
    body = V.ResNetBody(dg.architectures.resnet18())
    assert [tuple(x.shape[1:]) for x in body(torch.zeros(1, 3, 64, 64))] == [(64, 16, 16), (128, 8, 8), (256, 4, 4), (512, 2, 2)]
    with pytest.raises(TypeError, match="resnet must be a ResNet"):
        V.ResNetBody(torch.nn.Linear(1, 1))


@pytest.mark.parametrize("call, words", [
    (lambda: V.UNet(1, 2, (4,)), "widths must name two"),
    (lambda: V.UNet(padding=2), "padding"),
    (lambda: V.UNet(1, 2, (4, 8), padding=1)(torch.zeros(1, 1, 9, 8)), "size must fit"),
    (lambda: V.FCN(stride=4), "stride must be one of 32, 16, 8"),
    (lambda: V.FCN(kernel=4), "kernel must be odd"),
    (lambda: V.FCN(2, 8, (1, 1, 1), (2, 2, 2), hidden=2, kernel=1, in_channels=1)(torch.zeros(1, 1, 12, 8)), "multiples of 8"),
    (lambda: V.bilinear_kernel(1, 3), "factor must be even"),
    (lambda: V.FeaturePyramid((3, 4), 2)([torch.zeros(1, 3, 4, 4)]), "maps must be 2"),
    (lambda: V.yolo_targets([torch.ones(1, 4)], [torch.tensor([3])], 2, (8, 8), 3), r"labels\[0\]"),
    (lambda: V.yolo_loss(torch.zeros(1, 2, 2, 9), torch.zeros(1, 2, 2, 8)), "output must have shape"),
    (lambda: V.decode_yolo(torch.zeros(1, 2, 2, 10), (8, 8)), "output must have shape"),
    (lambda: V.propose_regions(torch.zeros(1, 3), torch.zeros(1, 3, 4), torch.zeros(2, 4), (8, 8)), "scores must have shape"),
    (lambda: V.region_proposal_loss(torch.zeros(1, 2), torch.zeros(1, 2, 4), torch.zeros(2, 4), []), "truths must be one"),
    (lambda: V.MaskRCNN(small_body(), (16, 32), (4,), 3), "strides must be 2"),
    (lambda: V.MaskRCNN(small_body(), (16, 32), (4, 8), 3, width=4, anchor_sizes=(8, 16), extra=False, hidden=4)(
        torch.zeros(1, 1, 16, 16), [V.Objects(torch.ones(1, 4), torch.ones(1, dtype=torch.int64))]), "must have masks"),
    (lambda: V.pyramid_regions([torch.zeros(1, 1, 2, 2)], [torch.zeros(1, 4)], 2, (4, 8)), "strides must be one a map"),
])
def test_what_fits_no_network_is_named(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize("name, call", [
    ("sizes", lambda: V.anchor_shapes(8)), ("widths", lambda: V.UNet(widths=5)), ("depths", lambda: V.FCN(depths=2)),
    ("in_channels", lambda: V.FeaturePyramid(3)), ("layers", lambda: V.YOLOv1(layers=None)), ("strides", lambda: V.MaskRCNN(small_body(), (16, 32), 4, 3)),
    ("scales", lambda: V.selective_search(torch.zeros(1, 3, 5), 30)), ("thresholds", lambda: V.evaluate_detections([], [], thresholds=0.5)),
    ("detections", lambda: V.evaluate_detections(None, [])), ("box", lambda: V.yolo_targets(3, [], 2, (8, 8), 3)),
])
def test_one_value_where_several_are_wanted_is_named(name, call):
    with pytest.raises(TypeError, match=f"{name} must be several values"):
        call()


def test_a_picture_without_numbers_is_named():
    with pytest.raises(ValueError, match="image must hold finite numbers"):
        V.graph_segmentation(torch.full((1, 3, 5), torch.nan))
