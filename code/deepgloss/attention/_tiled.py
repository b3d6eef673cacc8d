"""The same attention in blocks of keys, with a softmax that is corrected as it goes."""

import torch
from torch.autograd.function import once_differentiable

from .._arguments import flag, real, whole
from .._precision import rounded_once
from ._core import check, default_scale
from ._masks import causal_mask


class _Tiled(torch.autograd.Function):
    """Forward keeps the means and one number a query; backward computes the weights again."""

    @staticmethod
    def forward(ctx, query, key, value, causal, scale, block):
        peak = query.new_full((*query.shape[:-1], 1), -torch.inf)     # largest score so far
        total = torch.zeros_like(peak)                                # sum of exp(score - peak)
        means = query.new_zeros(*query.shape[:-1], value.shape[-1])
        for rows, part in _blocks(query, key, causal, block):
            scores = _scores(query[..., rows, :], key[..., part, :], causal, scale)
            highest, sums, parts = (kept[..., rows, :] for kept in (peak, total, means))
            higher = torch.maximum(highest, scores.amax(-1, keepdim=True))
            shift = higher.masked_fill(higher == -torch.inf, 0)       # a score of −∞ has the weight 0
            weights = scores.sub_(shift).exp_()                       # (..., rows, block)
            shrink = (highest - shift).exp_()                         # what came before was too large
            sums.mul_(shrink).add_(weights.sum(-1, keepdim=True))
            parts.mul_(shrink).add_(weights @ value[..., part, :])
            highest.copy_(higher)
        if key.shape[-2]:                                             # the mean of nothing is 0
            means /= total
        ctx.save_for_backward(query, key, value, means, peak + total.log())
        ctx.options = causal, scale, block
        return means

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        query, key, value, means, log_total = ctx.saved_tensors
        causal, scale, block = ctx.options
        d_query, d_key, d_value = (torch.zeros_like(x) for x in (query, key, value))
        shared = (grad * means).sum(-1, keepdim=True)                 # (..., L, 1)
        for rows, part in _blocks(query, key, causal, block):
            q, k, g = query[..., rows, :], key[..., part, :], grad[..., rows, :]
            weights = _scores(q, k, causal, scale).sub_(log_total[..., rows, :]).exp_()
            d_value[..., part, :] = weights.transpose(-2, -1) @ g
            d_scores = g @ value[..., part, :].transpose(-2, -1)
            d_scores.sub_(shared[..., rows, :]).mul_(weights).mul_(scale)
            d_query[..., rows, :] += d_scores @ k
            d_key[..., part, :] = d_scores.transpose(-2, -1) @ q
        return d_query, d_key, d_value, None, None, None


def _blocks(query, key, causal: bool, block: int):
    """Of each block of keys, the queries that may see some of it, and the keys."""
    keys = min(query.shape[-2], key.shape[-2]) if causal else key.shape[-2]
    for start in range(0, keys, block):
        yield slice(start if causal else 0, None), slice(start, min(start + block, keys))


def _scores(query, key, causal: bool, scale: float) -> torch.Tensor:
    """Of a block; with ``causal`` its first query belongs to its first key."""
    scores = (query * scale) @ key.transpose(-2, -1)                  # (..., rows, block)
    if not causal:
        return scores
    return scores.masked_fill_(~causal_mask(*scores.shape[-2:], device=scores.device), -torch.inf)


def tiled_attention(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, *, causal: bool = False,
                    scale: float | None = None, block: int = 64) -> torch.Tensor:
    r"""What :func:`attention` gives, without ever holding all weights.

    Keys come in blocks. With the largest score m and the sum l so far, a block of scores s gives

    .. math::
        m' = \max(m, \max s), \qquad l' = e^{m - m'} l + \sum_j e^{s_j - m'}, \qquad
        o' = e^{m - m'} o + \sum_j e^{s_j - m'} v_j

    and :math:`o / l` is the mean. Memory grows with ``L * block`` instead of ``L * S``, in the
    backward pass too, which computes each block's weights again. With ``causal``, a block leaves out
    the queries before it, and of long sequences half of the work. Half types are computed in float32,
    m, l and o included, and rounded once.

    Args:
        query: ``(..., L, D)``.
        key: ``(..., S, D)``, the leading dimensions those of ``query``.
        value: ``(..., S, E)``, likewise.
        causal: query i sees keys 0..i alone.
        scale: what the scores are multiplied by; :math:`1 / \sqrt D` by default.
        block: keys in a block, at least 1.

    Returns:
        Means ``(..., L, E)``.

    Raises:
        TypeError, ValueError: as in :func:`attention`.

    Source: Milakov and Gimelshein (2018), algorithm 3, for the softmax; Dao et al. (2022),
    algorithm 1 and appendix B, for attention and its gradient.
    """
    check(query, key, value)
    flag("causal", causal)
    if not query.shape[:-2] == key.shape[:-2] == value.shape[:-2]:
        raise ValueError(
            f"leading dimensions must be equal: query {tuple(query.shape)}, key {tuple(key.shape)}, "
            f"value {tuple(value.shape)}"
        )
    options = (bool(causal), default_scale(query) if scale is None else real("scale", scale), whole("block", block))
    return rounded_once(lambda *tensors: _Tiled.apply(*tensors, *options), query, key, value, autocast="product")
