"""Scaled dot-product attention: the one core that every chapter on attention uses."""

import torch
from torch.nn.functional import dropout as drop

from .._arguments import flag, real, shown
from .._precision import autocast_type, in_float32, rounded_once
from ._masks import causal_mask


def attention(
    query: torch.Tensor, key: torch.Tensor, value: torch.Tensor, mask: torch.Tensor | None = None, *,
    causal: bool = False, scale: float | None = None, dropout: float = 0.0, need_weights: bool = False,
):
    r"""A weighted mean of values for each query, weighted by how well its key matches.

    .. math:: \operatorname{attention}(Q, K, V) = \operatorname{softmax}\Bigl(\frac{Q K^\top}{\sqrt D} + M\Bigr) V

    The softmax is taken over the keys. A query that may look at no key gets a zero, and passes no
    gradient. Half types, and what autocast makes of others, are computed in float32, scores and
    weights included, and rounded once.

    Args:
        query: ``(..., L, D)``.
        key: ``(..., S, D)``.
        value: ``(..., S, E)``.
        mask: broadcast to ``(..., L, S)``: boolean, True where a query may look; or numbers M that
            are added to the scores, −∞ where it may not.
        causal: query i sees keys 0..i alone, besides what ``mask`` forbids.
        scale: what the scores are multiplied by; :math:`1 / \sqrt D` by default.
        dropout: share of the weights that are dropped, in [0, 1); the caller says when.
        need_weights: return the weights, too (as they are before dropout).

    Returns:
        Means ``(..., L, E)``; with ``need_weights``, a pair of them and the weights ``(..., L, S)``.

    Raises:
        TypeError: an argument is no tensor of a type that fits.
        ValueError: shapes do not fit, or a number is out of range.

    Source: Vaswani et al. (2017), equation 1.
    """
    check(query, key, value, mask)
    flag("causal", causal), flag("need_weights", need_weights)
    scale = default_scale(query) if scale is None else real("scale", scale)
    if not 0 <= real("dropout", dropout) < 1:
        raise ValueError(f"dropout must be in [0, 1), not {dropout}")
    means, weights = rounded_once(
        lambda query, key, value: _attend(query, key, value, mask, causal, scale, dropout),
        query, key, value, autocast="product")
    return (means, weights) if need_weights else means


def default_scale(query: torch.Tensor) -> float:
    """1 / √D; any number will do for queries without features, whose scores are all 0."""
    return max(query.shape[-1], 1) ** -0.5


def _attend(query, key, value, mask, causal: bool, scale: float, dropout: float):
    """Means ``(..., L, E)`` and weights ``(..., L, S)``."""
    scores = (query * scale) @ key.transpose(-2, -1)                  # (..., L, S)
    seen = causal_mask(*scores.shape[-2:], device=scores.device) if causal else None
    if mask is not None and mask.dtype != torch.bool:
        scores = scores + mask
        weights = masked_softmax(scores if seen is None else scores.masked_fill(~seen, -torch.inf))
    elif mask is not None:
        weights = _boolean_softmax(scores, mask if seen is None else mask & seen)
    else:                                                             # no row is empty
        if seen is not None:
            with torch.no_grad():                 # their weights are 0, and so is their gradient
                scores.masked_fill_(~seen, -torch.inf)
        weights = scores.softmax(-1)
    kept = drop(weights, dropout) if dropout else weights
    return kept @ value, weights                                      # (..., L, E)


def _boolean_softmax(scores: torch.Tensor, allowed: torch.Tensor) -> torch.Tensor:
    """:func:`masked_softmax` of new scores, in fewer passes: the mask is mostly smaller than they are."""
    empty = ~allowed.any(-1, keepdim=True)
    hidden = ~(allowed | empty)
    if torch.broadcast_shapes(hidden.shape, scores.shape) == scores.shape:
        scores = scores.masked_fill_(hidden, -torch.inf)
    else:                                    # only the values have the mask's leading dimensions
        scores = scores.masked_fill(hidden, -torch.inf)
    return scores.softmax(-1).masked_fill(empty, 0)


@in_float32
def masked_softmax(scores: torch.Tensor) -> torch.Tensor:
    """Softmax over the last dimension, and zeros where all scores are −∞."""
    if not isinstance(scores, torch.Tensor) or not scores.is_floating_point():
        raise TypeError(f"scores must be a tensor of floating-point numbers, not {shown(scores)}")
    empty = (scores == -torch.inf).all(-1, keepdim=True)
    # filled before the softmax: a nan inside it would reach the gradient, though masked afterwards
    return scores.masked_fill(empty, 0).softmax(-1).masked_fill(empty, 0)


def check(query, key, value, mask=None) -> None:
    """Refuse what does not fit together."""
    for name, tensor in (("query", query), ("key", key), ("value", value)):
        if not isinstance(tensor, torch.Tensor) or not tensor.is_floating_point():
            got = tensor.dtype if isinstance(tensor, torch.Tensor) else type(tensor).__name__
            raise TypeError(f"{name} must be a tensor of floating-point numbers, not {got}")
        if tensor.dim() < 2:
            raise ValueError(f"{name} must be (..., length, features), not {tuple(tensor.shape)}")
    for name, tensor in (("key", key), ("value", value)):
        if tensor.dtype != query.dtype and autocast_type(query.device) is None:
            raise TypeError(f"{name} must be {query.dtype} as the query is, not {tensor.dtype}")
    if key.shape[-1] != query.shape[-1]:
        raise ValueError(f"key must have the query's {query.shape[-1]} features, not {key.shape[-1]}")
    if value.shape[-2] != key.shape[-2]:
        raise ValueError(f"value must have the key's length {key.shape[-2]}, not {value.shape[-2]}")
    try:
        leading = torch.broadcast_shapes(query.shape[:-2], key.shape[:-2], value.shape[:-2])
    except RuntimeError:
        raise ValueError(
            f"leading dimensions must fit: query {tuple(query.shape)}, key {tuple(key.shape)}, "
            f"value {tuple(value.shape)}"
        ) from None
    check_mask(mask, (*leading, query.shape[-2], key.shape[-2]))


def check_mask(mask, wanted: tuple[int, ...]) -> None:
    """Refuse a mask of another type, or that does not broadcast to the shape of the weights."""
    if mask is None:
        return
    if not isinstance(mask, torch.Tensor) or not (mask.dtype == torch.bool or mask.is_floating_point()):
        got = mask.dtype if isinstance(mask, torch.Tensor) else type(mask).__name__
        raise TypeError(f"mask must be boolean or of floating-point numbers, not {got}")
    try:
        fits = torch.broadcast_shapes(mask.shape, wanted) == wanted
    except RuntimeError:
        fits = False
    if not fits:
        raise ValueError(f"mask must broadcast to {tuple(wanted)}, not {tuple(mask.shape)}")
