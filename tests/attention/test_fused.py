"""The path without weights gives what the plain one gives, under every mask, and writes no weights down."""

import pytest
import torch
from comparing import draws
from deepgloss.attention import DecoderLayer, EncoderLayer, KeyValueCache, MultiHeadAttention, alibi, causal_mask, padding_mask
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

import deepgloss as dg

B, L, S, DIM, HEADS = 3, 5, 7, 12, 2
KINDS = ("none", "scalar", "keys", "padding", "boolean", "heads", "numbers", "numbers by head", "empty rows",
         "empty rows in numbers", "everything hidden")


def masked(kind, queries=L, keys=S, dtype=torch.float64):
    """A mask of each kind that may come."""
    seen = draws(B, 1, queries, keys, seed=3) > 0
    some_empty = seen.clone()
    some_empty[0, :, 2] = some_empty[1] = False
    numbers = draws(B, 1, queries, keys, seed=4, dtype=dtype)
    return {
        "none": None, "scalar": seen.new_ones(()), "keys": seen[1, 0, 0] | (torch.arange(keys, device=seen.device) == 0),
        "padding": padding_mask(torch.tensor([keys, 0, 3]), keys).to(seen.device), "boolean": seen,
        "heads": seen[:HEADS, 0], "numbers": numbers,
        "numbers by head": draws(HEADS, queries, keys, seed=5, dtype=dtype), "empty rows": some_empty,
        "empty rows in numbers": numbers.masked_fill(~some_empty, -torch.inf),
        "everything hidden": torch.zeros_like(seen[0, 0]),
    }[kind]


def made(dtype=torch.float64, kv_heads=None, **options):
    torch.manual_seed(0)
    return MultiHeadAttention(DIM, HEADS, kv_heads, dtype=dtype, **options).to(dg.device())


def both_ways(layer, query, *others, mask=None, **options):
    """Outputs and all gradients, without weights and with them."""
    results = []
    for need_weights in (False, True):
        leaves = [x.detach().clone().requires_grad_() for x in (query, *others)]
        own = None if mask is None else mask.detach().clone()
        if own is not None and own.is_floating_point():
            leaves.append(own.requires_grad_())
        out = layer(*leaves[:1 + len(others)], mask=own, need_weights=need_weights, **options)
        out = out[0] if need_weights else out
        direction = draws(*out.shape, seed=9, dtype=out.dtype)
        gradients = torch.autograd.grad((out * direction).sum(), [*leaves, *layer.parameters()], allow_unused=True)
        results.append([out, *gradients])
    return results


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("kind", KINDS)
def test_every_mask_gives_what_the_plain_form_gives(kind, causal, dtype):
    query, key, value = (draws(B, n, DIM, seed=n, dtype=dtype) for n in (L, S, S))
    for mode in (True, False):
        layer = made(dtype).train(mode)
        fused, plain = both_ways(layer, query, key, value, mask=masked(kind, dtype=dtype), causal=causal)
        for a, b in zip(fused, plain, strict=True):
            torch.testing.assert_close(a, b)


@given(st.sampled_from(KINDS), st.integers(1, 9), st.sampled_from([1, 2]), st.booleans(), st.booleans())
def test_self_attention_gives_what_the_plain_form_gives(kind, length, kv_heads, rotate, causal):
    layer = made(kv_heads=kv_heads, rotate=rotate)
    mask = masked(kind, length + 3, length + 3)
    fused, plain = both_ways(layer, draws(B, length + 3, DIM), mask=mask, causal=causal)
    for a, b in zip(fused, plain, strict=True):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("kind", ["none", "padding", "boolean", "numbers"])
def test_pytorchs_own_module_agrees(kind, dtype):
    theirs = nn.MultiheadAttention(DIM, HEADS, batch_first=True, dtype=dtype).to(dg.device())
    ours = made(dtype)
    ours.load_state_dict(theirs.state_dict())
    query, key = draws(B, L, DIM, dtype=dtype).requires_grad_(), draws(B, S, DIM, seed=1, dtype=dtype).requires_grad_()
    mask, options = masked(kind, dtype=dtype), {}
    if kind == "padding":
        mask = padding_mask(torch.tensor([S, 1, 3]), S).to(query.device)
        options["key_padding_mask"] = ~mask[:, 0, 0]
    elif kind == "boolean":
        mask = mask | (torch.arange(S, device=query.device) == 1)     # theirs is NaN in a row without keys
        options["attn_mask"] = ~mask.expand(B, HEADS, L, S).flatten(0, 1)
    elif kind == "numbers":
        options["attn_mask"] = mask.expand(B, HEADS, L, S).flatten(0, 1)
    pairs = []
    for layer, out in ((ours, ours(query, key, mask=mask)), (theirs, theirs(query, key, key, **options)[0])):
        direction = draws(*out.shape, seed=9, dtype=dtype)
        pairs.append([out, *torch.autograd.grad((out * direction).sum(), [query, key, *layer.parameters()])])
    for a, b in zip(*pairs, strict=True):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize("kind", ["empty rows", "empty rows in numbers", "everything hidden"])
def test_a_row_without_keys_is_zero_and_has_no_gradient(kind):
    layer = made()
    nn.init.normal_(layer.out_proj.bias)
    query = draws(B, L, DIM).requires_grad_()
    keys = draws(B, S, DIM, seed=1).requires_grad_()
    out = layer(query, keys, mask=masked(kind))
    torch.testing.assert_close(out[0, 2], layer.out_proj.bias, rtol=0, atol=0)
    out.sum().backward()
    assert (query.grad[0, 2] == 0).all() and (query.grad[1] == 0).all() and (keys.grad[1] == 0).all()
    assert all(x.grad.isfinite().all() for x in (query, keys, *layer.parameters()))


def test_more_padding_on_the_left_than_a_kernels_block():
    layer, length = made(), 1100
    mask = (torch.arange(length, device=dg.device()) >= torch.tensor([0, 600, 1099], device=dg.device())[:, None])
    fused, plain = both_ways(layer, draws(B, length, DIM), mask=mask[:, None, None], causal=True)
    for a, b in zip(fused, plain, strict=True):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize("pieces", [(3, 4), (6, 1), (1, 1, 5)])
@pytest.mark.parametrize("masked", [False, True])
def test_a_cache_by_either_path(pieces, masked):
    layer, x = made(rotate=True), draws(B, sum(pieces), DIM)
    mask = torch.arange(sum(pieces), device=x.device) != 2 if masked else None
    whole = layer(x, causal=True, mask=mask, need_weights=True)[0]
    cache, read = KeyValueCache(), 0
    for piece in x.split(pieces, 1):
        read += piece.shape[1]
        out = layer(piece, causal=True, cache=cache, mask=mask[:read] if masked else None)
        torch.testing.assert_close(out, whole[:, read - piece.shape[1]:read])


def test_dropout_keeps_the_mean_and_adds_its_variance():
    layer, share = made(dropout=0.4), 0.4
    with torch.no_grad():
        layer.out_proj.weight.copy_(torch.eye(DIM))
    x = draws(1, S, DIM).expand(20_000, S, DIM)
    dropped = layer(x)
    kept, weights = layer.eval()(x[:1], need_weights=True)
    torch.testing.assert_close(dropped.mean(0), kept[0], atol=0.03, rtol=0)
    values = layer.split(x[:1], 2)                                                        # (1, H, S, D)
    variance = share / (1 - share) * (weights**2 @ values**2).transpose(1, 2).flatten(2)[0]
    torch.testing.assert_close(dropped.var(0), variance, atol=0.02, rtol=0.1)
    torch.testing.assert_close(layer(x[:1])[0], kept[0])


class Largest(TorchDispatchMode):
    """The most numbers that any operation's result holds."""

    found = 0

    def __torch_dispatch__(self, function, kinds, arguments=(), options=None):
        result = function(*arguments, **(options or {}))
        for part in result if isinstance(result, (tuple, list)) else (result,):
            if isinstance(part, torch.Tensor):
                self.found = max(self.found, part.numel())
        return result


@pytest.mark.skipif(dg.device().type == "fake", reason="the stand-in device has no fused kernel")
@pytest.mark.parametrize("make, arguments", [
    (lambda: MultiHeadAttention(8, 2), 1), (lambda: EncoderLayer(8, 2, 16), 1), (lambda: DecoderLayer(8, 2, 16), 2),
])
def test_no_result_holds_all_weights(make, arguments):
    length, layer = 2048, make().to(dg.device())
    x = draws(1, length, 8, dtype=torch.float32).requires_grad_()
    with Largest() as results:
        layer(*[x] * arguments, **({} if arguments == 2 else {"causal": True})).sum().backward()
    assert results.found < length**2 / 10
    if arguments == 1 and isinstance(layer, MultiHeadAttention):
        with Largest() as results:
            layer(x, causal=True, need_weights=True)
        assert results.found == 2 * length**2


def test_linear_biases_have_a_batch_dimension_of_their_own():
    layer, x = made(torch.float32), draws(B, L, DIM, dtype=torch.float32)
    fused, plain = both_ways(layer, x, mask=alibi(HEADS, L, device=x.device), causal=True)
    for a, b in zip(fused, plain, strict=True):
        torch.testing.assert_close(a, b)


@pytest.mark.parametrize("need_weights", [False, True])
@pytest.mark.parametrize("mask, error, message", [
    (torch.ones(4, 6, dtype=torch.bool), ValueError, r"mask must broadcast to \(3, 2, [35], 5\), not \(4, 6\)"),
    (torch.ones(5, 5, dtype=torch.int64), TypeError, "mask must be boolean or of floating-point numbers"),
    ([[True]], TypeError, "mask must be boolean or of floating-point numbers, not list"),
])
def test_masks_that_do_not_fit_are_named_on_both_paths(need_weights, mask, error, message):
    mask = mask.to(dg.device()) if isinstance(mask, torch.Tensor) else mask
    layer, x, cache = made(), draws(B, L, DIM), KeyValueCache()
    layer(x[:, :2], cache=cache)
    for query, past in ((x, None), (x[:, 2:], cache)):
        with pytest.raises(error, match=message):
            layer(query, mask=mask, causal=True, need_weights=need_weights, cache=past)
    assert len(cache) == 2


@pytest.mark.parametrize("call, error, message", [
    (lambda x: made()(x.tolist()), TypeError, "query must be a tensor, not list"),
    (lambda x: made()(x, x[0]), ValueError, r"key must be \(B, T, 12\), not \(5, 12\)"),
    (lambda x: EncoderLayer(DIM, HEADS, 7, norm_first=True)(x[..., 1:]), ValueError, r"x must be \(B, T, 12\), not \(3, 5, 11\)"),
    (lambda x: DecoderLayer(DIM, HEADS, 7)(x, x[0]), ValueError, r"memory must be \(B, T, 12\), not \(5, 12\)"),
    (lambda x: DecoderLayer(DIM, HEADS, 7).start(None), TypeError, "memory must be a tensor, not NoneType"),
])
def test_inputs_that_do_not_fit_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call(draws(B, L, DIM))


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
@pytest.mark.parametrize("kind", ["none", "padding", "empty rows", "numbers by head"])
def test_half_precision_takes_masks_in_single(kind, dtype):
    layer, x = made(torch.float32).to(dtype), draws(B, S, DIM, dtype=torch.float32)
    mask = masked(kind, S, S, torch.float32)
    expected = made(torch.float32)(x, mask=mask, causal=True)
    found = layer(x.to(dtype), mask=mask, causal=True)
    assert found.dtype == dtype
    torch.testing.assert_close(found.float(), expected, rtol=0.05, atol=0.03)
    with torch.autocast(x.device.type, torch.bfloat16):
        torch.testing.assert_close(made(torch.float32)(x, mask=mask, causal=True).float(), expected, rtol=0.05, atol=0.03)


def test_second_derivatives_by_the_plain_form():
    layer, x = made(), draws(1, 3, DIM).requires_grad_()

    def function(x):
        return layer(x, mask=causal_mask(3, device=x.device), need_weights=True)[0]

    assert torch.autograd.gradgradcheck(function, x)
