"""Checks of the exercises in the chapter on the VGG network."""

import torch
from torch.nn import functional as F

from ..._device import device, wide
from .. import register
from .._compare import near, number


@register("vgg-parameters")
def _(vgg_parameters) -> None:
    cases = [
        (dict(depths=(1,), widths=(5,), hidden=3, grid=1, num_classes=2, in_channels=1), 50 + 18 + 12 + 8,
         "each filter has 9 weights for every input channel, and one bias"),
        (dict(depths=(2,), widths=(5,), hidden=3, grid=1, num_classes=2, in_channels=1), 50 + 230 + 18 + 12 + 8,
         "the second layer of a block reads as many channels as the first one wrote"),
        (dict(depths=(1,), widths=(5,), hidden=3, grid=2, num_classes=2, in_channels=1), 50 + 63 + 12 + 8,
         "the head reads grid² numbers of each channel"),
        (dict(depths=(1, 2), widths=(2, 7), hidden=11, grid=3, num_classes=13, in_channels=3),
         56 + 133 + 448 + 704 + 132 + 156, "there are three linear layers, each with biases"),
        (dict(depths=(2, 2, 3, 3, 3), widths=(64, 128, 256, 512, 512)), 138_357_544, "this is VGG-16"),
        (dict(depths=(1, 1, 2, 2, 2), widths=(64, 128, 256, 512, 512), num_classes=10), 128_807_306,
         "this is VGG-11 with ten classes"),
    ]
    for arguments, wanted, hint in cases:
        got = vgg_parameters(**arguments)
        assert got == wanted, f"vgg_parameters({arguments}) gave {got!r}, expected {wanted}: {hint}"


@register("vgg-field")
def _(vgg_field) -> None:
    cases = [
        ((), 1, "without a block a number is a pixel"),
        ((0,), 2, "pooling alone sees two pixels"),
        ((1,), 4, "a 3 × 3 layer sees 3, pooling behind it one more"),
        ((2,), 6, "a second 3 × 3 layer adds 2"),
        ((1, 1), 10, "behind a pooling, neighbors are two pixels apart"),
        ((1, 1, 2, 2, 2), 150, "this is VGG-11: steps double with each pooling"),
        ((2, 2, 3, 3, 3), 212, "this is VGG-16: steps double with each pooling"),
        ((2, 2, 4, 4, 4), 268, "this is VGG-19: steps double with each pooling"),
    ]
    for depths, wanted, hint in cases:
        got = vgg_field(depths)
        assert got == wanted, f"vgg_field({depths}) gave {got!r}, expected {wanted}: {hint}"


@register("vgg-compose")
def _(compose) -> None:
    for seed, (out, mid, inputs) in enumerate(((1, 1, 1), (3, 2, 5), (2, 7, 3))):
        draws = torch.Generator().manual_seed(seed)
        first, second, x = (
            torch.randn(shape, generator=draws, dtype=wide()).to(device())
            for shape in ((mid, inputs, 3, 3), (out, mid, 3, 3), (2, inputs, 9, 11)))
        wanted = F.conv2d(F.conv2d(x, first), second)
        got = compose(first.clone(), second.clone())
        assert isinstance(got, torch.Tensor) and got.shape == (out, inputs, 5, 5), (
            f"compose should return a tensor of shape {(out, inputs, 5, 5)}, not "
            f"{tuple(got.shape) if isinstance(got, torch.Tensor) else got!r}"
        )
        flipped = near(F.conv2d(x, got.flip(2, 3)), wanted)
        advice = ("it is turned by 180 degrees: layers are cross-correlations" if flipped else
                  "tap (a, b) of the second filter shifts the first one by (a, b); middle channels add up")
        assert near(F.conv2d(x, got), wanted, atol=1e-9), (
            f"with {inputs}, {mid} and {out} channels the 5 × 5 filter gives other maps than the two in turn: {advice}"
        )


@register("vgg-places")
def _(score_places) -> None:
    cases = [
        ((16, (2, 2), 4), [8.0], "one window: the middle of the picture"),
        ((24, (2, 2), 4), [8.0, 12.0, 16.0], "windows are as far apart as cells: 2 to the number of blocks"),
        ((48, (2, 2), 4), [8.0 + 4 * i for i in range(9)], "the last window ends at the right edge"),
        ((27, (1, 3), 4), [8.0, 12.0, 16.0], "pooling rounds down: 27 pixels give 6 cells"),
        ((224, (2, 2, 3, 3, 3), 7), [112.0], "VGG-16 on its own size has one window"),
        ((288, (2, 2, 3, 3, 3), 7), [112.0, 144.0, 176.0], "VGG-16 steps by 32 pixels"),
        ((10, (1,), 3), [3.0, 5.0, 7.0], "with an odd grid the center is half a cell further"),
        ((15, (2, 2), 4), [], "three cells are too few for a head of four"),
    ]
    for arguments, wanted, hint in cases:
        got = score_places(*arguments)
        assert isinstance(got, (list, tuple)), f"score_places should return a list, not {got!r}"
        got = [number(place, "score_places, in each place,") for place in got]
        assert got == wanted, f"score_places{arguments} gave {got}, expected {wanted}: {hint}"
