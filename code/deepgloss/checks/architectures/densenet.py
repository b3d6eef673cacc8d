"""Checks of the exercises in the chapter on DenseNet."""

import torch
from torch.nn import functional as F

from ..._device import device, wide
from .. import register
from .._compare import near


@register("densenet-layers")
def _(densenet_layers) -> None:
    cases = [
        ((1,), 4, "a stem, two convolutions in the layer, a classifier, and no transition"),
        ((3,), 8, "each layer has two convolutions"),
        ((3, 5), 19, "a transition between blocks has a convolution"),
        ((16, 16, 16), 100, "the number counts stem and classifier, 2 a layer, and transitions between blocks"),
        ((6, 12, 24, 16), 121, "this is DenseNet-121"),
        ((6, 12, 48, 32), 201, "this is DenseNet-201"),
    ]
    for depths, wanted, hint in cases:
        got = densenet_layers(depths)
        assert got == wanted, f"densenet_layers({depths}) gave {got!r}, expected {wanted}: {hint}"


@register("densenet-size")
def _(densenet_size) -> None:
    cases = [
        ((2, (1,), 3, 5), 447 + 6 + 24 + 16 + 144 + 10 + 30,
         "stem 147 a channel and its normalization, 1 × 1, normalization, 3 × 3, last normalization, classifier"),
        ((2, (2,), 3, 5), 447 + 6 + 24 + 16 + 144 + 10 + 40 + 16 + 144 + 14 + 40,
         "the second layer reads k channels more"),
        ((3, (1, 1), 4, 2), 588 + 8 + 8 + 48 + 24 + 324 + 14 + 21 + 6 + 36 + 24 + 324 + 12 + 14,
         "a transition has a normalization and a 1 × 1 convolution, and rounds half of its channels down"),
        ((32, (6, 12, 24, 16), 64, 1000), 7_978_856, "this is DenseNet-121"),
        ((48, (6, 12, 36, 24), 96, 1000), 28_681_000, "this is DenseNet-161"),
        ((32, (6, 12, 48, 32), 64, 10), 20_013_928 - 990 * 1921, "this is DenseNet-201 with ten classes"),
    ]
    for arguments, wanted, hint in cases:
        got = densenet_size(*arguments)
        assert got == wanted, f"densenet_size{arguments} gave {got!r}, expected {wanted}: {hint}"


@register("densenet-sum")
def _(read_all) -> None:
    for seed, (channels, out) in enumerate((((3,), 2), ((5, 5), 7), ((2, 3, 5, 1), 3))):
        draws = torch.Generator().manual_seed(seed)
        maps = [torch.randn(2, c, 5, 3, generator=draws, dtype=wide()).to(device()) for c in channels]
        weight = torch.randn(out, sum(channels), 1, 1, generator=draws, dtype=wide()).to(device())
        wanted = F.conv2d(torch.cat(maps, 1), weight)
        joins = torch.cat
        used = []

        def watched(*arguments, joins=joins, used=used, **options):
            used.append(True)
            return joins(*arguments, **options)

        torch.cat = watched
        try:
            got = read_all([m.clone() for m in maps], weight.clone())
        finally:
            torch.cat = joins
        assert not used, "read_all joins the maps with torch.cat: split the weight instead"
        shape = tuple(got.shape) if isinstance(got, torch.Tensor) else got
        assert shape == tuple(wanted.shape), (
            f"read_all should return a tensor of shape {tuple(wanted.shape)}, not {shape!r}")
        assert near(got, wanted), (
            f"with maps of {channels} channels the result differs from the convolution of the concatenation: "
            "map i meets the columns of the weight at its own channels, in order, and the results add up")


@register("densenet-deepest")
def _(deepest) -> None:
    cases = [
        ((9, 1, 1), 0, "one layer keeps 2 k0 + 8 k numbers: 10"),
        ((10, 1, 1), 1, "one layer keeps 2 k0 + 8 k numbers: exactly the budget"),
        ((21, 1, 1), 1, "the second layer reads k channels more: 12"),
        ((22, 1, 1), 2, "the second layer reads k channels more: 12"),
        ((100_000, 64, 32), 50, "kept are 2 C + 8 k for each layer"),
        ((9, 1, 1, True), 1, "recomputed, one layer keeps k0 + 8 k numbers"),
        ((8, 1, 1, True), 0, "recomputed, one layer keeps k0 + 8 k numbers"),
        ((17, 1, 1, True), 1, "recomputed, a further layer keeps 9 k numbers"),
        ((100_000, 64, 32, True), 347, "recomputed, the numbers grow only linearly"),
    ]
    for arguments, wanted, hint in cases:
        got = deepest(*arguments)
        assert got == wanted, f"deepest{arguments} gave {got!r}, expected {wanted}: {hint}"
