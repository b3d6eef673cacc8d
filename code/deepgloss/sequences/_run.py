"""A cell along one direction of a batch of sequences, whatever their lengths.

Sequences arrive as :class:`torch.nn.utils.rnn.PackedSequence` stores them: sorted by length,
the longest first, with the rows of all sequences that reach step 0, then of those that reach
step 1, and so on, in one matrix. Sequences of equal length are the case where every step has
the same number of rows, so one loop serves both, and no step is spent on padding.
"""

from collections.abc import Callable, Sequence

import torch

State = tuple[torch.Tensor, ...]
Step = Callable[[torch.Tensor, State, torch.Tensor, "torch.Tensor | None"], State]
# (projected, state, w_hh transposed, b_hh or None) -> the next state, the output first


def run(
    step: Step, projected: torch.Tensor, rows: Sequence[int], state: State, w_hh: torch.Tensor,
    b_hh: torch.Tensor | None, *, reverse: bool = False,
) -> tuple[torch.Tensor, State]:
    """Apply a cell to every step in turn.

    Args:
        step: maps the projected input of one step ``(rows, gates * H)``, the state, ``w_hh``
            transposed, ``(H, gates * H)``, and ``b_hh`` to the next state, a tuple of
            ``(rows, H)`` whose first entry is the output.
        projected: ``W_ih x`` and its bias for all steps, ``(sum(rows), gates * H)``.
        rows: how many sequences reach each step; never increases.
        state: the state before the first step of each sequence, tensors of ``(B, H)``.
        w_hh: recurrent weights ``(gates * H, H)``.
        b_hh: recurrent bias ``(gates * H,)``, or None where it is part of ``projected``.
        reverse: read every sequence from its own last step to its first.

    Returns:
        The outputs ``(sum(rows), H)`` in the order of ``projected``, and for each sequence the
        state after the last step that it has, tensors of ``(B, H)``.
    """
    inputs = projected.split(list(rows))
    walk = _backward if reverse else _forward
    outputs, final = walk(step, inputs, state, w_hh.t(), b_hh)
    return torch.cat(outputs), final


def _forward(step, inputs, state, w_hh_t, b_hh):
    """From the first step on: sequences drop out, the shortest first."""
    outputs, finished = [], []
    for x in inputs:
        count = len(state[0])
        if len(x) < count:
            finished.append(tuple(part[len(x):] for part in state))
            state = tuple(part[:len(x)] for part in state)
        state = step(x, state, w_hh_t, b_hh)
        outputs.append(state[0])
    if finished:
        state = tuple(torch.cat(parts) for parts in zip(state, *reversed(finished)))
    return outputs, state


def _backward(step, inputs, initial, w_hh_t, b_hh):
    """From the last step on: sequences join, the shortest last."""
    outputs = []
    state = tuple(part[:0] for part in initial)
    for x in reversed(inputs):
        count = len(state[0])
        if len(x) > count:
            joining = tuple(part[count:len(x)] for part in initial)
            state = joining if count == 0 else tuple(map(torch.cat, zip(state, joining)))
        state = step(x, state, w_hh_t, b_hh)
        outputs.append(state[0])
    return outputs[::-1], state
