"""Long short-term memory."""

import torch
from torch.nn.functional import linear

from .._precision import rounded_once
from ._cells import RecurrentCell
from ._layers import RecurrentLayer
from ._run import State
from ._shapes import require_step


def lstm_step(x, h, c, w_ih, w_hh, b_ih=None, b_hh=None) -> tuple[torch.Tensor, torch.Tensor]:
    r"""One step of an LSTM: the hidden state and the cell state after reading ``x``.

    .. math::
        (a_i, a_f, a_g, a_o) = W_{ih}\, x_t + b_{ih} + W_{hh}\, h_{t-1} + b_{hh}

    .. math::
        c_t = \sigma(a_f) \odot c_{t-1} + \sigma(a_i) \odot \tanh(a_g), \qquad
        h_t = \sigma(a_o) \odot \tanh(c_t)

    The four blocks of H rows in the weights stand in PyTorch's order: input gate, forget gate,
    candidate, output gate.

    Args:
        x: input ``(..., D)``.
        h: hidden state ``(..., H)``.
        c: cell state ``(..., H)``.
        w_ih: input weights ``(4H, D)``.
        w_hh: recurrent weights ``(4H, H)``.
        b_ih: input bias ``(4H,)``, or None.
        b_hh: recurrent bias ``(4H,)``, or None.

    Returns:
        ``(h, c)`` after the step, each ``(..., H)``. Half types, and what autocast makes of others,
        are computed in float32 and rounded once.

    Raises:
        TypeError: an argument is not a tensor.
        ValueError: a shape does not fit the others.

    Source: Hochreiter and Schmidhuber (1997), with the forget gate of Gers, Schmidhuber and
    Cummins (2000) and without peephole connections.
    """
    require_step(4, x, {"h": h, "c": c}, w_ih, w_hh, b_ih, b_hh)
    return rounded_once(
        lambda x, h, c, w_ih, w_hh, b_ih, b_hh: _update(linear(x, w_ih, b_ih) + linear(h, w_hh, b_hh), c),
        x, h, c, w_ih, w_hh, b_ih, b_hh, autocast="product")


def _update(a: torch.Tensor, c: torch.Tensor) -> State:
    """The new ``(h, c)`` from the gates' inputs ``a`` of ``(..., 4H)`` and the old cell state."""
    i, f, g, o = a.chunk(4, -1)                          # each (..., H)
    c = torch.addcmul(i.sigmoid() * g.tanh(), f.sigmoid(), c)
    return o.sigmoid() * c.tanh(), c


class LSTMCell(RecurrentCell):
    """One step of an LSTM as a module, a drop-in for :class:`torch.nn.LSTMCell`.

    Args:
        input_size: features of the input.
        hidden_size: features of the hidden state, and of the cell state.
        bias: add ``b_ih`` and ``b_hh``.
        device, dtype: of the parameters.

    ``cell(input, (h, c))`` gives ``(h, c)``; see :func:`lstm_step` for the equations.
    """

    gates = 4
    states = ("h", "c")

    def step(self, input, state: State) -> State:
        return lstm_step(
            input, *state, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh
        )


class LSTM(RecurrentLayer):
    r"""Long short-term memory over sequences, a drop-in for :class:`torch.nn.LSTM`.

    Parameters have PyTorch's names, shapes, gate order and initialization, so a ``state_dict``
    loads either way. With ``proj_size``, what a step gives and the next one reads is
    :math:`h_t = W_{hr} (\sigma(a_o) \odot \tanh(c_t))`: the cell remembers with more units than its
    recurrent weights have to multiply.

    Args:
        input_size: features of the input.
        hidden_size: features of the hidden state, and of the cell state, per direction.
        num_layers: layers, each reading the outputs of the one below.
        bias: add ``b_ih`` and ``b_hh``.
        batch_first: input and output are ``(B, T, features)`` instead of ``(T, B, features)``;
            states are ``(num_layers * directions, B, hidden_size)`` all the same.
        dropout: probability of dropping an output between two layers, in [0, 1].
        bidirectional: add a second layer at each level that reads from the end.
        proj_size: features that the hidden state is projected to, fewer than ``hidden_size``; 0 for
            no projection.
        device, dtype: of the parameters.

    ``lstm(input, (h_0, c_0))`` gives ``output, (h_n, c_n)``; see
    :meth:`forward` for shapes and
    :func:`lstm_step` for the equations.

    Source: Hochreiter and Schmidhuber (1997); Gers, Schmidhuber and Cummins (2000). The projection:
    Sak, Senior and Beaufays (2014).
    """

    gates = 4
    states = ("h_0", "c_0")

    def step(self, projected, state: State, w_hh_t, b_hh, w_hr_t=None) -> State:
        h, c = state
        h, c = _update(torch.addmm(projected, h, w_hh_t), c)
        return (h if w_hr_t is None else h @ w_hr_t), c
