"""Attention: weighted means by match, and the Transformer made of them."""

from .._arguments import check_options
from ._core import attention, masked_softmax
from ._layers import DecoderLayer, EncoderLayer, Stack
from ._masks import causal_mask, padding_mask
from ._multihead import KeyValueCache, MultiHeadAttention
from ._positions import LearnedPositions, alibi, rotary, sinusoids
from ._scoring import AdditiveAttention, MultiplicativeAttention, sigmoid_attention
from ._seq2seq import AttentiveSeq2Seq
from ._tiled import tiled_attention
from ._transformer import Transformer, Translator, warmup

__all__ = [
    "AdditiveAttention", "AttentiveSeq2Seq", "DecoderLayer", "EncoderLayer", "KeyValueCache",
    "LearnedPositions", "MultiHeadAttention", "MultiplicativeAttention", "Stack", "Transformer", "Translator",
    "alibi", "attention", "causal_mask", "masked_softmax", "padding_mask", "rotary",
    "sigmoid_attention", "sinusoids", "tiled_attention", "warmup",
]

check_options(globals())
