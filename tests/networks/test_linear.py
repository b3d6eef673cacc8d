"""The fully connected layer is PyTorch's, the low-rank one is the closest of its rank, and bad input is named."""

import math

import pytest
import torch
from torch import nn

import deepgloss as dg
from deepgloss.networks import Linear, LowRankLinear, linear


def draw(*shape, seed=0, dtype=torch.float64):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


@pytest.mark.parametrize("bias", [True, False])
def test_a_layer_is_pytorchs(bias):
    ours, theirs = (kind(7, 3, bias=bias, dtype=torch.float64) for kind in (Linear, nn.Linear))
    theirs.load_state_dict(ours.state_dict())
    assert repr(ours) == repr(theirs)
    for shape in ((7,), (5, 7), (2, 5, 7), (0, 7)):
        x = draw(*shape)
        torch.testing.assert_close(ours(x), theirs(x))


@pytest.mark.parametrize("bias", [True, False])
def test_it_starts_where_pytorchs_starts(bias):
    torch.manual_seed(3)
    ours = Linear(11, 5, bias=bias)
    torch.manual_seed(3)
    theirs = nn.Linear(11, 5, bias=bias)
    for (name, mine), (other, yours) in zip(ours.named_parameters(), theirs.named_parameters(), strict=True):
        assert name == other
        torch.testing.assert_close(mine, yours)


def test_gradients_are_right_twice():
    x, w, b = (draw(*shape, seed=k).requires_grad_() for k, shape in enumerate(((2, 3, 5), (7, 5), (7,))))
    assert torch.autograd.gradcheck(linear, (x, w, b)) and torch.autograd.gradgradcheck(linear, (x, w, b))


def test_the_device_and_the_type_of_parameters():
    layer = LowRankLinear(5, 7, 3, device=dg.device(), dtype=torch.float16)
    assert {p.dtype for p in layer.parameters()} == {torch.float16}
    assert layer(torch.ones(2, 5, device=dg.device(), dtype=torch.float16)).shape == (2, 7)


@pytest.mark.parametrize("sizes", [(11, 7), (7, 11)])
@pytest.mark.parametrize("rank", [1, 3, 7])
def test_the_closest_layer_of_a_rank(sizes, rank):
    layer = nn.Linear(*sizes, dtype=torch.float64)
    low = LowRankLinear.from_linear(layer, rank)
    left = torch.linalg.svdvals(layer.weight)[rank:]                     # Eckart and Young
    torch.testing.assert_close((layer.weight - low.up @ low.down).norm(), left.norm(), rtol=1e-9, atol=1e-9)
    x = draw(5, sizes[0])
    torch.testing.assert_close(low(x), nn.functional.linear(x, low.up @ low.down, layer.bias))
    assert sum(p.numel() for p in low.parameters()) == rank * sum(sizes) + sizes[1]
    if rank == 7:
        torch.testing.assert_close(low(x), layer(x))


def test_a_low_rank_layer_starts_with_the_variance_of_a_full_one():
    torch.manual_seed(0)
    low, full = LowRankLinear(97, 89, 31), Linear(97, 89)
    assert (low.up @ low.down).std().item() == pytest.approx(full.weight.std().item(), rel=0.1)
    assert low.bias.abs().max() <= 97**-0.5


def _filled(layer, value):
    nn.init.constant_(layer.weight, value)
    return layer


@pytest.mark.parametrize("call, error, words", [
    (lambda: Linear(0, 3), ValueError, "in_features"),
    (lambda: Linear(3, 2.0), TypeError, "out_features"),
    (lambda: Linear(3, 2, bias="False"), TypeError, "bias"),
    (lambda: Linear(3, 2)(torch.ones(2)), ValueError, "input must end in an axis of 3"),
    (lambda: Linear(3, 2)(torch.ones(3, dtype=torch.int64)), TypeError, "input must be a tensor of floating"),
    (lambda: Linear(3, 2)(torch.ones(3).double()), TypeError, "weight must be torch.float64 as input is"),
    (lambda: linear(torch.ones(3), torch.ones(3)), ValueError, r"weight must have shape \(out, in\)"),
    (lambda: linear(torch.ones(3), torch.ones(2, 3), torch.ones(3)), ValueError, r"bias must have shape \(2,\)"),
    (lambda: LowRankLinear(5, 3, 4), ValueError, "rank must be an integer of at least 1 and at most 3"),
    (lambda: LowRankLinear(5, 3, 2)(torch.ones(4)), ValueError, "input must end in an axis of 5"),
    (lambda: LowRankLinear(5, 3, 2)(torch.ones(5).double()), TypeError, "down must be"),
    (lambda: LowRankLinear.from_linear(nn.Conv1d(2, 2, 1), 1), TypeError, "layer must be Linear, not Conv1d"),
    (lambda: LowRankLinear.from_linear(_filled(Linear(3, 2), math.nan), 1), ValueError, "finite weights"),
    (lambda: LowRankLinear.from_linear(_filled(Linear(3, 2), math.inf), 1), ValueError, "finite weights"),
])
def test_bad_input_is_named(call, error, words):
    with pytest.raises(error, match=words):
        call()
