"""What every recurrent layer shares: parameters, stacking, direction, packed sequences.

A layer adds two things of its own: :attr:`RecurrentLayer.gates`, the number of blocks of rows
in its weights, and :meth:`RecurrentLayer.step`, the cell.
"""

import math
import warnings
from functools import partial

import torch
from torch import nn
from torch.nn.utils.rnn import PackedSequence

from .._arguments import whole
from .._precision import product_type, widened, without_autocast
from ._run import State, run
from ._shapes import require_float, require_shape


class RecurrentLayer(nn.Module):
    """A stack of recurrent layers with the interface of PyTorch's.

    Subclasses set ``gates`` and ``states`` and define :meth:`step`.

    Attributes:
        gates: blocks of ``hidden_size`` rows in each weight matrix: 1 for a plain RNN, 3 for a
            GRU, 4 for an LSTM.
        states: names of the initial state's tensors, the output's first.
        one_bias: ``b_ih`` and ``b_hh`` act only through their sum, so the recurrent one may join
            the projection of the inputs. Not so in a GRU, whose reset gate scales ``b_hh`` alone.
    """

    gates: int
    states: tuple[str, ...] = ("h_0",)
    one_bias = True

    def __init__(
        self, input_size: int, hidden_size: int, num_layers: int = 1, bias: bool = True,
        batch_first: bool = False, dropout: float = 0.0, bidirectional: bool = False,
        proj_size: int = 0, device=None, dtype=None,
    ):
        input_size, hidden_size = whole("input_size", input_size), whole("hidden_size", hidden_size)
        num_layers, proj_size = whole("num_layers", num_layers), whole("proj_size", proj_size, 0, hidden_size - 1)
        if isinstance(dropout, bool) or not 0 <= dropout <= 1:
            raise ValueError(f"dropout must be in [0, 1], not {dropout!r}")
        if dropout > 0 and num_layers == 1:
            warnings.warn(
                f"dropout={dropout} acts between layers, and there is only one layer", stacklevel=2
            )
        super().__init__()
        self.input_size, self.hidden_size = input_size, hidden_size
        self.num_layers, self.bias, self.batch_first = num_layers, bias, batch_first
        self.dropout, self.bidirectional, self.proj_size = float(dropout), bidirectional, proj_size
        rows, out = self.gates * hidden_size, proj_size or hidden_size
        for layer in range(num_layers):
            width = input_size if layer == 0 else out * self.num_directions
            for suffix in self._suffixes(layer):
                shapes = {"weight_ih": (rows, width), "weight_hh": (rows, out)}
                if bias:
                    shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
                if proj_size:
                    shapes["weight_hr"] = (proj_size, hidden_size)
                for name, shape in shapes.items():
                    values = torch.empty(shape, device=device, dtype=dtype)
                    self.register_parameter(name + suffix, nn.Parameter(values))
        self.reset_parameters()

    def reset_parameters(self) -> None:
        """Draw every weight and bias from U(−1/√hidden_size, 1/√hidden_size), as PyTorch does."""
        bound = 1 / math.sqrt(self.hidden_size)
        for parameter in self.parameters():
            nn.init.uniform_(parameter, -bound, bound)

    def step(self, projected, state: State, w_hh_t, b_hh) -> State:
        """The cell: the state after one step of ``(rows, gates * hidden_size)`` projected inputs.

        ``w_hh_t`` is the recurrent weight transposed; ``b_hh`` is None with ``one_bias``.
        """
        raise NotImplementedError

    def flatten_parameters(self) -> None:
        """Nothing: PyTorch lays the weights side by side for cuDNN, and none is called here.

        Programs written for PyTorch's layers call it.
        """

    @property
    def all_weights(self) -> list[list[nn.Parameter]]:
        """The parameters of every layer and direction, in PyTorch's order."""
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh", "weight_hr")
        return [[getattr(self, name + suffix) for name in names if hasattr(self, name + suffix)]
                for layer in range(self.num_layers) for suffix in self._suffixes(layer)]

    @property
    def num_directions(self) -> int:
        """2 for a bidirectional layer, else 1."""
        return 2 if self.bidirectional else 1

    def weights(self, layer: int, reverse: bool = False) -> tuple:
        """``(w_ih, w_hh, b_ih, b_hh)`` of one layer and direction; biases are None without bias."""
        suffix = self._suffixes(layer)[reverse]
        names = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")
        return tuple(getattr(self, name + suffix, None) for name in names)

    def forward(self, input, hx=None):
        """Run the stack over a batch of sequences.

        Args:
            input: ``(T, B, input_size)``, or ``(B, T, input_size)`` with ``batch_first``, or
                ``(T, input_size)`` for one sequence without a batch axis, or a
                :class:`~torch.nn.utils.rnn.PackedSequence`.
            hx: the initial state, zeros by default: tensors of ``(num_layers * directions, B,
                hidden_size)`` (no ``B`` for an unbatched sequence), ``batch_first`` or not; with
                ``proj_size``, h_0 has so many features.

        Returns:
            The last layer's outputs for every step, shaped or packed like ``input`` with
            ``directions * hidden_size`` features (``directions * proj_size``), and the final state of
            every layer and direction, shaped like ``hx``. Half types, and what autocast makes of
            others, are computed in float32 over all steps and layers, and rounded once.

        Raises:
            TypeError: ``input`` is neither a tensor nor packed, or its dtype differs from the
                weights' (not under autocast, which has a type of its own).
            ValueError: a shape does not fit, or the sequence has no step.
        """
        data, rows, restore = self._flatten(input)
        state = self._initial(hx, input, data, rows[0])
        kind = product_type(data)
        with without_autocast(data.device):
            data, state = self._stack(data, rows, state, kind)
        if isinstance(input, PackedSequence):
            state = tuple(_reorder(part, input.unsorted_indices) for part in state)
        elif input.ndim == 2:
            state = tuple(part.squeeze(1) for part in state)
        return restore(data), state if len(self.states) > 1 else state[0]

    def _stack(self, data, rows, state: State, kind: torch.dtype) -> tuple[torch.Tensor, State]:
        """All layers over flat data ``(sum(rows), features)``; state in and out ``(L·D, B, H)``.

        ``kind`` is the type of what comes out, and to which all that comes in is rounded. What a
        half type holds is computed in float32, from the first step to the last.
        """
        data, *state = (widened(part.to(kind)) for part in (data, *state))
        final = []
        for layer in range(self.num_layers):
            if layer > 0:
                data = nn.functional.dropout(data, self.dropout, self.training)
            outputs = []
            for direction in range(self.num_directions):
                weights = self.weights(layer, reverse=bool(direction))
                w_ih, w_hh, b_ih, b_hh = (w if w is None else widened(w.to(kind)) for w in weights)
                before = tuple(part[len(final)] for part in state)
                if self.one_bias and self.bias:
                    b_ih, b_hh = b_ih + b_hh, None
                # One product for all steps: only the recurrent part has to wait for its turn.
                projected = nn.functional.linear(data, w_ih, b_ih)
                step = self.step
                if self.proj_size:
                    w_hr = getattr(self, "weight_hr" + self._suffixes(layer)[direction])
                    step = partial(step, w_hr_t=widened(w_hr.to(kind)).t())
                output, after = run(step, projected, rows, before, w_hh, b_hh, reverse=bool(direction))
                outputs.append(output)
                final.append(after)
            data = torch.cat(outputs, 1) if len(outputs) > 1 else outputs[0]
        return data.to(kind), tuple(torch.stack(parts).to(kind) for parts in zip(*final))

    def _flatten(self, input):
        """Input of any form as ``(sum(rows), features)``, the rows a step, and the way back."""
        if isinstance(input, PackedSequence):
            require_shape("input.data", input.data, (None, self.input_size))
            require_float("input.data", input.data, self.weight_ih_l0)
            # not input._replace(data=data), of which torch.compile makes another tuple
            return input.data, input.batch_sizes.tolist(), lambda data: PackedSequence(data, *input[1:])
        if not isinstance(input, torch.Tensor):
            raise TypeError(f"input must be a tensor or a PackedSequence, not {type(input).__name__}")
        if input.ndim not in (2, 3) or input.shape[-1] != self.input_size:
            axes = "(batch, time, features)" if self.batch_first else "(time, batch, features)"
            raise ValueError(
                f"input must be {axes} or (time, features) with {self.input_size} features, "
                f"not {tuple(input.shape)}"
            )
        require_float("input", input, self.weight_ih_l0)
        swap = self.batch_first and input.ndim == 3
        steps_first = input.transpose(0, 1) if swap else input
        time, batch = steps_first.shape[0], 1 if input.ndim == 2 else steps_first.shape[1]
        if time == 0:
            raise ValueError(f"input must have at least one time step, not {tuple(input.shape)}")

        def restore(data):
            data = data.reshape(*steps_first.shape[:-1], data.shape[-1])
            return data.transpose(0, 1) if swap else data

        return steps_first.reshape(time * batch, self.input_size), [batch] * time, restore

    def _initial(self, hx, input, data, batch: int) -> State:
        """The initial state as ``(layers * directions, batch, H)``, in the order of the rows."""
        count = self.num_layers * self.num_directions
        sizes = [self.proj_size or self.hidden_size, self.hidden_size][: len(self.states)]
        if hx is None:
            return tuple(data.new_zeros(count, batch, size) for size in sizes)
        if len(self.states) == 1:
            hx = (hx,)
        if not isinstance(hx, (tuple, list)) or len(hx) != len(self.states):
            raise ValueError(f"hx must be the pair ({', '.join(self.states)}), not {_describe(hx)}")
        packed = isinstance(input, PackedSequence)
        unbatched = not packed and input.ndim == 2
        for name, part, size in zip(self.states, hx, sizes):
            require_shape(name, part, (count, size) if unbatched else (count, batch, size))
            require_float(name, part, self.weight_ih_l0)
        if unbatched:
            return tuple(part.unsqueeze(1) for part in hx)
        return tuple(_reorder(part, input.sorted_indices) for part in hx) if packed else tuple(hx)

    def _suffixes(self, layer: int) -> tuple[str, ...]:
        return (f"_l{layer}", f"_l{layer}_reverse")[: self.num_directions]

    def extra_repr(self) -> str:
        text = f"{self.input_size}, {self.hidden_size}"
        for name, default in (("proj_size", 0), ("num_layers", 1), ("bias", True), ("batch_first", False),
                              ("dropout", 0.0), ("bidirectional", False)):
            if getattr(self, name) != default:
                text += f", {name}={getattr(self, name)}"
        return text


def _reorder(part: torch.Tensor, order) -> torch.Tensor:
    """Sequences in another order; as they are when ``order`` is None."""
    return part if order is None else part.index_select(1, order)


def _describe(value) -> str:
    if isinstance(value, (tuple, list)):
        return f"{len(value)} values"
    return f"a {type(value).__name__}"
