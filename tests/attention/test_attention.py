"""Attention, its masks, blocks, heads and cache against PyTorch's own, values and gradients."""

import math

import pytest
import torch
import torch.nn.functional as F
from comparing import draws
from deepgloss.attention import (
    AdditiveAttention, KeyValueCache, MultiHeadAttention, MultiplicativeAttention, attention, causal_mask,
    padding_mask, sigmoid_attention, tiled_attention,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

import deepgloss as dg

B, H, L, S, D, E = 2, 3, 5, 7, 11, 13
sizes = st.integers(1, 9)


def gradients(function, *inputs):
    """Output, and the gradients of a weighted sum of it."""
    leaves = [x.detach().clone().requires_grad_() for x in inputs]
    out = function(*leaves)
    return [out, *torch.autograd.grad((out * draws(*out.shape, seed=9, dtype=out.dtype)).sum(), leaves)]


def same(ours, theirs, **options):
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, **options)


@pytest.mark.parametrize("wrong", [math.inf, math.nan])
@pytest.mark.parametrize("masked", [False, True])
def test_what_a_later_key_scores_does_not_reach_an_earlier_query(wrong, masked):
    q, k, v = draws(B, S, D), draws(B, S, D, seed=1), draws(B, S, E, seed=2)
    mask = torch.ones(S, S, dtype=torch.bool, device=q.device) if masked else None
    wanted = attention(q, k, v, mask, causal=True)
    k[:, -1] = wrong
    torch.testing.assert_close(attention(q, k, v, mask, causal=True)[:, :-1], wanted[:, :-1], rtol=0, atol=0)


@settings(deadline=None, max_examples=40)
@given(sizes, sizes, sizes, sizes, st.sampled_from(["none", "bool", "float", "causal"]), st.integers(0, 99))
def test_core_equals_pytorch(length, keys, features, out, kind, seed):
    q, k, v = draws(B, length, features, seed=seed), draws(B, keys, features, seed=1), draws(B, keys, out, seed=2)
    mask, options = None, {}
    if kind == "bool":
        mask = draws(length, keys, seed=seed) > 0
        mask[:, 0] = True
    elif kind == "float":
        mask = draws(B, length, keys, seed=3)
    elif kind == "causal":
        options["is_causal"] = True
    ours = gradients(lambda *x: attention(*x, mask, causal=kind == "causal"), q, k, v)
    theirs = gradients(lambda *x: F.scaled_dot_product_attention(*x, attn_mask=mask, **options), q, k, v)
    same(ours, theirs)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_weights_are_a_distribution(dtype):
    q, k, v = draws(B, L, D, dtype=dtype), draws(B, S, D, seed=1, dtype=dtype), draws(B, S, E, seed=2, dtype=dtype)
    means, weights = attention(q, k, v, causal=True, need_weights=True)
    assert weights.shape == (B, L, S) and means.dtype == dtype
    torch.testing.assert_close(weights.sum(-1), torch.ones_like(weights[..., 0]))
    assert (weights[:, ~causal_mask(L, S)] == 0).all()
    torch.testing.assert_close(weights @ v, means)
    huge, _ = attention(1e4 * q, k, v, need_weights=True)
    assert huge.isfinite().all()


def test_a_query_that_sees_nothing_gets_zero_and_no_gradient():
    q, k, v = draws(L, D), draws(S, D, seed=1), draws(S, E, seed=2)
    mask = torch.ones(L, S, dtype=torch.bool, device=q.device)
    mask[2] = False
    for m in (mask, torch.zeros(L, S, dtype=q.dtype, device=q.device).masked_fill(~mask, -torch.inf)):
        out, dq, dk, dv = gradients(lambda *x: attention(*x, m), q, k, v)
        assert (out[2] == 0).all() and (dq[2] == 0).all()
        assert all(g.isfinite().all() for g in (out, dq, dk, dv))
        rest = [0, 1, 3, 4]
        same([out[rest]], [attention(q[rest], k, v)])


def test_dropout_is_the_callers_to_ask_for():
    q, k, v = draws(200, D), draws(S, D, seed=1), draws(S, E, seed=2)
    torch.manual_seed(0)
    dropped, weights = attention(q, k, v, dropout=0.5, need_weights=True)
    assert not torch.allclose(dropped, weights @ v)
    torch.testing.assert_close(dropped.mean(0), (weights @ v).mean(0), atol=0.15, rtol=0)


@pytest.mark.parametrize("change, error, message", [
    ({"query": torch.zeros(2, 3, dtype=torch.int64)}, TypeError, "query must be a tensor of floating-point"),
    ({"key": None}, TypeError, "key must be a tensor of floating-point numbers, not NoneType"),
    ({"value": torch.zeros(3)}, ValueError, r"value must be \(..., length, features\), not \(3,\)"),
    ({"key": torch.zeros(7, 4)}, ValueError, "key must have the query's 11 features, not 4"),
    ({"value": torch.zeros(6, 13)}, ValueError, "value must have the key's length 7, not 6"),
    ({"key": torch.zeros(2, 7, 11), "value": torch.zeros(3, 7, 13)}, ValueError, "leading dimensions must fit"),
    ({"mask": torch.zeros(5, 6, dtype=torch.bool)}, ValueError, r"mask must broadcast to \(5, 7\), not \(5, 6\)"),
    ({"mask": torch.zeros(2, 5, 7)}, ValueError, r"mask must broadcast to \(5, 7\), not \(2, 5, 7\)"),
    ({"mask": torch.zeros(5, 7, dtype=torch.int64)}, TypeError, "mask must be boolean or of floating-point"),
    ({"scale": "1"}, TypeError, "scale must be a number"),
    ({"dropout": 1.0}, ValueError, r"dropout must be in \[0, 1\), not 1.0"),
])
def test_arguments_that_do_not_fit(change, error, message):
    arguments = {"query": torch.zeros(L, D), "key": torch.zeros(S, D), "value": torch.zeros(S, E), **change}
    with pytest.raises(error, match=message):
        attention(**arguments)


def test_masks():
    assert causal_mask(3).tolist() == [[1, 0, 0], [1, 1, 0], [1, 1, 1]]
    assert causal_mask(2, 4, offset=2).tolist() == [[1, 1, 1, 0], [1, 1, 1, 1]]
    assert causal_mask(3, window=2).tolist() == [[1, 0, 0], [1, 1, 0], [0, 1, 1]]
    assert padding_mask(torch.tensor([2, 0, 3]))[:, 0, 0].tolist() == [[1, 1, 0], [0, 0, 0], [1, 1, 1]]
    with pytest.raises(ValueError, match="lengths must be in 0..2, not 1..3"):
        padding_mask(torch.tensor([1, 3]), 2)
    with pytest.raises(TypeError, match="lengths must be a tensor of integers"):
        padding_mask([1, 3])
    with pytest.raises(ValueError, match="window must be an integer of at least 1"):
        causal_mask(3, window=0)


@settings(deadline=None, max_examples=40)
@given(sizes, sizes, sizes, sizes, st.booleans(), st.integers(1, 11), st.floats(0.1, 30))
def test_tiled_attention_is_the_plain_one(length, keys, features, out, causal, block, size):
    q, k, v = size * draws(B, H, length, features), draws(B, H, keys, features, seed=1), draws(B, H, keys, out, seed=2)
    plain = gradients(lambda *x: attention(*x, causal=causal), q, k, v)
    same(gradients(lambda *x: tiled_attention(*x, causal=causal, block=block), q, k, v), plain)


def test_causal_blocks_leave_out_the_queries_before_them():
    q, k, v = draws(13, D), draws(13, D, seed=1), draws(13, E, seed=2)
    scored = 13 * 5 + 8 * 5 + 3 * 3                       # of 169 pairs, in blocks of 5
    with FlopCounterMode(display=False) as products:
        tiled_attention(q, k, v, causal=True, block=5)
    assert products.get_total_flops() == 2 * scored * (D + E)


def test_tiled_attention_needs_equal_leading_dimensions():
    with pytest.raises(ValueError, match="leading dimensions must be equal"):
        tiled_attention(torch.zeros(2, L, D), torch.zeros(S, D), torch.zeros(S, E))
    with pytest.raises(ValueError, match="block must be an integer of at least 1"):
        tiled_attention(torch.zeros(L, D), torch.zeros(S, D), torch.zeros(S, E), block=0)


def pair(heads=H, dim=12, **options):
    """Our multi-head attention and PyTorch's with the same weights."""
    torch.manual_seed(0)
    theirs = nn.MultiheadAttention(dim, heads, batch_first=True, dtype=torch.float64, **options).to(dg.device())
    for parameter in theirs.parameters():
        nn.init.normal_(parameter, std=0.3)
    ours = MultiHeadAttention(dim, heads, dtype=torch.float64, **options).to(dg.device())
    ours.load_state_dict(theirs.state_dict())
    return ours, theirs


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("heads", [1, 3, 4])
def test_multi_head_attention_equals_pytorch(heads, bias):
    ours, theirs = pair(heads, bias=bias)
    q, k, v = draws(B, L, 12), draws(B, S, 12, seed=1), draws(B, S, 12, seed=2)
    real = padding_mask(torch.tensor([4, 7], device=q.device))
    allowed = causal_mask(L, S, device=q.device)
    for arguments, mine in (
        ({}, {}),
        ({"key_padding_mask": ~real[:, 0, 0]}, {"mask": real}),
        ({"attn_mask": ~allowed}, {"causal": True}),
        ({"attn_mask": ~allowed, "key_padding_mask": ~real[:, 0, 0]}, {"causal": True, "mask": real}),
    ):
        expected = theirs(q, k, v, average_attn_weights=False, **arguments)
        same(ours(q, k, v, need_weights=True, **mine), expected)
        torch.testing.assert_close(ours(q, k, v, **mine), expected[0])
    same(gradients(lambda *x: ours(*x), q, k, v), gradients(lambda *x: theirs(*x)[0], q, k, v))
    x = draws(B, L, 12)
    torch.testing.assert_close(ours(x), theirs(x, x, x)[0])
    torch.testing.assert_close(ours(x, q + 1), theirs(x, q + 1, q + 1)[0])


def test_initial_weights_are_pytorchs():
    torch.manual_seed(5)
    theirs = nn.MultiheadAttention(12, 3)
    torch.manual_seed(5)
    ours = MultiHeadAttention(12, 3)
    assert [n for n, _ in ours.named_parameters()] == [n for n, _ in theirs.named_parameters()]
    for a, b in zip(ours.parameters(), theirs.parameters()):
        assert a.shape == b.shape and a.std().item() == pytest.approx(b.std().item(), rel=0.2, abs=1e-9)


@pytest.mark.parametrize("kv_heads", [1, 2, 4])
def test_grouped_queries_share_keys_and_values(kv_heads):
    torch.manual_seed(0)
    layer = MultiHeadAttention(8, 4, kv_heads, dtype=torch.float64).to(dg.device())
    assert layer.in_proj_weight.shape == (8 + 4 * kv_heads, 8)
    x = draws(B, L, 8)
    q, k, v = layer.split(x, 0), layer.split(x, 1), layer.split(x, 2)
    assert k.shape == (B, kv_heads, L, 2)
    expected = F.scaled_dot_product_attention(q, k, v, enable_gqa=True, is_causal=True)
    expected = layer.out_proj(expected.transpose(1, 2).flatten(2))
    torch.testing.assert_close(layer(x, causal=True), expected)


@pytest.mark.parametrize("kv_heads", [1, 4])
@pytest.mark.parametrize("rotate", [False, True])
def test_the_cache_changes_nothing(kv_heads, rotate):
    torch.manual_seed(0)
    layer = MultiHeadAttention(8, 4, kv_heads, rotate=rotate, dtype=torch.float64).to(dg.device())
    x = draws(B, 11, 8)
    whole, cache, parts = layer(x, causal=True), KeyValueCache(), []
    for piece in x.split([4, 1, 1, 3, 2], 1):
        parts.append(layer(piece, causal=True, cache=cache))
    torch.testing.assert_close(torch.cat(parts, 1), whole)
    assert len(cache) == 11 and cache.key.shape == (B, kv_heads, 11, 2)
    rows = cache.index_select(0, torch.tensor([1, 1, 0], device=x.device))
    assert rows.value.shape[0] == 3 and torch.equal(rows.value[0], rows.value[1])
    before = cache.copy()
    layer(x[:, :1], causal=True, cache=cache)
    assert (len(before), len(cache)) == (11, 12), "a copy is not extended with the other"


def test_dropout_only_in_training():
    layer = MultiHeadAttention(12, 3, dropout=0.5).to(dg.device())
    x = draws(B, L, 12, dtype=torch.float32)
    assert not torch.equal(layer(x), layer(x))
    layer.eval()
    assert torch.equal(layer(x), layer(x))


@pytest.mark.parametrize("make, message", [
    (lambda: MultiHeadAttention(12, 5), "heads must divide dim, and 5 does not divide 12"),
    (lambda: MultiHeadAttention(12, 4, 3), "kv_heads must divide heads, and 3 does not divide 4"),
    (lambda: MultiHeadAttention(12, 4, rotate=True), "even number of features, not 3"),
    (lambda: MultiHeadAttention(12, 4, dropout=1), r"dropout must be in \[0, 1\), not 1"),
    (lambda: MultiHeadAttention(12, 4)(torch.zeros(L, 12)), r"query must be \(B, T, 12\), not \(5, 12\)"),
    (lambda: MultiHeadAttention(12, 4)(torch.zeros(1, L, 12), torch.zeros(1, L, 11)),
     r"key must be \(B, T, 12\), not \(1, 5, 11\)"),
    (lambda: MultiHeadAttention(12, 4)(torch.zeros(1, L, 12), mask=torch.ones(L, L + 1, dtype=torch.bool)),
     r"mask must broadcast to \(1, 4, 5, 5\)"),
])
def test_multi_head_arguments(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_additive_scores_by_hand():
    torch.manual_seed(0)
    layer = AdditiveAttention(D, E, 5).double().to(dg.device())
    query, keys = draws(B, L, D), draws(B, S, E, seed=1)
    mask = padding_mask(torch.tensor([4, 7], device=query.device))[:, 0]
    means, weights = layer(query, keys, mask)
    for b, i in ((0, 0), (1, 3)):
        scores = torch.stack([layer.score.weight[0] @ (layer.query.weight @ query[b, i] + layer.key.weight @ key).tanh()
                              for key in keys[b, :[4, 7][b]]])
        expected = scores.softmax(0)
        torch.testing.assert_close(weights[b, i, :len(expected)], expected)
        torch.testing.assert_close(means[b, i], expected @ keys[b, :len(expected)])
    assert (weights[0, :, 4:] == 0).all()
    same(layer(query, keys, mask, layer.project(keys)), (means, weights))


def test_multiplicative_scores_by_hand():
    torch.manual_seed(0)
    layer = MultiplicativeAttention(D, E).double().to(dg.device())
    query, keys = draws(B, L, D), draws(B, S, E, seed=1)
    weights = torch.einsum("bid,ed,bje->bij", query, layer.match.weight, keys).softmax(-1)
    same(layer(query, keys), (weights @ keys, weights))
    same(layer(query, keys, projected=layer.project(keys)), (weights @ keys, weights))


def test_gates_are_independent():
    q, k, v = draws(L, D), draws(S, D, seed=1), draws(S, E, seed=2)
    sums, gates = sigmoid_attention(q, k, v, bias=-math.log(S), need_weights=True)
    torch.testing.assert_close(gates, (q @ k.T / math.sqrt(D) - math.log(S)).sigmoid())
    torch.testing.assert_close(sums, gates @ v)
    k[3] *= 2
    other = sigmoid_attention(q, k, v, bias=-math.log(S), need_weights=True)[1]
    same([other[:, :3], other[:, 4:]], [gates[:, :3], gates[:, 4:]])
    mask = causal_mask(L, S, device=q.device)
    assert (sigmoid_attention(q, k, v, mask, need_weights=True)[1][~mask] == 0).all()


def test_a_mask_may_have_dimensions_that_only_the_values_have():
    q, k, v = draws(L, D), draws(S, D, seed=1), draws(B, S, E, seed=2)
    mask = padding_mask(torch.tensor([4, 7], device=q.device))[:, 0]
    expected = torch.stack([attention(q, k[:n], row[:n]) for n, row in zip((4, 7), v)])
    torch.testing.assert_close(attention(q, k, v, mask), expected)


@pytest.mark.parametrize("call, error, message", [
    (lambda: sigmoid_attention(torch.zeros(L, D), torch.zeros(S, E), torch.zeros(S, E)), ValueError,
     "key must have the query's 11 features, not 13"),
    (lambda: sigmoid_attention(torch.zeros(L, D), torch.zeros(S, D), torch.zeros(S, E), torch.zeros(L, S)), TypeError,
     "mask must be boolean"),
    (lambda: AdditiveAttention(D, E, 5)(torch.zeros(B, L, D), torch.zeros(3, S, E)), ValueError,
     "leading dimensions must fit"),
    (lambda: AdditiveAttention(D, E, 5)(torch.zeros(B, L, D), torch.zeros(B, S, E), torch.ones(S).bool()[:4]),
     ValueError, r"mask must broadcast to \(2, 5, 7\), not \(4,\)"),
    (lambda: AdditiveAttention(D, E, 5)(torch.zeros(B, L, D), torch.zeros(B, S, E), None, torch.zeros(B, S, E)), ValueError,
     r"projected must be \(B, T, 5\)"),
    (lambda: AdditiveAttention(D, E, 5)(torch.zeros(B, L, E), torch.zeros(B, S, E)), ValueError,
     r"query must be \(B, T, 11\), not \(2, 5, 13\)"),
    (lambda: MultiplicativeAttention(D, E)(torch.zeros(B, L), torch.zeros(B, S, E)), ValueError,
     r"query must be \(B, T, 11\), not \(2, 5\)"),
    (lambda: AdditiveAttention(D, 0, 5), ValueError, "keys must be an integer of at least 1"),
])
def test_scores_that_do_not_fit(call, error, message):
    with pytest.raises(error, match=message):
        call()
