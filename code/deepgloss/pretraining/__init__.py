"""Learning from data that nobody labeled: pretexts, BERT and GPT."""

from .._arguments import check_options
from ._bert import BERT, bert_base, bert_large
from ._bert_heads import BERTClassifier, BERTPretraining, BERTSpans
from ._bert_weights import bert_state_dict, load_bert
from ._collapse import effective_rank, vicreg
from ._contrastive import alignment, nt_xent, uniformity
from ._gpt import GPT, gpt1, gpt2, gpt2_large, gpt2_medium, gpt2_xl
from ._gpt2_weights import gpt2_state_dict, load_gpt2
from ._mask_tokens import mask_tokens
from ._pretexts import hidden_pixels, random_affine, rotations
from ._probe import linear_probe
from ._sentence_pairs import TextBatch, pack, sentence_pairs

__all__ = [
    "BERT", "BERTClassifier", "BERTPretraining", "BERTSpans", "GPT", "TextBatch", "alignment", "bert_base",
    "bert_large", "bert_state_dict", "effective_rank", "gpt1", "gpt2", "gpt2_large", "gpt2_medium",
    "gpt2_state_dict", "gpt2_xl", "hidden_pixels", "linear_probe", "load_bert", "load_gpt2", "mask_tokens",
    "nt_xent", "pack", "random_affine", "rotations", "sentence_pairs", "uniformity", "vicreg",
]

check_options(globals())
