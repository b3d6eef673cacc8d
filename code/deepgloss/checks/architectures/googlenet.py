"""Checks of the exercises in the chapter on GoogLeNet."""

import torch
from torch.nn import functional as F

from ..._device import device, wide
from .. import register
from .._compare import near


@register("googlenet-cost")
def _(module_cost) -> None:
    cases = [
        ((1, 1, 1, 1, 1, 1, 1, 1), (44, 38), "six filters of one channel: four of 1 × 1, one of 3 × 3, one of 5 × 5"),
        ((2, 3, 5, 7, 11, 13, 17, 1), (72 + 315 + 3575 + 56, 72 + 315 + 3575),
         "the 3 × 3 filters read r3 channels, the 5 × 5 filters r5; each filter has one bias"),
        ((2, 3, 5, 7, 11, 13, 17, 3), (4018, 9 * 3962),
         "each weight is used once at every position, and there are size² of them; biases are no multiply–adds"),
        ((192, 64, 96, 128, 16, 32, 32, 28), (163_696, 128_049_152), "this is module 3a"),
        ((832, 384, 192, 384, 48, 128, 128, 7), (1_444_080, 70_697_984), "this is module 5b"),
    ]
    for arguments, wanted, hint in cases:
        got = module_cost(*arguments)
        assert isinstance(got, (tuple, list)) and len(got) == 2, (
            f"module_cost should return a pair, parameters and multiply–adds, not {got!r}"
        )
        assert tuple(got) == wanted, f"module_cost{arguments} gave {tuple(got)}, expected {wanted}: {hint}"


@register("googlenet-even")
def _(widest_reduction) -> None:
    cases = [
        ((192, 128, 3), 164, "this is the 3 × 3 branch of module 3a"),
        ((192, 32, 5), 154, "this is the 5 × 5 branch of module 3a: the kernel has kernel² taps"),
        ((10, 10, 1), 4, "at r = 5 both cost the same, 100: fewer is asked for"),
        ((72, 8, 3), 35, "at r = 36 both cost the same: fewer is asked for"),
        ((1, 1, 1), 0, "one channel cannot be reduced"),
        ((1, 7, 5), 0, "one channel cannot be reduced"),
        ((512, 1, 3), 8, "a single filter of 9 taps"),
    ]
    for arguments, wanted, hint in cases:
        got = widest_reduction(*arguments)
        assert got == wanted, f"widest_reduction{arguments} gave {got!r}, expected {wanted}: {hint}"


@register("googlenet-loss-sum")
def _(total_loss) -> None:
    draws = torch.Generator().manual_seed(0)
    logits = [(3 * torch.randn(5, 7, generator=draws, dtype=wide())).to(device()).requires_grad_()
              for _ in range(4)]
    targets = torch.tensor([0, 6, 3, 3, 1]).to(device())
    single = [F.cross_entropy(x, targets) for x in logits]
    cases = [
        (logits[0], {}, single[0], "a single tensor is the output of a network in evaluation mode: its loss alone"),
        (tuple(logits[:3]), {}, single[0] + 0.3 * (single[1] + single[2]),
         "the first output counts in full, each of the others 0.3 times"),
        (tuple(logits), {"weight": 0.7}, single[0] + 0.7 * sum(single[1:]),
         "there may be any number of auxiliary outputs, and any weight"),
        ((logits[2],), {"weight": 0.5}, single[2], "a tuple of one has no auxiliary output"),
    ]
    for outputs, options, wanted, hint in cases:
        got = total_loss(outputs, targets, **options)
        assert isinstance(got, torch.Tensor) and got.dim() == 0, (
            f"total_loss should return a scalar tensor, not {got!r}"
        )
        assert near(got, wanted), f"the loss is {got.item():.4f}, expected {wanted.item():.4f}: {hint}"
        assert got.requires_grad, "the loss does not reach the logits: keep the graph"


@register("googlenet-merge")
def _(merge) -> None:
    for seed, (channels, o, t, f) in enumerate(((1, 1, 1, 1), (3, 2, 5, 7), (2, 5, 3, 1))):
        draws = torch.Generator().manual_seed(seed)
        x, *filters = (
            torch.randn(shape, generator=draws, dtype=wide()).to(device())
            for shape in ((2, channels, 9, 11), (o, channels, 1, 1), (t, channels, 3, 3), (f, channels, 5, 5)))
        wanted = torch.cat([F.conv2d(x, w, padding=w.shape[-1] // 2) for w in filters], 1)
        got = merge(*(w.clone() for w in filters))
        shape = (o + t + f, channels, 5, 5)
        assert isinstance(got, torch.Tensor) and got.shape == shape, (
            f"merge should return a tensor of shape {shape}, not "
            f"{tuple(got.shape) if isinstance(got, torch.Tensor) else got!r}"
        )
        maps = F.conv2d(x, got, padding=2)
        for name, part in (("1 × 1", slice(o)), ("3 × 3", slice(o, o + t)), ("5 × 5", slice(o + t, None))):
            assert near(maps[:, part], wanted[:, part]), (
                f"the maps of the {name} filters differ: a small filter sits in the middle, zeros around it, "
                "and the order is that of the arguments"
            )
