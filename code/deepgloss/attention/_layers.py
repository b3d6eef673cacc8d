"""The layers of a Transformer; weights load from those of :mod:`torch.nn`."""

from functools import partial

from collections.abc import Iterable

import torch
from torch import nn
from torch.nn import functional as F

from .._arguments import choice, real, share, shown, whole
from ._multihead import KeyValueCache, MultiHeadAttention

ACTIVATIONS = {"relu": F.relu, "gelu": F.gelu, "gelu_tanh": partial(F.gelu, approximate="tanh")}


class _Layer(nn.Module):
    """What both kinds of layer share: the feedforward part and where the norms stand."""

    def __init__(self, dim: int, heads: int, hidden: int, dropout: float, activation: str, norm_first: bool,
                 rotate: bool, eps: float) -> None:
        super().__init__()
        dim, hidden, dropout = whole("dim", dim), whole("hidden", hidden), share("dropout", dropout, zero=True)
        self.activation = ACTIVATIONS[choice("activation", activation, ACTIVATIONS)]
        self.norm_first = norm_first
        self.self_attn = MultiHeadAttention(dim, heads, dropout=dropout, rotate=rotate)
        self.linear1, self.linear2 = nn.Linear(dim, hidden), nn.Linear(hidden, dim)
        if real("eps", eps, 0) == 0:
            raise ValueError("eps must be above 0, not 0")
        self.norm1, self.norm2 = nn.LayerNorm(dim, eps), nn.LayerNorm(dim, eps)
        self.drop = nn.Dropout(dropout)

    def feedforward(self, x: torch.Tensor) -> torch.Tensor:
        """The same two layers at each position: ``(B, T, dim)``."""
        return self.linear2(self.drop(self.activation(self.linear1(x))))

    def around(self, x: torch.Tensor, norm: nn.Module, part) -> torch.Tensor:
        """A residual step: x + part(norm(x)) with the norm first, norm(x + part(x)) with it last."""
        if self.norm_first:
            return x + self.drop(part(norm(x)))
        return norm(x + self.drop(part(x)))


class EncoderLayer(_Layer):
    """Self-attention, then a feedforward network, each with a residual connection and a norm.

    Args:
        dim: features.
        heads: of the attention.
        hidden: units of the feedforward network.
        dropout: in [0, 1).
        activation: ``"relu"``, ``"gelu"``, or ``"gelu_tanh"``, its approximation by tanh.
        norm_first: normalize before each part instead of after the sum.
        rotate: rotary positions in the attention.
        eps: of the norms, above 0.

    Shape:
        ``(B, T, dim)`` to ``(B, T, dim)``.

    With ``causal`` it is the layer of a decoder without an encoder, such as GPT's.

    Source: Vaswani et al. (2017), section 3.1; with the norm first, Xiong et al. (2020).
    """

    def __init__(self, dim: int, heads: int, hidden: int, dropout: float = 0.0, activation: str = "relu",
                 norm_first: bool = False, rotate: bool = False, eps: float = 1e-5) -> None:
        super().__init__(dim, heads, hidden, dropout, activation, norm_first, rotate, eps)

    def forward(self, x: torch.Tensor, mask: torch.Tensor | None = None, *, causal: bool = False,
                cache: KeyValueCache | None = None) -> torch.Tensor:
        """One layer; ``mask``, ``causal`` and ``cache`` as in :class:`MultiHeadAttention`."""
        self.self_attn.check_inputs(x=x)
        x = self.around(x, self.norm1, lambda y: self.self_attn(y, mask=mask, causal=causal, cache=cache))
        return self.around(x, self.norm2, self.feedforward)


class DecoderLayer(_Layer):
    """Causal self-attention, attention to the encoder's outputs, then a feedforward network.

    Args:
        dim, heads, hidden, dropout, activation, norm_first, eps: see :class:`EncoderLayer`.

    Shape:
        targets ``(B, T, dim)`` and the encoder's outputs ``(B, S, dim)`` to ``(B, T, dim)``.

    Source: Vaswani et al. (2017), section 3.1.
    """

    def __init__(self, dim: int, heads: int, hidden: int, dropout: float = 0.0, activation: str = "relu",
                 norm_first: bool = False, eps: float = 1e-5) -> None:
        super().__init__(dim, heads, hidden, dropout, activation, norm_first, rotate=False, eps=eps)
        self.multihead_attn = MultiHeadAttention(dim, heads, dropout=dropout)
        self.norm3 = nn.LayerNorm(dim, eps)

    def forward(self, x: torch.Tensor, memory: torch.Tensor, mask: torch.Tensor | None = None,
                memory_mask: torch.Tensor | None = None, *, causal: bool = True,
                cache: KeyValueCache | None = None) -> torch.Tensor:
        """One layer; ``memory`` is what the encoder gave, ``memory_mask`` says where it is no padding.

        A ``cache`` that :meth:`start` made holds the memory's keys and values, and they are used.
        """
        self.self_attn.check_inputs(x=x, memory=memory)
        x = self.around(x, self.norm1, lambda y: self.self_attn(y, mask=mask, causal=causal, cache=cache))
        if cache is not None and cache.memory is not None:
            memory = cache.memory
        x = self.around(x, self.norm2, lambda y: self.multihead_attn(y, memory, mask=memory_mask))
        return self.around(x, self.norm3, self.feedforward)

    def start(self, memory: torch.Tensor) -> KeyValueCache:
        """A cache that has read no target yet, with the keys and values of ``memory``, computed once."""
        self.multihead_attn.check_inputs(memory=memory)
        cache = KeyValueCache()
        cache.memory = self.multihead_attn.keys(memory)
        return cache


class Stack(nn.Module):
    """Layers one after the other, and a norm behind the last.

    Args:
        layers: :class:`EncoderLayer` or :class:`DecoderLayer`, each its own.
        dim: features of the norm; None for no norm.
        eps: of the norm.
    """

    def __init__(self, layers, dim: int | None, eps: float = 1e-5) -> None:
        super().__init__()
        layers = list(layers) if isinstance(layers, Iterable) else [layers]
        for layer in layers:
            if not isinstance(layer, nn.Module):
                raise TypeError(f"layers must be modules, not {shown(layer)}")
        self.layers = nn.ModuleList(layers)
        self.norm = None if dim is None else nn.LayerNorm(whole("dim", dim), eps)

    def forward(self, x: torch.Tensor, *args, caches: list[KeyValueCache] | None = None, **options) -> torch.Tensor:
        """All layers with the same arguments; ``caches`` holds one for each."""
        for k, layer in enumerate(self.layers):
            x = layer(x, *args, cache=None if caches is None else caches[k], **options)
        return x if self.norm is None else self.norm(x)
