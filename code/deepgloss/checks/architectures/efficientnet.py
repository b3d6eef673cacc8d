"""Checks of the exercises in the chapter on EfficientNet."""

import torch

from ..._device import device, wide
from .. import register
from .._compare import near


@register("efficientnet-stages")
def _(scaled) -> None:
    b0 = [(16, 1), (24, 2), (40, 2), (80, 3), (112, 3), (192, 4), (320, 1)]
    cases = [
        (b0, 1.0, 1.0, b0, "factors of 1 change nothing"),
        ([(24, 2)], 1.0, 1.2, [(24, 3)], "2 blocks times 1.2 are 2.4, rounded up to 3"),
        ([(40, 2)], 1.1, 1.0, [(48, 2)], "44 lies halfway between 40 and 48, and halves are rounded up"),
        ([(52, 1)], 1.0, 1.0, [(56, 1)], "52 lies halfway between 48 and 56, and halves are rounded up"),
        ([(24, 1)], 1.4, 1.0, [(32, 1)], "33.6 becomes 32, which loses only a twentieth"),
        ([(16, 3)], 0.25, 1.0, [(8, 3)], "8 channels are the least"),
        ([(90, 1)], 0.1, 1.0, [(16, 1)], "9 would become 8, which loses more than a tenth: 16"),
        ([(80, 4)], 1.2, 1.4, [(96, 6)], "80 times 1.2 is 96, a multiple of 8 already"),
        (b0, 2.0, 3.1, [(32, 4), (48, 7), (80, 7), (160, 10), (224, 10), (384, 13), (640, 4)],
         "these are the stages of B7"),
        ([], 2.0, 2.0, [], "without stages there is nothing to scale"),
    ]
    for stages, width, depth, wanted, hint in cases:
        got = scaled(list(stages), width, depth)
        assert isinstance(got, list | tuple), f"a list of pairs is asked, not {got!r}"
        assert [tuple(pair) for pair in got] == wanted, (
            f"scaled({stages}, {width}, {depth}) gave {got!r}, expected {wanted}: {hint}")


@register("efficientnet-resolution")
def _(resolution) -> None:
    cases = [
        ((1.0, 1.0, 1.0), 224, "nothing to spend leaves the resolution as it was"),
        ((4.0, 1.0, 1.0), 448, "four times the cost is twice the resolution"),
        ((4.0, 4.0, 1.0), 224, "four times the depth uses all of it"),
        ((4.0, 1.0, 2.0), 224, "the cost grows with the square of the width"),
        ((2.0, 1.2, 1.1), 262, "224 times the square root of 2 / (1.2 · 1.21) is 262.9: the budget may not be exceeded"),
        ((9.0, 1.0, 1.0, 32), 96, "pixels is the resolution at factor 1"),
        ((0.25, 1.0, 1.0), 112, "a smaller budget takes a smaller picture"),
    ]
    for arguments, wanted, hint in cases:
        got = resolution(*arguments)
        assert got == wanted, f"resolution{arguments} gave {got!r}, expected {wanted}: {hint}"


@register("efficientnet-skip")
def _(skip_examples) -> None:
    for shape, p in (((7, 3), 0.25), ((5, 2, 3, 4), 0.5), ((6,), 0.2), ((3, 2, 2), 0.0), ((4, 3, 2, 2), 1.0)):
        generator = torch.Generator().manual_seed(len(shape))
        x, branch = torch.randn(2, *shape, generator=generator, dtype=wide()).to(device())
        draws = torch.linspace(0, 0.99, shape[0], dtype=wide()).to(device())
        wanted = x.clone()
        for i, number in enumerate(draws.tolist()):
            if number >= p:
                wanted[i] += branch[i] / (1 - p)
        got = skip_examples(x.clone(), branch.clone(), p, draws)
        size = tuple(got.shape) if isinstance(got, torch.Tensor) else got
        assert size == shape, f"a tensor of shape {shape} is asked, not {size!r}"
        assert got.isfinite().all(), f"with p = {p} the result is not finite: 1 / (1 - p) has a pole at 1"
        dropped = draws < p
        assert near(got[dropped], x[dropped]), (
            f"with p = {p} an example whose number is less than p should be x itself: the branch is dropped, "
            "x never is")
        assert near(got, wanted), (
            f"with p = {p} and shape {shape}: each example that is kept should be x + branch / (1 - p)")


@register("efficientnet-blocks")
def _(expected_blocks) -> None:
    cases = [
        (([False] * 4, 0.5), 4.0, "blocks without a skip connection always take part"),
        (([True] * 4, 0.5), 4 - 0.5 * (0 + 1 + 2 + 3) / 4, "block i is dropped with probability drop · i / n, i from 0"),
        (([False, True, False, True], 0.2), 4 - 0.2 * (1 + 3) / 4,
         "i counts all blocks, also those without a skip connection"),
        (([True], 0.9), 1.0, "the first block is never dropped"),
        (([False, False, True, True, False], 1.0), 5 - (2 + 3) / 5, "drop may be 1"),
        (([], 0.2), 0, "no block, none that takes part"),
    ]
    for arguments, wanted, hint in cases:
        got = expected_blocks(*arguments)
        assert isinstance(got, int | float) and abs(got - wanted) < 1e-9, (
            f"expected_blocks{arguments} gave {got!r}, expected {wanted:g}: {hint}")
