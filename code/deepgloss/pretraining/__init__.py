"""Learning from data that nobody labeled: pretexts, BERT and GPT."""

from ._gpt import GPT, gpt1, gpt2, gpt2_large, gpt2_medium, gpt2_xl
from ._gpt2_weights import gpt2_state_dict, load_gpt2

__all__ = [
    "GPT", "gpt1", "gpt2", "gpt2_large", "gpt2_medium", "gpt2_state_dict", "gpt2_xl", "load_gpt2",
]
