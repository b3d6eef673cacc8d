"""Recurrent networks: one cell, applied along a sequence."""

from ._gru import GRU, GRUCell, gru_step
from ._init import chrono_init, set_forget_bias, set_update_bias
from ._lstm import LSTM, LSTMCell, lstm_step
from ._rnn import RNN, RNNCell, rnn_step

__all__ = [
    "GRU", "GRUCell", "LSTM", "LSTMCell", "RNN", "RNNCell", "chrono_init", "gru_step", "lstm_step",
    "rnn_step", "set_forget_bias", "set_update_bias",
]
