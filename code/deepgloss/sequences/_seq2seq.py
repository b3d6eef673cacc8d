"""An encoder that reads one sequence and a decoder that writes another."""

import torch
from torch import nn

from .._arguments import whole
from ._encoder_decoder import EncoderDecoder
from ._gru import GRU
from ._packed import packed
from ._shapes import require_ids, require_shape

State = tuple[torch.Tensor, torch.Tensor]


class Encoder(nn.Module):
    """Reads a source, and keeps the state after its last symbol.

    Args:
        symbols: size of the source vocabulary.
        embedding: features of a symbol's vector.
        hidden: features of the state.

    Shape:
        ``(B, S)`` symbols and ``(B,)`` lengths to ``(B, hidden)``. What stands behind a row's
        length is not read. torch.export does not take it, for packed sequences.

    Source: Cho et al. (2014), section 2.2.
    """

    def __init__(self, symbols: int, embedding: int, hidden: int) -> None:
        super().__init__()
        symbols, embedding, hidden = whole("symbols", symbols), whole("embedding", embedding), whole("hidden", hidden)
        self.embedding = nn.Embedding(symbols, embedding)
        self.rnn = GRU(embedding, hidden, batch_first=True)

    def forward(self, source: torch.Tensor, lengths: torch.Tensor) -> torch.Tensor:
        """The context: one vector for each source, ``(B, hidden)``."""
        require_ids("source", source, self.embedding.num_embeddings)
        return self.rnn(packed(self.embedding(source), lengths))[1][0]


class Decoder(nn.Module):
    r"""Writes a target, symbol by symbol, with the context at hand at each step.

    .. math:: h_t = f\bigl([y_{t-1}, c],\ h_{t-1}\bigr), \qquad h_0 = c

    Args:
        symbols: size of the target vocabulary.
        embedding: features of a symbol's vector.
        hidden: features of the state, and of the context.
        feed: read the context at every step; False: start from it, and nothing else.

    Shape:
        ``(B, T)`` symbols and a state to logits of each next symbol ``(B, T, symbols)`` and the
        state after the last one. A state is the pair of context and hidden state, ``(B, hidden)``
        each.

    Source: Cho et al. (2014), section 2.2; without ``feed``, Sutskever, Vinyals and Le (2014).
    """

    def __init__(self, symbols: int, embedding: int, hidden: int, feed: bool = True) -> None:
        super().__init__()
        self.feed = feed
        symbols, embedding, hidden = whole("symbols", symbols), whole("embedding", embedding), whole("hidden", hidden)
        self.embedding = nn.Embedding(symbols, embedding)
        self.rnn = GRU(embedding + (hidden if feed else 0), hidden, batch_first=True)
        self.out = nn.Linear(hidden, symbols)

    def forward(self, target: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        """Logits at each step, and the state after the last one."""
        require_ids("target", target, self.embedding.num_embeddings)
        if not isinstance(state, (tuple, list)) or len(state) != 2:
            raise TypeError(f"state must be a pair of context and hidden state, not {type(state).__name__}")
        context, hidden = state
        for name, part in (("state[0]", context), ("state[1]", hidden)):
            require_shape(name, part, (len(target), self.rnn.hidden_size))
        x = self.embedding(target)                                   # (B, T, embedding)
        if self.feed:
            x = torch.cat([x, context[:, None].expand(-1, x.shape[1], -1)], 2)
        outputs, hidden = self.rnn(x, hidden[None].contiguous())
        return self.out(outputs), (context, hidden[0])

    def step(self, tokens: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        """Log-probabilities ``(B, symbols)`` after one more symbol each, ``(B,)``, and the state."""
        logits, state = self(tokens[:, None], state)
        return logits[:, -1].log_softmax(-1), state


class Seq2Seq(EncoderDecoder):
    r"""Encoder and decoder, joined by one vector.

    .. math:: p(y \mid x) = \prod_{t=1}^{T} p(y_t \mid y_1, \dots, y_{t-1}, c), \qquad c = \mathrm{encoder}(x)

    Args:
        source_symbols: size of the source vocabulary.
        target_symbols: size of the target vocabulary.
        embedding: features of a symbol's vector.
        hidden: features of the state that is handed over.
        feed: see :class:`Decoder`.

    Shape:
        sources ``(B, S)``, their lengths ``(B,)`` and what the decoder reads ``(B, T)`` to logits
        ``(B, T, target_symbols)``.

    Raises:
        TypeError, ValueError: a size is no positive integer.

    Source: Cho et al. (2014); Sutskever, Vinyals and Le (2014).
    """

    def __init__(self, source_symbols: int, target_symbols: int, embedding: int = 16, hidden: int = 96,
                 feed: bool = True) -> None:
        super().__init__()
        source_symbols = whole("source_symbols", source_symbols)
        target_symbols = whole("target_symbols", target_symbols)
        embedding, hidden = whole("embedding", embedding), whole("hidden", hidden)
        self.encoder = Encoder(source_symbols, embedding, hidden)
        self.decoder = Decoder(target_symbols, embedding, hidden, feed)

    def start(self, source: torch.Tensor, lengths: torch.Tensor) -> State:
        """The state in which the decoder begins: the context, twice."""
        context = self.encoder(source, lengths)
        return context, context

    def step(self, tokens: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        """Log-probabilities ``(B, symbols)`` after one more symbol each, ``(B,)``, and the state."""
        return self.decoder.step(tokens, state)

    def forward(self, source: torch.Tensor, lengths: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Logits of each next symbol when the decoder reads the true ones (teacher forcing)."""
        return self.decoder(target, self.start(source, lengths))[0]
