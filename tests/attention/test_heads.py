"""Heads of multi-head attention: each adds a term of its own, and their order is nobody's business."""

import pytest
import torch
from deepgloss.attention import MultiHeadAttention

import deepgloss as dg

DIM, HEADS = 15, 3
SIZE = DIM // HEADS


@pytest.fixture
def layer():
    generator = torch.Generator().manual_seed(0)
    layer = MultiHeadAttention(DIM, HEADS, dtype=torch.float64).requires_grad_(False)
    for parameter in layer.parameters():
        parameter.copy_(torch.randn(parameter.shape, generator=generator, dtype=torch.float64))
    return layer.to(dg.device())


@pytest.fixture
def x():
    generator = torch.Generator().manual_seed(1)
    return torch.randn(2, 7, DIM, generator=generator, dtype=torch.float64).to(dg.device())


def alone(layer, x, head):
    """The layer's output with one head's columns only, and without the bias."""
    columns = layer.out_proj.weight[:, head * SIZE : (head + 1) * SIZE]
    q, k, v = (layer.split(x, which)[:, head] for which in range(3))
    return dg.attention.attention(q, k, v) @ columns.T


def test_the_output_is_a_sum_over_heads(layer, x):
    terms = sum(alone(layer, x, head) for head in range(HEADS))
    torch.testing.assert_close(terms + layer.out_proj.bias, layer(x))


def test_a_pruned_head_takes_its_term_along(layer, x):
    whole, term = layer(x), alone(layer, x, 1)
    layer.out_proj.weight[:, SIZE : 2 * SIZE] = 0
    torch.testing.assert_close(layer(x), whole - term)


@pytest.mark.parametrize("causal", [False, True])
def test_heads_that_change_places_change_nothing_else(layer, x, causal):
    whole, weights = layer(x, causal=causal, need_weights=True)
    order = torch.tensor([2, 0, 1], device=x.device)
    for name, shape in (("in_proj_weight", (3, HEADS, SIZE)), ("in_proj_bias", (3, HEADS, SIZE))):
        parameter = getattr(layer, name)
        parameter.copy_(parameter.unflatten(0, shape)[:, order].flatten(0, 2))
    columns = layer.out_proj.weight
    columns.copy_(columns.unflatten(1, (HEADS, SIZE))[:, order].flatten(1))
    moved, moved_weights = layer(x, causal=causal, need_weights=True)
    torch.testing.assert_close(moved, whole)
    torch.testing.assert_close(moved_weights, weights[:, order])


@pytest.mark.parametrize("kv_heads", [1, 2, 3, 6])
def test_parameters_depend_on_the_heads_of_keys_alone(kv_heads):
    layer = MultiHeadAttention(12, 6, kv_heads)
    assert sum(p.numel() for p in layer.parameters()) == 2 * (12 + 1) * (12 + 2 * kv_heads)
