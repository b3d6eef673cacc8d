"""GoogLeNet: modules, auxiliary classifiers, counts and errors that torchvision's numbers do not cover."""

import pytest
import torch
from comparing import draws
from deepgloss import architectures, count, device
from deepgloss.architectures import GoogLeNet, GoogLeNetOutputs, Inception, InceptionAux
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F


def by_hand(module, x):
    """The module's four branches from its weights, without normalization."""
    def conv(layer, x):
        pad = layer.conv.kernel_size[0] // 2
        return F.conv2d(x, layer.conv.weight, layer.conv.bias, padding=pad).relu()

    pooled = torch.stack([
        F.pad(x, (1, 1, 1, 1), value=-torch.inf)[..., i:i + x.shape[2], j:j + x.shape[3]]
        for i in range(3) for j in range(3)]).amax(0)
    return torch.cat([
        conv(module.branch1, x), conv(module.branch2[1], conv(module.branch2[0], x)),
        conv(module.branch3[1], conv(module.branch3[0], x)), conv(module.branch4[1], pooled)], 1)


@settings(deadline=None, max_examples=15)
@given(
    channels=st.tuples(*[st.integers(1, 5)] * 7), largest=st.sampled_from((1, 3, 5, 7)),
    rows=st.integers(1, 7), columns=st.integers(1, 7), dtype=st.sampled_from((torch.float32, torch.float64)),
)
def test_a_module_is_its_four_branches(channels, largest, rows, columns, dtype):
    torch.manual_seed(0)
    module = Inception(*channels, largest=largest, batch_norm=False).to(device(), dtype)
    x = draws(2, channels[0], rows, columns, dtype=dtype).requires_grad_()
    got, expected = module(x), by_hand(module, x)
    assert got.shape == (2, channels[1] + channels[3] + channels[5] + channels[6], rows, columns)
    torch.testing.assert_close(got, expected)
    direction = draws(*got.shape, seed=1, dtype=dtype)
    gradients = [torch.autograd.grad((y * direction).sum(), x)[0] for y in (got, expected)]
    torch.testing.assert_close(*gradients)


def test_normalization_replaces_biases():
    bare, normalized = (Inception(2, 3, 5, 7, 11, 13, 17, batch_norm=flag) for flag in (False, True))
    filters = 3 + 5 + 7 + 11 + 13 + 17
    assert sum(p.numel() for p in normalized.parameters()) == sum(p.numel() for p in bare.parameters()) + filters
    assert not any(isinstance(layer, nn.BatchNorm2d) for layer in bare.modules())
    assert all(layer.bias is None for layer in normalized.modules() if isinstance(layer, nn.Conv2d))


@pytest.mark.parametrize(("options", "parameters", "multiply_adds"), [
    ({"aux_logits": False}, 6_624_904, 1_498_376_192),
    ({"largest": 5, "batch_norm": False, "aux_logits": False}, 6_998_552, 1_582_671_872),
    ({"largest": 5, "batch_norm": False}, 13_378_280, 1_582_671_872),
])
def test_published_sizes(options, parameters, multiply_adds):
    with torch.device("meta"):
        counted = count(architectures.googlenet(**options).eval(), (1, 3, 224, 224))
    assert (counted.parameters, counted.multiply_adds) == (parameters, multiply_adds)


def test_heads_speak_in_training_alone():
    torch.manual_seed(0)
    model = GoogLeNet(num_classes=7, in_channels=1).to(device())
    x = draws(2, 1, 33, 47, dtype=torch.float32)
    outputs = model(x)
    assert isinstance(outputs, GoogLeNetOutputs)
    assert [logits.shape for logits in outputs] == [(2, 7)] * 3
    outputs.aux_logits1.sum().backward()
    reached = {name.split(".")[0] for name, p in model.named_parameters() if p.grad is not None}
    assert {"conv1", "inception4a", "aux1"} <= reached
    assert not reached & {"inception4b", "inception5b", "aux2", "fc"}
    assert isinstance(model.eval()(x), torch.Tensor)
    assert isinstance(GoogLeNet(num_classes=7, aux_logits=False, in_channels=1).to(device())(x), torch.Tensor)


@pytest.mark.parametrize("size", [(4, 4), (9, 14), (1, 3)])
def test_a_head_takes_maps_of_any_size(size):
    head = InceptionAux(5, 7).to(device()).eval()
    assert head(draws(2, 5, *size, dtype=torch.float32)).shape == (2, 7)


@pytest.mark.parametrize(("options", "error", "message"), [
    ({"largest": 4}, ValueError, "largest must be one of 3, 5"),
    ({"largest": 3.0}, TypeError, "largest"),
    ({"num_classes": 0}, ValueError, "num_classes"),
    ({"in_channels": True}, TypeError, "in_channels"),
    ({"dropout": 1.5}, ValueError, "dropout"),
])
def test_a_network_refuses(options, error, message):
    with torch.device("meta"), pytest.raises(error, match=message):
        GoogLeNet(**options)


@pytest.mark.parametrize(("place", "value", "error", "message"), [
    (0, 0, ValueError, "in_channels"), (2, 1.5, TypeError, "reduce3"), (6, -1, ValueError, "pooled"),
])
def test_a_module_refuses(place, value, error, message):
    channels = [2, 3, 5, 7, 11, 13, 17]
    channels[place] = value
    with pytest.raises(error, match=message):
        Inception(*channels)
    with pytest.raises(ValueError, match="largest must be odd"):
        Inception(2, 3, 5, 7, 11, 13, 17, largest=4)
