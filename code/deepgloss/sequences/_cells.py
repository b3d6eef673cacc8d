"""What the cells share: the parameters of one step, with PyTorch's names and shapes."""

import math

import torch
from torch import nn

from .._arguments import whole
from ._run import State
from ._shapes import require_float, require_shape


class RecurrentCell(nn.Module):
    """One step of a recurrent network as a module.

    Subclasses set ``gates`` and ``states``, as for
    :class:`~deepgloss.sequences._layers.RecurrentLayer`, and define :meth:`step`.
    """

    gates: int
    states: tuple[str, ...] = ("h",)

    def __init__(self, input_size: int, hidden_size: int, bias: bool = True, device=None, dtype=None):
        input_size, hidden_size = whole("input_size", input_size), whole("hidden_size", hidden_size)
        super().__init__()
        self.input_size, self.hidden_size, self.bias = input_size, hidden_size, bias
        rows, kind = self.gates * hidden_size, {"device": device, "dtype": dtype}
        self.weight_ih = nn.Parameter(torch.empty(rows, input_size, **kind))
        self.weight_hh = nn.Parameter(torch.empty(rows, hidden_size, **kind))
        self.bias_ih = nn.Parameter(torch.empty(rows, **kind)) if bias else None
        self.bias_hh = nn.Parameter(torch.empty(rows, **kind)) if bias else None
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw every weight and bias from U(−1/√hidden_size, 1/√hidden_size), as PyTorch does."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def step(self, input, state: State) -> State:
        """The state after one step, given the input and the state before."""
        raise NotImplementedError

    def forward(self, input, hx=None):
        """One step.

        Args:
            input: ``(B, input_size)`` or ``(input_size,)``.
            hx: the state before, tensors of ``(B, hidden_size)`` or ``(hidden_size,)``; zeros by
                default.

        Returns:
            The state after, shaped like ``hx``.

        Raises:
            TypeError: a dtype differs from the weights'.
            ValueError: a shape does not fit.
        """
        if not isinstance(input, torch.Tensor):
            raise TypeError(f"input must be a tensor, not {type(input).__name__}")
        if input.ndim not in (1, 2) or input.shape[-1] != self.input_size:
            raise ValueError(
                f"input must be (batch, {self.input_size}) or ({self.input_size},), "
                f"not {tuple(input.shape)}"
            )
        require_float("input", input, self.weight_ih)
        wanted = (*input.shape[:-1], self.hidden_size)
        if hx is None:
            hx = (input.new_zeros(wanted),) * len(self.states)
        elif len(self.states) == 1:
            hx = (hx,)
        if not isinstance(hx, (tuple, list)) or len(hx) != len(self.states):
            raise ValueError(f"hx must be ({', '.join(self.states)}), not {type(hx).__name__}")
        for name, part in zip(self.states, hx):
            require_shape(name, part, wanted)
            require_float(name, part, self.weight_ih)
        state = self.step(input, tuple(hx))
        return state if len(self.states) > 1 else state[0]

    def extra_repr(self) -> str:
        return f"{self.input_size}, {self.hidden_size}" + ("" if self.bias else ", bias=False")
