"""Recurrent networks: one cell, applied along a sequence."""

from ._init import chrono_init, set_forget_bias
from ._lstm import LSTM, LSTMCell, lstm_step

__all__ = ["LSTM", "LSTMCell", "chrono_init", "lstm_step", "set_forget_bias"]
