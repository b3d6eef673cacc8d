"""Biases that decide, before any training, how long a gated network remembers."""

import torch
from torch import nn

LSTM, GRU = ("an LSTM", 4), ("a GRU", 3)  # and their blocks of rows
KEEP = 1                                  # the forget gate's block, and the update gate's


@torch.no_grad()
def set_forget_bias(lstm: nn.Module, bias: float) -> None:
    r"""Set every forget gate's bias; with inputs and weights near zero, :math:`f = \sigma(b)`.

    An LSTM adds two biases, ``bias_ih`` and ``bias_hh``: the first takes ``bias``, the second 0.

    Args:
        lstm: :class:`LSTM`, :class:`LSTMCell` or PyTorch's own; changed in place.
        bias: the bias; 1 is customary, log T suits a lag of T steps.

    Raises:
        ValueError: ``lstm`` has no biases, or is no LSTM.

    Source: Gers, Schmidhuber and Cummins (2000); Jozefowicz, Zaremba and Sutskever (2015).
    """
    _fill(_biases(lstm, "lstm", LSTM), bias)


@torch.no_grad()
def set_update_bias(gru: nn.Module, bias: float) -> None:
    r"""Set every update gate's bias; with inputs and weights near zero, :math:`z = \sigma(b)`.

    At :math:`z = 1` a unit keeps its state, at 0 it replaces it. Of the two biases, ``bias_ih``
    takes ``bias`` and ``bias_hh`` takes 0.

    Args:
        gru: :class:`GRU`, :class:`GRUCell` or PyTorch's own; changed in place.
        bias: the bias; log T suits a lag of T steps.

    Raises:
        ValueError: ``gru`` has no biases, or is no GRU.

    Source: Tallec and Ollivier (2018), section 2, on leaky units, whose leak this gate learns.
    """
    _fill(_biases(gru, "gru", GRU), bias)


def _fill(biases, bias: float) -> None:
    for b_ih, b_hh in biases:
        b_ih[KEEP].fill_(bias)
        b_hh[KEEP].zero_()


@torch.no_grad()
def chrono_init(lstm: nn.Module, longest: float, generator: torch.Generator | None = None) -> None:
    r"""Spread the memories of the units over all lags up to the longest one expected.

    .. math::
        b_f \sim \log \mathcal{U}(1, T_{\max} - 1), \qquad b_i = -b_f

    so that a unit whose gates hear nothing else forgets at the time scale that it drew.

    Args:
        lstm: :class:`LSTM`, :class:`LSTMCell` or PyTorch's own; changed in place.
        longest: :math:`T_{\max}` > 2, in steps.
        generator: a CPU generator; the global one by default.

    Raises:
        ValueError: ``longest`` is not above 2, ``lstm`` has no biases or is no LSTM.

    Source: Tallec and Ollivier (2018), the chrono initialization.
    """
    if not longest > 2:
        raise ValueError(f"longest must be above 2 steps, not {longest}")
    for b_ih, b_hh in _biases(lstm, "lstm", LSTM):
        draws = torch.rand(b_ih.shape[1], generator=generator, dtype=torch.float64)
        memory = (1 + draws * (longest - 2)).log().to(b_ih)
        for k, bias in ((0, -memory), (KEEP, memory)):
            b_ih[k].copy_(bias)
            b_hh[k].zero_()


def _biases(layer: nn.Module, argument: str, kind: tuple[str, int]):
    """The pairs ``(bias_ih, bias_hh)`` of all layers and directions, ``(gates, H)`` each."""
    name, gates = kind
    named = dict(layer.named_parameters(recurse=False))
    pairs = [(named[key], named[key.replace("_ih", "_hh")]) for key in named if "bias_ih" in key]
    if not pairs or any(len(b) != gates * layer.hidden_size for b, _ in pairs):
        raise ValueError(f"{argument} must be {name} with biases, not {layer}")
    return [(b_ih.view(gates, -1), b_hh.view(gates, -1)) for b_ih, b_hh in pairs]
