"""Checks of the exercises in the chapter on convolutional neural networks."""

import torch
from torch import nn

from ..._device import device, wide
from .. import register
from .._compare import draws, near


@register("convolutional-neural-network-receptive-field")
def _(receptive_field) -> None:
    cases = [
        ([], (1, 1), "without a layer a unit is a pixel"),
        ([(5, 1, 1)], (5, 1), "one layer sees its kernel"),
        ([(3, 1, 1), (3, 1, 1)], (5, 1), "a second layer adds k − 1, not k"),
        ([(3, 1, 1), (2, 2, 1)], (4, 2), "a stride counts from the next layer on"),
        ([(5, 1, 1), (2, 2, 1), (5, 1, 1), (2, 2, 1), (5, 1, 1)], (32, 4),
         "this is LeNet-5: each layer adds (k − 1) times the step of the layers before it"),
        ([(3, 2, 1), (3, 3, 1), (2, 2, 1)], (13, 12), "steps multiply"),
        ([(3, 1, 2)], (5, 1), "with dilation 2 three taps span five pixels"),
        ([(3, 2, 1), (3, 1, 4)], (19, 2), "dilation and step multiply"),
        ([(1, 2, 1), (1, 2, 5)], (1, 4), "a 1 × 1 kernel sees nothing more, but its stride counts"),
    ]
    for layers, wanted, hint in cases:
        got = receptive_field(list(layers))
        assert isinstance(got, (tuple, list)) and len(got) == 2, (
            f"receptive_field should return a pair (size, step), not {got!r}"
        )
        assert tuple(got) == wanted, (
            f"receptive_field({layers}) gave {tuple(got)}, expected {wanted}: {hint}"
        )


@register("convolutional-neural-network-table")
def _(table_cost) -> None:
    paper = [(0, 1, 2)] * 6 + [(0, 1, 2, 3)] * 9 + [tuple(range(6))]
    cases = [
        ([(0,)], 1, 1, 1), ([(0, 1)], 3, 3, 3), (paper, 5, 14, 14), ([(2,), (0, 1, 4)], 2, 5, 7),
        ([(0,)] * 6, 5, 32, 32),
    ]
    for table, kernel, height, width in cases:
        weights = sum(len(row) for row in table) * kernel**2
        positions = (height - kernel + 1) * (width - kernel + 1)
        wanted = weights + len(table), (weights + len(table)) * positions
        got = table_cost([tuple(row) for row in table], kernel, height, width)
        assert isinstance(got, (tuple, list)) and len(got) == 2, (
            f"table_cost should return a pair (parameters, connections), not {got!r}"
        )
        where = f"with a table of rows {[len(row) for row in table]}, kernel {kernel}"
        advice = "k² weights for each entry of the table, and one bias for each row"
        if got[0] == weights:
            advice = "each output map has a bias"
        assert got[0] == wanted[0], f"{where}: {got[0]} parameters, expected {wanted[0]}: {advice}"
        advice = "each parameter is used once at every position of the output"
        if got[1] == weights * positions:
            advice = "the bias is a connection as well"
        elif got[1] == wanted[0] * height * width:
            advice = "without padding the output is smaller, n − k + 1"
        assert got[1] == wanted[1], (
            f"{where}, on {height} × {width}: {got[1]} connections, expected {wanted[1]}: {advice}"
        )


@register("convolutional-neural-network-any-size")
def _(as_convolution) -> None:
    for c, h, w, out, bias in [(2, 3, 5, 7, True), (3, 1, 1, 2, False), (1, 4, 2, 3, True)]:
        linear = nn.Linear(c * h * w, out, bias=bias, dtype=wide()).to(device())
        with torch.no_grad():
            for k, parameter in enumerate(linear.parameters()):
                parameter.copy_(draws(*parameter.shape, seed=k))
        kept = linear.weight.detach().clone()
        layer = as_convolution(linear, c, h, w)
        assert isinstance(layer, nn.Conv2d), f"as_convolution should return an nn.Conv2d, not {layer!r}"
        assert (layer.bias is None) == (linear.bias is None), (
            "the convolution has a bias where the linear layer has one, and only there"
        )
        assert layer.weight.dtype == linear.weight.dtype and layer.weight.device == linear.weight.device, (
            f"the weights should stay {linear.weight.dtype} on {linear.weight.device}"
        )
        assert tuple(layer.weight.shape) == (out, c, h, w), (
            f"the kernel should have the shape {(out, c, h, w)}, not {tuple(layer.weight.shape)}"
        )
        x = draws(2, c, h, w, seed=5)
        with torch.no_grad():
            got, wanted = layer(x), linear(x.flatten(1))
            assert near(got.flatten(1), wanted), (
                "on maps of the linear layer's size the numbers differ: flattening runs over "
                "channels, then rows, then columns, and so do the kernel's axes"
            )
            x = draws(2, c, h + 2, w + 3, seed=6)
            got = layer(x)
            assert tuple(got.shape) == (2, out, 3, 4), (
                f"on maps two rows and three columns larger the answer should be 3 × 4 positions, "
                f"not {tuple(got.shape[2:])}: no padding, stride 1"
            )
            wanted = linear(x[:, :, 2:2 + h, 1:1 + w].flatten(1))
            assert near(got[:, :, 2, 1], wanted), "each position answers for its window"
        assert torch.equal(linear.weight, kept), "the linear layer was changed"
        with torch.no_grad():
            layer.weight.add_(1)
        assert torch.equal(linear.weight, kept), (
            "the two layers share their memory: training one would change the other; copy"
        )


@register("convolutional-neural-network-strides")
def _(shifts) -> None:
    pair = shifts()
    assert isinstance(pair, (tuple, list)) and len(pair) == 2 and all(map(callable, pair)), (
        "shifts should return the two functions (smallest_shift, shift_of_maps)"
    )
    smallest_shift, shift_of_maps = pair
    cases = [
        ([], 1, "without a layer every shift will do"),
        ([(3, 1), (5, 1)], 1, "without strides every shift will do, whatever the kernels are"),
        ([(2, 2)], 2, "after a stride of 2 a shift by one pixel mixes other pairs"),
        ([(3, 2), (3, 1), (2, 2)], 4, "strides multiply"),
        ([(3, 2), (3, 3)], 6, "strides multiply"),
        ([(1, 2), (1, 2), (1, 2)], 8, "strides multiply, whatever the kernels are"),
    ]
    for layers, wanted, hint in cases:
        got = smallest_shift(list(layers))
        assert got == wanted, f"smallest_shift({layers}) gave {got}, expected {wanted}: {hint}"
        for units in (0, 1, -1, 3):
            got = shift_of_maps(list(layers), units * wanted)
            assert got == units, (
                f"shift_of_maps({layers}, {units * wanted}) gave {got}, expected {units}: "
                "one unit for each step of that many pixels, to either side"
            )
        for pixels in (wanted + 1, -1, 2 * wanted - 1):
            if wanted > 1:
                got = shift_of_maps(list(layers), pixels)
                assert got is None, (
                    f"shift_of_maps({layers}, {pixels}) gave {got}, expected None: units cannot "
                    "move by a part of themselves"
                )
