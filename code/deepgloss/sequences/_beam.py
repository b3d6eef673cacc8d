"""Beam search: the few best beginnings, each continued in every way."""

from collections.abc import Callable
from typing import Any, NamedTuple

import torch

from .._arguments import real, whole


class Hypothesis(NamedTuple):
    """An output that a search found.

    Attributes:
        tokens: its symbols, without the first and the last one.
        log_probability: of the whole output, its end included, in nats.
        score: what the search ranks by.
        ended: True if it wrote the last symbol, False if it was cut off.
    """

    tokens: tuple[int, ...]
    log_probability: float
    score: float
    ended: bool


@torch.no_grad()
def beam_search(
    step: Callable[[torch.Tensor, Any], tuple[torch.Tensor, Any]], state: Any, *, bos: int, eos: int,
    width: int = 4, max_length: int = 50, length_penalty: float = 0.0,
) -> list[Hypothesis]:
    r"""The best outputs for one input that a beam of ``width`` finds.

    At each step every beginning of the beam is continued by every symbol, and the ``width`` best
    continuations are kept. Those that wrote ``eos`` leave the beam, which narrows by as many. The
    search ends with the last of them, or at ``max_length``. Outputs are ranked by

    .. math:: \log p(y) \,/\, |y|^{\alpha},

    where :math:`|y|` counts the symbols, ``eos`` among them.

    Args:
        step: takes the last symbols ``(B,)`` and a state, gives log-probabilities of the next
            symbols ``(B, V)`` and the new state.
        state: a tensor, or nested tuples, lists and dicts of tensors, each with a first dimension
            of 1, which becomes B; or None. Other objects with an ``index_select(0, rows)`` are
            taken like tensors.
        bos: the symbol that comes before the first one.
        eos: the symbol that ends an output.
        width: beginnings that are kept, at least 1; 1 is greedy search.
        max_length: symbols at most, ``eos`` included.
        length_penalty: :math:`\alpha` in [0, 10].

    Returns:
        At most ``width`` hypotheses: first those that ended, best first; then those that were cut
        off at ``max_length``.

    Raises:
        TypeError, ValueError: an argument is out of range, or ``step`` gives something else.

    Source: Sutskever, Vinyals and Le (2014), section 3.2; the power of the length, Wu et al.
    (2016), section 7, in a simpler form.
    """
    width, max_length = whole("width", width), whole("max_length", max_length)
    bos, eos, alpha = whole("bos", bos, 0), whole("eos", eos, 0), real("length_penalty", length_penalty, 0, 10)
    device = next(_tensors(state), torch.zeros(0)).device
    begun, totals = [()], torch.zeros(1, dtype=torch.float64)
    tokens = torch.full((1,), bos, device=device)
    ended: list[Hypothesis] = []
    for length in range(1, max_length + 1):
        scores, state = step(tokens, state)
        grown = totals[:, None] + _checked(scores, len(begun), eos)       # (B, V)
        kept = grown.flatten().topk(min(width - len(ended), grown.numel()))
        alive = []
        for total, place in zip(kept.values.tolist(), kept.indices.tolist()):
            row, symbol = divmod(place, grown.shape[1])
            if symbol == eos and total > -torch.inf:
                ended.append(Hypothesis(begun[row], total, total / length**alpha, True))
            elif total > -torch.inf:
                alive.append((total, row, symbol))
        begun = [(*begun[row], symbol) for _, row, symbol in alive]
        totals = torch.tensor([total for total, _, _ in alive], dtype=torch.float64)
        if not alive:
            break
        state = _take(state, torch.tensor([row for _, row, _ in alive], device=device))
        tokens = torch.tensor([symbol for _, _, symbol in alive], device=device)
    cut = [Hypothesis(y, total, total / max_length**alpha, False) for y, total in zip(begun, totals.tolist())]
    return sorted(ended, key=lambda h: -h.score) + sorted(cut, key=lambda h: -h.score)


def _checked(scores, rows: int, eos: int) -> torch.Tensor:
    """The log-probabilities of a step on the CPU, in double precision."""
    if not isinstance(scores, torch.Tensor) or scores.dim() != 2 or len(scores) != rows:
        shape = tuple(scores.shape) if isinstance(scores, torch.Tensor) else scores
        raise ValueError(f"step must give log-probabilities of shape ({rows}, V), not {shape!r}")
    if eos >= scores.shape[1]:
        raise ValueError(f"eos must be one of the {scores.shape[1]} symbols that step scores, not {eos}")
    scores = scores.cpu().double()
    if scores.isnan().any() or (scores > 1e-4).any():
        raise ValueError("step must give log-probabilities, at most 0; scores need log_softmax first")
    return scores


def _tensors(state):
    """All tensors in a state."""
    if isinstance(state, torch.Tensor):
        yield state
    elif isinstance(state, (tuple, list, dict)):
        for part in state.values() if isinstance(state, dict) else state:
            yield from _tensors(part)
    elif hasattr(state, "index_select"):                  # a cache of some
        yield from _tensors(vars(state))


def _take(state, rows: torch.Tensor):
    """The rows of each tensor in a state."""
    if hasattr(state, "index_select"):                    # a tensor, or a cache of some
        return state.index_select(0, rows)
    if isinstance(state, dict):
        return {name: _take(part, rows) for name, part in state.items()}
    if isinstance(state, tuple) and hasattr(state, "_fields"):
        return type(state)(*(_take(part, rows) for part in state))
    if isinstance(state, (tuple, list)):
        return type(state)(_take(part, rows) for part in state)
    return state
