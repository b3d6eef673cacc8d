"""Checks of the exercises in the chapter on upsampling."""

import torch
from torch.nn import functional as F

from ..._device import device, wide
from .. import register
from .._compare import near, tensor


@register("upsampling-output-padding")
def _(output_padding) -> None:
    for n in range(4, 14):
        for k in (2, 3, 4):
            for s in (1, 2, 3):
                for p in (0, 1):
                    m = (n + 2 * p - k) // s + 1
                    wanted = n - (s * (m - 1) + k - 2 * p)
                    got = output_padding(n, k, s, p)
                    assert got is not None, (
                        "output_padding returned None: does it end in a return statement?"
                    )
                    if got >= s:
                        hint = "it is below the stride: what the stride's division leaves over"
                    elif p and got == (n - k) % s:
                        hint = "padding adds elements on both sides before the stride divides"
                    else:
                        hint = "it is what (n + 2p − k) leaves over when the stride divides it"
                    assert got == wanted, (
                        f"output_padding({n}, {k}, {s}, {p}) gave {got}, expected {wanted}: {hint}"
                    )


@register("upsampling-bilinear-kernel")
def _(bilinear_kernel) -> None:
    x = torch.randn(1, 1, 6, 7, generator=torch.Generator().manual_seed(0),
                    dtype=wide()).to(device())
    for s in (1, 2, 3, 4, 5):
        got = bilinear_kernel(s)
        assert got is not None, "bilinear_kernel returned None: does it end in a return statement?"
        k = 2 * s - s % 2
        assert isinstance(got, torch.Tensor) and got.shape == (k, k), (
            f"the kernel for s = {s} must be a tensor of {k} × {k}"
        )
        total = got.cpu().double().sum().item()
        got = got.to(x)
        assert abs(total - s**2) < 1e-9 * s**2, (
            f"the weights for s = {s} add up to {total:.5g}, expected {s**2}: each output must "
            "get weights that add up to 1, and there are s² of them for each input"
        )
        y = F.conv_transpose2d(x, got[None, None], stride=s, padding=(k - s) // 2)
        wanted = F.interpolate(x, scale_factor=s, mode="bilinear")
        assert near(y[..., s:-s, s:-s], wanted[..., s:-s, s:-s]), (
            f"the result for s = {s} is not bilinear: the weight falls linearly with the distance "
            "from the kernel's center, (k − 1) / 2, and is 0 at distance s"
        )


@register("upsampling-icnr")
def _(equal_start) -> None:
    for channels, r, inputs in [(3, 2, 5), (1, 3, 2), (2, 1, 3)]:
        weight = torch.randn(channels * r**2, inputs, 3, 3,
                             generator=torch.Generator().manual_seed(r)).to(device())
        kept = weight.clone()
        got = equal_start(weight, r)
        got = tensor(got, "equal_start")
        assert torch.equal(weight, kept), "the weight given was changed in place"
        assert got.shape == weight.shape, (
            f"the weight must stay {tuple(weight.shape)}, not become {tuple(got.shape)}"
        )
        x = torch.randn(1, inputs, 4, 4, generator=torch.Generator().manual_seed(9)).to(device())
        blocks = F.pixel_shuffle(F.conv2d(x, got, padding=1), r)
        flat = F.interpolate(blocks[..., ::r, ::r], scale_factor=r)
        assert near(blocks, flat, atol=1e-5), (
            "after pixel shuffle a block of r × r pixels is not flat: channels c r² to "
            "(c + 1) r² − 1 form one block, and must be equal"
        )
        first = F.conv2d(x, kept[:: r**2], padding=1)
        assert near(blocks[..., ::r, ::r], first, atol=1e-5), (
            "each block must be a copy of its own first filter"
        )
