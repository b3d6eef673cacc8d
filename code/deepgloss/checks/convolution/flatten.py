"""Checks of the exercises in the chapter on flattening."""

import torch

from ..._device import device, wide
from .. import register
from .._compare import near


@register("flatten-index")
def _(pixel) -> None:
    for channels, height, width in [(3, 5, 7), (1, 4, 2), (4, 1, 3), (2, 6, 1)]:
        numbered = torch.arange(channels * height * width).reshape(channels, height, width)
        for j in range(channels * height * width):
            got = pixel(j, channels, height, width)
            assert got is not None, "pixel returned None: does it end in a return statement?"
            got = tuple(int(i) for i in got)
            wanted = tuple((numbered == j).nonzero()[0].tolist())
            if got == wanted[::-1] or sorted(got) == sorted(wanted) and got != wanted:
                hint = "return channel, row, column, in this order"
            elif got[2] != wanted[2]:
                hint = "the column runs fastest: it is the remainder by the width"
            else:
                hint = "a channel holds height · width features"
            assert got == wanted, (
                f"pixel({j}, {channels}, {height}, {width}) gave {got}, expected {wanted}: {hint}"
            )


@register("flatten-view")
def _(is_view) -> None:
    x = torch.zeros(2, 3, 4, 5)
    cases = {
        "contiguous": x,
        "transposed": x.transpose(1, 2),
        "every second element of the last axis": x[..., ::2],
        "one channel": x[:, :1],
        "one example, its rows in every second place": x[:1, :, ::2],
        "an axis of size 1 with an odd stride": torch.zeros(12).as_strided((3, 1, 4), (4, 99, 1)),
        "expanded": torch.zeros(1, 3).expand(4, 3),
        "channels last": x.contiguous(memory_format=torch.channels_last),
        "nothing in it": x[:, :, :0].transpose(0, 3),
        "a step of two throughout": torch.zeros(24)[::2].reshape(3, 4),
        "a scalar": x[0, 0, 0, 0],
    }
    for name, case in cases.items():
        try:
            case.view(-1)
            wanted = True
        except RuntimeError:
            wanted = False
        got = is_view(tuple(case.shape), case.stride())
        assert got is not None, "is_view returned None: does it end in a return statement?"
        hint = "one step of an axis must be as long as all steps of the next one together"
        if 1 in case.shape:
            hint = "leave axes of size 1 out: their stride is never used"
        if case.numel() == 0:
            hint = "with no element there is nothing to move"
        if name.startswith("a step"):
            hint = "the innermost stride need not be 1"
        assert bool(got) == wanted, (
            f"{name}, sizes {tuple(case.shape)} and strides {case.stride()}: {bool(got)}, "
            f"expected {wanted}; {hint}"
        )


@register("flatten-channels-last-weights")
def _(from_channels_last) -> None:
    for outputs, channels, height, width in [(4, 3, 5, 7), (2, 6, 1, 5), (1, 2, 3, 2)]:
        draws = torch.Generator().manual_seed(outputs)
        weight = torch.randn(outputs, channels * height * width, generator=draws,
                             dtype=wide()).to(device())
        maps = torch.randn(3, channels, height, width, generator=draws,
                           dtype=wide()).to(device())
        kept = weight.clone()
        got = from_channels_last(weight, channels, height, width)
        assert got is not None, "from_channels_last returned None: does it end in a return statement?"
        assert torch.equal(weight, kept), "the weight given was changed in place"
        assert isinstance(got, torch.Tensor) and got.shape == weight.shape, (
            f"the weight must stay {tuple(weight.shape)}"
        )
        wanted = maps.permute(0, 2, 3, 1).reshape(3, -1) @ weight.T
        outputs_now = maps.flatten(1) @ got.T
        assert near(outputs_now, wanted), (
            "the outputs differ: split the columns into (height, width, channels), move the "
            "channels to the front, and flatten again"
        )
