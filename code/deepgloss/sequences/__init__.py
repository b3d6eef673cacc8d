"""Recurrent networks: one cell, applied along a sequence; and what reads and writes with them."""

from .._arguments import check_options
from ._beam import Hypothesis, beam_search
from ._bleu import Bleu, bleu, ngrams
from ._encoder_decoder import EncoderDecoder
from ._gru import GRU, GRUCell, gru_step
from ._init import chrono_init, set_forget_bias, set_update_bias
from ._lstm import LSTM, LSTMCell, lstm_step
from ._rnn import RNN, RNNCell, rnn_step
from ._sampling import next_probabilities, sample_next
from ._seq2seq import Decoder, Encoder, Seq2Seq

__all__ = [
    "GRU", "LSTM", "RNN", "Bleu", "Decoder", "Encoder", "EncoderDecoder", "GRUCell", "Hypothesis", "LSTMCell", "RNNCell",
    "Seq2Seq", "beam_search", "bleu", "chrono_init", "gru_step", "lstm_step", "next_probabilities", "ngrams",
    "rnn_step", "sample_next", "set_forget_bias", "set_update_bias",
]

check_options(globals())
