"""Checks of the exercises in the chapter on residual networks."""

import torch
from torch import nn

from ... import architectures
from ..._device import device, wide
from .. import register
from .._compare import near


@register("resnet-layers")
def _(resnet_layers) -> None:
    cases = [
        ("basic", (2, 2, 2, 2), 18, "two layers in each block, the stem and the last linear layer"),
        ("basic", (3, 4, 6, 3), 34, "two layers in each block, the stem and the last linear layer"),
        ("bottleneck", (3, 4, 6, 3), 50, "a bottleneck has three layers"),
        ("bottleneck", (3, 8, 36, 3), 152, "a bottleneck has three layers"),
        ("basic", (1,), 4, "any number of stages is possible"),
        ("bottleneck", (3, 24, 36, 3), 200, "projections and normalizations do not count"),
    ]
    for block, depths, wanted, hint in cases:
        got = resnet_layers(block, depths)
        assert got == wanted, f"resnet_layers({block!r}, {depths}) gave {got!r}, expected {wanted}: {hint}"


@register("resnet-gradients")
def _(skip_gradients) -> None:
    for blocks, size in ((1, 2), (3, 5), (0, 3), (7, 1)):
        draws = torch.Generator().manual_seed(blocks)
        jacobians = [torch.randn(size, size, generator=draws, dtype=wide()).to(device())
                     for _ in range(blocks)]
        top = torch.randn(size, generator=draws, dtype=wide()).to(device())
        kept = top.clone()
        x = torch.zeros(size, dtype=wide(), device=device(), requires_grad=True)
        states = [x]
        for jacobian in jacobians:
            states.append(states[-1] + jacobian @ states[-1])
        wanted = [*torch.autograd.grad(states[-1] @ top, states)]
        got = skip_gradients(list(jacobians), top)
        assert isinstance(got, list | tuple), f"a list of gradients is asked, not {got!r}"
        assert len(got) == blocks + 1, (
            f"with {blocks} blocks there are {blocks + 1} gradients, by x_0 to x_L, not {len(got)}")
        assert torch.equal(top, kept), "the gradient that was given must not be changed in place"
        if blocks and near(got[0], top) and not near(wanted[0], top):
            raise AssertionError("the list begins with the gradient by x_0, not by x_L")
        for l, (a, b) in enumerate(zip(got, wanted)):
            assert near(a, b), (
                f"with {blocks} blocks of size {size} the gradient by x_{l} is {a.tolist()}, expected "
                f"{b.tolist()}: it is (I + F′)ᵀ times the gradient above, transposed, beginning at the top")


@register("resnet-identity")
def _(start_as_identity) -> None:
    for block, expansion in (("basic", 1), ("bottleneck", 4)):
        torch.manual_seed(0)
        model = architectures.ResNet(block, (3, 2), (4, 8), small=True, num_classes=3).to(device())
        before = {name: value.detach().clone() for name, value in model.named_parameters()}
        start_as_identity(model)
        for name, value in model.named_parameters():
            changed = not torch.equal(value, before[name])
            assert not (changed and value.ndim == 4), (
                f"{name} is the weight of a convolution and must stay as it is")
            assert not (changed and "layer" not in name), f"{name} is in no block and must stay as it is"
            assert not (changed and "downsample" in name), f"{name} is in a projection, the skip itself"
        for training in (True, False):
            model.train(training)
            for stage, channels in (("layer1", 4 * expansion), ("layer2", 8 * expansion)):
                x = torch.rand(3, channels, 5, 7, device=device())
                for i, inner in enumerate(getattr(model, stage)):
                    # A stage may begin with a block that has no projection: layer1 of basic blocks does.
                    assert inner.downsample is not None or near(inner(x), x, atol=1e-6), (
                        f"{stage}.{i}, a {block} block without a projection, does not pass its input on: the "
                        "scale of its last normalization should be zero, so that F(x) is")
        changed = {name for name, value in model.named_parameters() if not torch.equal(value, before[name])}
        few = {name for name in changed if name.endswith("weight")}
        last = "bn2" if block == "basic" else "bn3"
        assert changed == few and all(last in name for name in few), (
            f"the scale of the last normalization of each block is enough; changed were {sorted(changed)}")


@register("resnet-deepen")
def _(plain_identity) -> None:
    wanted = [nn.Conv2d, nn.BatchNorm2d, nn.ReLU] * 2
    for channels in (1, 5):
        block = plain_identity(channels)
        assert isinstance(block, nn.Sequential) and [type(m) for m in block] == wanted, (
            f"plain_identity({channels}) should be nn.Sequential of convolution, normalization, ReLU, twice")
        for layer in (block[0], block[3]):
            assert layer.kernel_size == (3, 3) and layer.bias is None, "the convolutions are 3 × 3, without bias"
        block = block.to(device()).eval()
        x = 3 * torch.rand(2, channels, 7, 11, device=device())
        y = block(x)
        assert y.shape == x.shape, f"maps of shape {tuple(x.shape)} became {tuple(y.shape)}: pad by 1"
        swapped = channels > 1 and near(y.sum(1), x.sum(1), atol=1e-3)
        assert near(y, x, atol=1e-3), (
            "non-negative maps come out changed: " + (
                "the channels are mixed" if swapped else
                "each filter should be 1 at the center of its own channel and 0 elsewhere"))
