"""The plain recurrent network."""

import torch
from torch.nn.functional import linear

from .._arguments import choice
from .._precision import rounded_once
from ._cells import RecurrentCell
from ._layers import RecurrentLayer
from ._run import State
from ._shapes import require_step

NONLINEARITIES = {"tanh": torch.tanh, "relu": torch.relu}


def rnn_step(x, h, w_ih, w_hh, b_ih=None, b_hh=None, nonlinearity: str = "tanh") -> torch.Tensor:
    r"""One step of a plain recurrent network: the hidden state after reading ``x``.

    .. math:: h_t = \varphi\bigl(W_{ih}\, x_t + b_{ih} + W_{hh}\, h_{t-1} + b_{hh}\bigr)

    Args:
        x: input ``(..., D)``.
        h: hidden state ``(..., H)``.
        w_ih: input weights ``(H, D)``.
        w_hh: recurrent weights ``(H, H)``.
        b_ih: input bias ``(H,)``, or None.
        b_hh: recurrent bias ``(H,)``, or None.
        nonlinearity: :math:`\varphi`, ``"tanh"`` or ``"relu"``.

    Returns:
        The state after the step, ``(..., H)``, in [−1, 1] for tanh and at least 0 for ReLU. Half
        types, and what autocast makes of others, are computed in float32 and rounded once.

    Raises:
        TypeError: an argument is not a tensor.
        ValueError: a shape does not fit the others, or there is no such nonlinearity.

    Source: Elman (1990), where :math:`\varphi` is the logistic sigmoid.
    """
    function = NONLINEARITIES[choice("nonlinearity", nonlinearity, NONLINEARITIES)]
    require_step(1, x, {"h": h}, w_ih, w_hh, b_ih, b_hh)
    return rounded_once(
        lambda x, h, w_ih, w_hh, b_ih, b_hh: function(linear(x, w_ih, b_ih) + linear(h, w_hh, b_hh)),
        x, h, w_ih, w_hh, b_ih, b_hh, autocast="product")


class RNNCell(RecurrentCell):
    """One step of a plain recurrent network as a module, a drop-in for :class:`torch.nn.RNNCell`.

    Args:
        input_size: features of the input.
        hidden_size: features of the hidden state.
        bias: add ``b_ih`` and ``b_hh``.
        nonlinearity: ``"tanh"`` or ``"relu"``.
        device, dtype: of the parameters.

    ``cell(input, h)`` gives ``h``; see :func:`rnn_step` for the equation.
    """

    gates = 1

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, nonlinearity: str = "tanh",
                 device=None, dtype=None):
        super().__init__(input_size, hidden_size, bias, device, dtype)
        self.nonlinearity = choice("nonlinearity", nonlinearity, NONLINEARITIES)

    def step(self, input, state: State) -> State:
        return (rnn_step(input, *state, self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh,
                         self.nonlinearity),)

    def extra_repr(self) -> str:
        other = "" if self.nonlinearity == "tanh" else f", nonlinearity={self.nonlinearity}"
        return super().extra_repr() + other


class RNN(RecurrentLayer):
    """A plain recurrent network over sequences, a drop-in for :class:`torch.nn.RNN`.

    Parameters have PyTorch's names, shapes and initialization, so a ``state_dict`` loads either
    way.

    Args:
        input_size: features of the input.
        hidden_size: features of the hidden state, per direction.
        num_layers: layers, each reading the outputs of the one below.
        nonlinearity: ``"tanh"`` or ``"relu"``.
        bias: add ``b_ih`` and ``b_hh``.
        batch_first: input and output are ``(B, T, features)`` instead of ``(T, B, features)``;
            states are ``(num_layers * directions, B, hidden_size)`` all the same.
        dropout: probability of dropping an output between two layers, in [0, 1].
        bidirectional: add a second layer at each level that reads from the end.
        device, dtype: of the parameters.

    ``rnn(input, h_0)`` gives ``output, h_n``; see :meth:`forward` for shapes and :func:`rnn_step`
    for the equation.

    Source: Elman (1990); bidirectional: Schuster and Paliwal (1997).
    """

    gates = 1

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, nonlinearity: str = "tanh",
        bias: bool = True, batch_first: bool = False, dropout: float = 0.0,
        bidirectional: bool = False, device=None, dtype=None,
    ):
        choice("nonlinearity", nonlinearity, NONLINEARITIES)
        super().__init__(input_size, hidden_size, num_layers, bias, batch_first, dropout,
                         bidirectional, device=device, dtype=dtype)
        self.nonlinearity = nonlinearity

    def step(self, projected, state: State, w_hh_t, b_hh) -> State:
        return (NONLINEARITIES[self.nonlinearity](torch.addmm(projected, state[0], w_hh_t)),)
