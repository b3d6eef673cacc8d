"""Self-attention: no order without positions, none later with a mask, products as derived."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

import deepgloss as dg


def layer(heads=1, **options):
    torch.manual_seed(0)
    return dg.attention.MultiHeadAttention(6 * heads, heads, dtype=torch.float64, **options).to(dg.device())


@settings(deadline=None, max_examples=15)
@given(n=st.integers(1, 13), heads=st.integers(1, 3), seed=st.integers(0, 99))
def test_shuffled_tokens_give_shuffled_outputs(n, heads, seed):
    draws = torch.Generator().manual_seed(seed)
    x = torch.randn(2, n, 6 * heads, generator=draws, dtype=torch.float64).to(dg.device())
    shuffle = torch.randperm(n, generator=draws).to(dg.device())
    y, a = layer(heads)(x, need_weights=True)
    y_shuffled, a_shuffled = layer(heads)(x[:, shuffle], need_weights=True)
    torch.testing.assert_close(y_shuffled, y[:, shuffle])
    torch.testing.assert_close(a_shuffled, a[:, :, shuffle][..., shuffle])


@pytest.mark.parametrize("options", [{"causal": True}, {"rotate": True}])
def test_a_mask_or_positions_tell_the_order(options):
    x = torch.randn(1, 7, 6, generator=torch.Generator().manual_seed(1), dtype=torch.float64).to(dg.device())
    causal = options.pop("causal", False)
    net = layer(**options)
    assert not torch.allclose(net(x.flip(1), causal=causal), net(x, causal=causal).flip(1))


@pytest.mark.parametrize("causal", [False, True])
def test_which_inputs_an_output_depends_on(causal):
    x = torch.randn(1, 7, 6, generator=torch.Generator().manual_seed(2), dtype=torch.float64).to(dg.device())
    x.requires_grad_()
    y = layer()(x, causal=causal)
    for i in range(7):
        heard = torch.autograd.grad(y[0, i].sum(), x, retain_graph=True)[0][0].abs().sum(1) > 0
        assert heard.tolist() == [not causal or j <= i for j in range(7)]


@pytest.mark.parametrize("n", [1, 11, 64, 131])
def test_products(n):
    net = dg.attention.MultiHeadAttention(32, 1)
    assert dg.count(net, (1, n, 32)).multiply_adds == 4 * n * 32**2 + 2 * n**2 * 32
