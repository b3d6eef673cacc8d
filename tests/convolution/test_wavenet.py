"""Causal convolutions and WaveNet: what they see, that they can be trained, what they generate."""

import pytest
import torch
import torch.nn.functional as F
from comparing import draws
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

import deepgloss as dg
from deepgloss.convolution import CausalConv1d, GatedBlock, WaveNet


@settings(max_examples=20)
@given(kernel=st.integers(1, 4), dilation=st.integers(1, 5), length=st.integers(1, 13))
def test_causal_convolution(kernel, dilation, length):
    layer = CausalConv1d(3, 5, kernel, dilation, dtype=torch.float64).to(dg.device())
    theirs = nn.Conv1d(3, 5, kernel, dilation=dilation, dtype=torch.float64).to(dg.device())
    theirs.load_state_dict(layer.state_dict())
    x = draws(2, 3, length)
    y = layer(x)
    torch.testing.assert_close(y, theirs(F.pad(x, ((kernel - 1) * dilation, 0))))
    changed = x.clone()
    changed[:, :, length // 2:] += 1
    assert torch.equal(layer(changed)[:, :, :length // 2], y[:, :, :length // 2])


def test_gated_block_by_its_equation():
    block = GatedBlock(3, 7, dilation=2).double().to(dg.device())
    x = draws(2, 3, 11)
    padded = F.pad(x, (2, 0))
    weight, bias = block.filter_and_gate.weight, block.filter_and_gate.bias
    value = F.conv1d(padded, weight[:3], bias[:3], dilation=2)
    gate = F.conv1d(padded, weight[3:], bias[3:], dilation=2)
    z = value.tanh() * gate.sigmoid()
    onward, skip = block(x)
    torch.testing.assert_close(onward, x + F.conv1d(z, block.residual.weight, block.residual.bias))
    torch.testing.assert_close(skip, F.conv1d(z, block.skip.weight, block.skip.bias))


@pytest.mark.parametrize("dilations, kernel, field", [((1,), 2, 2), ((1, 2, 4), 2, 8), ((1, 3), 3, 9)])
def test_wavenet_sees_its_receptive_field_and_no_future(dilations, kernel, field):
    net = WaveNet(5, dilations, channels=3, skip_channels=7, kernel_size=kernel).double().to(dg.device())
    assert net.receptive_field == field
    x = draws(1, 1, 23).requires_grad_()
    logits = net(x)
    assert logits.shape == (1, 5, 23)
    (slope,) = torch.autograd.grad(logits[0, :, 19].square().sum(), x)
    reached = slope[0, 0].nonzero()[:, 0].tolist()
    assert (reached[0], reached[-1]) == (19 - field + 1, 19)


def test_levels():
    net = WaveNet(4, (1,))
    x = torch.tensor([-9.0, -1.0, -0.51, -0.49, 0.0, 0.49, 0.51, 1.0, 9.0])
    assert net.quantize(x).tolist() == [0, 0, 0, 1, 2, 2, 3, 3, 3]
    assert net.value(torch.arange(4)).tolist() == [-0.75, -0.25, 0.25, 0.75]
    assert torch.equal(net.quantize(net.value(torch.arange(4))), torch.arange(4))


def test_generation():
    dg.seed(0)
    net = WaveNet(4, (1, 2), channels=3, skip_channels=5).to(dg.device())
    start = draws(3, 1, 6).float().clamp(-1, 1)
    song = net.generate(start, 9, torch.Generator().manual_seed(1))
    assert song.shape == (3, 1, 15) and torch.equal(song[:, :, :6], start)
    assert set(song[:, :, 6:].flatten().tolist()) <= {-0.75, -0.25, 0.25, 0.75}
    assert torch.equal(song, net.generate(start, 9, torch.Generator().manual_seed(1)))
    cold = net.generate(start, 1, temperature=1e-4)                  # as good as the likeliest
    torch.testing.assert_close(cold[:, :, 6:], net.value(net(start)[:, :, -1:].argmax(1, keepdim=True)))


def test_wavenet_learns_a_period():
    dg.seed(0)
    net = WaveNet(2, (1, 2), channels=4, skip_channels=8).to(dg.device())
    x = torch.tensor([0.5, -0.5, -0.5] * 8, device=dg.device()).view(1, 1, -1)
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
    for _ in range(60):
        loss = F.cross_entropy(net(x[:, :, :-1])[:, :, 3:], net.quantize(x[:, 0, 4:]))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    assert loss.item() < 0.1
    song = net.generate(x[:, :, :6], 9, temperature=0.1)
    assert song[0, 0].tolist() == [0.5, -0.5, -0.5] * 5


@pytest.mark.parametrize("call, error, message", [
    (lambda: WaveNet(1, (1,)), ValueError, "levels"),
    (lambda: WaveNet(4, ()), ValueError, "dilations"),
    (lambda: WaveNet(4, (0,)), ValueError, "dilation"),
    (lambda: WaveNet(4, (1,)).generate(torch.zeros(1, 1, 0), 3), ValueError, "start must be"),
    (lambda: WaveNet(4, (1,)).generate(torch.zeros(1, 3), 3), ValueError, "start must be"),
    (lambda: WaveNet(4, (1,)).generate(torch.zeros(1, 1, 3), 0), ValueError, "steps"),
    (lambda: WaveNet(4, (1,)).generate(torch.zeros(1, 1, 3), 1, temperature=0), ValueError, "temperature"),
])
def test_bad_input(call, error, message):
    with pytest.raises(error, match=message):
        call()
