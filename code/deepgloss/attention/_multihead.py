"""Multi-head attention, with shared keys and values and a cache for generation."""

import torch
from torch import nn
from torch.nn.functional import linear

from .._arguments import flag, share, whole
from ..sequences._shapes import require_float
from ._core import attention, check_mask
from ._fused import fused_attention
from ._masks import both, causal_mask
from ._positions import rotary


class KeyValueCache:
    """Keys and values of the positions that have been read, so that none is computed twice.

    Attributes:
        key: ``(B, heads, T, D)``, or None before the first position.
        value: likewise.
        memory: the keys and values of what an encoder gave, where a decoder's layer keeps them
            (:meth:`DecoderLayer.start`), or None.
    """

    def __init__(self) -> None:
        self.key: torch.Tensor | None = None
        self.value: torch.Tensor | None = None
        self.memory: KeyValueCache | None = None

    def __len__(self) -> int:
        """Positions that are held."""
        return 0 if self.key is None else self.key.shape[-2]

    def extend(self, key: torch.Tensor, value: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Append the keys and values of new positions, and return all."""
        if self.key is not None:
            key, value = torch.cat([self.key, key], -2), torch.cat([self.value, value], -2)
        self.key, self.value = key, value
        return key, value

    def copy(self) -> "KeyValueCache":
        """Another cache with the same keys and values; to extend one leaves the other as it is."""
        other = KeyValueCache()
        other.key, other.value, other.memory = self.key, self.value, self.memory
        return other

    def index_select(self, dim: int, rows: torch.Tensor) -> "KeyValueCache":
        """A cache of the given rows of the batch (``dim`` = 0), as a beam takes them."""
        other = self.copy()
        if other.key is not None:
            other.key, other.value = self.key.index_select(dim, rows), self.value.index_select(dim, rows)
        if other.memory is not None:
            other.memory = self.memory.index_select(dim, rows)
        return other


class MultiHeadAttention(nn.Module):
    r"""Attention in several subspaces side by side; weights load from :class:`torch.nn.MultiheadAttention`.

    .. math::
        \operatorname{head}_h = \operatorname{attention}(Q W^Q_h,\ K W^K_h,\ V W^V_h), \qquad
        O = [\operatorname{head}_1, \dots, \operatorname{head}_H]\, W^O

    ``in_proj_weight`` holds the rows of all queries' projections, then the keys', then the values'.

    Where ``need_weights`` is off, PyTorch's fused kernels compute the means, which are those of
    :func:`attention` up to rounding, faster and without the ``(B, heads, L, S)`` weights in memory.
    With it, :func:`attention` itself does. The kernels have first derivatives only: for second ones
    (a gradient penalty, a Hessian), ask for the weights.

    Args:
        dim: features E of the inputs and the output.
        heads: H, which divides E.
        kv_heads: heads that keys and values have; H by default. 1 is *multi-query*, a divisor of H
            *grouped-query* attention: H / kv_heads query heads share one of them.
        bias: add biases.
        dropout: share of the weights that are dropped in training, in [0, 1).
        rotate: turn queries and keys by their positions (:func:`rotary`).
        device, dtype: of the parameters.

    Raises:
        TypeError, ValueError: a number is out of range, or does not divide the other.

    Source: Vaswani et al. (2017), section 3.2.2; Shazeer (2019) and Ainslie et al. (2023) for shared
    keys and values.
    """

    def __init__(self, dim: int, heads: int, kv_heads: int | None = None, *, bias: bool = True,
                 dropout: float = 0.0, rotate: bool = False, device=None, dtype=None) -> None:
        super().__init__()
        dim, heads = whole("dim", dim), whole("heads", heads)
        kv_heads = heads if kv_heads is None else whole("kv_heads", kv_heads)
        if dim % heads:
            raise ValueError(f"heads must divide dim, and {heads} does not divide {dim}")
        if heads % kv_heads:
            raise ValueError(f"kv_heads must divide heads, and {kv_heads} does not divide {heads}")
        if rotate and dim // heads % 2:
            raise ValueError(f"with rotate, a head must have an even number of features, not {dim // heads}")
        self.heads, self.kv_heads, self.size = heads, kv_heads, dim // heads
        self.dropout, self.rotate = share("dropout", dropout, zero=True), rotate
        rows = dim + 2 * kv_heads * self.size
        options = {"device": device, "dtype": dtype}
        self.in_proj_weight = nn.Parameter(torch.empty(rows, dim, **options))
        self.in_proj_bias = nn.Parameter(torch.zeros(rows, **options)) if bias else None
        self.out_proj = nn.Linear(dim, dim, bias=bias, **options)
        nn.init.xavier_uniform_(self.in_proj_weight)
        if bias:
            nn.init.zeros_(self.out_proj.bias)

    def split(self, x: torch.Tensor, which: int) -> torch.Tensor:
        """One of the three projections (0 queries, 1 keys, 2 values) by heads, ``(B, heads, T, D)``."""
        ends = [0, self.heads * self.size]
        ends += [ends[1] + self.kv_heads * self.size, ends[1] + 2 * self.kv_heads * self.size]
        part = slice(ends[which], ends[which + 1])
        bias = None if self.in_proj_bias is None else self.in_proj_bias[part]
        x = linear(x, self.in_proj_weight[part], bias)
        return x.unflatten(-1, (-1, self.size)).transpose(-3, -2)

    def keys(self, key: torch.Tensor, value: torch.Tensor | None = None) -> KeyValueCache:
        """Keys and values of inputs ``(B, S, E)``, projected once, for many calls to attend to.

        Give the result as ``key``.
        """
        value = key if value is None else value
        self.check_inputs(key=key, value=value)
        held = KeyValueCache()
        held.key, held.value = self.split(key, 1), self.split(value, 2)
        if self.rotate:
            held.key = rotary(held.key)
        return held

    def check_inputs(self, **inputs: torch.Tensor) -> None:
        """Refuse, by name, what is no tensor ``(B, T, E)``."""
        for name, x in inputs.items():
            if not isinstance(x, torch.Tensor):
                raise TypeError(f"{name} must be a tensor, not {type(x).__name__}")
            if x.dim() != 3 or x.shape[-1] != self.in_proj_weight.shape[1]:
                raise ValueError(f"{name} must be (B, T, {self.in_proj_weight.shape[1]}), not {tuple(x.shape)}")
        for name, x in inputs.items():
            require_float(name, x, self.in_proj_weight)

    def project(self, query: torch.Tensor, key: torch.Tensor, value: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """All three projections by heads; where they read the same, in one product."""
        if query is not key or key is not value:
            return self.split(query, 0), self.split(key, 1), self.split(value, 2)
        x = linear(query, self.in_proj_weight, self.in_proj_bias).unflatten(-1, (-1, self.size)).transpose(-3, -2)
        return x.split([self.heads, self.kv_heads, self.kv_heads], -3)

    def forward(self, query: torch.Tensor, key: torch.Tensor | KeyValueCache | None = None,
                value: torch.Tensor | None = None, *, mask: torch.Tensor | None = None, causal: bool = False,
                need_weights: bool = False, cache: KeyValueCache | None = None):
        """Attend.

        Args:
            query: ``(B, L, E)``.
            key: ``(B, S, E)``; the query by default. Or what :meth:`keys` made of it, without a
                ``value`` and a ``cache``.
            value: ``(B, S, E)``; the key by default.
            mask: broadcasts to ``(B, heads, L, S)``: boolean, True where a query may look, or
                numbers that are added to the scores. S counts the cache's positions, too.
            causal: a query sees its own position and those before it.
            need_weights: return the weights, too, by the plain form, which is slower and has them all
                in memory.
            cache: keys and values of earlier positions, extended by the new ones.

        Returns:
            ``(B, L, E)``; with ``need_weights``, a pair of it and the weights ``(B, heads, L, S)``.

        Raises:
            TypeError, ValueError: shapes do not fit.
        """
        flag("causal", causal), flag("need_weights", need_weights)
        if cache is not None and not isinstance(cache, KeyValueCache):
            raise TypeError(f"cache must be a KeyValueCache or None, not {type(cache).__name__}")
        past = 0 if cache is None else len(cache)
        if isinstance(key, KeyValueCache):
            if value is not None or cache is not None or key.key is None:
                raise ValueError("key must be a tensor where value or cache is given, or hold what keys() made")
            self.check_inputs(query=query)
            check_mask(mask, (len(query), self.heads, query.shape[1], len(key)))
            q, k, v = self.split(query, 0), key.key, key.value
        else:
            key = query if key is None else key
            value = key if value is None else value
            self.check_inputs(query=query, key=key, value=value)
            check_mask(mask, (len(query), self.heads, query.shape[1], past + key.shape[1]))
            q, k, v = self.project(query, key, value)
            if self.rotate:
                k = rotary(k, past + torch.arange(k.shape[-2], device=k.device))
        if self.rotate:
            q = rotary(q, past + torch.arange(q.shape[-2], device=q.device))
        if cache is not None:
            k, v = cache.extend(k, v)
        if causal and past:
            if q.shape[-2] > 1:                                       # one new query sees all keys
                seen = causal_mask(q.shape[-2], k.shape[-2], offset=past, device=q.device)
                mask = seen if mask is None else both(mask, seen)
            causal = False
        group = self.heads // self.kv_heads
        if group > 1:                                                 # H query heads, each group one key
            k, v = k.repeat_interleave(group, 1), v.repeat_interleave(group, 1)
        options = {"causal": causal, "dropout": self.dropout if self.training else 0.0}
        if need_weights:
            heads, weights = attention(q, k, v, mask, need_weights=True, **options)
        else:
            heads, weights = fused_attention(q, k, v, mask, **options), None   # (B, H, L, D)
        out = self.out_proj(heads.transpose(1, 2).flatten(2))         # (B, L, E)
        return (out, weights) if need_weights else out
