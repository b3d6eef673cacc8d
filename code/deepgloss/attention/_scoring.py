"""Other ways to score a key, and to weigh values by scores."""

import torch
from torch import nn
from torch.nn.functional import linear

from .._arguments import flag, real, whole
from .._precision import rounded_once
from ..sequences._shapes import require_float
from ._core import attention, check, default_scale, masked_softmax


class AdditiveAttention(nn.Module):
    r"""Scores by a small network instead of a product.

    .. math:: e_{ij} = v^\top \tanh(W_q\, q_i + W_k\, k_j), \qquad a_{ij} = \operatorname{softmax}_j e_{ij}

    Args:
        queries: features of a query.
        keys: features of a key.
        hidden: units of the network.

    Shape:
        query ``(B, L, queries)``, keys ``(B, S, keys)`` and a mask that broadcasts to ``(B, L, S)``,
        True where a query may look, to means of the keys ``(B, L, keys)`` and weights ``(B, L, S)``.

    Raises:
        TypeError, ValueError: a size is no positive integer, or in ``forward`` a shape does not fit.

    Source: Bahdanau, Cho and Bengio (2015), section 3.1 and appendix A.1.2.
    """

    def __init__(self, queries: int, keys: int, hidden: int) -> None:
        super().__init__()
        self.query = nn.Linear(whole("queries", queries), whole("hidden", hidden), bias=False)
        self.key = nn.Linear(whole("keys", keys), hidden, bias=False)
        self.score = nn.Linear(hidden, 1, bias=False)

    def project(self, keys: torch.Tensor) -> torch.Tensor:
        """W k of each key ``(B, S, hidden)``, once for all queries that come."""
        _features("keys", keys, self.key.weight)
        return self.key(keys)

    def forward(self, query: torch.Tensor, keys: torch.Tensor, mask: torch.Tensor | None = None,
                projected: torch.Tensor | None = None):
        """Means of the keys, and the weights; ``projected`` is what :meth:`project` gave of these keys."""
        _features("query", query, self.query.weight)
        _features("keys", keys, self.key.weight)
        scored = self.project(keys) if projected is None else projected
        _features("projected", scored, self.score.weight)
        query = self.query(query)
        check(query, scored, keys, mask)
        if mask is not None and mask.dtype != torch.bool:
            raise TypeError(f"mask must be boolean, True where a query may look, not {mask.dtype}")

        def attend(query, scored, keys, score):
            together = query[:, :, None] + scored[:, None]                   # (B, L, S, hidden)
            scores = linear(together.tanh(), score)[..., 0]                  # (B, L, S)
            if mask is not None:
                scores = scores.masked_fill(~mask, -torch.inf)
            weights = masked_softmax(scores)
            return weights @ keys, weights

        return rounded_once(attend, query, scored, keys, self.score.weight, autocast="product")


class MultiplicativeAttention(nn.Module):
    r"""Scores by a product with a learned matrix between.

    .. math:: e_{ij} = q_i^\top W\, k_j, \qquad a_{ij} = \operatorname{softmax}_j e_{ij}

    Args:
        queries: features of a query.
        keys: features of a key.

    Shape:
        as :class:`AdditiveAttention`.

    Raises:
        TypeError, ValueError: a size is no positive integer, or in ``forward`` a shape does not fit.

    Source: Luong, Pham and Manning (2015), section 3.1, the score called *general*.
    """

    def __init__(self, queries: int, keys: int) -> None:
        super().__init__()
        self.match = nn.Linear(whole("queries", queries), whole("keys", keys), bias=False)

    def project(self, keys: torch.Tensor) -> torch.Tensor:
        """The keys themselves: here it is the query that is projected."""
        return keys

    def forward(self, query: torch.Tensor, keys: torch.Tensor, mask: torch.Tensor | None = None,
                projected: torch.Tensor | None = None):
        """Means of the keys, and the weights; ``projected`` is what :meth:`project` gave of these keys."""
        _features("query", query, self.match.weight)
        scored = keys if projected is None else projected
        for name, x in (("keys", keys), ("projected", scored)):
            if not isinstance(x, torch.Tensor):
                raise TypeError(f"{name} must be a tensor, not {type(x).__name__}")
            if x.dim() != 3 or x.shape[-1] != self.match.out_features:
                raise ValueError(f"{name} must be (B, T, {self.match.out_features}), not {tuple(x.shape)}")
            require_float(name, x, self.match.weight)
        return attention(self.match(query), scored, keys, mask, scale=1.0, need_weights=True)


def _features(name: str, x: torch.Tensor, weight: torch.Tensor) -> None:
    if not isinstance(x, torch.Tensor):
        raise TypeError(f"{name} must be a tensor, not {type(x).__name__}")
    if x.dim() != 3 or x.shape[-1] != weight.shape[1]:
        raise ValueError(f"{name} must be (B, T, {weight.shape[1]}), not {tuple(x.shape)}")
    require_float(name, x, weight)


def sigmoid_attention(query: torch.Tensor, key: torch.Tensor, value: torch.Tensor,
                    mask: torch.Tensor | None = None, *, bias: float = 0.0, need_weights: bool = False):
    r"""Sigmoid attention: no softmax, but a gate for each score, which lets a key in whatever the others are.

    .. math:: g_{ij} = \sigma\Bigl(\frac{q_i^\top k_j}{\sqrt D} + b\Bigr), \qquad o_i = \sum_j g_{ij}\, v_j

    Args:
        query: ``(..., L, D)``.
        key: ``(..., S, D)``.
        value: ``(..., S, E)``.
        mask: boolean, broadcast to ``(..., L, S)``, True where a query may look.
        bias: b; −log S starts with gates that add up to about 1.
        need_weights: return the gates, too.

    Returns:
        Sums ``(..., L, E)``; with ``need_weights``, a pair of them and the gates ``(..., L, S)``.

    Raises:
        TypeError: an argument is no tensor of a type that fits.
        ValueError: shapes do not fit.

    Not *gated attention*, which keeps the softmax and multiplies by a gate (Ilse et al., 2018).

    Source: Ramapuram et al. (2025), who start from such a bias.
    """
    check(query, key, value, mask)
    bias = real("bias", bias)
    flag("need_weights", need_weights)
    if mask is not None and mask.dtype != torch.bool:
        raise TypeError(f"mask must be boolean: a gate is shut by False, not by a number; not {mask.dtype}")

    def attend(query, key, value):
        gates = (query @ key.transpose(-2, -1) * default_scale(query) + bias).sigmoid()
        if mask is not None:
            gates = gates.masked_fill(~mask, 0)
        return gates @ value, gates

    sums, gates = rounded_once(attend, query, key, value, autocast="product")
    return (sums, gates) if need_weights else sums
