"""Checks of the exercises in attention/multi-head-attention."""

import torch

from ..._device import wide
from ...attention import KeyValueCache, MultiHeadAttention
from .. import register
from .._compare import draws, fill, same, several


@register("multi-head-attention-cache")
def _(cache_bytes) -> None:
    for sizes, wanted, hint in [
        ((96, 12288, 96, 96, 2048, 1, 2), 96 * 12288 * 2 * 2 * 2048, "keys and values, of each layer"),
        ((80, 8192, 64, 8, 4096, 1, 2), 80 * 1024 * 2 * 2 * 4096, "only the heads of the keys and values are kept"),
        ((80, 8192, 64, 8, 4096, 7, 1), 80 * 1024 * 2 * 4096 * 7, "every sequence of the batch has its own"),
        ((2, 12, 3, 1, 5, 1, 4), 2 * 4 * 2 * 4 * 5, "a head has dim / heads features"),
        ((2, 12, 3, 1, 0, 1, 4), 0, "nothing is kept before the first token"),
    ]:
        got = cache_bytes(*sizes)
        where = f"cache_bytes{sizes}"
        assert isinstance(got, int), f"{where} must be a whole number, not {type(got).__name__}: divide by //"
        assert got == wanted, f"{where} must be {wanted:,}, not {got:,}: {hint}"


@register("multi-head-attention-prune")
def _(prune) -> None:
    for dim, heads, gone in [(15, 3, 1), (15, 3, 0), (15, 3, 2), (14, 7, 5)]:
        layer = fill(MultiHeadAttention(dim, heads, dtype=wide()))
        size = dim // heads
        x = draws(2, 5, dim, seed=7)
        kept = layer.out_proj.weight.clone()
        before = [p.clone() for p in (layer.in_proj_weight, layer.in_proj_bias, kept)]
        got = prune(layer.in_proj_weight, layer.in_proj_bias, layer.out_proj.weight, heads, gone)
        for old, now in zip(before, (layer.in_proj_weight, layer.in_proj_bias, layer.out_proj.weight)):
            assert torch.equal(old, now), "leave the weights that were given as they are: index, do not assign"
        got = several(got, 3, "return (in_proj_weight, in_proj_bias, out_weight)")
        rows = 3 * (dim - size)
        for name, tensor, shape, hint in zip(
            ("in_proj_weight", "in_proj_bias", "out_weight"), got, ((rows, dim), (rows,), (dim, dim - size)),
            ("the head's rows go, from queries, keys and values", "the head's entries go, from all three",
             "the head's columns go: its output no longer comes in"),
        ):
            same_shape = isinstance(tensor, torch.Tensor) and tensor.shape == shape
            assert same_shape, f"{name} must be {shape}, not {getattr(tensor, 'shape', tensor)}: {hint}"
        q, k, v = (x @ got[0].T + got[1]).chunk(3, -1)
        q, k, v = (y.unflatten(-1, (-1, size)).transpose(1, 2) for y in (q, k, v))
        inside = torch.nn.functional.scaled_dot_product_attention(q, k, v).transpose(1, 2).flatten(2)
        kept[:, gone * size : (gone + 1) * size] = 0
        layer.out_proj.weight.copy_(kept)
        same(inside @ got[2].T + layer.out_proj.bias, layer(x), f"the output without head {gone} of {heads}",
             "head h owns size rows from h * size on in each of the three blocks, and the same columns of out_weight")


@register("multi-head-attention-share")
def _(share) -> None:
    for heads, kv_heads, size, dim in [(6, 2, 3, 7), (6, 3, 1, 5), (4, 1, 2, 8), (4, 4, 2, 8)]:
        weight = draws(heads * size, dim, seed=heads)
        group = heads // kv_heads
        wanted = torch.stack([
            sum(weight[h * size : (h + 1) * size] for h in range(g * group, (g + 1) * group)) / group
            for g in range(kv_heads)
        ]).flatten(0, 1)
        hint = "the mean over each group of heads that stand side by side, feature by feature"
        same(share(weight, heads, kv_heads), wanted, f"{heads} heads shared by {kv_heads}", hint)


@register("multi-head-attention-step")
def _(step) -> None:
    for heads, kv_heads in [(3, 3), (6, 2), (4, 1)]:
        size, dim = 2, 2 * heads
        layer = fill(MultiHeadAttention(dim, heads, kv_heads, bias=False, dtype=wide()))
        x = draws(3, 5, dim, seed=5)
        q, k, v = layer.in_proj_weight.split([dim, kv_heads * size, kv_heads * size])
        whole, cache = layer(x, causal=True), KeyValueCache()
        keys = x.new_zeros(3, kv_heads, 0, size)
        values = keys
        for t in range(5):
            layer(x[:, t : t + 1], cache=cache, causal=True)
            got = step(x[:, t], keys, values, q, k, v, layer.out_proj.weight)
            got = several(got, 3, "return (output, keys, values)")
            out, keys, values = got
            same(keys, cache.key, f"the keys after token {t}", "project the token, split it by heads, append it")
            same(values, cache.value, f"the values after token {t}", "project the token, split it by heads, append it")
            same(out, whole[:, t], f"the output of token {t} with {heads} heads and {kv_heads} of keys",
                 "query head h looks into keys and values of head h // group, scaled by the root of the head's size")
