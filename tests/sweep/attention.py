"""Attention and Transformers."""

import torch
import torch.nn.functional as F
from torch import nn

from deepgloss import attention as A

from .entries import PACKING, Entry, simple


def triple(x, n, length):
    return x(n, 3, length, 4), x(n, 3, 6, 4), x(n, 3, 6, 2)


def masked(x, n, length):
    return *triple(x, n, length), torch.ones(length, 6, dtype=torch.bool).tril(1)


def vectors(x, n, length):
    return (x(n, length, 8),)


def looked_at(x, n, length):
    return x(n, length, 4), x(n, 6, 5)


def symbols(x, n, length):
    return x.ids(7, n, 6), torch.arange(n) % 5 + 1, x.ids(9, n, length)


def their_layer(kind, **options):
    return lambda: kind(8, 2, 16, 0.0, batch_first=True, **options)


class TheirHeads(nn.MultiheadAttention):
    """With one argument for queries, keys and values, and no weights."""

    def __init__(self):
        super().__init__(8, 2, batch_first=True)

    def forward(self, x):
        return super().forward(x, x, x, need_weights=False)[0]


NETWORK = {"scale": 8, "slope": 32}
ENTRIES = {
    "attention": Entry(simple(A.attention), masked, simple(F.scaled_dot_product_attention), zero=True),
    "tiled_attention": Entry(simple(A.tiled_attention, block=2), triple, simple(F.scaled_dot_product_attention), zero=True),
    "sigmoid_attention": Entry(simple(A.sigmoid_attention), masked, zero=True),
    "masked_softmax": Entry(simple(A.masked_softmax), lambda x, n, length: (x(n, length, 6),),
                            simple(torch.softmax, dim=-1), zero=True),
    "rotary": Entry(simple(A.rotary), vectors, zero=True),
    "LearnedPositions": Entry(lambda: A.LearnedPositions(7, 8), vectors, zero=True),
    "AdditiveAttention": Entry(lambda: A.AdditiveAttention(4, 5, 3), looked_at, zero=True, scale=4, slope=16),
    "MultiplicativeAttention": Entry(lambda: A.MultiplicativeAttention(4, 5), looked_at, zero=True, scale=4, slope=16),
    "MultiHeadAttention": Entry(lambda: A.MultiHeadAttention(8, 2), vectors, TheirHeads, zero=True, **NETWORK),
    "EncoderLayer": Entry(lambda: A.EncoderLayer(8, 2, 16), vectors, their_layer(nn.TransformerEncoderLayer), zero=True,
                          **NETWORK),
    "DecoderLayer": Entry(lambda: A.DecoderLayer(8, 2, 16), lambda x, n, length: (x(n, length, 8), x(n, 6, 8)), zero=True,
                          **NETWORK),
    "Stack": Entry(lambda: A.Stack([A.EncoderLayer(8, 2, 16) for _ in range(2)], 8), vectors, zero=True, **NETWORK),
    "Transformer": Entry(lambda: A.Transformer(8, 2, 1, 1, 16, 0.0),
                         lambda x, n, length: (x(n, 6, 8), x(n, length, 8)), zero=True, **NETWORK),
    "Translator": Entry(lambda: A.Translator(7, 9, 8, 2, 1, 16), symbols, **NETWORK),
    "AttentiveSeq2Seq": Entry(lambda: A.AttentiveSeq2Seq(7, 9, 4, 5), symbols, meta=ValueError, compiled=PACKING, exported=False,
                              **NETWORK),
}
