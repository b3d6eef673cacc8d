"""Encoder and decoder as in the part on sequences, without the one vector between them."""

import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence, pad_packed_sequence

from .._arguments import choice, flag, whole
from ..sequences import GRU, EncoderDecoder
from ..sequences._packed import packed
from ..sequences._shapes import require_ids
from ._scoring import AdditiveAttention, MultiplicativeAttention

State = tuple[torch.Tensor, ...]


class AttentiveSeq2Seq(EncoderDecoder):
    r"""Encoder and decoder; at each step the decoder looks back at all states of the encoder.

    .. math::
        s_t &= \mathrm{GRU}(y_{t-1}, s_{t-1}), \qquad
        a_{tj} = \operatorname{softmax}_j\, \mathrm{score}(s_t, h_j), \qquad
        c_t = \sum_j a_{tj}\, h_j \\
        p(y_t \mid y_{<t}, x) &= \operatorname{softmax}\bigl(W_o \tanh(W_c [c_t, s_t])\bigr)_{y_t}

    The decoder starts from the encoder's last state, in both directions where it reads in both,
    through a linear layer and a tanh. It asks with its *new* state, as in Luong et al., so that all
    steps of a target are computed together; Bahdanau et al. ask with the state before and feed the
    context to the recurrence.

    Args:
        source_symbols: size of the source vocabulary.
        target_symbols: size of the target vocabulary.
        embedding: features of a symbol's vector.
        hidden: features of a state, per direction.
        score: ``"multiplicative"`` or ``"additive"``, see :class:`MultiplicativeAttention` and
            :class:`AdditiveAttention`.
        bidirectional: let the encoder read from both ends, so that a state knows what follows, too.

    Shape:
        sources ``(B, S)``, their lengths ``(B,)`` and what the decoder reads ``(B, T)`` to logits
        ``(B, T, target_symbols)``; with ``need_weights``, a pair of them and the weights
        ``(B, T, S)``, zero behind a row's length. torch.export does not take the encoder, for packed
        sequences.

    Raises:
        TypeError, ValueError: an argument is out of range.

    Source: Bahdanau, Cho and Bengio (2015); Luong, Pham and Manning (2015), equations 5 to 8.
    """

    def __init__(self, source_symbols: int, target_symbols: int, embedding: int = 16, hidden: int = 64,
                 score: str = "multiplicative", bidirectional: bool = True) -> None:
        super().__init__()
        source_symbols = whole("source_symbols", source_symbols)
        target_symbols = whole("target_symbols", target_symbols)
        embedding, hidden = whole("embedding", embedding), whole("hidden", hidden)
        choice("score", score, ("multiplicative", "additive"))
        keys = 2 * hidden if bidirectional else hidden
        self.read = nn.Embedding(source_symbols, embedding)
        self.encoder = GRU(embedding, hidden, batch_first=True, bidirectional=bidirectional)
        self.bridge = nn.Linear(keys, hidden)
        self.write = nn.Embedding(target_symbols, embedding)
        self.decoder = GRU(embedding, hidden, batch_first=True)
        self.attention = (AdditiveAttention(hidden, keys, hidden) if score == "additive"
                          else MultiplicativeAttention(hidden, keys))
        self.mix = nn.Linear(keys + hidden, hidden, bias=False)
        self.out = nn.Linear(hidden, target_symbols)

    def start(self, source: torch.Tensor, lengths: torch.Tensor) -> State:
        """What the decoder begins with: encoder states ``(B, S, keys)``, which of them it may look at
        ``(B, 1, S)``, and its own first state ``(B, hidden)``."""
        require_ids("source", source, self.read.num_embeddings)
        states, last = self.encoder(packed(self.read(source), lengths))
        if isinstance(states, PackedSequence):
            states, _ = pad_packed_sequence(states, batch_first=True, total_length=source.shape[1])
        mask = torch.arange(source.shape[1], device=source.device) < lengths.to(source.device)[:, None]
        hidden = self.bridge(last.transpose(0, 1).flatten(1)).tanh()
        return states, mask[:, None], hidden

    def decode(self, target: torch.Tensor, state: State):
        """Logits ``(B, T, target_symbols)``, weights ``(B, T, S)``, and the state after the last step, in
        which the keys stand a second time, as the score takes them, so that no step projects them again."""
        require_ids("target", target, self.write.num_embeddings)
        states, mask, hidden, *keys = state
        (keys,) = keys or [self.attention.project(states)]
        mine, hidden = self.decoder(self.write(target), hidden[None].contiguous())       # (B, T, hidden)
        context, weights = self.attention(mine, states, mask, keys)                      # (B, T, keys)
        mixed = self.mix(torch.cat([context, mine], 2)).tanh()
        return self.out(mixed), weights, (states, mask, hidden[0], keys)

    def step(self, tokens: torch.Tensor, state: State) -> tuple[torch.Tensor, State]:
        """Log-probabilities ``(B, symbols)`` after one more symbol each, ``(B,)``, and the state."""
        logits, _, state = self.decode(tokens[:, None], state)
        return logits[:, -1].log_softmax(-1), state

    def forward(self, source: torch.Tensor, lengths: torch.Tensor, target: torch.Tensor,
                need_weights: bool = False):
        """Logits of each next symbol when the decoder reads the true ones (teacher forcing)."""
        flag("need_weights", need_weights)
        logits, weights, _ = self.decode(target, self.start(source, lengths))
        return (logits, weights) if need_weights else logits

    @torch.no_grad()
    def greedy(self, source: torch.Tensor, lengths: torch.Tensor, *, bos: int, max_length: int,
               need_weights: bool = False):
        """As in :class:`deepgloss.sequences.EncoderDecoder`; with ``need_weights``, a pair of the symbols
        and what each step looked at, ``(B, max_length, S)``."""
        if not need_weights:
            return super().greedy(source, lengths, bos=bos, max_length=max_length)
        state = self.start(source, lengths)
        tokens, written, looked = source.new_full((len(source), 1), bos), [], []
        for _ in range(whole("max_length", max_length)):
            logits, weights, state = self.decode(tokens, state)
            tokens = logits.argmax(-1)
            written.append(tokens)
            looked.append(weights)
        return torch.cat(written, 1), torch.cat(looked, 1)
