"""The gated recurrent unit, in PyTorch's form and in that of the paper."""

import torch
from torch.nn.functional import linear

from .._arguments import flag
from .._precision import rounded_once
from ._cells import RecurrentCell
from ._layers import RecurrentLayer
from ._run import State
from ._shapes import require_step


def gru_step(x, h, w_ih, w_hh, b_ih=None, b_hh=None, reset_after: bool = True) -> torch.Tensor:
    r"""One step of a gated recurrent unit: the hidden state after reading ``x``.

    .. math::
        r_t &= \sigma(W_{ir}\, x_t + b_{ir} + W_{hr}\, h_{t-1} + b_{hr}) \\
        z_t &= \sigma(W_{iz}\, x_t + b_{iz} + W_{hz}\, h_{t-1} + b_{hz}) \\
        n_t &= \tanh\bigl(W_{in}\, x_t + b_{in} + r_t \odot (W_{hn}\, h_{t-1} + b_{hn})\bigr) \\
        h_t &= (1 - z_t) \odot n_t + z_t \odot h_{t-1}

    In the paper the reset gate acts before the matrix,
    :math:`n_t = \tanh(W_{in} x_t + b_{in} + W_{hn} (r_t \odot h_{t-1}) + b_{hn})`, which takes two
    products one after the other. The three blocks of H rows in the weights stand in PyTorch's
    order: reset gate, update gate, candidate.

    Args:
        x: input ``(..., D)``.
        h: hidden state ``(..., H)``.
        w_ih: input weights ``(3H, D)``.
        w_hh: recurrent weights ``(3H, H)``.
        b_ih: input bias ``(3H,)``, or None.
        b_hh: recurrent bias ``(3H,)``, or None.
        reset_after: the reset gate scales what the matrix has made, as in PyTorch; False for the
            paper's form.

    Returns:
        The state after the step, ``(..., H)``. Half types, and what autocast makes of others, are
        computed in float32 and rounded once.

    Raises:
        TypeError: an argument is not a tensor.
        ValueError: a shape does not fit the others.

    Source: Cho et al. (2014), equations 5 to 8, which leave the biases out; the form with the
    reset gate behind the matrix is that of PyTorch's and cuDNN's kernels.
    """
    flag("reset_after", reset_after)
    require_step(3, x, {"h": h}, w_ih, w_hh, b_ih, b_hh)
    return rounded_once(
        lambda x, h, w_ih, w_hh, b_ih, b_hh: _update(linear(x, w_ih, b_ih), h, w_hh.t(), b_hh, reset_after),
        x, h, w_ih, w_hh, b_ih, b_hh, autocast="product")


def _update(a, h, w_hh_t, b_hh, reset_after: bool) -> torch.Tensor:
    """The new state from the projected input ``a`` of ``(..., 3H)`` and the old state."""
    size = h.shape[-1]
    if reset_after:
        b = linear(h, w_hh_t.t(), b_hh)                  # (..., 3H)
        r, z = (a[..., :2 * size] + b[..., :2 * size]).sigmoid().chunk(2, -1)
        n = torch.addcmul(a[..., 2 * size:], r, b[..., 2 * size:]).tanh()
    else:
        gates, last = (None, None) if b_hh is None else (b_hh[:2 * size], b_hh[2 * size:])
        b = linear(h, w_hh_t[:, :2 * size].t(), gates)
        r, z = (a[..., :2 * size] + b).sigmoid().chunk(2, -1)
        n = (a[..., 2 * size:] + linear(r * h, w_hh_t[:, 2 * size:].t(), last)).tanh()
    return torch.lerp(n, h, z)                           # n + z (h − n)


class GRUCell(RecurrentCell):
    """One step of a gated recurrent unit as a module, a drop-in for :class:`torch.nn.GRUCell`.

    Args:
        input_size: features of the input.
        hidden_size: features of the hidden state.
        bias: add ``b_ih`` and ``b_hh``.
        reset_after: PyTorch's form; False for the paper's.
        device, dtype: of the parameters.

    ``cell(input, h)`` gives ``h``; see :func:`gru_step` for the equations.
    """

    gates = 3

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, reset_after: bool = True,
                 device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, device, dtype)
        self.reset_after = reset_after

    def step(self, input, state: State) -> State:
        return (gru_step(input, *state, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh,
                         self.reset_after),)


class GRU(RecurrentLayer):
    """Gated recurrent units over sequences, a drop-in for :class:`torch.nn.GRU`.

    Parameters have PyTorch's names, shapes, gate order and initialization, so a ``state_dict``
    loads either way.

    Args:
        input_size: features of the input.
        hidden_size: features of the hidden state, per direction.
        num_layers: layers, each reading the outputs of the one below.
        bias: add ``b_ih`` and ``b_hh``.
        batch_first: input and output are ``(B, T, features)`` instead of ``(T, B, features)``;
            states are ``(num_layers * directions, B, hidden_size)`` all the same.
        dropout: probability of dropping an output between two layers, in [0, 1].
        bidirectional: add a second layer at each level that reads from the end.
        reset_after: PyTorch's form; False for the paper's.
        device, dtype: of the parameters.

    ``gru(input, h_0)`` gives ``output, h_n``; see :meth:`forward` for shapes and :func:`gru_step`
    for the equations.

    Source: Cho et al. (2014).
    """

    gates = 3
    one_bias = False

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
        batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False,
        reset_after: bool = True, device=None, dtype=None,
    ):
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout,
                         bidirectional, device=device, dtype=dtype)
        self.reset_after = reset_after

    def step(self, projected, state: State, w_hh_t, b_hh) -> State:
        return (_update(projected, state[0], w_hh_t, b_hh, self.reset_after),)
