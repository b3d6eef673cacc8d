"""The same attention in blocks of keys, with a softmax that is corrected as it goes."""

import torch
from torch.autograd.function import once_differentiable

from .._arguments import real, whole
from ._core import check


class _Tiled(torch.autograd.Function):
    """Forward keeps the means and one number a query; backward computes the weights again."""

    @staticmethod
    def forward(ctx, query, key, value, causal, scale, block):
        peak = query.new_full((*query.shape[:-1], 1), -torch.inf)     # largest score so far
        total = torch.zeros_like(peak)                                # sum of exp(score - peak)
        means = query.new_zeros(*query.shape[:-1], value.shape[-1])
        for part in _blocks(key.shape[-2], block):
            scores = _scores(query, key, part, causal, scale)         # (..., L, block)
            higher = torch.maximum(peak, scores.amax(-1, keepdim=True))
            weights = (scores - higher).exp()
            shrink = (peak - higher).exp()                            # what came before was too large
            total = total * shrink + weights.sum(-1, keepdim=True)
            means = means * shrink + weights @ value[..., part, :]
            peak = higher
        means = means / total
        ctx.save_for_backward(query, key, value, means, peak + total.log())
        ctx.options = causal, scale, block
        return means

    @staticmethod
    @once_differentiable
    def backward(ctx, grad):
        query, key, value, means, log_total = ctx.saved_tensors
        causal, scale, block = ctx.options
        d_query = torch.zeros_like(query)
        d_key, d_value = torch.empty_like(key), torch.empty_like(value)
        shared = (grad * means).sum(-1, keepdim=True)                 # (..., L, 1)
        for part in _blocks(key.shape[-2], block):
            weights = (_scores(query, key, part, causal, scale) - log_total).exp()
            d_value[..., part, :] = weights.transpose(-2, -1) @ grad
            d_scores = weights * (grad @ value[..., part, :].transpose(-2, -1) - shared) * scale
            d_query += d_scores @ key[..., part, :]
            d_key[..., part, :] = d_scores.transpose(-2, -1) @ query
        return d_query, d_key, d_value, None, None, None


def _blocks(length: int, block: int):
    return (slice(start, min(start + block, length)) for start in range(0, length, block))


def _scores(query, key, part: slice, causal: bool, scale: float) -> torch.Tensor:
    scores = (query * scale) @ key[..., part, :].transpose(-2, -1)
    if not causal:
        return scores
    rows = torch.arange(query.shape[-2], device=query.device)[:, None]
    return scores.masked_fill(torch.arange(part.start, part.stop, device=query.device) > rows, -torch.inf)


def tiled_attention(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, *, causal: bool = False,
                    scale: float | None = None, block: int = 64) -> torch.Tensor:
    r"""What :func:`attention` gives, without ever holding all weights.

    Keys come in blocks. With the largest score m and the sum l so far, a block of scores s gives

    .. math::
        m' = \max(m, \max s), \qquad l' = e^{m - m'} l + \sum_j e^{s_j - m'}, \qquad
        o' = e^{m - m'} o + \sum_j e^{s_j - m'} v_j

    and :math:`o / l` is the mean. Memory grows with ``L * block`` instead of ``L * S``, in the
    backward pass too, which computes each block's weights again.

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
    if not query.shape[:-2] == key.shape[:-2] == value.shape[:-2]:
        raise ValueError(
            f"leading dimensions must be equal: query {tuple(query.shape)}, key {tuple(key.shape)}, "
            f"value {tuple(value.shape)}"
        )
    scale = query.shape[-1] ** -0.5 if scale is None else real("scale", scale)
    return _Tiled.apply(query, key, value, bool(causal), scale, whole("block", block))
