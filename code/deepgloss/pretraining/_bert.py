"""BERT: a Transformer encoder that looks at both sides of every token."""

import torch
from torch import nn

from .._arguments import real, share, whole
from .._named import named
from ..attention import EncoderLayer, LearnedPositions, Stack
from ._ids import check_ids, check_mask


class BERT(nn.Module):
    r"""Tokens to vectors that know their context, and one vector for the whole text.

    The sum of three learned vectors, for the token, its position and its segment, is normalized and
    goes through encoder layers with the norm last and exact GELU. The *pooler* turns the first
    token's state into a vector for the whole:

    .. math:: p = \tanh(W h_1 + b)

    Args:
        vocab_size: size of the vocabulary.
        dim: features.
        heads: of each layer's attention.
        layers: their number.
        hidden: units of the feedforward networks; 4 · dim by default.
        longest: positions that there are vectors for.
        segments: kinds of segment.
        dropout: in [0, 1), of the sum, the attention's weights, and each layer's two parts.
        eps: of the norms, above 0.
        std: spread of the initial weights, which are cut off at two of it. The paper's 0.02 suits
            its widths; narrow models learn faster from larger ones.

    Raises:
        TypeError, ValueError: a number is out of range.

    Source: Devlin et al. (2019), section 3; the layers, Vaswani et al. (2017), section 3.1; eps and
    the cut from the published code.
    """

    def __init__(self, vocab_size: int, dim: int, heads: int, layers: int, hidden: int | None = None,
                 longest: int = 512, segments: int = 2, dropout: float = 0.1, eps: float = 1e-12,
                 std: float = 0.02) -> None:
        super().__init__()
        hidden = 4 * whole("dim", dim) if hidden is None else hidden
        self.tokens = nn.Embedding(whole("vocab_size", vocab_size), dim)
        self.positions = LearnedPositions(whole("longest", longest), dim)
        self.segments = nn.Embedding(whole("segments", segments), dim)
        self.drop = nn.Dropout(share("dropout", dropout, zero=True))
        self.encoder = Stack([EncoderLayer(dim, heads, hidden, dropout, "gelu", eps=eps)
                              for _ in range(whole("layers", layers))], None)
        self.norm = nn.LayerNorm(dim, eps)
        self.pooler = nn.Linear(dim, dim)
        self.std = real("std", std, 0)
        if not self.std:
            raise ValueError("std must be above 0, not 0")
        initialize(self, self.std)

    @property
    def longest(self) -> int:
        """Tokens that a text may have."""
        return len(self.positions.weight)

    def forward(self, ids: torch.Tensor, segments: torch.Tensor | None = None, mask: torch.Tensor | None = None,
                *, causal: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
        """Read texts.

        Args:
            ids: tokens ``(B, T)``, ``int64``, T ≤ ``longest``.
            segments: which segment each token belongs to ``(B, T)``, ``int64``; all 0 by default.
            mask: boolean ``(B, T)``, True where a token is no padding; all by default.
            causal: let each token see itself and those before it alone. BERT never does; this is
                for comparisons.

        Returns:
            The tokens' states ``(B, T, dim)`` and the pooled vectors ``(B, dim)``.

        Raises:
            TypeError: an argument is no tensor of its type.
            ValueError: shapes do not fit, T is above ``longest``, or a number is out of range.
        """
        check_ids("ids", ids, len(self.tokens.weight))
        if ids.dim() != 2 or not 1 <= ids.shape[1] <= self.longest:
            raise ValueError(f"ids must be (B, T) with T in 1..{self.longest}, not {tuple(ids.shape)}")
        x = self.tokens(ids)
        if segments is None:
            x = x + self.segments.weight[0]
        else:
            check_ids("segments", segments, len(self.segments.weight), ids.shape)
            x = x + self.segments(segments)
        if mask is not None:
            check_mask(mask, ids.shape)
            mask = mask[:, None, None]                                # (B, 1, 1, T)
        x = self.drop(self.norm(self.positions(x)))
        x = self.encoder(x, mask, causal=causal)                      # (B, T, dim)
        return x, self.pooler(x[:, 0]).tanh()


bert_base = named(
    BERT, "bert_base",
    "BERT-base: 12 layers, 768 features, 12 heads; 109,482,240 parameters with the \"uncased\" vocabulary.\n\n"
    "Devlin et al. (2019), section 3.",
    {"vocab_size": 30_522, "dim": 768, "heads": 12, "layers": 12}, positional=("vocab_size",))
bert_large = named(
    BERT, "bert_large",
    "BERT-large: 24 layers, 1,024 features, 16 heads; 335,141,888 parameters with the \"uncased\" vocabulary.\n\n"
    "Devlin et al. (2019), section 3.",
    {"vocab_size": 30_522, "dim": 1024, "heads": 16, "layers": 24}, positional=("vocab_size",))


def initialize(module: nn.Module, std: float) -> None:
    """Weights from a normal distribution without its tails, biases 0; norms stay as they are."""
    for name, parameter in module.named_parameters():
        if parameter.dim() > 1:
            nn.init.trunc_normal_(parameter, std=std, a=-2 * std, b=2 * std)
        elif name.endswith("bias"):
            nn.init.zeros_(parameter)
