"""LeNet-5 against its published counts, and its parts against PyTorch's own operations."""

import pytest
import torch
import torch.nn.functional as F
from comparing import assert_same, draws
from deepgloss import count, device, seed
from deepgloss.architectures import (
    C3_TABLE,
    LeNet5,
    RadialBasisOutput,
    SimplifiedLeNet5,
    TableConv2d,
    TrainableSubsampling,
    digit_bitmaps,
    lenet5_loss,
    radial_basis,
    squash,
    subsample,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

TIGHT = {"rtol": 1e-10, "atol": 1e-12}


def test_lenet_has_the_published_parameters_and_shapes():
    with torch.device("meta"):
        table = count(LeNet5(), (1, 1, 32, 32)).grouped()
    assert [(row.name, row.parameters) for row in table.rows] == [
        ("C1", 156), ("S2", 12), ("C3", 1516), ("S4", 32), ("C5", 48_120), ("F6", 10_164),
        ("output", 0),
    ]
    assert [row.output[1:] for row in table.rows] == [
        (6, 28, 28), (6, 14, 14), (16, 10, 10), (16, 5, 5), (120, 1, 1), (84,), (10,),
    ]
    assert table.parameters == 60_000


def test_simplified_lenet_counts():
    model = SimplifiedLeNet5()
    assert sum(p.numel() for p in model.parameters()) == 61_706
    assert model(torch.zeros(3, 1, 32, 32)).shape == (3, 10)
    assert SimplifiedLeNet5(7)(torch.zeros(3, 1, 32, 32)).shape == (3, 7)


def test_lenet_starts_within_its_bounds():
    seed(0)
    model = LeNet5()
    layers = {"C1": 25, "C5": 400, "F6": 120}
    for name, fan_in in layers.items():
        layer = next(part for part in getattr(model, name) if hasattr(part, "weight"))
        top = layer.weight.abs().max().item() * fan_in / 2.4
        assert 0.9 < top <= 1 + 1e-6
        assert not layer.bias.any()
    kernel = model.C3[0].kernel()
    for row, weights in zip(C3_TABLE, kernel):
        assert weights.abs().max().item() * 25 * len(row) / 2.4 <= 1 + 1e-6


def test_lenet_on_larger_pictures_is_not_silent():
    with pytest.raises(RuntimeError):
        LeNet5()(torch.zeros(1, 1, 36, 36))


def test_table_of_the_paper():
    assert len(C3_TABLE) == 16
    assert [len(row) for row in C3_TABLE] == [3] * 6 + [4] * 9 + [6]
    assert len(set(C3_TABLE)) == 16
    readers = [sum(c in row for row in C3_TABLE) for c in range(6)]
    assert readers == [10] * 6                              # each map of S2 is read equally often


@settings(max_examples=25)
@given(data=st.data(), channels=st.integers(1, 5), k=st.integers(1, 3), single=st.booleans())
def test_table_convolution_sums_over_its_table(data, channels, k, single):
    rows = st.lists(st.integers(0, channels - 1), min_size=1, max_size=channels, unique=True)
    table = data.draw(st.lists(rows, min_size=1, max_size=4))
    dtype = torch.float32 if single else torch.float64
    layer = TableConv2d(channels, table, k).to(device(), dtype)
    assert sum(p.numel() for p in layer.parameters()) == k * k * sum(map(len, table)) + len(table)
    x = draws(2, channels, 5, 7, dtype=dtype).requires_grad_()
    maps, at = [], 0
    for o, row in enumerate(table):
        own = layer.weight[at:at + len(row)]
        at += len(row)
        maps.append(F.conv2d(x[:, list(row)], own[None], layer.bias[o:o + 1]))
    tolerance = {"rtol": 1e-4, "atol": 1e-4} if single else TIGHT
    assert_same(layer(x), torch.cat(maps, 1), [x, *layer.parameters()], **tolerance)


def test_table_convolution_with_every_connection_is_an_ordinary_one():
    layer = TableConv2d(3, [range(3)] * 5, 2).double()
    full = nn.Conv2d(3, 5, 2, dtype=torch.float64)
    with torch.no_grad():
        layer.weight.copy_(full.weight.flatten(0, 1))
        layer.bias.copy_(full.bias)
    x = draws(2, 3, 7, 11).cpu()
    torch.testing.assert_close(layer(x), full(x), **TIGHT)
    assert list(layer.state_dict()) == ["weight", "bias"]
    assert "connections=15" in repr(layer)


@pytest.mark.parametrize(("table", "words"), [
    ([], "not none"), ([(0,), ()], r"table\[1\]"), ([(0, 0)], "once"), ([(3,)], "0 to 2"),
    ([(-1,)], "0 to 2"),
])
def test_table_convolution_refuses(table, words):
    with pytest.raises(ValueError, match=words):
        TableConv2d(3, table, 2)


@settings(max_examples=25)
@given(channels=st.integers(1, 4), h=st.integers(3, 9), w=st.integers(3, 9), size=st.integers(1, 3),
       batched=st.booleans())
def test_subsampling_is_scaled_average_pooling(channels, h, w, size, batched):
    shape = (2, channels, h, w) if batched else (channels, h, w)
    x = draws(*shape).requires_grad_()
    coefficient, bias = (draws(channels, seed=k).requires_grad_() for k in (1, 2))
    means = F.avg_pool2d(x, size) * (size**2 * coefficient)[:, None, None] + bias[:, None, None]
    assert_same(subsample(x, coefficient, bias, size), means, [x, coefficient, bias], **TIGHT)
    layer = TrainableSubsampling(channels, size).double().to(device())
    torch.testing.assert_close(layer(x), F.avg_pool2d(x, size), rtol=1e-6, atol=1e-6)


def test_subsampling_by_hand():
    x = torch.tensor([[[0.1, 0.2, 9.0], [0.3, 0.4, 9.0], [9.0, 9.0, 9.0]]])
    got = subsample(x, torch.tensor([0.5]), torch.tensor([0.1]))
    assert got.shape == (1, 1, 1) and got.item() == pytest.approx(0.6, abs=1e-6)


@pytest.mark.parametrize(("shapes", "words"), [
    (((3, 4), (3,), (3,)), "C, H, W"), (((2, 4, 4), (3,), (3,)), "coefficient"),
    (((3, 4, 4), (3,), (2,)), "bias"),
])
def test_subsampling_refuses(shapes, words):
    with pytest.raises(ValueError, match=words):
        subsample(*(torch.zeros(shape) for shape in shapes))
    with pytest.raises(ValueError, match="size"):
        TrainableSubsampling(3, 0)


def test_squash_maps_one_to_one():
    ends = squash(torch.tensor([-1.0, 0.0, 1.0, 50.0], dtype=torch.float64))
    torch.testing.assert_close(ends[:3], torch.tensor([-1.0, 0, 1], dtype=torch.float64), atol=1e-4, rtol=0)
    assert ends[3].item() == pytest.approx(1.7159)


def test_bitmaps_are_ten_different_codes():
    bitmaps = digit_bitmaps()
    assert bitmaps.shape == (10, 12, 7) and set(bitmaps.unique().tolist()) == {-1.0, 1.0}
    codes = bitmaps.flatten(1)
    distances = radial_basis(codes, codes)
    assert torch.equal(distances.argmin(1), torch.arange(10))
    assert distances.fill_diagonal_(1e9).min() >= 40       # at least ten dots apart


@settings(max_examples=20)
@given(lead=st.lists(st.integers(1, 3), max_size=2), n=st.integers(1, 7), classes=st.integers(1, 5))
def test_radial_basis_is_a_squared_distance(lead, n, classes):
    x, centers = draws(*lead, n).requires_grad_(), draws(classes, n, seed=1)
    theirs = torch.stack([F.mse_loss(x, c.expand_as(x), reduction="none").sum(-1) for c in centers], -1)
    assert_same(RadialBasisOutput(centers)(x), theirs, [x], **TIGHT)


def test_radial_basis_refuses():
    with pytest.raises(ValueError, match="classes, n"):
        radial_basis(torch.zeros(2, 3), torch.zeros(5, 4))


@settings(max_examples=20)
@given(batch=st.integers(1, 5), classes=st.integers(1, 5), rubbish=st.floats(0, 30))
def test_loss_is_its_formula(batch, classes, rubbish):
    distances = draws(batch, classes).square().mul(9).requires_grad_()
    target = (torch.arange(batch) % classes).to(device())
    own = distances.gather(1, target[:, None])[:, 0]
    sums = torch.exp(torch.tensor(-rubbish, dtype=torch.float64)) + torch.exp(-distances).sum(1)
    assert_same(lenet5_loss(distances, target, rubbish), (own + sums.log()).mean(), [distances],
                rtol=1e-8, atol=1e-10)


def test_loss_survives_large_distances_and_leaves_far_rivals_alone():
    distances = torch.tensor([[0.0, 900.0, 5.0]], requires_grad=True)
    loss = lenet5_loss(distances, torch.tensor([0]), rubbish=2.0)
    loss.backward()
    assert loss.isfinite() and distances.grad[0, 1] == 0
    assert lenet5_loss(torch.full((1, 3), 1e4), torch.tensor([1])).isfinite()


@pytest.mark.parametrize(("shape", "size", "rubbish", "words"), [
    ((3,), 3, 1.0, "distances"), ((3, 4), 2, 1.0, "target"), ((3, 4), 3, -1.0, "rubbish"),
])
def test_loss_refuses(shape, size, rubbish, words):
    with pytest.raises(ValueError, match=words):
        lenet5_loss(torch.zeros(shape), torch.zeros(size, dtype=torch.int64), rubbish)
