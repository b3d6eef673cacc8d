"""The most probable path through a hidden Markov model."""

import torch

from .._arguments import readable
from .._precision import in_float32


@in_float32
def viterbi(
    start: torch.Tensor, transition: torch.Tensor, emission: torch.Tensor
) -> tuple[torch.Tensor, float]:
    r"""The path of states with the largest sum of scores, found without trying them all.

    .. math::
        v_1(j) = s_j + e_{1j}, \qquad v_t(j) = e_{tj} + \max_i \bigl( v_{t-1}(i) + a_{ij} \bigr)

    Each :math:`v_t(j)` is the score of the best path that ends in state j at step t; which i was
    best is kept, and the path is read off backwards. That is :math:`O(T K^2)` instead of
    :math:`K^T`.

    Args:
        start: scores :math:`s` of the first state, ``(K,)``; logarithms of probabilities, as a rule.
        transition: scores :math:`a` from state i to state j, ``(K, K)``.
        emission: scores :math:`e` of what was observed at each step, in each state, ``(T, K)``.

    Returns:
        The states ``(T,)``, ``int64``, and the score of the path. Of equally good ones, any.

    Raises:
        TypeError: an argument is no tensor of floating-point numbers.
        ValueError: the shapes do not fit, T is 0, or a tensor is on the meta device.

    Source: Viterbi (1967).
    """
    for name, scores in (("start", start), ("transition", transition), ("emission", emission)):
        if not isinstance(scores, torch.Tensor) or not scores.is_floating_point():
            raise TypeError(f"{name} must be a tensor of floating-point numbers, not {scores!r}")
    if not readable(start, transition, emission):
        raise ValueError("scores must be numbers: there are none on the meta device, and a path depends on them")
    states = len(start)
    if start.ndim != 1 or transition.shape != (states, states):
        raise ValueError(
            f"start must be (K,) and transition (K, K), not {tuple(start.shape)} and {tuple(transition.shape)}"
        )
    if emission.ndim != 2 or emission.shape[1] != states or not len(emission):
        raise ValueError(f"emission must be (T, {states}) with T of at least 1, not {tuple(emission.shape)}")
    best, came_from = start + emission[0], []            # (K,)
    for scores in emission[1:]:
        best, previous = (best[:, None] + transition).max(0)
        best = best + scores
        came_from.append(previous)
    path = [best.argmax()]
    for previous in reversed(came_from):
        path.append(previous[path[-1]])
    return torch.stack(path[::-1]), best.max().item()
