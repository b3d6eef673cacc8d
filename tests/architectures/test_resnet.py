"""Residual networks: options, shapes and errors that torchvision's numbers do not cover."""

import pytest
import torch
from comparing import draws
from deepgloss import architectures, count, device
from deepgloss.architectures import BasicBlock, Bottleneck, PreActBlock, ResNet
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

BLOCKS = {"basic": BasicBlock, "bottleneck": Bottleneck, "preact": PreActBlock}


def network(block="basic", depths=(2, 1), widths=(3, 5), **options):
    torch.manual_seed(0)
    options = {"num_classes": 7, "in_channels": 2, "small": True} | options
    return ResNet(block, depths, widths, **options).double().to(device())


@settings(deadline=None, max_examples=12)
@given(
    block=st.sampled_from(sorted(BLOCKS)), depths=st.lists(st.integers(1, 2), min_size=1, max_size=3),
    small=st.booleans(), residual=st.booleans(), size=st.integers(17, 29), training=st.booleans(),
)
def test_logits_and_gradients_for_any_shape(block, depths, small, residual, size, training):
    model = network(block, depths, (3, 5, 7)[:len(depths)], small=small, residual=residual).train(training)
    logits = model(draws(2, 2, size, size + 2))
    assert logits.shape == (2, 7)
    logits.sum().backward()
    assert all(p.grad is not None and p.grad.isfinite().all() for p in model.parameters())
    projections = [name for name, _ in model.named_modules() if name.endswith("downsample")]
    assert residual or not projections


@pytest.mark.parametrize("block", BLOCKS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_a_block_adds_its_input_to_its_function(block, dtype):
    torch.manual_seed(0)
    expansion = BLOCKS[block].expansion
    inner = BLOCKS[block](3 * expansion, 3).to(device(), dtype).eval()
    x = draws(2, 3 * expansion, 5, 7, dtype=dtype).requires_grad_()
    y = x + inner.residual_function(x)
    expected = y if block == "preact" else torch.relu(y)
    torch.testing.assert_close(inner(x), expected)
    direction = draws(*x.shape, seed=1, dtype=dtype)
    gradients = [torch.autograd.grad((out * direction).sum(), x)[0] for out in (inner(x), expected)]
    torch.testing.assert_close(*gradients)


@pytest.mark.parametrize("block", BLOCKS)
def test_a_plain_block_adds_nothing(block):
    torch.manual_seed(0)
    expansion = BLOCKS[block].expansion
    inner = BLOCKS[block](3 * expansion, 3, residual=False).double().to(device()).eval()
    x = draws(2, 3 * expansion, 5, 7)
    f = inner.residual_function(x)
    torch.testing.assert_close(inner(x), f if block == "preact" else torch.relu(f))


def test_skips_of_a_pre_activated_stage_are_one_identity():
    stage = network("preact", (5,), (3,)).eval().layer1
    x = draws(2, 3, 5, 7)
    states, corrections = [x], []
    for block in stage:
        corrections.append(block.residual_function(states[-1]))
        states.append(block(states[-1]))
    torch.testing.assert_close(states[-1], x + sum(corrections))


def test_an_input_is_left_as_it_was():
    for block in BLOCKS:
        model = network(block)
        x = draws(2, 2, 9, 11)
        kept = x.clone()
        model(x)
        assert torch.equal(x, kept)


@pytest.mark.parametrize("n, millions", [(3, 0.27), (5, 0.47), (7, 0.66), (18, 1.73)])
def test_size_for_small_pictures(n, millions):
    with torch.device("meta"):
        model = ResNet("basic", (n, n, n), (16, 32, 64), num_classes=10, small=True)
    counted = count(model, (1, 3, 32, 32))
    assert round(counted.parameters / 1e6, 2) == millions
    assert sum(isinstance(m, nn.Conv2d) and m.kernel_size == (3, 3) for m in model.modules()) == 6 * n + 1


@pytest.mark.parametrize("name, multiply_adds", [
    ("resnet18", 1_814_073_344), ("resnet50", 4_089_184_256), ("resnet152", 11_513_626_624)])
def test_multiply_adds_at_published_size(name, multiply_adds):
    with torch.device("meta"):
        model = getattr(architectures, name)()
    assert count(model, (1, 3, 224, 224)).multiply_adds == multiply_adds


@pytest.mark.parametrize("arguments, error, message", [
    (("wide", (1,), (3,)), ValueError, "block"),
    (("basic", (1, 2), (3,)), ValueError, "widths must have the length of depths, 2, not 1"),
    (("basic", (0,), (3,)), ValueError, "depths"),
    (("basic", (1.5,), (3,)), TypeError, "depths"),
])
def test_bad_arguments_are_named(arguments, error, message):
    with pytest.raises(error, match=message):
        ResNet(*arguments)


def test_bad_numbers_of_classes_and_channels_are_named():
    with pytest.raises(ValueError, match="num_classes"):
        ResNet("basic", (1,), (3,), num_classes=0)
    with pytest.raises(ValueError, match="in_channels"):
        ResNet("basic", (1,), (3,), in_channels=0)
