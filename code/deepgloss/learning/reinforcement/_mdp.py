"""A Markov decision process: what can happen, how likely it is, and what it is worth."""

from dataclasses import dataclass

import torch

from ..._arguments import floats, integers, same_type, whole


@dataclass(frozen=True, eq=False)
class MDP:
    r"""A finite Markov decision process with S states and A actions.

    In state :math:`s` action :math:`a` leads to :math:`s'` with probability :math:`p(s' \mid s, a)` and
    brings the reward :math:`r(s, a, s')`. A terminal state ends the episode; it is written as a state that
    leads to itself with reward 0.

    Args:
        transitions: p, (S, A, S); each row over :math:`s'` adds up to 1.
        rewards: r, (S, A, S).
        start: the distribution of the first state, (S).
        terminal: which states end an episode, Boolean, (S).

    Raises:
        TypeError: one of them is no tensor of the right kind, or their types differ.
        ValueError: the shapes do not fit, a number is not finite, a row is no distribution, or a terminal
            state has another way out than to itself with reward 0.

    Source: Sutton and Barto (2018), section 3.1.
    """

    transitions: torch.Tensor
    rewards: torch.Tensor
    start: torch.Tensor
    terminal: torch.Tensor

    def __post_init__(self) -> None:
        p = floats("transitions", self.transitions)
        if p.ndim != 3 or p.shape[0] != p.shape[2] or not p.numel():
            raise ValueError(f"transitions must have shape (states, actions, states), not {tuple(p.shape)}")
        states, actions, _ = p.shape
        for name, wanted in (("rewards", (states, actions, states)), ("start", (states,))):
            if floats(name, getattr(self, name)).shape != wanted:
                raise ValueError(f"{name} must have shape {wanted}, not {tuple(getattr(self, name).shape)}")
        same_type(transitions=p, rewards=self.rewards, start=self.start)
        if getattr(self.terminal, "dtype", None) != torch.bool:
            raise TypeError(f"terminal must be a Boolean tensor, not {getattr(self.terminal, 'dtype', self.terminal)}")
        if self.terminal.shape != (states,):
            raise ValueError(f"terminal must have shape {(states,)}, not {tuple(self.terminal.shape)}")
        if not self.rewards.isfinite().all():
            raise ValueError("rewards must be finite")
        for name, rows in (("transitions", p), ("start", self.start)):
            if not (rows >= 0).all() or not torch.allclose(rows.sum(-1), rows.new_ones(()), atol=1e-5):
                raise ValueError(f"{name} must be probabilities that add up to 1")
        ends = self.terminal.nonzero()[:, 0]
        if (p[ends, :, ends] < 1 - 1e-5).any() or self.rewards[ends, :, ends].any():
            raise ValueError("transitions and rewards of a terminal state must lead to itself with reward 0")

    @property
    def states(self) -> int:
        """How many states there are, S."""
        return self.transitions.shape[0]

    @property
    def actions(self) -> int:
        """How many actions there are, A."""
        return self.transitions.shape[1]

    def begin(self, episodes: int | tuple[int, ...], generator: torch.Generator) -> torch.Tensor:
        """First states of so many episodes, or of a shape of them, ``int64``, (\\*episodes)."""
        return drawn(self.start.expand(*shape_of(episodes), -1), generator)

    def step(self, state: torch.Tensor, action: torch.Tensor,
             generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """One step of several episodes.

        Args:
            state, action: ``int64``, (…).
            generator: of the CPU; draws the next states.

        Returns:
            The next states, the rewards, and whether the episodes have ended, each (…).

        Raises:
            TypeError: one of them holds no integers.
            ValueError: there is no such state or action.
        """
        within("state", state, self.states), within("action", action, self.actions)
        after = drawn(self.transitions[state, action], generator)
        return after, self.rewards[state, action, after], self.terminal[after]


def drawn(probabilities: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """One index from each distribution (…, K), drawn on the CPU: where a uniform number falls in the running sum."""
    levels = torch.rand(probabilities.shape[:-1], generator=generator, dtype=probabilities.dtype)
    ends = probabilities.cumsum(-1)[..., :-1]
    return (levels.to(ends.device)[..., None] >= ends).sum(-1)


def within(name: str, indices: torch.Tensor, count: int) -> torch.Tensor:
    """``indices``, if they are integers from 0 to ``count`` − 1."""
    outside = (integers(name, indices) < 0) | (indices >= count)
    if outside.any():
        raise ValueError(f"{name} must be integers from 0 to {count - 1}, not {indices[outside][0].item()}")
    return indices


def shape_of(episodes: int | tuple[int, ...]) -> tuple[int, ...]:
    """A number of episodes, or a shape of them, as a shape."""
    return tuple(whole("episodes", count) for count in (episodes if isinstance(episodes, tuple) else (episodes,)))
