"""MobileNets: blocks by hand, multipliers, counts and errors that torchvision's numbers do not cover."""

import pytest
import torch
from comparing import draws
from deepgloss import architectures, count, device
from deepgloss.architectures import (
    Excitation,
    ExcitedResidual,
    InvertedResidual,
    MobileNetV1,
    MobileNetV2,
    MobileNetV3,
)
from deepgloss.architectures._blocks import divisible
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

DTYPES = st.sampled_from((torch.float32, torch.float64))


def trained(module, dtype=torch.float64):
    """The module with normalizations that do something, in evaluation mode."""
    draw = torch.Generator().manual_seed(1)
    for layer in module.modules():
        if isinstance(layer, nn.BatchNorm2d):
            for tensor in (layer.weight.data, layer.bias.data, layer.running_mean):
                tensor.normal_(generator=draw)
            layer.running_var.uniform_(0.5, 2.0, generator=draw)
    return module.to(device(), dtype).eval()


def same(module, expected, x):
    """Values and gradients agree."""
    got, wanted = module(x), expected(x)
    torch.testing.assert_close(got, wanted)
    direction = draws(*got.shape, seed=2, dtype=x.dtype)
    torch.testing.assert_close(*(torch.autograd.grad((y * direction).sum(), x)[0] for y in (got, wanted)))


def norm(layer, x):
    """The normalization from its statistics."""
    mean, scale, weight, bias = (t[:, None, None] for t in (
        layer.running_mean, (layer.running_var + layer.eps).rsqrt(), layer.weight, layer.bias))
    return (x - mean) * scale * weight + bias


@settings(deadline=None, max_examples=15)
@given(
    inputs=st.integers(1, 5), outputs=st.integers(1, 5), stride=st.integers(1, 3), expansion=st.integers(1, 4),
    rows=st.integers(1, 7), columns=st.integers(1, 7), dtype=DTYPES,
)
def test_an_inverted_residual_by_hand(inputs, outputs, stride, expansion, rows, columns, dtype):
    torch.manual_seed(0)
    module = trained(InvertedResidual(inputs, outputs, stride, expansion), dtype)

    def by_hand(x):
        y = x
        *inner, last, last_norm = module.conv
        for i, (conv, batch_norm, _) in enumerate(inner):
            deep = i == len(inner) - 1
            y = F.conv2d(y, conv.weight, stride=stride if deep else 1, padding=int(deep),
                         groups=y.shape[1] if deep else 1)
            y = norm(batch_norm, y).clamp(0, 6)
        y = norm(last_norm, F.conv2d(y, last.weight))
        return x + y if stride == 1 and inputs == outputs else y

    x = draws(2, inputs, rows, columns, dtype=dtype).requires_grad_()
    same(module, by_hand, x)
    assert module(x).shape == (2, outputs, -(-rows // stride), -(-columns // stride))
    assert len(module.conv) == (3 if expansion == 1 else 4)


@settings(deadline=None, max_examples=10)
@given(
    inputs=st.integers(1, 5), middle=st.integers(2, 11), outputs=st.integers(1, 5), dtype=DTYPES,
    kernel=st.sampled_from((3, 5)), stride=st.integers(1, 2), excited=st.booleans(), hard=st.booleans(),
)
def test_an_excited_residual_by_hand(inputs, middle, outputs, dtype, kernel, stride, excited, hard):
    torch.manual_seed(0)
    module = trained(ExcitedResidual(inputs, middle, outputs, kernel, stride, excited, hard), dtype)

    def bend(x):
        return x * (x + 3).clamp(0, 6) / 6 if hard else x.clamp(0)

    def by_hand(x):
        y, layers = x, list(module.block)
        if middle != inputs:
            conv, batch_norm, _ = layers.pop(0)
            y = bend(norm(batch_norm, F.conv2d(y, conv.weight)))
        conv, batch_norm, _ = layers.pop(0)
        y = F.conv2d(y, conv.weight, stride=stride, padding=kernel // 2, groups=middle)
        y = bend(norm(batch_norm, y))
        if excited:
            gate = layers.pop(0)
            mean = y.mean((2, 3), keepdim=True)
            hidden = F.conv2d(mean, gate.fc1.weight, gate.fc1.bias).clamp(0)
            y = y * ((F.conv2d(hidden, gate.fc2.weight, gate.fc2.bias) + 3).clamp(0, 6) / 6)
        conv, batch_norm = layers.pop(0)
        y = norm(batch_norm, F.conv2d(y, conv.weight))
        return x + y if stride == 1 and inputs == outputs else y

    same(module, by_hand, draws(2, inputs, 5, 7, dtype=dtype).requires_grad_())
    assert excited == any(isinstance(layer, Excitation) for layer in module.modules())


@given(channels=st.floats(0.1, 3000), divisor=st.sampled_from((4, 8, 16)))
def test_channels_are_divisible_and_hardly_fewer(channels, divisor):
    rounded = divisible(channels, divisor)
    assert rounded % divisor == 0 and rounded >= divisor
    assert rounded >= 0.9 * channels and rounded <= channels + divisor


@pytest.mark.parametrize(("make", "parameters", "multiply_adds"), [
    (lambda: MobileNetV1(), 4_231_976, 568_740_352),
    (lambda: MobileNetV1(separable=False), 29_294_088, 4_867_293_184),
    (lambda: MobileNetV1(width=0.25), 470_072, 41_030_272),
    (lambda: MobileNetV2(), 3_504_872, 300_774_272),
    (lambda: MobileNetV2(width=1.4), 6_108_776, 582_195_824),
    (lambda: architectures.mobilenet_v3_large(), 5_483_032, 216_589_760),
    (lambda: architectures.mobilenet_v3_small(), 2_542_856, 56_510_400),
])
def test_published_sizes(make, parameters, multiply_adds):
    with torch.device("meta"):
        counted = count(make().eval(), (1, 3, 224, 224))
    assert (counted.parameters, counted.multiply_adds) == (parameters, multiply_adds)


@pytest.mark.parametrize("make", [
    lambda **more: MobileNetV1(layers=((11, 1), (13, 2)), stem=(7, 2), **more),
    lambda **more: MobileNetV1(layers=((11, 1), (13, 2)), stem=(7, 2), separable=False, **more),
    lambda **more: MobileNetV2(blocks=((1, 8, 1, 1), (3, 8, 2, 2)), stem=(7, 1), last=13, **more),
    lambda **more: MobileNetV3(((3, 16, 8, True, False, 2), (5, 24, 8, True, True, 1)), 13, **more),
])
@pytest.mark.parametrize("width", [0.5, 1.0, 1.7])
def test_logits_and_gradients(make, width):
    torch.manual_seed(0)
    model = make(width=width, num_classes=5, in_channels=2).double().to(device())
    logits = model(draws(3, 2, 17, 19))
    assert logits.shape == (3, 5)
    logits.square().sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())


def test_width_multiplies_the_wide_end_only_upward():
    with torch.device("meta"):
        assert MobileNetV2(width=0.5).classifier[1].in_features == 1280
        assert MobileNetV2(width=1.4).classifier[1].in_features == 1792


@pytest.mark.parametrize(("make", "error", "message"), [
    (lambda: MobileNetV1(width=0), ValueError, "width"),
    (lambda: MobileNetV1(width="1"), TypeError, "width"),
    (lambda: MobileNetV1(num_classes=0), ValueError, "num_classes"),
    (lambda: MobileNetV2(dropout=2), ValueError, "dropout"),
    (lambda: MobileNetV2(blocks=((6, 8, 0, 1),)), ValueError, "repetitions"),
    (lambda: MobileNetV2(blocks=((6, 8, 1, 0),)), ValueError, "stride"),
    (lambda: architectures.mobilenet_v3_small(width=-1), ValueError, "width"),
    (lambda: InvertedResidual(3, 5, 1, 0), ValueError, "expansion"),
    (lambda: InvertedResidual(3.0, 5, 1, 2), TypeError, "in_channels"),
    (lambda: ExcitedResidual(3, 5, 7, 4, 1, True, True), ValueError, "kernel_size must be odd"),
    (lambda: ExcitedResidual(3, 0, 7, 3, 1, True, True), ValueError, "middle"),
])
def test_refused(make, error, message):
    with torch.device("meta"), pytest.raises(error, match=message):
        make()
