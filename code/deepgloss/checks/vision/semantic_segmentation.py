"""Checks of the exercises in the chapter on semantic segmentation."""

import torch
from torch import nn

from ..._device import device
from .. import register
from .._compare import near, number, several, tensor


@register("semantic-segmentation-iou")
def _(class_ious) -> None:
    cases = [
        ([0, 0, 0, 1, 2, 1], [0, 0, 1, 1, 2, 2], 3, [2 / 3, 1 / 3, 1 / 2], "this is the chapter's example"),
        ([1, 1, 1], [1, 1, 1], 3, [None, 1.0, None], "a class in neither has no IoU: None"),
        ([2, 2, 2, 2], [0, 0, 2, 2], 3, [0.0, None, 0.5], "a class that is missed has 0, not None"),
        ([0, 1, 1, 1], [0, 0, 0, 0], 2, [0.25, 0.0], "pixels given to a class by mistake count in its union"),
    ]
    for predicted, target, classes, wanted, hint in cases:
        for shape in ((-1,), (1, -1, 1)):
            got = several(
                class_ious(*(torch.tensor(x, device=device()).reshape(shape) for x in (predicted, target)), classes),
                classes, "class_ious must give a list with an entry for each class")
            for k, (mine, right) in enumerate(zip(got, wanted)):
                if right is None:
                    assert mine is None, f"class {k} of {predicted} and {target} got {mine!r}, expected None: {hint}"
                else:
                    assert mine is not None, f"class {k} of {predicted} and {target} got None, expected {right:.3f}: {hint}"
                    value = number(mine, "an IoU")
                    assert abs(value - right) < 1e-6, (
                        f"class {k} of {predicted} and {target} got {value:.3f}, expected {right:.3f}: {hint}")


@register("semantic-segmentation-size")
def _(unet_size) -> None:
    cases = [
        ((5, 0), 1, "without pooling two convolutions take four pixels"),
        ((4, 0), None, "nothing is left"),
        ((572, 4), 388, "this is the paper's"),
        ((140, 3), 52, "each convolution without padding takes a pixel from every side"),
        ((16, 1), None, "the output must have a side of 1 at least"),
        ((18, 1), 2, "down to 7, at the bottom 3, up to 6, two convolutions more"),
        ((17, 1), None, "13 is odd and cannot be pooled"),
        ((574, 4), None, "an odd side shows up at the second pooling"),
        ((8, 1), None, "the bottom has no pixel left"),
        ((12, 1), None, "4 pixels at the bottom lose all of them to two convolutions"),
    ]
    for arguments, wanted, hint in cases:
        got = unet_size(*arguments)
        if wanted is None:
            assert got is None, f"unet_size{arguments} gave {got!r}, expected None: {hint}"
        else:
            assert got is not None, f"unet_size{arguments} gave None, expected {wanted}: {hint}"
            assert number(got, "unet_size") == wanted, f"unet_size{arguments} gave {got!r}, expected {wanted}: {hint}"


@register("semantic-segmentation-cast")
def _(as_convolution) -> None:
    for seed, (channels, side, outputs, bias) in enumerate(((1, 1, 3, True), (2, 3, 5, True), (3, 2, 2, False))):
        draws = torch.Generator().manual_seed(seed)
        linear = nn.Linear(channels * side * side, outputs, bias=bias)
        with torch.no_grad():
            for parameter in linear.parameters():
                parameter.copy_(torch.randn(parameter.shape, generator=draws))
        linear.to(device())
        conv = as_convolution(linear, channels)
        assert isinstance(conv, nn.Conv2d), f"as_convolution must give an nn.Conv2d, not {type(conv).__name__}"
        conv = conv.to(device())
        for extra in (0, 2):
            x = torch.randn(2, channels, side, side + extra, generator=draws).to(device())
            wanted = torch.stack([linear(x[..., at:at + side].flatten(1)) for at in range(extra + 1)], -1)[:, :, None]
            got = tensor(conv(x), "the convolution's output")
            assert got.shape == wanted.shape, (
                f"maps of {side} × {side + extra} must give {tuple(wanted.shape)}, not {tuple(got.shape)}: "
                "the kernel covers the linear layer's map once and moves by one, without padding")
            assert near(got, wanted, rtol=1e-4, atol=1e-4), (
                f"on maps of {side} × {side + extra} the convolution gives other numbers than the linear layer: "
                "a row of weights holds one channel after the other, each row by row; and there is the bias")


@register("semantic-segmentation-border")
def _(border_weights) -> None:
    cases = [
        ([[1, 0, 2]], 10.0, 1.0, "between two objects next to it d1 = d2 = 1"),
        ([[1, 1, 0, 0, 0]], 10.0, 5.0, "with one object all weights are 1"),
        ([[0, 0], [0, 0]], 10.0, 5.0, "without objects all weights are 1"),
        ([[1, 0, 0, 3, 3]], 4.0, 2.0, "labels may be missing between 1 and the largest"),
        ([[1, 1, 0, 0, 0, 2]], 4.0, 3.0, "the second nearest object counts, not the second nearest pixel"),
        ([[1, 0, 0, 0, 0], [0, 0, 0, 0, 0], [0, 0, 2, 0, 3]], 10.0, 4.0, "distances go straight, not along rows and columns"),
        ([[1, 0, 1, 0, 0, 2]], 10.0, 3.0, "an object in two pieces is still one object"),
        ([[1, 0, 2], [1, 2, 2]], 10.0, 1.0, "pixels of objects have weight 1, even beside another object"),
    ]
    for rows, w0, sigma, hint in cases:
        instances = torch.tensor(rows, device=device())
        wanted = _borders(rows, w0, sigma).to(device())
        got = border_weights(instances.clone(), w0, sigma)
        tensor(got, "border_weights")
        assert got.shape == wanted.shape, f"border_weights must have shape {tuple(wanted.shape)}, not {tuple(got.shape)}"
        assert got.dtype == torch.float32, f"border_weights must be of type torch.float32, not {got.dtype}"
        assert got.device == wanted.device, f"border_weights must be on {wanted.device} as the instances are, not on {got.device}"
        assert near(got, wanted, rtol=0, atol=1e-3), (
            f"border_weights of {rows} with w0 = {w0} and sigma = {sigma} gave {got.tolist()}, "
            f"expected {wanted.tolist()}: {hint}")


def _borders(rows, w0: float, sigma: float) -> torch.Tensor:
    """By the words of the statement, one pixel at a time."""
    weights = torch.ones(len(rows), len(rows[0]))
    objects = {k for row in rows for k in row} - {0}
    for i, row in enumerate(rows):
        for j, label in enumerate(row):
            nearest = sorted(min(((i - a) ** 2 + (j - b) ** 2) ** 0.5 for a, line in enumerate(rows)
                                 for b, k in enumerate(line) if k == one) for one in objects)
            if label == 0 and len(nearest) > 1:
                weights[i, j] += w0 * torch.exp(torch.tensor(-(nearest[0] + nearest[1]) ** 2 / (2 * sigma**2)))
    return weights
