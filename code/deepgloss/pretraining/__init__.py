"""Learning from data that nobody labeled: pretexts, BERT and GPT."""

from ._bert import BERT, bert_base, bert_large
from ._bert_heads import BERTClassifier, BERTPretraining, BERTSpans
from ._bert_weights import bert_state_dict, load_bert
from ._gpt import GPT, gpt1, gpt2, gpt2_large, gpt2_medium, gpt2_xl
from ._gpt2_weights import gpt2_state_dict, load_gpt2
from ._mask_tokens import mask_tokens
from ._sentence_pairs import TextBatch, pack, sentence_pairs

__all__ = [
    "BERT", "BERTClassifier", "BERTPretraining", "BERTSpans", "GPT", "TextBatch",
    "bert_base", "bert_large", "bert_state_dict", "gpt1", "gpt2",
    "gpt2_large", "gpt2_medium", "gpt2_state_dict", "gpt2_xl", "load_bert", "load_gpt2",
    "mask_tokens", "pack", "sentence_pairs",
]
