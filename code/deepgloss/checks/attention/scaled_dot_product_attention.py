"""Checks of the exercises in attention/scaled-dot-product-attention."""

import torch

from .. import register
from .._compare import draws, same, several


def _half(q, k, v):
    scores = q @ k.T / q.shape[1] ** 0.5
    total = scores.logsumexp(1) if len(k) else q.new_full((len(q),), -torch.inf)
    return (scores - total[:, None].masked_fill(total[:, None] == -torch.inf, 0)).exp() @ v, total


@register("scaled-dot-product-attention-merge")
def _(merge) -> None:
    for size, first, second, hint in [
        (1.0, 3, 4, "weigh each half by its share of the sum of exponentials"),
        (40.0, 3, 4, "scores of a thousand: exp overflows unless the larger logarithm is taken off first"),
        (1.0, 7, 0, "a half without keys changes nothing"),
        (1.0, 0, 0, "two empty halves are an empty whole: 0 and −∞"),
    ]:
        q, k, v = size * draws(5, 11), size * draws(first + second, 11, seed=1), draws(first + second, 3, seed=2)
        o1, s1 = _half(q, k[:first], v[:first])
        o2, s2 = _half(q, k[first:], v[first:])
        wanted = _half(q, k, v)
        got = merge(o1, s1, o2, s2)
        got = several(got, 2, "return the pair (means, logarithms)")
        same(got[1], wanted[1], f"the logarithm of the sum, {first} and {second} keys", hint)
        same(got[0], wanted[0], f"the means, {first} and {second} keys", hint)


@register("scaled-dot-product-attention-gradient")
def _(gradients) -> None:
    for leading in [(), (2,), (2, 3)]:
        leaves = [draws(*leading, n, f, seed=k).requires_grad_() for k, (n, f) in
                  enumerate(((5, 11), (7, 11), (7, 3)))]
        q, k, v = leaves
        grad = draws(*leading, 5, 3, seed=9)
        out = torch.nn.functional.scaled_dot_product_attention(q, k, v)
        wanted = torch.autograd.grad((out * grad).sum(), leaves)
        with torch.no_grad():
            got = gradients(*(x.detach() for x in leaves), grad)
        got = several(got, 3, "return (dq, dk, dv)")
        hints = ("through the softmax: a * (da − Σ a da), then the keys, and 1/√d again",
                 "through the softmax: a * (da − Σ a da), then the queries, and 1/√d again",
                 "the weights, transposed, times the gradient")
        for name, ours, right, hint in zip(("dq", "dk", "dv"), got, wanted, hints):
            same(ours, right, f"{name} with leading dimensions {leading}", hint)


@register("scaled-dot-product-attention-mask")
def _(chunk_mask) -> None:
    for length, chunk, first in [(11, 3, 0), (11, 3, 2), (6, 1, 1), (5, 7, 3), (1, 1, 0)]:
        wanted = torch.zeros(length, length, dtype=torch.bool)
        for i in range(length):
            for j in range(i + 1):
                wanted[i, j] = j // chunk >= i // chunk - 1 or j < first
        got = chunk_mask(length, chunk, first)
        where = f"chunk_mask({length}, {chunk}, {first})"
        assert isinstance(got, torch.Tensor) and got.dtype == torch.bool, f"{where} must be a boolean tensor"
        assert got.shape == wanted.shape, f"{where} must have shape {tuple(wanted.shape)}, not {tuple(got.shape)}"
        got = got.cpu()
        assert not got.triu(1).any(), f"{where}: no query sees a later key"
        assert got.diagonal().all(), f"{where}: every query sees its own key"
        wrong = (got != wanted).nonzero().tolist()
        assert not wrong, (
            f"{where} is wrong where query {wrong[0][0]} meets key {wrong[0][1]}: count chunks by whole division; "
            "the first tokens are seen by every query that is not before them"
        )
