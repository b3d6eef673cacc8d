"""Digits, digit scenes, photographs, and points in the plane."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.datasets import load_digits
from sklearn.linear_model import Perceptron
from torch.nn import functional as F

import deepgloss as dg
from deepgloss import data
from deepgloss.data import _compose, _digits


def same(one, other):
    return all(torch.equal(a, b) for a, b in zip(one, other))


class TestDigits:
    def test_parts_are_all_digits_once(self):
        raw = load_digits()
        split = data.digits(seed=3)
        x = torch.cat([split.train_x, split.val_x, split.test_x]).cpu()
        y = torch.cat([split.train_y, split.val_y, split.test_y]).cpu()
        found = sorted(zip((x * 16).int().tolist(), y.tolist()))
        assert found == sorted(zip(raw.data.astype(int).tolist(), raw.target.tolist()))

    def test_shapes_types_and_device(self):
        split = data.digits(validation_share=0.2, test_share=0.3)
        assert [len(part) for part in split] == [899, 899, 359, 359, 539, 539]
        assert split.train_x.shape[1:] == (64,)
        assert all(x.dtype == torch.float32 for x in split[::2])
        assert all(y.dtype == torch.int64 for y in split[1::2])
        assert {part.device.type for part in split} == {dg.device().type}
        assert split.train_x.min() == 0 and split.train_x.max() == 1

    def test_images_are_the_same_rows(self):
        flat, square = data.digits(), data.digits(images=True)
        assert square.test_x.shape == (449, 1, 8, 8)
        assert same([x.flatten(1) for x in square[::2]], flat[::2])

    def test_test_set_ignores_the_validation_share(self):
        sets = [data.digits(validation_share=share, seed=5) for share in (0, 0.1, 0.4)]
        for split in sets[1:]:
            assert same(split[4:], sets[0][4:])
        assert len(sets[0].val_x) == 0

    def test_seed_decides(self):
        assert same(data.digits(seed=1), data.digits(seed=1))
        assert not torch.equal(data.digits(seed=1).test_y, data.digits(seed=2).test_y)

    @pytest.mark.parametrize("arguments, message", [
        ({"test_share": 0}, r"test_share must be in \(0, 1\), not 0"),
        ({"test_share": 1.0}, "test_share"),
        ({"validation_share": -0.1}, r"validation_share must be in \[0, 1\), not -0.1"),
        ({"test_share": math.nan}, "test_share"),
        ({"validation_share": 0.6, "test_share": 0.5}, "leave 0 of 1797 examples to train"),
        ({"test_share": 1e-5}, "0 to test"),
        ({"seed": -1}, "seed must be an integer of at least 0"),
    ])
    def test_bad_values(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            data.digits(**arguments)

    @pytest.mark.parametrize("arguments", [{"test_share": "0.5"}, {"seed": 1.5}, {"seed": True}])
    def test_bad_types(self, arguments):
        with pytest.raises(TypeError, match=next(iter(arguments))):
            data.digits(**arguments)


class TestScenes:
    def test_shapes_types_and_device(self):
        scenes = data.digit_scenes(7, size=(41, 53), digits=(2, 3))
        assert scenes.images.shape == (7, 1, 41, 53) and scenes.images.dtype == torch.float32
        assert scenes.masks.shape == scenes.instances.shape == (7, 41, 53)
        assert scenes.masks.dtype == scenes.instances.dtype == torch.int64
        assert len(scenes) == len(scenes.labels) == len(scenes.boxes) == 7
        for labels, boxes in zip(scenes.labels, scenes.boxes):
            assert labels.dtype == torch.int64 and boxes.dtype == torch.float32
            assert boxes.shape == (len(labels), 4)
        assert {len(labels) for labels in scenes.labels} == {2, 3}
        assert scenes.boxes[0].device.type == scenes.masks.device.type == dg.device().type

    @settings(max_examples=30, deadline=None)
    @given(
        height=st.integers(29, 67), width=st.integers(29, 67), most=st.integers(1, 4),
        overlap=st.floats(0.1, 1), seed=st.integers(0, 2**32 - 1),
    )
    def test_everything_agrees(self, height, width, most, overlap, seed):
        scenes = data.digit_scenes(
            3, size=(height, width), digits=(1, most), scale=(8, 15), max_overlap=overlap,
            seed=seed,
        )
        for n in range(3):
            labels, boxes = scenes.labels[n].cpu(), scenes.boxes[n].cpu()
            mask, instances = scenes.masks[n].cpu(), scenes.instances[n].cpu()
            assert 1 <= len(labels) <= most
            assert torch.equal(mask, torch.cat([torch.tensor([-1]), labels])[instances] + 1)
            assert torch.equal(scenes.images[n, 0].cpu() > 0, instances > 0)
            assert (boxes[:, :2] >= 0).all()
            assert (boxes[:, 2:] <= torch.tensor([width, height])).all()
            size = boxes[:, 2:] - boxes[:, :2]
            assert (size >= 1).all() and (size <= 15).all()
            for k, (x1, y1, x2, y2) in enumerate(boxes.int().tolist(), start=1):
                visible = instances == k
                outside = visible.clone()
                outside[y1:y2, x1:x2] = False
                assert not outside.any()
                # The last digit is covered by nothing, so that its mask shows the tight box.
                if k == len(labels):
                    y, x = visible.nonzero(as_tuple=True)
                    assert (x.min(), y.min(), x.max() + 1, y.max() + 1) == (x1, y1, x2, y2)
                for other in boxes[: k - 1]:
                    low = torch.maximum(other[:2], boxes[k - 1, :2])
                    high = torch.minimum(other[2:], boxes[k - 1, 2:])
                    common = (high - low).clamp(min=0).prod()
                    smaller = min(size[k - 1].prod(), (other[2:] - other[:2]).prod())
                    assert common <= overlap * smaller + 1e-4

    def test_overlap_comes_near_its_bound_and_no_further(self):
        scenes = data.digit_scenes(
            101, size=(53, 59), digits=(5, 5), scale=(8, 28), max_overlap=0.25, seed=1
        )
        boxes = torch.stack(scenes.boxes)                   # (101, 5, 4)
        low = torch.maximum(boxes[:, :, None, :2], boxes[:, None, :, :2])
        high = torch.minimum(boxes[:, :, None, 2:], boxes[:, None, :, 2:])
        common = (high - low).clamp(min=0).prod(3)
        area = (boxes[..., 2:] - boxes[..., :2]).prod(2)
        covered = common / torch.minimum(area[:, :, None], area[:, None, :])
        covered = covered.masked_fill(torch.eye(5, dtype=torch.bool, device=boxes.device), 0)
        assert 0.24 < covered.max() <= 0.25

    def test_boxes_are_tight_around_hidden_ink_too(self):
        draw = _compose.Draw(seed=2, part=0, chunk=0, rows=13)
        plan = _compose.arrange(draw, (47, 53), (4, 4), (12, 20), 0.9)
        for n in range(13):
            for k in range(4):
                y, x = plan.glyphs[n, k].nonzero(as_tuple=True)
                x, y = x + plan.corners[n, k, 0], y + plan.corners[n, k, 1]
                tight = [x.min(), y.min(), x.max() + 1, y.max() + 1]
                assert plan.boxes[n, k].tolist() == tight

    def test_resizing_is_bilinear(self):
        source, side = torch.tensor([[3, 19, 700]]), torch.tensor([[8, 13, 17]])
        glyphs = _compose._resize(source, side, (8, 17))
        for k in range(3):
            picture = _digits.all_digits()[0][source[0, k]][None, None]
            size = int(side[0, k])
            expected = F.interpolate(picture, size=(size, size), mode="bilinear")[0, 0]
            expected = F.pad(expected * (expected > _compose.INK), (0, 17 - size, 0, 17 - size))
            torch.testing.assert_close(glyphs[0, k], expected)

    def test_labels_belong_to_the_pictures(self):
        # A linear classifier of single digits, scaled to a fixed size, must do well on scenes.
        scenes = data.digit_scenes(499, size=(16, 16), digits=(1, 1), scale=(16, 16))
        x = scenes.images.flatten(1).cpu().numpy()
        y = torch.cat(scenes.labels).cpu().numpy()
        assert Perceptron(random_state=0).fit(x[:400], y[:400]).score(x[400:], y[400:]) > 0.6

    def test_scene_does_not_depend_on_count(self):
        arguments = {"noise": 0.1, "seed": 7, "size": (37, 41), "digits": (1, 4)}
        few = data.digit_scenes(5, **arguments)
        for more in (data.digit_scenes(count, **arguments) for count in (6, 263)):
            assert same((few.images, few.masks, few.instances),
                        (more.images[:5], more.masks[:5], more.instances[:5]))
            assert same(few.boxes, more.boxes) and same(few.labels, more.labels)
        # and beyond the first chunk
        many = data.digit_scenes(307, **arguments)
        assert torch.equal(many.images[:263], more.images)

    def test_seeds_and_chunks_differ(self):
        one, other = data.digit_scenes(512, seed=1), data.digit_scenes(256, seed=2)
        assert not torch.equal(one.images[:256], other.images)
        assert not torch.equal(one.images[:256], one.images[256:])

    def test_splits_share_no_source(self):
        pools = [set(pool.tolist()) for pool in _digits.sources()]
        assert sum(map(len, pools)) == len(set().union(*pools)) == 1797
        arguments = {"size": (8, 8), "digits": (1, 1), "scale": (8, 8)}
        digits = data.digits()
        parts = {"train": digits.train_x, "validation": digits.val_x, "test": digits.test_x}
        for split, x in parts.items():
            scenes = data.digit_scenes(97, split=split, **arguments)
            # At the digits' own size a scene is a digit without its faint pixels, moved.
            known = {tuple(sorted(v for v in row if v > _compose.INK)) for row in x.tolist()}
            for image in scenes.images.flatten(1).tolist():
                assert tuple(sorted(v for v in image if v > 0)) in known

    def test_number_of_digits_is_uniform(self):
        counts = torch.tensor([len(labels) for labels in data.digit_scenes(3001).labels])
        shares = counts.bincount(minlength=7)[1:] / 3001
        assert counts.min() == 1 and counts.max() == 6
        assert ((shares - 1 / 6).abs() < 0.035).all()      # five standard deviations

    def test_noise_changes_pixels_only(self):
        clean, noisy = data.digit_scenes(67), data.digit_scenes(67, noise=0.05)
        assert torch.equal(clean.instances, noisy.instances)
        assert noisy.images.min() == 0 and noisy.images.max() == 1
        paper = noisy.images[clean.images == 0]
        assert abs((paper == 0).float().mean() - 0.5) < 0.02
        assert abs(paper.square().mean().sqrt() - 0.05 / math.sqrt(2)) < 0.001

    def test_later_digits_cover_earlier_ones(self):
        scenes = data.digit_scenes(31, digits=(2, 2), size=(28, 28), max_overlap=1)
        hidden = 0
        for boxes, instances in zip(scenes.boxes, scenes.instances):
            for k in (1, 2):
                y, x = (instances == k).nonzero(as_tuple=True)
                tight = len(x) and torch.stack([x.min(), y.min(), x.max() + 1, y.max() + 1])
                whole = len(x) > 0 and torch.equal(tight.float(), boxes[k - 1])
                assert whole or k == 1
                hidden += not whole
        assert hidden > 5

    def test_select(self):
        scenes = data.digit_scenes(5)
        batch = scenes.select(torch.tensor([3, 0]))
        assert len(batch) == 2
        assert torch.equal(batch.images[1], scenes.images[0])
        assert torch.equal(batch.boxes[0], scenes.boxes[3])
        assert torch.equal(batch.instances[0], scenes.instances[3])

    def test_no_room(self):
        with pytest.raises(ValueError, match=r"6 digits of 20 to 20 .* 24 x 30 .* larger size"):
            data.digit_scenes(2, size=(24, 30), digits=(6, 6), scale=(20, 20), max_overlap=0)

    @pytest.mark.parametrize("arguments, message", [
        ({"count": 0}, "count"),
        ({"size": (64, 27)}, r"scale\[1\] = 28 must fit into the canvas of 64 x 27"),
        ({"size": (64, 0)}, r"size\[1\]"),
        ({"digits": (0, 3)}, r"digits\[0\]"),
        ({"digits": (3, 2)}, r"digits\[1\]"),
        ({"scale": (3, 9)}, r"scale\[0\]"),
        ({"max_overlap": 1.1}, "max_overlap"),
        ({"noise": -1}, "noise"),
        ({"split": "dev"}, "split must be one of 'train', 'validation', 'test', not 'dev'"),
    ])
    def test_bad_values(self, arguments, message):
        with pytest.raises(ValueError, match=message):
            data.digit_scenes(**({"count": 3} | arguments))

    @pytest.mark.parametrize("arguments", [{"count": 2.5}, {"size": 64}, {"digits": (1, 2, 3)}])
    def test_bad_types(self, arguments):
        with pytest.raises(TypeError, match=next(iter(arguments))):
            data.digit_scenes(**({"count": 3} | arguments))


class TestPhotographs:
    def test_original(self):
        china, flower = pictures = data.photographs()
        assert china.shape == flower.shape == (3, 427, 640)
        assert china.dtype == torch.float32 and china.device.type == dg.device().type
        assert all(0 <= p.min() < 0.1 and 0.9 < p.max() <= 1 for p in pictures)
        # Red first: the blossom is orange, the sky is not.
        middle = flower[:, 200:220, 300:320].mean((1, 2))
        assert middle[0] > middle[1] > middle[2]
        assert not torch.equal(china, flower)

    def test_resized(self):
        small = data.photographs((61, 101))
        assert small.china.shape == (3, 61, 101)
        assert 0 <= small.china.min() and small.china.max() <= 1
        torch.testing.assert_close(
            small.flower.mean(), data.photographs().flower.mean(), atol=2e-3, rtol=0
        )

    def test_bad_arguments(self):
        with pytest.raises(ValueError, match=r"size\[0\]"):
            data.photographs((0, 3))
        with pytest.raises(TypeError, match="size must be a pair"):
            data.photographs(64)


TOY = ["blobs", "moons", "circles", "spirals", "xor", "checkerboard"]


class TestPoints:
    @pytest.mark.parametrize("name", TOY)
    def test_shapes_seeds_and_types(self, name):
        make = getattr(data, name)
        x, y = make(101, seed=4)
        assert x.shape == (101, 2) and x.dtype == torch.float32
        assert y.shape == (101,) and y.dtype == torch.int64
        assert x.device.type == y.device.type == dg.device().type
        assert same(make(101, seed=4), (x, y))
        assert not torch.equal(make(101, seed=5)[0], x)
        # Shuffled: labels come neither in blocks nor in turns.
        changes = (y[1:] != y[:-1]).float().mean()
        assert 0.25 < changes < 0.85

    @pytest.mark.parametrize("name", TOY)
    @pytest.mark.parametrize("arguments", [{"count": 0}, {"noise": -0.1}, {"noise": math.inf},
                                           {"seed": 2**32}])
    def test_bad_values(self, name, arguments):
        with pytest.raises(ValueError, match=next(iter(arguments))):
            getattr(data, name)(**arguments)

    def test_blobs(self):
        x, y = data.blobs(5000, classes=5, noise=0.3, radius=3)
        assert y.bincount().tolist() == [1000] * 5
        for k in range(5):
            angle = 2 * math.pi * k / 5
            center = x.new_tensor([3 * math.cos(angle), 3 * math.sin(angle)])
            assert (x[y == k].mean(0) - center).abs().max() < 0.06
            assert (x[y == k].std(0) - 0.3).abs().max() < 0.05

    def test_moons_and_circles_without_noise(self):
        x, y = data.moons(211, noise=0)
        center = torch.stack([y, y / 2], 1).to(x)
        torch.testing.assert_close((x - center).norm(dim=1), torch.ones_like(x[:, 0]))
        x, y = data.circles(211, noise=0, factor=0.3)
        torch.testing.assert_close(x.norm(dim=1), torch.where(y == 0, 1.0, 0.3).to(x))

    def test_spirals_without_noise(self):
        x, y = data.spirals(302, classes=3, turns=1.5, noise=0)
        assert sorted(y.bincount().tolist()) == [100, 101, 101]
        r = x.norm(dim=1)
        assert 0.1 <= r.min() and r.max() <= 1
        angle = 2 * math.pi * (1.5 * r + y / 3)
        torch.testing.assert_close(x, r[:, None] * torch.stack([angle.cos(), angle.sin()], 1))

    def test_labels_of_the_fields(self):
        x, y = data.xor(997)
        assert torch.equal(y, (x[:, 0] * x[:, 1] < 0).long())
        x, y = data.checkerboard(997, squares=3)
        field = ((x + 1) / 2 * 3).floor().long()
        assert torch.equal(y, field.sum(1) % 2)
        assert x.min() >= -1 and x.max() <= 1
        assert 0.4 < y.float().mean() < 0.5                # four fields of nine

    @pytest.mark.parametrize("call, name", [
        (lambda: data.blobs(2, classes=3), "count"), (lambda: data.circles(factor=1), "factor"),
        (lambda: data.spirals(classes=0), "classes"), (lambda: data.spirals(turns=-1), "turns"),
        (lambda: data.checkerboard(squares=0), "squares"), (lambda: data.moons(1), "count"),
    ])
    def test_own_arguments(self, call, name):
        with pytest.raises(ValueError, match=name):
            call()


def test_every_name_is_listed():
    for name in data.__all__:
        assert hasattr(data, name)
        assert f"`{name}`" in data.__doc__
