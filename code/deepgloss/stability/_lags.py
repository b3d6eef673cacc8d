"""How far back in time a gradient reaches through a recurrent network."""

from collections.abc import Callable

import torch
from torch import nn

from .._arguments import choice, floats, shown

NORMS = {"spectral": 2, "frobenius": "fro"}


def lag_gradients(cell: Callable, inputs: torch.Tensor, state, norm: str = "spectral") -> torch.Tensor:
    r"""How large the last state's derivative with respect to earlier states is, by lag.

    .. math::
        \left\lVert \frac{\partial h_T}{\partial h_{T-k}} \right\rVert =
        \left\lVert \prod_{t=T-k+1}^{T} \frac{\partial h_t}{\partial h_{t-1}} \right\rVert, \qquad k = 0 \ldots T

    Args:
        cell: takes an input (B, in) and a state, and gives the next state, such as :class:`torch.nn.RNNCell`; a state
            is a tensor (B, H) or a tuple of such, which count as one long vector: (h, c) of an LSTM.
        inputs: (T, B, in).
        state: h₀.
        norm: ``"spectral"``, the largest factor by which a gradient may grow, or ``"frobenius"``.

    Returns:
        (T + 1, B), lag 0 first, where the norm is that of the identity.

    Raises:
        TypeError: the cell cannot be called, or inputs or state are no tensors of floating-point numbers.
        ValueError: shapes do not fit, there is no input, or the norm is unknown.

    Source: Pascanu, Mikolov and Bengio (2013), equation 5.
    """
    order = NORMS[choice("norm", norm, NORMS)]
    start = _states(cell, inputs, state)
    with torch.enable_grad():
        path = [start]
        for x in inputs.detach():
            # Copies: of an LSTM, h depends on c of the same step, and each shall count by itself.
            path.append(tuple(part.clone() for part in _tuple(cell(x, _given(path[-1], state)))))
    flat = [h for states in path for h in states]
    if len(path[-1]) != len(start) or any(a.shape != b.shape for a, b in zip(path[-1], start)):
        raise ValueError("cell must give a state like the one it takes")
    rows = []
    for h in path[-1]:
        for unit in h.sum(0):                          # of all examples: each depends on its own states alone
            rows.append(torch.autograd.grad(unit, flat, retain_graph=True, allow_unused=True, materialize_grads=True))
    norms = []
    for t in range(len(path) - 1, -1, -1):
        places = range(t * len(start), (t + 1) * len(start))
        jacobian = torch.stack([torch.cat([row[k] for k in places], 1) for row in rows], 1)    # (B, H, H)
        norms.append(torch.linalg.matrix_norm(jacobian, order))
    return torch.stack(norms)


def lag_contributions(cell: nn.Module, inputs: torch.Tensor, state, loss: Callable) -> torch.Tensor:
    r"""How much each time step adds to the gradient with respect to a recurrent network's weights.

    .. math:: \frac{\partial L}{\partial W} = \sum_{t=1}^{T} \frac{\partial L}{\partial W_t}

    Each step is given weights of its own, W_t, that are equal; the norm of the gradient of each is how much that step
    counts. The total may be large where the early ones are nearly 0.

    Args:
        cell: a module that takes an input (B, in) and a state, and gives the next state.
        inputs: (T, B, in).
        state: h₀, (B, H), or a tuple of such.
        loss: of the last state, a single number.

    Returns:
        (T), the norms over all parameters, step 1 first.

    Raises:
        TypeError: the cell is no module, the loss cannot be called, or inputs or state are no tensors of
            floating-point numbers.
        ValueError: shapes do not fit, or there is no input.

    Source: Pascanu, Mikolov and Bengio (2013), equations 3 and 4.
    """
    if not isinstance(cell, nn.Module):
        raise TypeError(f"cell must be a torch.nn.Module, not {shown(cell)}")
    if not callable(loss):
        raise TypeError(f"loss must be a function of the last state, not {shown(loss)}")
    last, steps = _given(_states(cell, inputs, state), state), []
    with torch.enable_grad():
        for x in inputs.detach():
            steps.append({name: p.detach().clone().requires_grad_() for name, p in cell.named_parameters()})
            last = torch.func.functional_call(cell, steps[-1], (x, last))
        own = [p for step in steps for p in step.values()]
        gradients = torch.autograd.grad(loss(last), own, allow_unused=True, materialize_grads=True)
    norms = torch.stack([torch.linalg.vector_norm(g) for g in gradients]).view(len(steps), -1)
    return torch.linalg.vector_norm(norms, dim=1)


def _states(cell, inputs, state) -> tuple[torch.Tensor, ...]:
    """The parts of the first state, which ask for a gradient."""
    if not callable(cell):
        raise TypeError(f"cell must be a function of an input and a state, not {shown(cell)}")
    if floats("inputs", inputs).ndim != 3 or not len(inputs):
        raise ValueError(f"inputs must have shape (T, B, in) with T of at least 1, not {tuple(inputs.shape)}")
    for part in _tuple(state):
        if floats("state", part).ndim != 2 or len(part) != inputs.shape[1]:
            raise ValueError(f"state must have shape ({inputs.shape[1]}, H) as inputs have examples, "
                             f"not {tuple(part.shape)}")
    return tuple(part.detach().clone().requires_grad_() for part in _tuple(state))


def _tuple(state) -> tuple:
    return tuple(state) if isinstance(state, (tuple, list)) else (state,)


def _given(parts: tuple, like):
    """The parts in the form in which the cell takes them."""
    return parts if isinstance(like, (tuple, list)) else parts[0]
