"""The Transformer: encoder and decoder, and a model that translates with them."""

import math

import torch
from torch import nn

from .._arguments import share, whole
from ..sequences import EncoderDecoder
from ..sequences._shapes import require_float, require_ids
from ._layers import DecoderLayer, EncoderLayer, Stack
from ._masks import padding_mask
from ._multihead import KeyValueCache
from ._positions import require_vectors, sinusoids


class Transformer(nn.Module):
    """Encoder and decoder on vectors; a ``state_dict`` loads from :class:`torch.nn.Transformer`.

    Args:
        dim: features, 512 in the base model.
        heads: 8.
        encoder_layers, decoder_layers: 6 each.
        hidden: units of the feedforward networks, 2,048.
        dropout: in [0, 1).
        activation: ``"relu"`` or ``"gelu"``.
        norm_first: normalize before each part.

    Shape:
        sources ``(B, S, dim)`` and targets ``(B, T, dim)`` to ``(B, T, dim)``.

    Source: Vaswani et al. (2017), figure 1 and table 3. The norms behind the last layers are
    PyTorch's; the paper has none there.
    """

    def __init__(self, dim: int = 512, heads: int = 8, encoder_layers: int = 6, decoder_layers: int = 6,
                 hidden: int = 2048, dropout: float = 0.1, activation: str = "relu",
                 norm_first: bool = False) -> None:
        super().__init__()
        options = (dim, heads, hidden, dropout, activation, norm_first)
        self.encoder = Stack([EncoderLayer(*options) for _ in range(whole("encoder_layers", encoder_layers))], dim)
        self.decoder = Stack([DecoderLayer(*options) for _ in range(whole("decoder_layers", decoder_layers))], dim)
        for parameter in self.parameters():
            if parameter.dim() > 1:
                nn.init.xavier_uniform_(parameter)

    def forward(self, source: torch.Tensor, target: torch.Tensor, source_mask: torch.Tensor | None = None,
                target_mask: torch.Tensor | None = None) -> torch.Tensor:
        """Both stacks; the decoder is causal. Masks are True where a key is no padding."""
        width = self.encoder.norm.weight
        for name, x in (("source", source), ("target", target)):
            require_vectors(name, x, len(width))
            require_float(name, x, width)
        for name, mask in (("source_mask", source_mask), ("target_mask", target_mask)):
            if mask is not None and not isinstance(mask, torch.Tensor):
                raise TypeError(f"{name} must be a tensor or None, not {type(mask).__name__}")
        memory = self.encoder(source, source_mask)
        return self.decoder(target, memory, target_mask, source_mask)


class Translator(EncoderDecoder):
    r"""A Transformer from symbols to symbols.

    Symbols become vectors, times :math:`\sqrt d`; sinusoids are added; the logits are products
    with the target symbols' vectors.

    Args:
        source_symbols: size of the source vocabulary.
        target_symbols: size of the target vocabulary.
        dim, heads, layers, hidden, dropout, norm_first: as in :class:`Transformer`, ``layers`` in
            each stack.
        longest: positions, at most.

    Shape:
        sources ``(B, S)``, their lengths ``(B,)`` and what the decoder reads ``(B, T)`` to logits
        ``(B, T, target_symbols)``.

    Raises:
        ValueError: in ``forward``, S or T is above ``longest``.

    Source: Vaswani et al. (2017), sections 3.4 and 3.5.
    """

    def __init__(self, source_symbols: int, target_symbols: int, dim: int = 64, heads: int = 4, layers: int = 2,
                 hidden: int = 256, dropout: float = 0.0, norm_first: bool = False, longest: int = 512) -> None:
        super().__init__()
        dim, layers = whole("dim", dim), whole("layers", layers)
        self.source = nn.Embedding(whole("source_symbols", source_symbols), dim)
        self.target = nn.Embedding(whole("target_symbols", target_symbols), dim)
        for table in (self.source, self.target):
            nn.init.normal_(table.weight, std=dim**-0.5)
        self.transformer = Transformer(dim, heads, layers, layers, hidden, dropout, norm_first=norm_first)
        self.drop = nn.Dropout(share("dropout", dropout, zero=True))
        self.register_buffer("positions", sinusoids(whole("longest", longest), dim), persistent=False)

    def embed(self, table: nn.Embedding, symbols: torch.Tensor, offset: int = 0) -> torch.Tensor:
        """Vectors of symbols and of the positions from ``offset`` on: ``(B, T, dim)``."""
        end = offset + symbols.shape[1]
        if end > len(self.positions):
            raise ValueError(f"symbols must end within {len(self.positions)} positions, not at {end}")
        return self.drop(table(symbols) * math.sqrt(table.embedding_dim) + self.positions[offset:end])

    def encode(self, source: torch.Tensor, lengths: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """The encoder's outputs ``(B, S, dim)``, and where they are no padding ``(B, 1, 1, S)``."""
        require_ids("source", source, self.source.num_embeddings)
        mask = padding_mask(lengths, source.shape[1])
        if len(lengths) != len(source):
            raise ValueError(f"lengths must be ({len(source)},), not ({len(lengths)},)")
        return self.transformer.encoder(self.embed(self.source, source), mask), mask

    def decode(self, target: torch.Tensor, memory: torch.Tensor, mask: torch.Tensor,
               caches: list[KeyValueCache] | None = None) -> torch.Tensor:
        """Logits of each next symbol; with caches, ``target`` holds the new symbols only."""
        require_ids("target", target, self.target.num_embeddings)
        x = self.embed(self.target, target, len(caches[0]) if caches else 0)
        x = self.transformer.decoder(x, memory, None, mask, caches=caches)
        return x @ self.target.weight.T

    def forward(self, source: torch.Tensor, lengths: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Logits of each next symbol when the decoder reads the true ones."""
        return self.decode(target, *self.encode(source, lengths))

    def start(self, source: torch.Tensor, lengths: torch.Tensor):
        """The encoder's outputs, where they are no padding, and a cache for each layer, which holds the
        outputs' keys and values and no target yet."""
        memory, mask = self.encode(source, lengths)
        return memory, mask, [layer.start(memory) for layer in self.transformer.decoder.layers]

    def step(self, tokens: torch.Tensor, state):
        """Log-probabilities ``(B, symbols)`` after one more symbol each, ``(B,)``, and the state.

        Keys and values are computed for the new symbols alone; the encoder's are in the caches.
        """
        memory, mask, caches = state
        caches = [cache.copy() for cache in caches]       # a step leaves the state that it is given
        scores = self.decode(tokens[:, None], memory, mask, caches)[:, -1].log_softmax(-1)
        return scores, (memory, mask, caches)


def warmup(step: int, dim: int, steps: int = 4000) -> float:
    r"""The learning rate of the Transformer's schedule: up in a line, then down with the square root.

    .. math:: \eta = d^{-1/2} \min\bigl(t^{-1/2},\ t\, w^{-3/2}\bigr)

    Args:
        step: t ≥ 1.
        dim: d, the model's features.
        steps: w ≥ 1, after which it falls.

    Raises:
        TypeError, ValueError: an argument is no positive integer.

    Source: Vaswani et al. (2017), equation 3.
    """
    step, dim, steps = whole("step", step), whole("dim", dim), whole("steps", steps)
    return dim**-0.5 * min(step**-0.5, step * steps**-1.5)
