"""Checks of the exercises in attention/self-attention."""

import torch

from .. import register
from .._compare import draws, same, several


@register("self-attention-crossing")
def _(crossing) -> None:
    for d in (1, 5, 64):
        for gates in (1, 2, 3, 4):
            wanted = next(n for n in range(1, 10 * d + 2)
                          if 4 * n * d**2 + 2 * n**2 * d > 2 * gates * n * d**2)
            got = crossing(d, gates)
            assert got == wanted, (
                f"crossing({d}, {gates}) is {wanted}, not {got}: 4nd² + 2n²d must be more than 2·gates·nd², "
                "equal is not enough, and no length is below 1"
            )


@register("self-attention-step")
def _(step) -> None:
    n, d = 5, 7
    x, weights = draws(n, d), [draws(d, d, seed=k) / d**0.5 for k in (1, 2, 3)]
    q, k, v = (x @ w for w in weights)
    wanted = torch.nn.functional.scaled_dot_product_attention(q[None], k[None], v[None], is_causal=True)[0]
    cache = None
    for t in range(n):
        before = None if cache is None else tuple(c.clone() for c in cache)
        given = cache
        got = step(x[t], cache, *weights)
        got = several(got, 2, "return the pair (output, cache)")
        out, cache = got
        same(out, wanted[t], f"the output for token {t}",
             "its query meets its own key and all earlier ones, divided by √d")
        assert isinstance(cache, tuple) and len(cache) == 2, "the cache is a pair of keys and values"
        for what, ours, full in (("keys", cache[0], k), ("values", cache[1], v)):
            same(ours, full[: t + 1], f"the cache's {what} after token {t}", "one row a token, the newest last")
        if before is not None:
            assert all(torch.equal(a, b) for a, b in zip(before, given)), "leave the cache you are given as it is"


@register("self-attention-depth")
def _(depth) -> None:
    for n in (1, 2, 3, 4, 5, 9, 10, 27, 28, 125, 126, 1000, 1001):
        for width in (2, 3, 5, 10):
            for dilated in (False, True):
                wanted = 1
                while (width**wanted if dilated else 1 + wanted * (width - 1)) < n:
                    wanted += 1
                got = depth(n, width, dilated)
                assert got == wanted, (
                    f"depth({n}, {width}, {dilated}) is {wanted}, not {got}: a layer reaches width − 1 tokens "
                    "further back, times width^l when dilated"
                )
