"""Q-learning: the values of actions, from steps alone."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple

import torch

from ..._arguments import generator, number, real, whole, whole_seed
from ..._budget import budget
from ._mdp import MDP
from ._values import process


class QLearned(NamedTuple):
    """What an agent has learned, and what it got while it learned."""

    action_values: torch.Tensor
    """Q, ``float64``, (S, A)."""
    returns: torch.Tensor
    """The return of each episode, discounted, ``float64``, (episodes)."""
    visits: torch.Tensor
    """How often each action was taken in each state, ``int64``, (S, A)."""


def q_learning(mdp: MDP, discount: float, *, episodes: int, epsilon: float = 0.1,
               lr: float | Callable[[int], float] = 0.1, max_steps: int = 200, seed: int = 0) -> QLearned:
    r"""Learn the optimal action values from experience; the probabilities of the process are only drawn from.

    .. math::
        Q(s, a) \leftarrow Q(s, a) + \alpha \bigl( r + \gamma \max_{a'} Q(s', a') - Q(s, a) \bigr)

    Begins with Q = 0. Takes a random action with probability ε, else the best so far, the first of several.

    Args:
        mdp: the decision process.
        discount: γ in [0, 1].
        episodes: to play, times ``DEEPGLOSS_BUDGET``, see :func:`deepgloss.budget`.
        epsilon: ε in [0, 1].
        lr: α in (0, 1]; or a function that gives it for the n-th visit of a state and action, n = 1, 2, ….
        max_steps: where an episode is cut off.
        seed: of everything that is drawn; ``DEEPGLOSS_SHIFT`` is added to it.

    Returns:
        Action values, returns and visits.

    Raises:
        TypeError: ``mdp`` is no :class:`MDP`, or an argument is no number.
        ValueError: an argument, or a rate that ``lr`` gives, is out of range.

    Source: Watkins and Dayan (1992), section 2.
    """
    gamma, epsilon = real("discount", discount, 0, 1), real("epsilon", epsilon, 0, 1)
    rate = lr if callable(lr) else lambda n, fixed=number("lr", lr): fixed
    _alpha(rate(1))
    episodes, max_steps = budget(whole("episodes", episodes)), whole("max_steps", max_steps)
    ends = process(mdp).transitions.cumsum(-1)[..., :-1].tolist()
    rewards, terminal, start = mdp.rewards.tolist(), mdp.terminal.tolist(), mdp.start.cumsum(0)[:-1].tolist()
    numbers = _uniform(generator(whole_seed(seed)))
    q = [[0.0] * mdp.actions for _ in terminal]
    visits = [[0] * mdp.actions for _ in terminal]
    returns = []
    for _ in range(episodes):
        state, total, weight = bisect_right(start, next(numbers)), 0.0, 1.0
        for _ in range(max_steps):
            if terminal[state]:
                break
            values = q[state]
            if next(numbers) < epsilon:
                action = int(next(numbers) * mdp.actions)
            else:
                action = values.index(max(values))
            after = bisect_right(ends[state][action], next(numbers))
            reward = rewards[state][action][after]
            visits[state][action] += 1
            alpha = _alpha(rate(visits[state][action]))
            values[action] += alpha * (reward + gamma * max(q[after]) - values[action])
            total, weight, state = total + weight * reward, weight * gamma, after
        returns.append(total)
    return QLearned(torch.tensor(q, dtype=torch.float64), torch.tensor(returns, dtype=torch.float64), torch.tensor(visits))


def _alpha(rate: float) -> float:
    if not 0 < rate <= 1:
        raise ValueError(f"lr must be in (0, 1], not {rate:g}")
    return rate


def _uniform(draws: torch.Generator, block: int = 10_000) -> Iterator[float]:
    """Numbers in [0, 1), drawn a block at a time."""
    while True:
        yield from torch.rand(block, generator=draws, dtype=torch.float64).tolist()
