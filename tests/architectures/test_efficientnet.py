"""EfficientNet: costs, gates, skipped blocks and errors that torchvision's names and logits do not cover."""

import pytest
import torch
from comparing import draws
from deepgloss import architectures, count, device
from deepgloss.architectures import EfficientNet, Excitation, MBConv, StochasticDepth, slim, stochastic_depth
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

# Pixels at which torchvision's documentation counts, parameters, and operations in billions.
PUBLISHED = {
    "b0": (224, 5_288_548, 0.39), "b1": (240, 7_794_184, 0.69), "b2": (288, 9_109_994, 1.09),
    "b3": (300, 12_233_232, 1.83), "b4": (380, 19_341_616, 4.39), "b5": (456, 30_389_784, 10.27),
    "b6": (528, 43_040_704, 19.07), "b7": (600, 66_347_960, 37.75),
}


@pytest.mark.parametrize("name", PUBLISHED)
def test_cost_at_published_size(name):
    pixels, parameters, billions = PUBLISHED[name]
    with torch.device("meta"):
        counted = count(getattr(architectures, f"efficientnet_{name}")(), (1, 3, pixels, pixels))
    assert counted.parameters == parameters
    assert round(counted.multiply_adds / 1e9, 2) == billions


@settings(deadline=None, max_examples=12)
@given(channels=st.integers(1, 7), squeezed=st.integers(1, 5), single=st.booleans(),
       activation=st.sampled_from([nn.ReLU, nn.SiLU]), gate=st.sampled_from([nn.Sigmoid, nn.Hardsigmoid]))
def test_gates_are_two_linear_layers_of_the_channel_means(channels, squeezed, single, activation, gate):
    dtype = torch.float32 if single else torch.float64
    torch.manual_seed(0)
    layer = Excitation(channels, squeezed, activation, gate).to(device(), dtype)
    x = draws(2, channels, 5, 3, dtype=dtype).requires_grad_()
    z = activation()(nn.functional.linear(x.mean((2, 3)), layer.fc1.weight[:, :, 0, 0], layer.fc1.bias))
    gates = gate()(nn.functional.linear(z, layer.fc2.weight[:, :, 0, 0], layer.fc2.bias))
    expected = x * gates[:, :, None, None]
    torch.testing.assert_close(layer(x), expected)
    torch.testing.assert_close(torch.autograd.grad(layer(x).square().sum(), x),
                               torch.autograd.grad(expected.square().sum(), x))


@settings(deadline=None, max_examples=12)
@given(inputs=st.sampled_from([8, 16]), outputs=st.sampled_from([8, 24]), expansion=st.sampled_from([1, 3]),
       kernel=st.sampled_from([3, 5]), stride=st.sampled_from([1, 2]), training=st.booleans())
def test_a_block_adds_its_input_where_shapes_agree(inputs, outputs, expansion, kernel, stride, training):
    torch.manual_seed(0)
    block = MBConv(inputs, outputs, expansion, kernel, stride).double().to(device()).train(training)
    x = draws(2, inputs, 7, 5)
    y = block(x)
    assert y.shape == (2, outputs, -(-7 // stride), -(-5 // stride))
    skips = inputs == outputs and stride == 1
    torch.testing.assert_close(y, block.block(x) + x if skips else block.block(x))


def test_the_share_of_skipped_blocks_rises_linearly():
    stages = ((1, 3, 1, 8, 2), (2, 3, 2, 16, 3))
    model = EfficientNet(stages=stages, drop=0.3, num_classes=3)
    blocks = [m for m in model.modules() if isinstance(m, MBConv)]
    assert [block.stochastic_depth.p for block in blocks] == pytest.approx([0.3 * i / 5 for i in range(5)])


@pytest.mark.parametrize("shape", [(4000,), (4000, 2, 3), (4000, 1, 2, 2)])
@pytest.mark.parametrize("p", [0.1, 0.5])
def test_skipped_examples_leave_the_mean(shape, p):
    torch.manual_seed(0)
    x = torch.ones(shape, device=device())
    y = stochastic_depth(x, p)
    rows = y.flatten(1) if y.ndim > 1 else y[:, None]
    assert torch.equal(rows, rows[:, :1].expand_as(rows))
    kept = rows[:, 0] > 0
    torch.testing.assert_close(rows[kept, 0], torch.full_like(rows[kept, 0], 1 / (1 - p)))
    assert abs(y.mean().item() - 1) < 6 * (p / (1 - p) / 4000) ** 0.5


@pytest.mark.parametrize("p, training", [(0.5, False), (0.0, True)])
def test_nothing_is_skipped_in_evaluation_or_at_probability_0(p, training):
    x = draws(3, 2)
    assert stochastic_depth(x, p, training) is x
    assert StochasticDepth(p).train(training)(x) is x


def test_everything_is_skipped_at_probability_1():
    x = draws(3, 2).requires_grad_()
    y = stochastic_depth(x, 1.0)
    assert torch.equal(y, torch.zeros_like(x))
    y.sum().backward()
    assert torch.equal(x.grad, torch.zeros_like(x))
    assert repr(StochasticDepth(0.25)) == "StochasticDepth(p=0.25)"


@pytest.mark.parametrize("options, error, words", [
    ({"width": 0}, ValueError, "width"), ({"depth": -1.0}, ValueError, "depth"),
    ({"depth": "2"}, TypeError, "depth"), ({"drop": 1.5}, ValueError, "drop"),
    ({"dropout": -0.1}, ValueError, "dropout"), ({"num_classes": 0}, ValueError, "num_classes"),
    ({"in_channels": 1.5}, TypeError, "in_channels"),
    ({"stages": ((1, 3, 1, 8, 0),)}, ValueError, "repetitions"),
])
def test_bad_options_are_named(options, error, words):
    with pytest.raises(error, match=words):
        EfficientNet(**options)


@pytest.mark.parametrize("p", [-0.1, 1.1])
def test_bad_probabilities_are_named(p):
    with pytest.raises(ValueError, match="p must"):
        stochastic_depth(torch.ones(2), p)


@pytest.mark.parametrize("name", architectures._slim.SLIM)
def test_slim_networks_read_digits(name):
    torch.manual_seed(0)
    model = slim(name).to(device())
    logits = model(draws(3, 1, 8, 8, dtype=torch.float32))
    assert logits.shape == (3, 10) and logits.isfinite().all()
    assert 9_000 <= sum(p.numel() for p in model.parameters()) <= 30_000


def test_an_unknown_slim_network_is_named():
    with pytest.raises(ValueError, match="AlexNet"):
        slim("AlexNet")
