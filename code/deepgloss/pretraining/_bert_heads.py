"""What stands on top of BERT: two heads to pre-train it, and one a task to fine-tune it."""

import torch
from torch import nn
from torch.nn import functional as F

from .._arguments import share, whole
from ._bert import BERT, initialize
from ._ids import check_mask


def require_bert(bert) -> None:
    """Refuse what is no encoder."""
    if not isinstance(bert, BERT):
        raise TypeError(f"bert must be a BERT, not {type(bert).__name__}")


class BERTPretraining(nn.Module):
    r"""BERT with the heads that fill masked tokens and judge pairs of sentences.

    .. math:: z = \operatorname{norm}(\operatorname{GELU}(W h + b)), \qquad \text{logits} = E z + c

    with the rows of E the very vectors by which tokens are read: the output weights are *tied*, and
    only c is new. Whether the second segment follows the first is asked of the pooled vector.

    Args:
        bert: the encoder. It is shared, not copied: what is trained here can be fine-tuned.

    Shape:
        tokens ``(B, T)`` to the logits of all symbols ``(B, T, V)`` and of the two answers ``(B, 2)``:
        0, the second segment follows the first, and 1, it comes from elsewhere.

    Source: Devlin et al. (2019), section 3.1; the layer before the product, the published code.
    """

    def __init__(self, bert: BERT) -> None:
        super().__init__()
        require_bert(bert)
        vocab_size, dim = bert.tokens.weight.shape
        self.transform = nn.Linear(dim, dim)
        self.norm = nn.LayerNorm(dim, bert.norm.eps)
        self.bias = nn.Parameter(torch.zeros(vocab_size))
        self.next = nn.Linear(dim, 2)
        initialize(self, bert.std)
        self.bert = bert

    def forward(self, ids: torch.Tensor, segments: torch.Tensor | None = None, mask: torch.Tensor | None = None,
                asked: torch.Tensor | None = None, *, causal: bool = False) -> tuple[torch.Tensor, torch.Tensor]:
        """Both heads.

        Args:
            ids, segments, mask, causal: see :meth:`BERT.forward`.
            asked: boolean ``(B, T)``: positions whose logits are wanted, N of them. The others cost
                nothing then: the product with the whole vocabulary is the dearest of a small model.

        Returns:
            ``(B, T, V)``, or ``(N, V)`` with ``asked``; and ``(B, 2)``.
        """
        states, pooled = self.bert(ids, segments, mask, causal=causal)
        if asked is not None:
            check_mask(asked, ids.shape, "asked")
            states = states[asked]                                    # (N, dim)
        states = self.norm(F.gelu(self.transform(states)))
        return F.linear(states, self.bert.tokens.weight, self.bias), self.next(pooled)


class BERTClassifier(nn.Module):
    """BERT with one new layer on the pooled vector, to be fine-tuned as a whole.

    Args:
        bert: the encoder, shared with what it was pre-trained in.
        classes: C ≥ 1.
        dropout: of the pooled vector, in [0, 1).

    Shape:
        tokens ``(B, T)`` to logits ``(B, C)``.

    Source: Devlin et al. (2019), figure 4 and section 4.1.
    """

    def __init__(self, bert: BERT, classes: int, dropout: float = 0.1) -> None:
        super().__init__()
        require_bert(bert)
        self.drop = nn.Dropout(share("dropout", dropout, zero=True))
        self.out = nn.Linear(bert.tokens.weight.shape[1], whole("classes", classes))
        initialize(self, bert.std)
        self.bert = bert

    def forward(self, ids: torch.Tensor, segments: torch.Tensor | None = None,
                mask: torch.Tensor | None = None) -> torch.Tensor:
        """Logits of the classes; arguments as in :meth:`BERT.forward`."""
        return self.out(self.drop(self.bert(ids, segments, mask)[1]))


class BERTSpans(nn.Module):
    r"""BERT that answers a question with a span of a text.

    Each token has a score as the first of the answer and one as the last, :math:`s_t = w_s \cdot h_t`
    and :math:`e_t = w_e \cdot h_t` with a bias each. Padding scores −∞.

    Args:
        bert: the encoder.

    Shape:
        tokens ``(B, T)`` to the scores of starts ``(B, T)`` and of ends ``(B, T)``.

    Source: Devlin et al. (2019), section 4.2; the biases, the published code.
    """

    def __init__(self, bert: BERT) -> None:
        super().__init__()
        require_bert(bert)
        self.out = nn.Linear(bert.tokens.weight.shape[1], 2)
        initialize(self, bert.std)
        self.bert = bert

    def forward(self, ids: torch.Tensor, segments: torch.Tensor | None = None,
                mask: torch.Tensor | None = None) -> tuple[torch.Tensor, torch.Tensor]:
        """Scores of starts and ends; arguments as in :meth:`BERT.forward`."""
        scores = self.out(self.bert(ids, segments, mask)[0])          # (B, T, 2)
        if mask is not None:
            scores = scores.masked_fill(~mask[..., None], -torch.inf)
        return scores[..., 0], scores[..., 1]
