"""The multilayer perceptron is the layers it is made of, and the one made of bumps goes where it must."""

import math

import pytest
import torch
from torch import nn

import deepgloss as dg
from deepgloss.networks import MLP, bump_mlp


def draws(*shape, dtype=torch.float32):
    return torch.randn(shape, generator=torch.Generator().manual_seed(0), dtype=dtype)


def test_it_is_pytorchs_layers_in_a_row():
    ours = MLP((5, 11, 7, 3), nn.Tanh)
    theirs = nn.Sequential(nn.Linear(5, 11), nn.Tanh(), nn.Linear(11, 7), nn.Tanh(), nn.Linear(7, 3))
    theirs.load_state_dict(ours.state_dict())
    x = draws(2, 13, 5)
    torch.testing.assert_close(ours(x), theirs(x), rtol=0, atol=0)
    torch.manual_seed(1)
    ours = MLP((5, 3))
    torch.manual_seed(1)
    torch.testing.assert_close(ours[0].weight, nn.Linear(5, 3).weight, rtol=0, atol=0)      # the same start


def test_every_layer_by_the_formula():
    model, x = MLP((5, 11, 7, 3), dg.activations.ReLU).double(), draws(13, 5, dtype=torch.float64)
    held = model.propagate(x)
    assert [tuple(h.shape) for h in held] == [(13, 5), (13, 11), (13, 7), (13, 3)]
    for layer in (1, 2, 3):
        linear = model[2 * layer - 2]
        sums = torch.stack([torch.stack([(w * row).sum() + b for w, b in zip(linear.weight, linear.bias)])
                            for row in held[layer - 1]])
        torch.testing.assert_close(held[layer], sums.clamp(min=0) if layer < 3 else sums)
    torch.testing.assert_close(held[-1], model(x), rtol=0, atol=0)
    assert held[0] is x and (held[-1] < 0).any()                                # no activation after the last


def test_a_slice_is_a_sequential_of_the_same_layers():
    model, x = MLP((5, 11, 3)), draws(13, 5)
    assert type(model[:2]) is nn.Sequential and model[:2][0] is model[0]
    torch.testing.assert_close(model[2](model[:2](x)), model(x))


def test_each_hidden_layer_has_an_activation_of_its_own():
    model = MLP((2, 3, 3, 1), nn.PReLU)
    assert len({id(module) for module in model}) == 5 and len(list(model.parameters())) == 8


@pytest.mark.parametrize("low, high", [(0.0, 1.0), (-2.5, 4.0)])
def test_bumps_go_through_their_values_and_straight_between(low, high):
    values = draws(8, dtype=torch.float64)
    network = bump_mlp(values, low, high)
    assert network.sizes == (1, 10, 1)
    step = (high - low) / 7
    knots = torch.linspace(low - 3 * step, high + 3 * step, 14, dtype=torch.float64)
    wanted = torch.cat([torch.zeros(3), values, torch.zeros(3)])
    torch.testing.assert_close(network(knots[:, None])[:, 0], wanted)
    middles = (knots[:-1] + knots[1:]) / 2
    torch.testing.assert_close(network(middles[:, None])[:, 0], (wanted[:-1] + wanted[1:]) / 2)


def test_the_error_falls_as_the_bound_says():
    x = torch.linspace(0, 2, 4001, dtype=torch.float64)
    errors = []
    for n in (10, 20, 40, 80):
        network = bump_mlp((3 * torch.linspace(0, 2, n + 1, dtype=torch.float64)).sin(), 0.0, 2.0)
        errors.append((network(x[:, None])[:, 0] - (3 * x).sin()).abs().max().item())
        assert errors[-1] <= 9 * (2 / n) ** 2 / 8
    assert all(3.7 < a / b < 4.3 for a, b in zip(errors, errors[1:]))


def test_rounding_is_as_small_as_documented():
    values = draws(1001, dtype=torch.float64)
    knots = torch.linspace(0, 1, 1001, dtype=torch.float64)[:, None]
    off = (bump_mlp(values)(knots)[:, 0] - values).abs().max() / values.abs().max()
    assert off < 1e-9


def test_bumps_keep_the_type_and_start_a_network_that_learns():
    network = bump_mlp(draws(5))
    assert network[0].weight.dtype == torch.float32
    assert all(p.requires_grad for p in network.parameters())


@pytest.mark.parametrize("call, error, words", [
    (lambda: MLP(5), TypeError, "sizes must be a sequence"),
    (lambda: MLP("53"), TypeError, "sizes must be a sequence"),
    (lambda: MLP((5,)), ValueError, "sizes must hold at least two"),
    (lambda: MLP((5, 0, 3)), ValueError, r"sizes\[1\] must be an integer of at least 1"),
    (lambda: MLP((5, 2.0)), TypeError, r"sizes\[1\]"),
    (lambda: MLP((5, 2), nn.ReLU()), TypeError, "activation must make a module"),
    (lambda: MLP((5, 2), "relu"), TypeError, "activation must make a module"),
    (lambda: MLP((5, 2, 3), dict), TypeError, "activation must make a module"),
    (lambda: MLP((5, 2, 3), torch.relu), TypeError, "activation must make a module without arguments"),
    (lambda: MLP((5, 2, 3), nn.Linear), TypeError, "activation must make a module without arguments"),
    (lambda: MLP((5, 3))(torch.ones(2, 3)), ValueError, "x must end in an axis of 5"),
    (lambda: MLP((5, 3)).propagate(torch.ones(())), ValueError, "x must end in an axis of 5"),
    (lambda: MLP((5, 3))(torch.ones(2, 5).long()), TypeError, "x must be a tensor of floating-point"),
    (lambda: MLP((5, 3))(torch.ones(2, 5).double()), TypeError, "x must be torch.float32"),
    (lambda: bump_mlp([0.0, 1.0]), TypeError, "values must be a tensor"),
    (lambda: bump_mlp(torch.ones(1)), ValueError, "values must have shape"),
    (lambda: bump_mlp(torch.ones(2, 2)), ValueError, "values must have shape"),
    (lambda: bump_mlp(torch.tensor([0.0, math.nan])), ValueError, "values must be finite"),
    (lambda: bump_mlp(torch.ones(3), 1.0, 1.0), ValueError, "high must be above low"),
    (lambda: bump_mlp(torch.ones(3), "0"), TypeError, "low must be a number"),
    (lambda: bump_mlp(torch.tensor([3e38, -3e38])), ValueError, "values are too large for torch.float32"),
    (lambda: bump_mlp(torch.ones(3), -1e308, 1e308), ValueError, "too far apart or too close for torch.float32"),
    (lambda: bump_mlp(torch.ones(3), 0, 1e-320), ValueError, "too far apart or too close"),
    (lambda: bump_mlp(torch.ones(3).half(), 0, 1e-5), ValueError, "too close for torch.float16"),
    (lambda: bump_mlp(torch.ones(3).half(), 1e5, 1e5 + 1), ValueError, "too far apart or too close for torch.float16"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
