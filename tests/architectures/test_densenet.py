"""DenseNet's options: recomputing, dropout, stems, and what it refuses. Names and logits: test_torchvision."""

import copy

import pytest
import torch
from comparing import draws
from deepgloss import device, seed
from deepgloss.architectures import DenseBlock, DenseLayer, DenseNet
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn


@settings(max_examples=15)
@given(depth=st.integers(1, 4), channels=st.integers(1, 7), growth=st.integers(1, 5), bottleneck=st.integers(1, 4))
def test_a_block_concatenates_what_its_layers_write(depth, channels, growth, bottleneck):
    block = DenseBlock(depth, channels, growth, bottleneck).double().to(device())
    x = draws(3, channels, 5, 7)
    y = block(x)
    assert y.shape == (3, channels + depth * growth, 5, 7)
    torch.testing.assert_close(y[:, :channels], x)
    for i, layer in enumerate(block.children()):
        reads = channels + i * growth
        theirs = nn.Sequential(layer.norm1, nn.ReLU(), layer.conv1, layer.norm2, nn.ReLU(), layer.conv2)
        torch.testing.assert_close(y[:, reads:reads + growth], theirs(y[:, :reads]))


@settings(max_examples=15)
@given(depth=st.integers(1, 4), dropout=st.sampled_from([0.0, 0.3]), training=st.booleans(),
       single=st.booleans())
def test_recomputing_changes_nothing(depth, dropout, training, single):
    dtype = torch.float32 if single else torch.float64
    kept = DenseNet(3, (depth, 2), 5, dropout=dropout, num_classes=7, small=True).to(device(), dtype)
    redone = DenseNet(3, (depth, 2), 5, dropout=dropout, num_classes=7, small=True, recompute=True)
    redone = redone.to(device(), dtype)
    redone.load_state_dict(kept.state_dict())
    results = []
    for model in (kept, redone):
        x = draws(2, 3, 6, 10, dtype=dtype).requires_grad_()
        seed(5)
        model.train(training)(x).square().sum().backward()
        results.append([x.grad, *(p.grad for p in model.parameters()), *model.buffers()])
    for ours, theirs in zip(*results):
        torch.testing.assert_close(ours, theirs)


def test_running_statistics_see_each_batch_once():
    layer = DenseLayer(2, 3, recompute=True).to(device())
    x = (draws(5, 2, 3, 3, dtype=torch.float32) + 10).requires_grad_()
    layer([x]).sum().backward()
    torch.testing.assert_close(layer.norm1.running_mean, 0.1 * x.detach().mean((0, 2, 3)))
    assert layer.norm1.num_batches_tracked == 1 and layer.norm1.momentum == 0.1


def test_a_copy_recomputes_with_its_own_weights():
    layer = DenseLayer(2, 3, recompute=True).to(device())
    other = copy.deepcopy(layer)
    other([draws(5, 2, 3, 3, dtype=torch.float32).requires_grad_()]).sum().backward()
    assert layer.conv1.weight.grad is None and other.conv1.weight.grad is not None
    assert layer.norm1.num_batches_tracked == 0


@pytest.mark.parametrize("depth", [2, 5, 11])
def test_recomputing_keeps_linearly_many_numbers(depth):
    def kept(recompute):
        block, seen = DenseBlock(depth, 7, 3, recompute=recompute).to(device()), {}

        def pack(tensor):
            if tensor.dim() == 4 and not any(tensor is p for p in block.parameters()):
                seen[tensor.data_ptr()] = tensor.numel()
            return tensor

        x = draws(2, 7, 5, 3, dtype=torch.float32).requires_grad_()
        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            y = block(x)
        assert y.requires_grad
        return sum(seen.values()) / 30

    assert kept(False) == 14 * depth + 3 * depth * (depth - 1) + 24 * depth
    assert kept(True) == 7 + 3 * (depth - 1) + 24 * depth


@pytest.mark.parametrize("small, size", [(True, 12), (False, 35)])
def test_stems_and_channels(small, size):
    model = DenseNet(3, (1, 2), 5, num_classes=11, small=small, in_channels=2).to(device())
    assert model(draws(2, 2, size, size + 3, dtype=torch.float32)).shape == (2, 11)
    assert model.classifier.in_features == (5 + 3) // 2 + 6


@pytest.mark.parametrize("options, error, words", [
    ({"growth": 0}, ValueError, "growth"), ({"growth": 1.5}, TypeError, "growth"),
    ({"depths": (2, 0)}, ValueError, "depths"), ({"stem": -1}, ValueError, "stem"),
    ({"bottleneck": 0}, ValueError, "bottleneck"), ({"dropout": 1.5}, ValueError, "dropout"),
    ({"num_classes": 0}, ValueError, "num_classes"), ({"in_channels": "3"}, TypeError, "in_channels"),
])
def test_bad_options_are_named(options, error, words):
    with pytest.raises(error, match=words):
        DenseNet(**options)
